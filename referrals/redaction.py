"""What a reader may see of a report: one table, by level (policy 2.3, 3.4).

RD0 everything · RD1 without restricted parts · RD2 de-identified · RD3 one coordination line ·
RS the service asked for · RN nothing but the notice. OWN is what its reporter typed.
Pages, API and previews all read a report through `facts_for` and `title_for`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from actors.models import User
from actors.roles import Role
from actors.standing import standing_of
from referrals.models import Report
from referrals.models import choices as words
from referrals.permissions import my_referrals

OWN = "OWN"
BEST_FIRST = ("RD0", OWN, "RD1", "RD2", "RD3", "RS", "RN")
FEW = 3  # counts below this can identify a child in a summary (policy 3.7)

RECORD = frozenset({"RD0", OWN, "RD1"})
SUMMARY = RECORD | {"RD2"}
LINE = SUMMARY | {"RD3"}
SERVICE = LINE | {"RS"}


@dataclass(frozen=True)
class Shown:
    """One fact as this reader sees it."""

    name: str
    label: str
    value: str
    wide: bool = False


def level_of(report: Report, user: User) -> str:
    """The best level at which this person may read a report that `visible_to` returned."""
    levels = set(_granted(report, user))
    if not report.is_confided:
        levels |= _openly_granted(report, user)
    return min(levels, key=BEST_FIRST.index, default="RN")


def facts_for(report: Report, level: str) -> list[Shown]:
    """The facts this level shows, in reading order; empty ones are left out."""
    shown = []
    for field in FIELDS:
        value = field.read(report, level) if level in field.levels_of(report) else ""
        if value:
            shown.append(Shown(field.name, str(field.label), value, field.wide))
    return shown


def withheld_from(report: Report, level: str) -> list[str]:
    """Labels of the facts that exist and that this level does not show."""
    seen = {fact.name for fact in facts_for(report, level)}
    return [fact.label for fact in facts_for(report, "RD0") if fact.name not in seen]


def title_for(report: Report, level: str) -> str:
    """What the report is about in a few words, as this level may know it."""
    if level == "RN":
        return _("Notice")
    if level == "RS":
        return _("Request for a service")
    return _kinds(report) or _("Threat, no violation yet")


def place_for(report: Report, level: str) -> str:
    """The place, as near as this level may know it."""
    return _place(report, level) if level in SERVICE else ""


@dataclass(frozen=True)
class _Field:
    name: str
    label: str
    levels: frozenset[str]
    read: Callable[[Report, str], str]
    wide: bool = False

    def levels_of(self, report: Report) -> frozenset[str]:
        """A text in which a name was found is shown in full access only (policy 2.3, RD0)."""
        if self.name == "narrative" and report.facts.get("contains_identity"):
            return frozenset({"RD0", OWN})
        return self.levels


def _granted(report: Report, user: User) -> list[str]:
    if hasattr(report, "granted"):
        return report.granted
    return [referral.redaction for referral in my_referrals(user, report)]


def _openly_granted(report: Report, user: User) -> set[str]:
    """Levels by having filed it, by an explicit share, or by overseeing the mission."""
    levels = set(getattr(report, "shared", ()))
    if report.reporter_id == user.pk:
        levels.add(OWN)
    overseen = {mission.pk for mission in standing_of(user).missions(Role.CPA_SENIOR)}
    if report.mission_id in overseen:
        levels.add("RD1")
    return levels


def _one(name: str, choices, unless: str = "none") -> Callable[[Report, str], str]:
    def read(report: Report, level: str) -> str:
        value = report.facts.get(name)
        return "" if value in (None, unless) else str(choices(value).label)

    return read


def _many(name: str, choices) -> Callable[[Report, str], str]:
    def read(report: Report, level: str) -> str:
        return ", ".join(str(choices(value).label) for value in report.facts.get(name, ()))

    return read


def _kinds(report: Report, level: str = "") -> str:
    facility = report.facts.get("facility", "none")
    titles = [
        _attack(facility) if code == "attack_school_hospital" else str(words.Violation(code).label)
        for code in report.facts.get("violations", ())
    ]
    titles += [str(words.Concern(code).label) for code in report.facts.get("concerns", ())]
    return ", ".join(titles)


def _attack(facility: str) -> str:
    return {"school": _("Attack on a school"), "hospital": _("Attack on a hospital")}.get(
        facility, _("Attack on a school or hospital")
    )


def _place(report: Report, level: str) -> str:
    """Region only in a line or a packet, district in a summary (policy 3.4)."""
    path = [area for area in report.area.path() if area.level <= 2]
    if level in SUMMARY:
        return ", ".join(area.name for area in path)
    return path[-1].name if path else ""


def _day(report: Report, level: str) -> str:
    if report.occurred_on is None:
        return ""
    return date_format(report.occurred_on, "DATE_FORMAT" if level in SUMMARY else "F Y")


def _children(report: Report, level: str) -> str:
    fewest = FEW if level == "RD3" else 1
    boys, girls, unknown = report.boys, report.girls, report.children_unknown
    counts = (
        (boys, ngettext("%(n)s boy", "%(n)s boys", boys)),
        (girls, ngettext("%(n)s girl", "%(n)s girls", girls)),
        (unknown, ngettext("%(n)s child, sex not known", "%(n)s children, sex not known", unknown)),
    )
    return ", ".join(words % {"n": number} for number, words in counts if number >= fewest)


def _perpetrator(report: Report, level: str) -> str:
    """As filed; beside it, for all but the reporter, what the CP lead has stated since (2.6)."""
    filed = _one("perpetrator", words.Perpetrator)(report, level)
    stated = report.routed_facts.get("perpetrator", report.perpetrator)
    if level == OWN or stated == report.perpetrator:
        return filed
    assessed = words.Perpetrator(stated).label
    return _("%(filed)s; assessed by the lead: %(assessed)s") % {
        "filed": filed,
        "assessed": assessed,
    }


def _party(report: Report, level: str) -> str:
    return report.perpetrator_org.name if report.perpetrator_org else ""


_DANGERS = {
    "ongoing_threat": gettext_lazy("The danger continues"),
    "child_still_missing": gettext_lazy("A child is still missing"),
    "life_saving_need": gettext_lazy("Life-saving care is needed"),
    "imminent_harm": gettext_lazy("Harm is about to happen"),
}
_CIRCUMSTANCES = {
    "child_contact": gettext_lazy("A child is with the patrol"),
    "community_leader_involved": gettext_lazy("A community leader is involved"),
    "similar_report_exists": gettext_lazy("Reported before"),
    "contains_identity": gettext_lazy("The text may identify somebody"),
}


def _flags(names: dict[str, str]) -> Callable[[Report, str], str]:
    def read(report: Report, level: str) -> str:
        return ", ".join(str(label) for name, label in names.items() if report.facts.get(name))

    return read


def _attention(report: Report, level: str) -> str:
    names = {
        "media_attention": _("The media know"),
        "srsg_request": _("The SRSG asked"),
    }
    return ", ".join(label for name, label in names.items() if report.facts.get(name))


def _interviews(report: Report, level: str) -> str:
    number = report.facts.get("prior_interviews") or 0
    return str(number) if number else ""


def _welfare(report: Report, level: str) -> str:
    """Staff welfare must know whom to call, and nothing else."""
    return str(report.reporter) if report.facts.get("officer_welfare_request") else ""


def _narrative(report: Report, level: str) -> str:
    """From the annex where somebody can be recognised in it; `levels_of` keeps others out."""
    return report.narrative or (report.restricted.narrative if report.restricted else "")


def _reporter(report: Report, level: str) -> str:
    post = f", {report.reporter_post}" if report.reporter_post else ""
    return f"{report.reporter}{post}"


FIELDS = (
    _Field("kinds", gettext_lazy("What"), LINE, _kinds),
    _Field("place", gettext_lazy("Where"), SERVICE, _place),
    _Field("day", gettext_lazy("When"), LINE, _day),
    _Field("children", gettext_lazy("Children affected"), LINE, _children),
    _Field(
        "perpetrator",
        gettext_lazy("Alleged perpetrator"),
        SUMMARY,
        _perpetrator,
    ),
    _Field("party", gettext_lazy("Alleged party"), RECORD, _party),
    _Field("dangers", gettext_lazy("Danger now"), SUMMARY, _flags(_DANGERS)),
    _Field("attention", gettext_lazy("Attention"), SUMMARY, _attention),
    _Field(
        "practice",
        gettext_lazy("Harmful practice"),
        SUMMARY,
        _one("harmful_practice", words.HarmfulPractice),
    ),
    _Field(
        "displacement",
        gettext_lazy("Displacement"),
        SUMMARY,
        _one("displacement", words.Displacement),
    ),
    _Field("needs", gettext_lazy("Needs"), RECORD | {"RS"}, _many("needs", words.Need)),
    _Field(
        "interlocutor",
        gettext_lazy("The child wants to speak to"),
        RECORD | {"RS"},
        _one("interlocutor_preference", words.Interlocutor, unless="na"),
    ),
    _Field("source", gettext_lazy("How the patrol knows"), RECORD, _one("source", words.Source)),
    _Field("patrol", gettext_lazy("Patrol"), RECORD, _one("patrol", words.Patrol)),
    _Field("consent", gettext_lazy("Consent"), RECORD, _one("consent", words.Consent)),
    _Field("interviews", gettext_lazy("Earlier interviews"), RECORD, _interviews),
    _Field("circumstances", gettext_lazy("Circumstances"), RECORD, _flags(_CIRCUMSTANCES)),
    _Field(
        "requested",
        gettext_lazy("The officer asked to"),
        RECORD,
        _many("requested_actions", words.RequestedAction),
    ),
    _Field("risks", gettext_lazy("Risks"), RECORD, _many("risk_flags", words.RiskFlag)),
    _Field("reporter", gettext_lazy("Reported by"), RECORD, _reporter),
    _Field("welfare", gettext_lazy("Support asked for by"), frozenset({"RN"}), _welfare),
    _Field(
        "narrative",
        gettext_lazy("What happened"),
        RECORD,
        _narrative,
        wide=True,
    ),
)
