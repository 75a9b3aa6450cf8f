"""The report over the API: the facts carry the names of the routing policy (policy 2.1)."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from actors.models import Area, Mission, Organization, User
from actors.standing import standing_of
from referrals.models import choices as words
from referrals.workflow.checks import (
    LONGEST_NARRATIVE,
    MOST_CHILDREN,
    FilingRefused,
    check_filing,
)
from referrals.workflow.filings import FACT_DEFAULTS, Filing

DISTRICT = 2  # the level of a P-code that is neither country nor region


def _choice(choices) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=choices.choices, required=False)


def _several(choices) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.ChoiceField(choices=choices.choices), required=False, max_length=20
    )


def _count() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=MOST_CHILDREN, required=False)


class ChildrenSerializer(serializers.Serializer):
    """Children by sex; numbers only."""

    boys = _count()
    girls = _count()
    unknown = _count()


@extend_schema_field({"nullable": True, "description": "Leave it out, or empty."})
class DirectoryFact(serializers.Field):
    """A fact that only the directory may state. Accepted empty, so that a whole record of the
    worked examples can be sent; refused with a value.
    """

    default_error_messages = {
        "directory": "The directory decides this. Leave it out.",
    }

    def to_internal_value(self, data):
        if data:
            self.fail("directory")
        return data

    def to_representation(self, value):
        return value


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "enum": ["all"]},
            {"type": "array", "items": {"type": "string", "enum": words.Need.values}},
        ]
    }
)
class ConsentScope(serializers.Field):
    """ "all", or the list of needs the consent covers."""

    default_error_messages = {"invalid": 'Send "all" or a list of needs.'}
    needs = serializers.ListField(child=serializers.ChoiceField(choices=words.Need.choices))

    def to_internal_value(self, data):
        if data == "all":
            return data
        if not isinstance(data, list):
            self.fail("invalid")
        return self.needs.run_validation(data)

    def to_representation(self, value):
        return value


class ReportSerializer(serializers.Serializer):
    """A report as sent; `read_filing` makes of it what the workflow takes."""

    uuid = serializers.UUIDField(help_text="Made by the client; sending twice is one report.")
    mission = serializers.CharField(max_length=12)
    adm2 = serializers.CharField(max_length=20, help_text="P-code of the district.")
    occurred_on = serializers.DateField(required=False, allow_null=True)
    narrative = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_NARRATIVE
    )
    children = ChildrenSerializer(required=False)
    child_victims = _count()
    perpetrator_org = serializers.CharField(required=False, allow_null=True, max_length=200)

    violations = _several(words.Violation)
    concerns = _several(words.Concern)
    facility = _choice(words.Facility)
    harmful_practice = _choice(words.HarmfulPractice)
    conflict_nexus = _choice(words.ConflictNexus)
    perpetrator = _choice(words.Perpetrator)
    displacement = _choice(words.Displacement)
    ongoing_threat = serializers.BooleanField(required=False)
    child_still_missing = serializers.BooleanField(required=False)
    life_saving_need = serializers.BooleanField(required=False)
    imminent_harm = serializers.BooleanField(required=False)
    hours_since_incident = serializers.IntegerField(
        min_value=0, max_value=1_000_000, required=False, allow_null=True
    )
    needs = _several(words.Need)
    consent = _choice(words.Consent)
    consent_scope = ConsentScope(required=False)
    source = _choice(words.Source)
    patrol = _choice(words.Patrol)
    child_contact = serializers.BooleanField(required=False)
    interlocutor_preference = _choice(words.Interlocutor)
    requested_actions = _several(words.RequestedAction)
    prior_interviews = serializers.IntegerField(min_value=0, max_value=99, required=False)
    similar_report_exists = serializers.BooleanField(required=False)
    media_attention = serializers.BooleanField(required=False)
    srsg_request = serializers.BooleanField(required=False)
    risk_flags = _several(words.RiskFlag)
    community_leader_involved = serializers.BooleanField(required=False)
    contains_identity = serializers.BooleanField(required=False)
    officer_welfare_request = serializers.BooleanField(required=False)
    low_confidentiality_partners = DirectoryFact(required=False, allow_null=True)
    roster_override = DirectoryFact(required=False, allow_null=True)

    def to_internal_value(self, data):
        """Refuse names the portal does not know: a misspelt fact must not be lost in silence."""
        if isinstance(data, dict):
            unknown = {
                name: [serializers.ErrorDetail("The portal knows no such field.", "unknown")]
                for name in data
                if name not in self.fields
            }
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


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
        occurred_on=sent.get("occurred_on"),
        narrative=sent.get("narrative", "").strip(),
        perpetrator_org=_party(mission, sent.get("perpetrator_org")),
        facts={name: sent[name] for name in FACT_DEFAULTS if name in sent},
        **_children(sent),
    )
    try:
        check_filing(filing)
    except FilingRefused as refused:
        raise serializers.ValidationError(
            {p.field: [serializers.ErrorDetail(p.message, p.code)] for p in refused.problems}
        ) from refused
    return filing


def _mission(user: User, code: str) -> Mission:
    """A mission in which the sender holds a post; any other is unknown to them."""
    for mission in standing_of(user).missions_in_use():
        if mission.code == code:
            return mission
    raise _unknown("mission", f"You hold no post in a mission called {code!r}.")


def _unknown(field: str, message: str) -> serializers.ValidationError:
    return serializers.ValidationError({field: [serializers.ErrorDetail(message, "unknown")]})


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
    raise serializers.ValidationError(
        {"child_victims": [serializers.ErrorDetail(message, "contradiction")]}
    )


class RecipientSerializer(serializers.Serializer):
    """One recipient and why they are one."""

    role = serializers.CharField()
    organization = serializers.CharField(allow_null=True)
    kind = serializers.CharField()
    gate = serializers.CharField()
    redaction = serializers.CharField()
    via = serializers.CharField(allow_blank=True)
    assigned = serializers.CharField(allow_blank=True)
    status = serializers.CharField()
    rule = serializers.CharField()
    reason = serializers.CharField()
    source = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)


class FactSerializer(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()
    value = serializers.CharField()


class GuardSerializer(serializers.Serializer):
    id = serializers.CharField()
    reason = serializers.CharField()
    source = serializers.CharField()


class SuppressedSerializer(serializers.Serializer):
    role = serializers.CharField()
    guard = serializers.CharField()
    reason = serializers.CharField()
    source = serializers.CharField()


class TaskSerializer(serializers.Serializer):
    code = serializers.CharField()
    due_minutes = serializers.IntegerField(allow_null=True)


class ReportAnswerSerializer(serializers.Serializer):
    """A stored report, as far as its reader may know it."""

    reference = serializers.CharField()
    uuid = serializers.UUIDField()
    status = serializers.CharField()
    filed_at = serializers.DateTimeField()
    routed_at = serializers.DateTimeField(allow_null=True)
    level = serializers.CharField()
    track = serializers.CharField(required=False)
    priority = serializers.CharField(required=False)
    classification = serializers.CharField(required=False)
    flash = serializers.BooleanField(required=False)
    poc_phase = serializers.CharField(required=False)
    facts = FactSerializer(many=True)
    recipients = RecipientSerializer(many=True)
    guards = GuardSerializer(many=True)
    suppressed = SuppressedSerializer(many=True)
    tasks = TaskSerializer(many=True)
