"""What the commands on the policy take from the command line, and how they say no."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.core.management.base import CommandError

from actors.models import User
from referrals.models import PolicyProof
from referrals.workflow.errors import NotProven


def active_user(login: str | None) -> User:
    """The person named by `--by`, who answers for what the command does. Raises CommandError."""
    user = User.objects.filter(username=login, is_active=True).first()
    if user is None:
        raise CommandError(f"Nobody active signs in as {login!r}. Name yourself with --by LOGIN.")
    return user


def refusal(error: Exception) -> CommandError:
    """A verb's no as the end of a command; a failed proof comes with all it found."""
    if isinstance(error, NotProven):
        return CommandError("\n".join([str(error), *breach_lines(error.proof)]))
    return CommandError(str(error))


def breach_lines(proof: PolicyProof) -> list[str]:
    """Each breach with what it breaks, its source, and the smallest example."""
    return [line for breach in proof.breaches for line in _lines_of(breach)]


def _lines_of(breach: dict[str, object]) -> Iterator[str]:
    yield f"{breach['invariant']}: {breach['text']} ({breach['source']})"
    yield f"  {breach['detail']}"
    if breach["example"] is not None:
        said = json.dumps(breach["example"], ensure_ascii=False).strip("{}")
        yield f"  for example: {said or 'a report that says nothing'}"
    if breach["set_aside"]:
        yield f"  with these guards set aside: {', '.join(breach['set_aside'])}"
