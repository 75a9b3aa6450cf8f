"""Versions of the routing policy, drafts of the next one, and what put a version in force.

A version never changes. It is in force from the newest confirmed `PolicySwitch` on; a decision
names the version that made it.
"""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PolicyVersion(models.Model):
    """One immutable text of the policy file. Without an author it came with a release."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    body = models.TextField(_("policy file"))
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("stored at"), auto_now_add=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    note = models.TextField(_("what changed and why"), blank=True)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class PolicyDraft(models.Model):
    """A version in the making. `revision` counts its saves, so that two windows do not undo
    each other; `body` is the policy file as it stands.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    based_on = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    body = models.TextField(_("policy file"))
    note = models.TextField(_("what changed and why"), blank=True)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-saved_at"]
        verbose_name = _("policy draft")
        verbose_name_plural = _("policy drafts")

    def __str__(self) -> str:
        return str(self.uuid)


class PolicyProof(models.Model):
    """What the proof found about one version, under the invariants with this fingerprint.

    `situations` is a whole number too long for a column of numbers; `breaches` are in the form of
    `referrals.routing.proof`.
    """

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="proofs")
    invariants_sha256 = models.CharField(max_length=64)
    proved_at = models.DateTimeField(auto_now_add=True)
    situations = models.CharField(max_length=200)
    milliseconds = models.PositiveIntegerField()
    breaches = models.JSONField(default=list)
    passed = models.BooleanField()

    class Meta:
        ordering = ["-proved_at", "-pk"]
        verbose_name = _("policy proof")
        verbose_name_plural = _("policy proofs")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "invariants_sha256"], name="policy_proved_once"
            ),
            models.CheckConstraint(
                condition=Q(passed=True, breaches=[]) | Q(passed=False) & ~Q(breaches=[]),
                name="policy_proof_says_what_it_found",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep_proof", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.passed}"


_CHECK_SWITCH = """
    IF NEW.confirmed_at IS NULL THEN
        RETURN NEW;
    END IF;
    IF (SELECT passed FROM referrals_policyproof WHERE version_id = NEW.version_id
        ORDER BY proved_at DESC, id DESC LIMIT 1) IS NOT TRUE THEN
        RAISE EXCEPTION 'policy version is not proven' USING ERRCODE = '23514';
    END IF;
    IF NEW.proposed_by_id IS NULL AND EXISTS (
        SELECT 1 FROM referrals_policyversion WHERE id = NEW.version_id AND author_id IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'policy version did not come with a release' USING ERRCODE = '23514';
    END IF;
    IF NEW.is_return AND NOT EXISTS (
        SELECT 1 FROM referrals_policyswitch
        WHERE version_id = NEW.version_id AND confirmed_at IS NOT NULL AND id <> NEW.id
    ) THEN
        RAISE EXCEPTION 'policy version was never in force' USING ERRCODE = '23514';
    END IF;
    IF NOT NEW.is_return AND EXISTS (
        SELECT 1 FROM referrals_policyversion
        WHERE id = NEW.version_id AND author_id = NEW.confirmed_by_id
    ) THEN
        RAISE EXCEPTION 'policy version is confirmed by its author' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
"""


class PolicySwitch(models.Model):
    """One proposal to put a version in force: who asked, who confirmed (four eyes).

    Without a proposer it came with a release. `is_return`: back to a version that was in force
    before, which one person may do at once. The database refuses a version without a proof or
    whose newest proof failed, one confirmed by its author, a release's switch to what people wrote,
    and a return to what was never in force.
    """

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="switches")
    reason = models.TextField(_("reason"), blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    declined_at = models.DateTimeField(null=True)
    is_return = models.BooleanField(default=False)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = _("switch of the policy")
        verbose_name_plural = _("switches of the policy")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at=None)
                | Q(is_return=True)
                | Q(proposed_by=None)
                | Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("proposed_by")),
                name="policy_switched_by_two",
            ),
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(confirmed_at=None, declined_at=None),
                name="policy_proposed_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-confirmed_at", "-id"],
                condition=Q(confirmed_at__isnull=False),
                name="policy_in_force",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="keep_switch", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="only_proven",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_CHECK_SWITCH,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.proposed_at:%Y-%m-%d}"
