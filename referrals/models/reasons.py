"""Reasons, answers and stages people choose from at the desk (policy 2.9, 3.3, 3.6)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HoldReason(models.TextChoices):
    """Why a proposal is held (policy 2.9)."""

    CONSENT = "consent", _("The child's agreement is missing")
    HRDDP = "hrddp", _("Human rights due diligence is not finished")
    DO_NO_HARM = "do_no_harm", _("It could do harm")
    CONFIDENTIALITY = "confidentiality", _("It could not be kept confidential")


class DeclineReason(models.TextChoices):
    """Why a partner declines (policy 3.6, service side)."""

    NO_CAPACITY = "no_capacity", _("No capacity now")
    NOT_OUR_SERVICE = "not_our_service", _("We do not offer this service")
    OUTSIDE_AREA = "outside_area", _("Outside our area")
    UNSAFE = "unsafe", _("It is not safe for us or for the child")
    ALREADY_SERVED = "already_served", _("Already helped by somebody else")
    DECLINED_BY_CHILD = "declined_by_child", _("The child or caregiver does not want it")


class CloseReason(models.TextChoices):
    """Why the CP lead closes a report."""

    SERVED = "served", _("Those who can help have answered, nothing is open")
    NO_SERVICE = "no_service", _("No service is available; the gap is recorded")
    NOT_CHILD_PROTECTION = "not_child_protection", _("Not a child protection concern")
    UNFOUNDED = "unfounded", _("Found not to have happened")
    WITHDRAWN = "withdrawn", _("Withdrawn by its reporter")


class ConsentGiver(models.TextChoices):
    """Who agreed that this recipient may know (policy 3.6, by age)."""

    CHILD = "child", _("The child")
    CAREGIVER = "caregiver", _("The caregiver")
    CHILD_AND_CAREGIVER = "child_and_caregiver", _("The child and the caregiver")
    TRUSTED_ADULT = "trusted_adult", _("Another trusted adult")
    CP_LEAD = "cp_lead", _("Nobody could be asked: decided in the child's best interest")


class VerificationStage(models.TextChoices):
    """Three decisions, each with its date (policy 3.3)."""

    FOCAL_POINT = "focal_point", _("Focal point, first assessment")
    CO_CHAIRS = "co_chairs", _("Technical co-chairs of the task force")
    TASK_FORCE = "task_force", _("Country task force")


class VerificationStatus(models.TextChoices):
    """What was found of one violation (policy 3.3)."""

    PENDING = "report_pending_verification", _("Pending verification")
    VERIFIED = "verified", _("Verified")
    NOT_VERIFIED = "reported_not_verified", _("Reported, not verified")
    NOT_MRM = "not_mrm", _("Outside the monitoring mechanism")
    DID_NOT_OCCUR = "did_not_occur", _("Found not to have occurred")


class Interviewer(models.TextChoices):
    """Who has already spoken to the child (policy 2.6, DUPLICATE_INTERVIEW)."""

    CP_STAFF = "cp_staff", _("Child protection staff of the mission")
    HUMAN_RIGHTS = "human_rights", _("Human Rights")
    UNICEF = "unicef", _("UNICEF")
    NGO = "ngo", _("An NGO")
    HEALTH = "health", _("Health staff")
    UNPOL = "unpol", _("UNPOL")
    HOST_STATE = "host_state", _("Host-State police or justice")
    MEDIA = "media", _("Media")
    OTHER = "other", _("Somebody else")


class PocPhase(models.TextChoices):
    """The phases of the protection of civilians, as the policy names them (policy 2.2)."""

    PREVENTION = "prevention", _("Prevention")
    PRE_EMPTION = "pre-emption", _("Pre-emption")
    RESPONSE = "response", _("Response")
    CONSOLIDATION = "consolidation", _("Consolidation")

    @classmethod
    def words(cls, phase: str) -> str:
        """A stored phase in words; one that only a mission's own policy knows, as it stands."""
        if not phase:
            return _("none")
        return cls(phase).label if phase in cls else phase
