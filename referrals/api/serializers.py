"""The report over the API: the facts carry the names of the routing policy (policy 2.1)."""

from __future__ import annotations

from datetime import datetime

from rest_framework import serializers

from actors.models import DISTRICT, Area, Mission, Organization, User
from actors.standing import standing_of
from referrals.api import report_fields as fields
from referrals.api.report_fields import StrictSerializer
from referrals.models import Report, details
from referrals.models import choices as words
from referrals.workflow.check_rules import LONGEST_CONTACT, LONGEST_NARRATIVE
from referrals.workflow.checks import FilingRefused, check_filing
from referrals.workflow.filings import DETAIL_DEFAULTS, FACT_DEFAULTS, Filing
from referrals.workflow.similar import reports_to_add_to

# What a `Filing` calls as the API does, and the fields that the checks call otherwise.
_AS_SENT = (
    "occurred_on",
    "occurred_until",
    "learned_on",
    "latitude",
    "longitude",
    "narrative",
    "safe_contact",
)
_NAMES = {
    "area": "adm2",
    "boys": "children.boys",
    "girls": "children.girls",
    "children_unknown": "children.unknown",
}


class ReportSerializer(StrictSerializer):
    """A report as sent; `read_filing` makes of it what the workflow takes."""

    uuid = serializers.UUIDField(help_text="Made by the client; sending twice is one report.")
    mission = serializers.CharField(max_length=12)
    adm2 = serializers.CharField(max_length=20, help_text="P-code of the district.")
    occurred_on = fields.day()
    occurred_until = fields.day()
    occurred_about = serializers.BooleanField(required=False)
    part_of_day = fields.choice(details.PartOfDay)
    learned_on = fields.day()
    latitude = fields.degrees(90)
    longitude = fields.degrees(180)
    precision = fields.choice(details.Precision, allow_null=True)
    place_kind = fields.choice(details.PlaceKind)
    narrative = fields.WordsField(help_text=f"Up to {LONGEST_NARRATIVE} characters.")
    safe_contact = fields.WordsField(help_text=f"Up to {LONGEST_CONTACT} characters.")
    children = fields.ChildrenSerializer(required=False)
    ages = fields.AgesSerializer(required=False)
    children_estimated = serializers.BooleanField(required=False)
    child_victims = fields.count()
    perpetrator_org = serializers.CharField(required=False, allow_null=True, max_length=200)

    adds_to = serializers.CharField(
        required=False,
        allow_null=True,
        max_length=32,
        help_text="Reference of an earlier report which this one adds to.",
    )

    violations = fields.several(words.Violation)
    concerns = fields.several(words.Concern)
    facility = fields.choice(words.Facility)
    harmful_practice = fields.choice(words.HarmfulPractice)
    conflict_nexus = fields.choice(words.ConflictNexus)
    perpetrator = fields.choice(words.Perpetrator)
    displacement = fields.choice(words.Displacement)
    ongoing_threat = serializers.BooleanField(required=False)
    child_still_missing = serializers.BooleanField(required=False)
    life_saving_need = serializers.BooleanField(required=False)
    imminent_harm = serializers.BooleanField(required=False)
    hours_since_incident = serializers.IntegerField(
        min_value=0, max_value=1_000_000, required=False, allow_null=True
    )
    needs = fields.several(words.Need)
    consent = fields.choice(words.Consent)
    consent_scope = fields.ConsentScope(required=False)
    source = fields.choice(words.Source)
    source_type = fields.choice(details.SourceType)
    patrol = fields.choice(words.Patrol)
    present = fields.several(details.Present)
    actions = fields.several(details.Action)
    briefed = fields.several(details.Briefed)
    briefed_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="With its offset from UTC."
    )
    child_contact = serializers.BooleanField(required=False)
    interlocutor_preference = fields.choice(words.Interlocutor)
    requested_actions = fields.several(words.RequestedAction)
    spoke_with = fields.several(details.SpokeWith)
    prior_interviews = serializers.IntegerField(min_value=0, max_value=99, required=False)
    similar_report_exists = serializers.BooleanField(required=False)
    media_attention = serializers.BooleanField(required=False)
    srsg_request = serializers.BooleanField(required=False)
    risk_flags = fields.several(words.RiskFlag)
    community_leader_involved = serializers.BooleanField(required=False)
    contains_identity = serializers.BooleanField(required=False)
    officer_welfare_request = serializers.BooleanField(required=False)
    low_confidentiality_partners = fields.DirectoryFact(required=False, allow_null=True)
    roster_override = fields.DirectoryFact(required=False, allow_null=True)

    def validate_briefed_at(self, moment: datetime | None) -> str | None:
        """As the record keeps it."""
        return moment and moment.isoformat()

    def validate(self, sent: dict[str, object]) -> dict[str, object]:
        """A precision says something of a point only."""
        if sent.get("precision") and sent.get("latitude") is None:
            message = "Send the point with it, or leave the precision out."
            raise _refusal("precision", message, "contradiction")
        return sent


# Fields are copied each time a serializer is made; one can check any number of reports.
_REPORT = ReportSerializer()


def read_filing(data: object, user: User) -> Filing:
    """The report in a request's body, as its sender may file it.

    Raises:
        ValidationError: with a code and a sentence at each field that is refused.
    """
    sent = _REPORT.run_validation(data)
    mission = _mission(user, sent["mission"])
    filing = Filing(
        uuid=sent["uuid"],
        mission=mission,
        area=_area(mission, sent["adm2"]),
        perpetrator_org=_party(mission, sent.get("perpetrator_org")),
        adds_to=_earlier(user, sent.get("adds_to")),
        facts={name: sent[name] for name in FACT_DEFAULTS if name in sent},
        details={name: sent[name] for name in DETAIL_DEFAULTS if name in sent},
        **{name: sent[name] for name in _AS_SENT if name in sent},
        **_children(sent),
    )
    try:
        check_filing(filing)
    except FilingRefused as refused:
        raise serializers.ValidationError(
            {
                _NAMES.get(p.field, p.field): [serializers.ErrorDetail(p.message, p.code)]
                for p in refused.problems
            }
        ) from refused
    return filing


def _mission(user: User, code: str) -> Mission:
    """A mission in which the sender holds a post; any other is unknown to them."""
    for mission in standing_of(user).missions_in_use():
        if mission.code == code:
            return mission
    raise _unknown("mission", f"You hold no post in a mission called {code!r}.")


def _unknown(field: str, message: str) -> serializers.ValidationError:
    return _refusal(field, message, "unknown")


def _refusal(field: str, message: str, code: str) -> serializers.ValidationError:
    return serializers.ValidationError({field: [serializers.ErrorDetail(message, code)]})


def _area(mission: Mission, code: str) -> Area:
    area = Area.objects.of_mission(mission, code)
    if area is None or area.level < DISTRICT:
        raise _unknown("adm2", f"{mission.code} has no district {code!r}.")
    return area


def _party(mission: Mission, name: str | None) -> Organization | None:
    if not name:
        return None
    party = Organization.objects.filter(mission=mission, name=name).first()
    if party is None:
        raise _unknown("perpetrator_org", f"The directory of {mission.code} has no {name!r}.")
    return party


def _earlier(user: User, reference: str | None) -> Report | None:
    if not reference:
        return None
    report = reports_to_add_to(user).filter(reference=reference).first()
    if report is None:
        raise _unknown("adds_to", "You cannot add to this report. Send yours as a new one.")
    return report


def _children(attrs: dict) -> dict[str, int]:
    """Counts by sex. A bare `child_victims` counts as sex not known; a wrong sum is refused."""
    children = attrs.get("children", {})
    counts = {
        "boys": children.get("boys", 0),
        "girls": children.get("girls", 0),
        "children_unknown": children.get("unknown", 0),
    }
    total = attrs.get("child_victims")
    if total is None or total == sum(counts.values()):
        return counts
    if not children:
        return counts | {"children_unknown": total}
    message = f"The children by sex add up to {sum(counts.values())}, not to {total}."
    raise _refusal("child_victims", message, "contradiction")
