"""What a patrol report says beside the facts the rules look at, in words (policy 3.2-3.5).

No list here names a person: a source, a helper, somebody present are categories.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PartOfDay(models.TextChoices):
    UNKNOWN = "unknown", _("Not known")
    MORNING = "morning", _("Morning")
    AFTERNOON = "afternoon", _("Afternoon")
    EVENING = "evening", _("Evening")
    NIGHT = "night", _("Night")


class Precision(models.TextChoices):
    """How near the point is to where it happened (policy 3.4)."""

    EXACT = "exact", _("Exactly there")
    KILOMETRE = "kilometre", _("Within 1 km")
    SETTLEMENT = "settlement", _("Somewhere in this town or village")


class PlaceKind(models.TextChoices):
    UNKNOWN = "unknown", _("Not known")
    SCHOOL = "school", _("School")
    HEALTH = "health", _("Hospital or other health facility")
    CAMP = "camp", _("Camp of displaced people or refugees")
    ROAD = "road", _("Road")
    MARKET = "market", _("Market")
    HOME = "home", _("Private house")
    MILITARY = "military", _("Military facility")
    HELD_AREA = "held_area", _("Area under an armed group's control")
    WATER_OR_FIELD = "water_or_field", _("Field, forest, river or well")
    OTHER = "other", _("Another place")


class AgeBand(models.TextChoices):
    """For children, so the last band ends at 17; who fits none is of unknown age."""

    TO_5 = "0_5", _("0-5")
    TO_10 = "6_10", _("6-10")
    TO_13 = "11_13", _("11-13")
    TO_17 = "14_17", _("14-17")


class SourceType(models.TextChoices):
    """In which form it reached the patrol (policy 3.3)."""

    UNKNOWN = "unknown", _("Not known")
    DIRECT_OBSERVATION = "direct_observation", _("Seen")
    ORAL = "oral", _("Told")
    WRITTEN = "written", _("Written message")
    DOCUMENT = "document", _("Document")
    PHOTO = "photo", _("Photo")
    VIDEO = "video", _("Video")
    SATELLITE = "satellite", _("Satellite picture")
    PHYSICAL_EVIDENCE = "physical_evidence", _("Traces at the place")
    INJURIES = "injuries", _("Injuries seen")
    OTHER = "other", _("Another form")


class SpokeWith(models.TextChoices):
    """Who has spoken with the child about it already. Each further time can harm (policy 2.6)."""

    UNPOL = "unpol", _("UN Police")
    HUMAN_RIGHTS = "human_rights", _("Human Rights or child protection staff")
    MILITARY = "military", _("UN military")
    HOST_STATE_POLICE = "host_state_police", _("Host-State police")
    HOST_STATE_MILITARY = "host_state_military", _("Host-State armed forces")
    SOCIAL_WORKER = "social_worker", _("Social worker")
    HEALTH_WORKER = "health_worker", _("Health worker")
    NGO = "ngo", _("NGO or UN agency")
    COMMUNITY = "community", _("Community leader")
    MEDIA = "media", _("Media")


class Action(models.TextChoices):
    """What the patrol did already."""

    SECURED = "secured", _("Secured the place")
    MARKED = "marked", _("Marked a danger and kept children away")
    FIRST_AID = "first_aid", _("Gave first aid")
    TO_CARE = "to_care", _("Took somebody to care")
    RADIOED = "radioed", _("Told by radio or telephone")
    STAYED = "stayed", _("Stayed with the child")
    WITHDREW = "withdrew", _("Left for safety")


class Present(models.TextChoices):
    """Who was with the patrol."""

    INDIVIDUAL_OFFICERS = "individual_officers", _("Individual police officers")
    FORMED_UNIT = "formed_unit", _("Formed police unit")
    SPECIALISED_TEAM = "specialised_team", _("Specialised police team")
    UN_MILITARY = "un_military", _("UN military")
    CIVILIAN_STAFF = "civilian_staff", _("Civilian mission staff")
    INTERPRETER = "interpreter", _("Interpreter")
    HOST_STATE_POLICE = "host_state_police", _("Host-State police")
    HOST_STATE_MILITARY = "host_state_military", _("Host-State armed forces")


class Briefed(models.TextChoices):
    """Who has been told by word of mouth (UNPOL module 5, internal police reporting)."""

    SUPERVISOR = "supervisor", _("My supervisor")
    FOCAL_POINT = "focal_point", _("The child protection focal point")
    ADVISER = "adviser", _("The Child Protection Adviser")
    JOC = "joc", _("The operations centre")
