"""Which version of the policy is in force, compiled once per process."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import yaml
from django.db import transaction
from django.utils import timezone

from referrals.models import PolicyVersion
from referrals.policy_file import LOADER, STANDARD
from referrals.routing import Policy, compile_policy


@dataclass(frozen=True)
class ActivePolicy:
    """A stored version and what was compiled from it."""

    version_id: int
    number: int
    policy: Policy


def active_policy() -> ActivePolicy:
    """The version in force; one statement. Stores the shipped file first where there is none.

    Raises:
        PolicyError: the stored text does not compile.
    """
    newest = PolicyVersion.objects.filter(activated_at__isnull=False).order_by("-number")
    pk = newest.values_list("pk", flat=True).first()
    return _compiled(pk if pk is not None else store_shipped_policy().pk)


@transaction.atomic
def store_shipped_policy() -> PolicyVersion:
    """Make the policy file of this release the one in force, unless it is stored already."""
    body = STANDARD.read_text(encoding="utf-8")
    sha256 = hashlib.sha256(body.encode()).hexdigest()
    _read(body)
    newest = PolicyVersion.objects.order_by("-number").first()
    version, _created = PolicyVersion.objects.get_or_create(
        sha256=sha256,
        defaults={
            "number": newest.number + 1 if newest else 1,
            "body": body,
            "activated_at": timezone.now(),
        },
    )
    return version


@lru_cache(maxsize=4)
def _compiled(pk: int) -> ActivePolicy:
    version = PolicyVersion.objects.get(pk=pk)
    return ActivePolicy(version.pk, version.number, _read(version.body))


def _read(body: str) -> Policy:
    return compile_policy(yaml.load(body, LOADER))  # noqa: S506 - LOADER is PyYAML's safe one
