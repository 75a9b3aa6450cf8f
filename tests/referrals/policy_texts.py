"""The shipped policy with planted changes, as texts to store."""

from collections.abc import Callable

import yaml

from referrals.models import PolicyVersion
from referrals.policy_file import LOADER, STANDARD
from referrals.workflow.policies import store_version


def stored_version(edit: Callable[[dict], object], **fields: object) -> PolicyVersion:
    """Store the shipped policy as `edit` changes its mapping in place."""
    mapping = yaml.load(STANDARD.read_text(encoding="utf-8"), LOADER)  # noqa: S506 - a safe one
    edit(mapping)
    return store_version(yaml.safe_dump(mapping, sort_keys=False, width=100), **fields)


def row_of(mapping: dict, rule: str) -> dict:
    """The row with this id, to change."""
    return next(row for s in mapping["sections"] for row in s["rows"] if row["id"] == rule)


def drop_row(mapping: dict, rule: str) -> None:
    for section in mapping["sections"]:
        section["rows"] = [row for row in section["rows"] if row["id"] != rule]


def guard_of(mapping: dict, guard: str) -> dict:
    """The guard with this id, to change."""
    return next(each for each in mapping["guards"] if each["id"] == guard)
