"""Who would be told? A made-up report, a moment and a mission: the people the rules would find."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from actors.directory import Cover, Seat
from actors.languages import listed
from actors.permissions import Reach, Viewer
from actors.roles import Role
from actors.views.frame import directory_page, show
from actors.walking import Found, Outcome, Step
from referrals.forms.who_would_be_told import TrialForm
from referrals.permissions import can_read_policy
from referrals.policy_words import gate_label, kind_label, redaction_label, role_label
from referrals.routing import FactsError, PolicyError, Recipient
from referrals.routing.decision import FiredGuard, Suppressed
from referrals.views.clock import span_words
from referrals.workflow.planning import PlannedRecipient
from referrals.workflow.policies import said
from referrals.workflow.trying import Answer, is_held, try_routing


@require_safe
@directory_page(Reach.FULL)
def who_would_be_told(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The question and, once it is complete, its answer. The address says what is tried."""
    with timezone.override(viewer.mission.zone):
        is_asked = TrialForm.is_asked_by(request.GET)
        form = TrialForm(request.GET if is_asked else None, mission=viewer.mission)
        is_good = is_asked and form.is_valid()
        context = _answered(request, form) if is_good else {"examples": _examples(viewer, form)}
        frame = {"form": form, "is_asked": is_asked}
        status = 422 if form.errors else 200
        return show(
            request, viewer, "referrals/who_would_be_told.html", frame | context, status=status
        )


def _answered(request: HttpRequest, form: TrialForm) -> dict[str, object]:
    """What the page shows of the answer. A policy that cannot decide is said, not hidden."""
    trial = form.trial()
    try:
        answer = try_routing(trial)
    except (FactsError, PolicyError) as error:
        return {"failure": str(error)}
    decision = answer.plan.decision
    number = answer.plan.policy_number
    return {
        "trial": trial,
        "answer": answer,
        "groups": _groups(answer),
        "priority": decision.priority,
        "is_flash": decision.flash,
        "is_misconduct": decision.track == "misconduct",
        "refused": [said(step.text, answer.plan.policy_id) for step in decision.refused],
        "guards": [_guard(answer, guard) for guard in decision.guards],
        "changed": form.changed_settings(),
        "policy_url": reverse("policy-version", args=[number])
        if can_read_policy(request.user)
        else "",
    }


def _groups(answer: Answer) -> list[dict[str, object]]:
    """Told at once, proposed, held, removed: as the desk reads the recipients of a report."""
    plan = answer.plan
    held = [planned for planned in plan.gated if is_held(planned)]
    proposed = [planned for planned in plan.gated if not is_held(planned)]
    lists = (
        ("told", _("Told at once"), [_item(answer, planned) for planned in plan.told]),
        ("awaiting", _("Proposed; they wait"), [_item(answer, planned) for planned in proposed]),
        ("held", _("Held back"), [_item(answer, planned) for planned in held]),
        (
            "removed",
            _("Removed by a guard"),
            [_removed(answer, each) for each in plan.decision.suppressed],
        ),
        ("removed", _("Looked for and not found"), _not_found(answer)),
    )
    return [{"key": key, "title": title, "items": items} for key, title, items in lists if items]


def _item(answer: Answer, planned: PlannedRecipient) -> dict[str, object]:
    recipient, seat = planned.recipient, planned.seat
    gate = "" if planned.is_told_at_once else gate_label(recipient.gate)
    return {
        "name": role_label(recipient.role),
        "organization": _who(answer, seat, is_gap=planned.is_gap),
        "kind": kind_label(recipient.kind),
        "sees": redaction_label(recipient.redaction),
        "label": _("Nobody here") if planned.is_gap else "",
        "tone": "bad",
        "gate": gate,
        "held_by": [
            _guard(answer, guard)
            for guard in answer.plan.decision.guards
            if guard.id in recipient.waits_for
        ],
        "within": span_words(planned.due_minutes * 60) if planned.due_minutes else "",
        **_explained(answer, recipient),
        "rule": recipient.rule,
    }


def _removed(answer: Answer, suppressed: Suppressed) -> dict[str, object]:
    seat = answer.seat_without(suppressed)
    return {
        "name": role_label(suppressed.role),
        "organization": _who(answer, seat) if seat else "",
        **_explained(answer, suppressed),
        "rule": suppressed.guard,
    }


def _not_found(answer: Answer) -> list[dict[str, object]]:
    """The field focal point where there is none: the rules then name another in their place."""
    if not answer.lacks_focal_point:
        return []
    role = Role.UNPOL_CPFP_FIELD
    reason = _("Nobody answers as field focal point here, so the rules turn to headquarters.")
    steps = [_step(answer, step) for step in answer.steps(role)]
    return [{"name": role.label, "reason": reason, "steps": steps}]


def _explained(answer: Answer, chosen: Recipient | Suppressed) -> dict[str, object]:
    """Why a role was chosen or taken out, and the way to who answers for it."""
    return {
        "reason": said(chosen.reason, answer.plan.policy_id),
        "source": chosen.source,
        "steps": [_step(answer, step) for step in answer.steps(chosen.role)],
    }


def _who(answer: Answer, seat: Seat | None, *, is_gap: bool = False) -> str:
    """The organization, the people and why they answer, in one line."""
    if seat is None:
        return _("nobody in the directory")
    names = listed(answer.names(seat)) or _("no person named")
    line = _("%(organization)s: %(names)s, %(why)s") % {
        "organization": seat.organization,
        "names": names,
        "why": _COVERS[seat.cover],
    }
    return _("nobody in the directory, so instead: %(line)s") % {"line": line} if is_gap else line


def _step(answer: Answer, step: Step) -> dict[str, object]:
    return {"place": _place(answer, step), "posts": [_post(answer, each) for each in step.found]}


def _place(answer: Answer, step: Step) -> str:
    if step.organization_id is not None:
        return str(answer.organizations[step.organization_id])
    return step.area.name if step.area else _("The whole mission")


def _post(answer: Answer, found: Found) -> dict[str, object]:
    seat, outcome = found.seat, found.outcome
    people = answer.away(seat) if outcome == Outcome.ON_LEAVE else answer.names(seat)
    return {
        "title": seat.title or seat.organization,
        "organization": seat.organization if seat.title else "",
        "people": listed(people),
        "is_chosen": outcome == Outcome.CHOSEN,
        "why": _COVERS[seat.cover] if outcome == Outcome.CHOSEN else _OUTCOMES[outcome],
    }


def _guard(answer: Answer, guard: FiredGuard) -> dict[str, str]:
    reason = said(guard.reason, answer.plan.policy_id)
    return {"id": guard.id, "reason": reason, "source": guard.source}


def _examples(viewer: Viewer, form: TrialForm) -> list[dict[str, str]]:
    """Worked scenarios as links, in a district where officers work; none without a district."""
    districts = form.fields["area"].queryset
    area = districts.filter(posts__role=Role.UNPOL_OFFICER).first() or districts.first()
    if area is None:
        return []
    here = {"mission": viewer.mission.code, "area": area.code}
    return [
        {"code": code, "title": title, "url": "?" + urlencode(here | facts, doseq=True)}
        for code, title, facts in EXAMPLES
    ]


_COVERS = {
    Cover.SHIFT: gettext_lazy("on shift"),
    Cover.SHIFT_DEPUTY: gettext_lazy("the deputy on shift stands in"),
    Cover.HOLDER: gettext_lazy("holds the post"),
    Cover.DEPUTY: gettext_lazy("the deputy stands in"),
    Cover.DESK: gettext_lazy("its duty desk answers"),
    Cover.NOBODY: gettext_lazy("nobody answers"),
}
_OUTCOMES = {
    Outcome.NOBODY: gettext_lazy("passed over: nobody on duty"),
    Outcome.ON_LEAVE: gettext_lazy("passed over: on leave, and nobody stands in"),
    Outcome.IMPLICATED: gettext_lazy("passed over: tied to the alleged party"),
    Outcome.FARTHER: gettext_lazy("not needed: farther away"),
    Outcome.DEPUTY: gettext_lazy("not needed: only a deputy, and another post here has its holder"),
    Outcome.ONE_IS_ENOUGH: gettext_lazy("not needed: another post here answers"),
}

# Scenarios of the field policy (its sources name them), as the address of this page.
EXAMPLES = (
    (
        "S04",
        gettext_lazy("Attack on the children's ward of a hospital, learnt from social workers"),
        {
            "violations": "attack_school_hospital",
            "facility": "hospital",
            "source": "social_worker",
            "patrol": "joint_host_state",
        },
    ),
    (
        "S01",
        gettext_lazy("Abduction of three children who are still missing"),
        {
            "violations": "abduction",
            "perpetrator": "armed_group",
            "children_unknown": 3,
            "child_still_missing": "on",
            "source": "community",
        },
    ),
    (
        "S14",
        gettext_lazy("Girl formerly with an armed group, who agrees to be helped"),
        {
            "violations": "recruitment_use",
            "perpetrator": "armed_group",
            "children_unknown": 1,
            "child_contact": "on",
            "interlocutor_preference": "female",
            "needs": ["psychosocial", "reintegration"],
            "consent": "given",
            "source": "victim_disclosure",
            "set_reporting_line": "officer",
        },
    ),
    (
        "S15",
        gettext_lazy("Refugee boy alone in a camp, who asks for his family"),
        {
            "concerns": "unaccompanied_separated",
            "conflict_nexus": "unknown",
            "displacement": "refugee",
            "children_unknown": 1,
            "child_contact": "on",
            "interlocutor_preference": "male",
            "needs": "family_tracing",
            "source": "victim_disclosure",
        },
    ),
    (
        "S20",
        gettext_lazy("Allegation against a member of a UN contingent"),
        {
            "violations": "sexual_violence",
            "perpetrator": "un_personnel",
            "children_unknown": 1,
            "needs": "medical",
            "source": "community",
        },
    ),
    (
        "S29",
        gettext_lazy("Boy held with adults in a police cell"),
        {
            "concerns": "child_detained",
            "perpetrator": "host_state_police",
            "children_unknown": 1,
            "needs": ["legal", "family_tracing"],
            "source": "direct_observation",
        },
    ),
    (
        "S30",
        gettext_lazy("Killing of a girl in a mission without Child Protection Advisers"),
        {
            "violations": "killing_maiming",
            "perpetrator": "armed_group",
            "children_unknown": 1,
            "set_has_cpa": "no",
        },
    ),
)
