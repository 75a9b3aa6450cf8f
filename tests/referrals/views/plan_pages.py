"""What a browser does on the pages of tasks and of the plan of action."""

from django.utils import timezone

from actors.roles import Role
from referrals.workflow import plans
from referrals.workflow.plan_sections import SECTIONS
from referrals.workflow.plans import ActionLine, mark_of

NEEDED = [section.key for section in SECTIONS if section.key != "press"]


def url(task, name="") -> str:
    return f"/reports/{task.report.reference}/tasks/{task.uuid}/{name}"


def read(browser, address) -> str:
    return browser.get(address).content.decode()


def form_of(browser, task, **changes) -> dict[str, str]:
    """What a browser would send: every field of the plan as it stands on its page, changed."""
    shown = browser.get(url(task, "plan/")).context
    data = {part["key"]: part["text"] for part in shown["sections"]}
    data |= {f"seen-{part['key']}": part["mark"] for part in shown["sections"]}
    data["press-read"] = shown["press"]["mark"]
    for row in shown["rows"]:
        moment = row["due_at"]
        zone = task.report.mission.zone
        written = f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}" if moment else ""
        values = {field.html_name: field.value() or "" for field in row["form"]}
        at = f"a{row['position']}"
        data |= values | {f"{at}-due_at": written, f"{at}-seen": row["mark"]}
    return data | changes


def press(browser, task, do="save", form=None, **changes):
    data = (form if form is not None else form_of(browser, task)) | changes
    return browser.post(url(task, "plan/"), data | {"do": do})


def fill(unmix, task) -> None:
    texts = {key: f"Words on {key}" for key in NEEDED}
    seen = {key: mark_of("") for key in NEEDED}
    plans.save_sections(task=task, by=unmix.user(Role.JOC), texts=texts, seen=seen)
    line = ActionLine("HOPC", "Patrol the road", "Duty officer", timezone.now())
    plans.add_actions(task=task, by=unmix.user(Role.JOC), lines=[line])
