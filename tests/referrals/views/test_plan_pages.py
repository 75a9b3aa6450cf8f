"""The plan of action on its page: what is refused where, nothing lost, who decides."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.roles import Role
from referrals.models import PlanVersion, Task
from referrals.workflow import plans
from referrals.workflow.plan_decisions import decide_plan, submit_plan
from referrals.workflow.plans import ActionLine, mark_of
from tests.referrals.views.plan_pages import NEEDED, fill, form_of, press, read, url

STATEMENTS = 11
PRESSED = {"media_attention": True, "ongoing_threat": True}


@pytest.fixture
def report(unmix):
    return unmix.file(narrative="CANARY").report


@pytest.fixture
def task(report):
    return report.tasks.get()


def tell_public_information(report) -> None:
    """As the adviser's release does."""
    row = report.referrals.filter(role=Role.PUBLIC_INFORMATION)
    row.update(status="sent", released_at=timezone.now())


class TestWritingThePlan:
    def test_what_is_missing_is_named_and_linked(self, as_role, task):
        page = read(as_role(Role.HOPC), url(task, "plan/"))
        assert "8 gaps are open" in page
        for key in (*NEEDED, "actions"):
            assert f'href="#part-{key}"' in page
            assert f'id="part-{key}"' in page

    def test_texts_and_actions_are_kept(self, as_role, task):
        browser = as_role(Role.HOPC)
        new = {"new-what": "Patrol", "new-component": "HOPC", "new-owner": "Duty officer"}
        new["new-due_at"] = "2031-01-01T10:00"
        answer = press(browser, task, "add", known="What we know", **new)
        assert answer.status_code == 302
        page = read(browser, url(task, "plan/"))
        assert "What we know" in page
        action = task.actions.get()
        assert (action.what, action.component, action.owner) == ("Patrol", "HOPC", "Duty officer")
        assert action.due_at.astimezone(task.report.mission.zone).hour == 10

    def test_two_at_once_lose_no_text(self, as_role, unmix, task):
        mine, theirs = as_role(Role.HOPC), as_role(Role.JOC)
        opened = form_of(mine, task)
        press(theirs, task, known="Their words", risks="Their risks")
        answer = press(mine, task, form=opened, known="My words", objectives="My aims")
        page = answer.content.decode()
        assert answer.status_code == 422
        for text in ("Their words", "My words", "Their risks", "My aims", "Somebody else changed"):
            assert text in page
        sections = Task.objects.get(pk=task.pk).sections
        assert sections == {"known": "Their words", "risks": "Their risks"}
        seen = dict(re.findall(r'name="(seen-\w+)"\s+value="(\w+)"', page))
        again = press(
            mine,
            task,
            form=opened | seen,
            known="Both words",
            objectives="My aims",
            risks="Their risks",
        )
        assert again.status_code == 302
        assert Task.objects.get(pk=task.pk).sections == {
            "known": "Both words",
            "risks": "Their risks",
            "objectives": "My aims",
        }

    def test_a_refused_button_keeps_what_was_typed(self, as_role, task):
        answer = press(as_role(Role.HOPC), task, "add", known="Kept", **{"new-owner": "Somebody"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Say what is to be done." in page
        assert 'value="Somebody"' in page
        assert Task.objects.get(pk=task.pk).sections == {"known": "Kept"}

    def test_what_may_not_be_asked_of_soldiers_is_refused_at_the_action(self, as_role, task):
        new = {"new-what": "Interview witnesses", "new-component": "MILITARY_LIAISON"}
        answer = press(as_role(Role.HOPC), task, "add", **new)
        assert answer.status_code == 422
        assert list(answer.context["new_action"].errors) == ["what"]
        assert "Begin with one of these: Alert:, Secure:, Escort:, Facilitate:." in str(
            answer.context["new_action"].errors
        )
        assert task.actions.count() == 0

    def test_an_action_is_changed_and_a_newer_one_shown_beside(self, as_role, unmix, task):
        fill(unmix, task)
        at = f"a{task.actions.get().position}"
        mine, theirs = as_role(Role.HOPC), as_role(Role.JOC)
        row = {f"{at}-component": "HOPC", f"{at}-owner": "Duty officer", f"{at}-due_at": ""}
        opened = form_of(mine, task)
        assert press(theirs, task, **row | {f"{at}-what": "Theirs"}).status_code == 302
        answer = press(mine, task, form=opened, **row | {f"{at}-what": "Mine"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Theirs" in page
        assert "Mine" in page
        assert task.actions.get().what == "Theirs"

    def test_ticked_templates_are_added_once(self, as_role, task):
        browser = as_role(Role.HOPC)
        offers = ["fpu_visible", "ipo_patrol", "nonsense"]
        press(browser, task, "offer", offer=offers)
        press(browser, task, "offer", offer=offers)
        assert task.actions.count() == 2
        assert "Gap: nobody or no time" in read(browser, url(task, "plan/"))
        refused = press(browser, task, "offer")
        assert refused.status_code == 422
        assert "Tick at least one action to add." in refused.content.decode()

    def test_a_name_in_a_text_is_warned_of(self, as_role, task):
        data = form_of(as_role(Role.HOPC), task)
        answer = as_role(Role.HOPC).post(
            url(task, "plan/"),
            data | {"do": "save", "known": "Call Amina Haddad on +252 61 555 0101"},
            follow=True,
        )
        assert "A text may say who somebody is" in answer.content.decode()

    def test_what_was_typed_when_the_plan_ended_is_shown_to_be_copied(self, as_role, unmix, task):
        fill(unmix, task)
        browser = as_role(Role.JOC)
        opened = form_of(browser, task)
        submit_plan(task=task, by=unmix.user(Role.HOPC))
        decide_plan(task=task, by=unmix.user(Role.SRSG_OFFICE), number=1, is_approved=True)
        answer = press(browser, task, form=opened, risks="A new risk")
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "A new risk" in page
        assert "Not stored: the plan had ended" in page
        assert Task.objects.get(pk=task.pk).sections["risks"] == "Words on risks"


class TestDeciding:
    def test_a_plan_with_gaps_is_refused_at_its_fields(self, as_role, task):
        answer = press(as_role(Role.HOPC), task, "submit", known="We know this")
        assert answer.status_code == 422
        forms = {name for form in answer.context["refused_forms"] for name in form.errors}
        assert forms == {*NEEDED, "__all__"} - {"known"}
        assert Task.objects.get(pk=task.pk).sections == {"known": "We know this"}

    def test_the_lead_cancels_it_with_a_reason(self, as_role, task):
        browser = as_role(Role.CPA)
        refused = browser.post(url(task, "end/"), {"as": "cancelled", "outcome": ""})
        assert refused.status_code == 422
        assert "Say why it is not needed any more." in refused.content.decode()
        assert 'value="done"' not in refused.content.decode()
        data = {"as": "cancelled", "outcome": "A false alarm"}
        assert (
            "A false alarm" in browser.post(url(task, "end/"), data, follow=True).content.decode()
        )
        assert Task.objects.get(pk=task.pk).status == "cancelled"

    def test_it_is_submitted_returned_mended_and_approved(self, as_role, unmix, task):
        fill(unmix, task)
        hopc, srsg = as_role(Role.HOPC), as_role(Role.SRSG_OFFICE)
        assert "Your decision" not in read(srsg, url(task, "plan/"))
        press(hopc, task, "submit")
        page = read(srsg, url(task, "plan/"))
        assert "Your decision" in page
        assert "Your decision" not in read(as_role(Role.JOC), url(task, "plan/"))
        refused = srsg.post(url(task, "decide/"), {"version": "1", "as": "returned", "note": ""})
        assert refused.status_code == 422
        assert "Say what is missing, so that it can be mended." in refused.content.decode()
        srsg.post(url(task, "decide/"), {"version": "1", "as": "returned", "note": "The ward?"})
        assert "The ward?" in read(hopc, url(task, "plan/"))
        press(hopc, task, "submit", services="The ward is moved")
        data = {"version": "2", "as": "approved", "note": ""}
        page = srsg.post(url(task, "decide/"), data, follow=True).content.decode()
        assert "Approved. The plan is in force." in page
        assert "Version 2 approved." in page
        in_french = hopc.get(url(task, "plan/"), headers={"accept-language": "fr"})
        assert "Version 2 approuvée." in in_french.content.decode()
        stale = hopc.post(url(task, "decide/"), data, follow=True).content.decode()
        assert "Already done: Approved, by Person of SRSG_OFFICE" in stale
        assert PlanVersion.objects.count() == 2

    def test_public_information_finds_the_lines_from_the_report_and_no_task(self, as_role, unmix):
        report = unmix.file(narrative="CANARY", facts=PRESSED).report
        tell_public_information(report)
        page = read(as_role(Role.PUBLIC_INFORMATION), f"/reports/{report.reference}/")
        assert f'<a href="{url(report.tasks.get(code="plan_of_action"), "plan/")}">' in page
        assert "Lines for the press" in page
        assert report.tasks.count() == 3
        for other in ("Plan of action", "Physical protection", "host-State police", "Open a task"):
            assert other not in page

    def test_public_information_reads_the_lines_alone_and_approves_them(self, as_role, unmix):
        report = unmix.file(narrative="CANARY", facts={"media_attention": True}).report
        task = report.tasks.get()
        fill(unmix, task)
        tell_public_information(report)
        press(as_role(Role.HOPC), task, press="We condemn every attack.")
        browser = as_role(Role.PUBLIC_INFORMATION)
        page = read(browser, url(task, "plan/"))
        assert "We condemn every attack." in page
        assert "Words on known" not in page
        assert "CANARY" not in page
        mark = mark_of("We condemn every attack.")
        browser.post(url(task, "plan/"), {"do": "press", "press-read": mark})
        as_role(Role.CPA).post(url(task, "plan/"), {"do": "press", "press-read": mark})
        approved = Task.objects.get(pk=task.pk).sections["press_approved"]
        assert set(approved) == {"lead", "information"}
        for do in ("save", "submit", "add"):
            answer = browser.post(url(task, "plan/"), {"do": do, "known": "x", "new-what": "y"})
            assert answer.status_code == 404


class TestStatements:
    @pytest.mark.parametrize("number", [1, 3, 50])
    def test_the_plan_takes_as_many_whatever_its_size(self, as_role, unmix, task, number):
        fill(unmix, task)
        lines = [ActionLine("HOPC", f"Patrol {n}") for n in range(number)]
        plans.add_actions(task=task, by=unmix.user(Role.HOPC), lines=lines)
        for version in range(min(number, 3)):
            content = {"sections": {}, "actions": []}
            PlanVersion.objects.create(
                task=task,
                number=version + 1,
                content=content,
                submitted_by=unmix.people[Role.HOPC],
                submitted_at=timezone.now(),
            )
        browser = as_role(Role.HOPC)
        read(browser, url(task, "plan/"))
        with CaptureQueriesContext(connection) as captured:
            read(browser, url(task, "plan/"))
        assert len(captured) == STATEMENTS
