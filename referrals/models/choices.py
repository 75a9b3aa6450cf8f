"""The values a report's facts may take, in words. The policy file lists the same codes
(`tests/referrals/test_choices.py` holds the two against each other); definitions: policy 2.1, 3.2.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from actors.harms import Concern as Concern
from actors.harms import Violation as Violation


class Facility(models.TextChoices):
    NONE = "none", _("No school or hospital")
    SCHOOL = "school", _("School")
    HOSPITAL = "hospital", _("Hospital or other health facility")


class HarmfulPractice(models.TextChoices):
    NONE = "none", _("None")
    CHILD_MARRIAGE = "child_marriage", _("Child marriage")
    HONOUR_VIOLENCE = "honour_violence", _("So-called honour violence")
    FGM = "fgm", _("Female genital mutilation")


class ConflictNexus(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("Not known")


class Perpetrator(models.TextChoices):
    """Always alleged."""

    UNKNOWN = "unknown", _("Not known")
    ARMED_GROUP = "armed_group", _("Armed group")
    HOST_STATE_MILITARY = "host_state_military", _("Host-State armed forces")
    HOST_STATE_POLICE = "host_state_police", _("Host-State police")
    HOST_STATE_OTHER = "host_state_other", _("Other host-State body")
    UN_PERSONNEL = "un_personnel", _("UN personnel")
    AID_WORKER = "aid_worker", _("Aid worker")
    NON_UN_INTERNATIONAL_FORCE = "non_un_international_force", _("International force, not UN")
    CIVILIAN = "civilian", _("Civilian")


# A report of these stands in no list of its reporter, also before it is routed: somebody may be
# looking at the officer's screen (policy 2.7).
CONFIDED = (Perpetrator.UN_PERSONNEL, Perpetrator.AID_WORKER)


class Displacement(models.TextChoices):
    NONE = "none", _("Not displaced, or not known")
    REFUGEE = "refugee", _("Refugee")
    ASYLUM_SEEKER = "asylum_seeker", _("Asylum seeker")
    STATELESS = "stateless", _("Stateless")
    IDP = "idp", _("Displaced inside the country")
    RETURNEE = "returnee", _("Returnee")
    MIGRANT = "migrant", _("Migrant")


class Need(models.TextChoices):
    MEDICAL = "medical", _("Medical care")
    PSYCHOSOCIAL = "psychosocial", _("Psychosocial support")
    SAFE_SHELTER = "safe_shelter", _("Safe shelter")
    LEGAL = "legal", _("Legal help")
    CASE_MANAGEMENT = "case_management", _("A case worker")
    FAMILY_TRACING = "family_tracing", _("Finding the family")
    REINTEGRATION = "reintegration", _("Reintegration")


class Consent(models.TextChoices):
    NOT_SOUGHT = "not_sought", _("Not asked")
    GIVEN = "given", _("Wants to be contacted")
    REFUSED = "refused", _("Does not want to be contacted")
    BEST_INTEREST_OVERRIDE = "best_interest_override", _("Best-interest decision")


class Source(models.TextChoices):
    """How the patrol knows. A category, never a name (policy 3.5)."""

    DIRECT_OBSERVATION = "direct_observation", _("Seen by the patrol")
    WITNESS = "witness", _("Told by a witness")
    SOCIAL_WORKER = "social_worker", _("Told by social workers")
    NGO = "ngo", _("Told by an NGO")
    COMMUNITY = "community", _("Told by the community")
    VICTIM_DISCLOSURE = "victim_disclosure", _("The child said so unasked")
    MEDIA = "media", _("Media")
    HOST_STATE_POLICE = "host_state_police", _("Told by host-State police")


class Patrol(models.TextChoices):
    UNPOL_ONLY = "unpol_only", _("UNPOL only")
    JOINT_HOST_STATE = "joint_host_state", _("Joint with host-State police")
    JOINT_MILITARY = "joint_military", _("Joint with the military")
    INTEGRATED = "integrated", _("Integrated patrol")


class Interlocutor(models.TextChoices):
    NA = "na", _("No child with the patrol")
    NOT_ASKED = "not_asked", _("Not asked yet")
    FEMALE = "female", _("A woman")
    MALE = "male", _("A man")


class RequestedAction(models.TextChoices):
    INVESTIGATE = "investigate", _("Investigate")
    INTERVIEW = "interview", _("Interview somebody")
    COLLECT_EVIDENCE = "collect_evidence", _("Collect evidence")
    ARREST = "arrest", _("Arrest")
    RAID = "raid", _("Enter or search a place")


class RiskFlag(models.TextChoices):
    RETALIATION = "retaliation", _("Retaliation")
    STIGMA = "stigma", _("Stigma")
    FAMILY_IS_SOURCE_OF_HARM = "family_is_source_of_harm", _("The family is the source of harm")


class Priority(models.TextChoices):
    EMERGENCY = "emergency", _("Emergency")
    URGENT = "urgent", _("Urgent")
    ROUTINE = "routine", _("Routine")


class Track(models.TextChoices):
    STANDARD = "standard", _("Standard")
    MISCONDUCT = "misconduct", _("Misconduct")


class Redaction(models.TextChoices):
    """What a reader may see (policy 2.3)."""

    RD0 = "RD0", _("Everything")
    RD1 = "RD1", _("The record without restricted parts")
    RD2 = "RD2", _("De-identified summary")
    RD3 = "RD3", _("One coordination line")
    RS = "RS", _("Service request")
    RN = "RN", _("Notice only")


class ReferralKind(models.TextChoices):
    ACTION = "action", _("For action")
    INFO = "info", _("For information")
    REFERRAL = "referral", _("Request for a service")


class Gate(models.TextChoices):
    """What must happen before the recipient is told (policy 2.4-2.6)."""

    NONE = "none", _("Told at once")
    CPFP_FORWARD = "cpfp_forward", _("The focal point forwards it")
    CP_LEAD = "cp_lead", _("The adviser releases it")
    CP_LEAD_HRDDP = "cp_lead+hrddp", _("The adviser releases it after due diligence")
    POST_REVIEW = "post_review", _("Told at once, reviewed afterwards")
