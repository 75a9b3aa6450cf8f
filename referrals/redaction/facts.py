"""The table: which fact is shown at which level, in reading order, and how it reads there."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from actors.languages import listed
from referrals.models import Report
from referrals.models import choices as words
from referrals.redaction import details
from referrals.redaction.levels import FEW, FULL, LINE, OWN, RECORD, SERVICE, SUMMARY, Field


def _one(name: str, choices, unless: str = "none") -> Callable[[Report, str], str]:
    def read(report: Report, level: str) -> str:
        value = report.current_facts.get(name)
        return "" if value in (None, unless) else str(choices(value).label)

    return read


def _many(name: str, choices) -> Callable[[Report, str], str]:
    def read(report: Report, level: str) -> str:
        values = report.current_facts.get(name, ())
        return listed(str(choices(value).label) for value in values)

    return read


def kinds(report: Report, level: str = "") -> str:
    facts = report.current_facts
    facility = facts.get("facility", "none")
    titles = [
        _attack(facility) if code == "attack_school_hospital" else str(words.Violation(code).label)
        for code in facts.get("violations", ())
    ]
    titles += [str(words.Concern(code).label) for code in facts.get("concerns", ())]
    return listed(titles)


def _attack(facility: str) -> str:
    return {"school": _("Attack on a school"), "hospital": _("Attack on a hospital")}.get(
        facility, _("Attack on a school or hospital")
    )


def place(report: Report, level: str) -> str:
    """Region only in a line or a packet, district in a summary (policy 3.4)."""
    path = [area for area in report.area.path() if area.level <= 2]
    if level in SUMMARY:
        return listed(area.name for area in path)
    return path[-1].name if path else ""


def _children(report: Report, level: str) -> str:
    fewest = FEW if level == "RD3" else 1
    boys, girls, unknown = report.boys, report.girls, report.children_unknown
    counts = (
        (boys, ngettext("%(n)s boy", "%(n)s boys", boys)),
        (girls, ngettext("%(n)s girl", "%(n)s girls", girls)),
        (unknown, ngettext("%(n)s child, sex not known", "%(n)s children, sex not known", unknown)),
    )
    return listed(words % {"n": number} for number, words in counts if number >= fewest)


def _perpetrator(report: Report, level: str) -> str:
    """As filed or corrected; beside it, for all but the reporter, what the CP lead has stated with
    a hold that is set aside (2.6): an assessment, not a correction.
    """
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
        facts = report.current_facts
        return listed(str(label) for name, label in names.items() if facts.get(name))

    return read


def _attention(report: Report, level: str) -> str:
    names = {
        "media_attention": _("The media know"),
        "srsg_request": _("The SRSG asked"),
    }
    facts = report.current_facts
    return listed(label for name, label in names.items() if facts.get(name))


def _interviews(report: Report, level: str) -> str:
    number = report.current_facts.get("prior_interviews") or 0
    return str(number) if number else ""


def _welfare(report: Report, level: str) -> str:
    """Staff welfare must know whom to call, and nothing else."""
    return str(report.reporter) if report.facts.get("officer_welfare_request") else ""


def _narrative(report: Report, level: str) -> str:
    """From the annex where somebody can be recognised in it; `levels_of` keeps others out."""
    return report.narrative or (report.restricted.narrative if report.restricted else "")


def _reporter(report: Report, level: str) -> str:
    return listed(filter(None, (report.reporter, report.reporter_post)))


FIELDS = (
    Field("kinds", gettext_lazy("What"), LINE, kinds),
    Field("place", gettext_lazy("Where"), SERVICE, place),
    *details.WHERE,
    Field("day", gettext_lazy("When"), LINE, details.day),
    *details.WHEN,
    Field("children", gettext_lazy("Children affected"), LINE, _children),
    *details.CHILDREN,
    Field(
        "perpetrator",
        gettext_lazy("Alleged perpetrator"),
        SUMMARY,
        _perpetrator,
    ),
    Field("party", gettext_lazy("Alleged party"), RECORD, _party),
    Field("dangers", gettext_lazy("Danger now"), SUMMARY, _flags(_DANGERS)),
    Field("attention", gettext_lazy("Attention"), SUMMARY, _attention),
    Field(
        "practice",
        gettext_lazy("Harmful practice"),
        SUMMARY,
        _one("harmful_practice", words.HarmfulPractice),
    ),
    Field(
        "displacement",
        gettext_lazy("Displacement"),
        SUMMARY,
        _one("displacement", words.Displacement),
    ),
    Field("needs", gettext_lazy("Needs"), RECORD | {"RS"}, _many("needs", words.Need)),
    Field(
        "interlocutor",
        gettext_lazy("The child wants to speak to"),
        RECORD | {"RS"},
        _one("interlocutor_preference", words.Interlocutor, unless="na"),
    ),
    Field("source", gettext_lazy("How the patrol knows"), RECORD, _one("source", words.Source)),
    Field("patrol", gettext_lazy("Patrol"), RECORD, _one("patrol", words.Patrol)),
    *details.PATROL,
    Field("consent", gettext_lazy("Consent"), RECORD, _one("consent", words.Consent)),
    Field("interviews", gettext_lazy("Earlier interviews"), RECORD, _interviews),
    Field("circumstances", gettext_lazy("Circumstances"), RECORD, _flags(_CIRCUMSTANCES)),
    Field(
        "requested",
        gettext_lazy("The officer asked to"),
        RECORD,
        _many("requested_actions", words.RequestedAction),
    ),
    Field("risks", gettext_lazy("Risks"), RECORD, _many("risk_flags", words.RiskFlag)),
    Field(
        "safe_contact",
        gettext_lazy("How to reach a trusted adult"),
        FULL,
        details.safe_contact,
        wide=True,
    ),
    Field("reporter", gettext_lazy("Reported by"), RECORD, _reporter),
    Field("welfare", gettext_lazy("Support asked for by"), frozenset({"RN"}), _welfare),
    Field(
        "narrative",
        gettext_lazy("What happened"),
        RECORD,
        _narrative,
        wide=True,
    ),
)
BY_NAME = {field.name: field for field in FIELDS}
