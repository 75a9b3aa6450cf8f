"""Which version of the policy is in force, compiled once per process, and how one is stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import yaml
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _

from referrals.models import PolicySwitch, PolicyVersion
from referrals.policy_file import LOADER, STANDARD, load_text
from referrals.routing import Policy, compile_policy
from referrals.workflow.errors import AlreadyDone, NotProven
from referrals.workflow.proving import prove_version

# Any number, so that versions are numbered one at a time.
NUMBERING = 20_240_501


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
        NotProven: nothing is in force, and the shipped file breaks an invariant.
    """
    pk = confirmed_switches().values_list("version", flat=True).first()
    return compiled_version(pk if pk is not None else store_shipped_policy().pk)


def confirmed_switches() -> QuerySet[PolicySwitch]:
    """Every switch that put a version in force, the newest first."""
    confirmed = PolicySwitch.objects.filter(confirmed_at__isnull=False)
    return confirmed.order_by("-confirmed_at", "-pk")


def next_moment() -> datetime:
    """Now, but after the newest switch, also where two servers' clocks differ: else a switch
    would not come into force.
    """
    newest = confirmed_switches().values_list("confirmed_at", flat=True).first()
    now = timezone.now()
    return max(now, newest + timedelta(microseconds=1)) if newest else now


@lru_cache(maxsize=16)
def compiled_version(pk: int) -> ActivePolicy:
    """A stored version, compiled; versions never change, so once per process.

    Raises PolicyError.
    """
    version = PolicyVersion.objects.get(pk=pk)
    return ActivePolicy(version.pk, version.number, compile_body(version.body))


def said(text: str, version_id: int | None) -> str:
    """A label, reason or officer text of a version in the reader's language, if there is one.

    What the version itself says comes first; the texts of the shipped policy are in the portal's
    own catalogs, so that a correction there reaches every version that still uses them.
    """
    if not text or version_id is None or get_language() in (None, settings.LANGUAGE_CODE):
        return text
    language = get_language().partition("-")[0]
    own = compiled_version(version_id).policy.in_language(text, language)
    return gettext(text) if own == text else own


@lru_cache(maxsize=16)
def compile_body(body: str) -> Policy:
    """Compile the text of a policy file, once per process. Raises PolicyError or YAMLError."""
    return compile_policy(yaml.load(body, LOADER))  # noqa: S506 - LOADER is PyYAML's safe one


@transaction.atomic
def store_shipped_policy() -> PolicyVersion:
    """Store the policy file of this release, unless it is stored already, and prove it.

    It comes into force unless people of this deployment decided which version is: a release does
    not undo that. They may propose it like any other version.

    Raises:
        FileRefused: the file does not compile; nothing is stored.
        NotProven: the file breaks an invariant; nothing is stored.
    """
    body = STANDARD.read_text(encoding="utf-8")
    _number_one_at_a_time()
    version = find_version(body) or store_version(body)
    proof = prove_version(version)
    if not proof.passed:
        raise NotProven(proof)
    newest = confirmed_switches().first()
    was_released = newest is not None and newest.proposed_by_id is None
    is_news = newest is None or (was_released and newest.version_id != version.pk)
    if is_news and version.author_id is None:
        at = next_moment()
        PolicySwitch.objects.create(version=version, proposed_at=at, confirmed_at=at)
    return version


@transaction.atomic
def store_version(body: str, **fields: object) -> PolicyVersion:
    """Store a text as the next version; `fields` are those of PolicyVersion.

    Raises:
        FileRefused: the text does not compile.
        AlreadyDone: a stored version has this very text; the refusal names it.
    """
    load_text(body, "policy")
    _number_one_at_a_time()
    if same := find_version(body):
        raise AlreadyDone(
            _("Version %(number)s has this very text. Use that one, or change something first.")
            % {"number": same.number}
        )
    last = PolicyVersion.objects.aggregate(last=Max("number"))["last"] or 0
    return PolicyVersion.objects.create(
        number=last + 1, body=body, sha256=fingerprint(body), **fields
    )


def find_version(body: str) -> PolicyVersion | None:
    """The stored version that has this text."""
    return PolicyVersion.objects.filter(sha256=fingerprint(body)).first()


def fingerprint(body: str) -> str:
    """Hex SHA-256 of the text of a policy file."""
    return hashlib.sha256(body.encode()).hexdigest()


def _number_one_at_a_time() -> None:
    """Until the transaction ends, nobody else stores a version."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERING])
