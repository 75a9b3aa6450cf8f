"""Two stored versions compared in every situation they can tell apart."""

from __future__ import annotations

from functools import lru_cache

from referrals.routing.proof import Change, compare_policies
from referrals.workflow.policies import compiled_version


@lru_cache(maxsize=8)
def changes_between(old_id: int, new_id: int) -> tuple[Change, ...]:
    """Who is told by `new` and not by `old`, the other way round, or otherwise, with examples.

    Takes some seconds; versions never change, so it is worked out once per process.

    Raises PolicyError where this release cannot read what an earlier one has stored.
    """
    return compare_policies(compiled_version(old_id).policy, compiled_version(new_id).policy)
