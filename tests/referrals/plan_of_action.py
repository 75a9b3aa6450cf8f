"""Writing a plan of action in tests."""

from django.utils import timezone

from actors.roles import Role
from referrals.models import Task
from referrals.workflow import plans
from referrals.workflow.plan_decisions import decide_plan, submit_plan
from referrals.workflow.plan_sections import SECTIONS
from referrals.workflow.plans import ActionLine, mark_of

NEEDED = [section.key for section in SECTIONS if section.key != "press"]
EMPTY = mark_of("")


def write(unmix, task, role=Role.JOC, seen=None, **texts):
    seen = dict.fromkeys(texts, EMPTY) | (seen or {})
    return plans.save_sections(task=task, by=unmix.user(role), texts=texts, seen=seen)


def line(what="Patrol the road", **changes) -> ActionLine:
    values = {"component": "HOPC", "owner": "Duty officer", "due_at": timezone.now()}
    return ActionLine(what=what, **values | changes)


def add(unmix, task, *lines, role=Role.HOPC):
    return plans.add_actions(task=task, by=unmix.user(role), lines=list(lines) or [line()])


def complete(unmix, task):
    write(unmix, task, **{key: f"Words on {key}" for key in NEEDED})
    add(unmix, task)


def submit(unmix, task, role=Role.HOPC):
    return submit_plan(task=task, by=unmix.user(role))


def decide(unmix, task, number=1, role=Role.SRSG_OFFICE, is_approved=True, note=""):
    return decide_plan(
        task=task, by=unmix.user(role), number=number, is_approved=is_approved, note=note
    )


def texts_of(task) -> dict[str, str]:
    return Task.objects.get(pk=task.pk).sections
