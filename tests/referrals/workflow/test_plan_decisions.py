"""The plan of action before leadership: what is missing, what is kept, and who decides."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import InternalError, transaction
from django.utils import timezone

from actors.roles import Role
from referrals.models import HistoryEntry, Notification, PlanVersion, Report, Verb
from referrals.workflow import plans
from referrals.workflow.errors import AlreadyDone, NotAllowed
from referrals.workflow.plan_decisions import PlanIncomplete
from referrals.workflow.plans import mark_of
from referrals.workflow.tasking import open_task
from tests.referrals.plan_of_action import NEEDED, add, complete, decide, line, submit, write


@pytest.fixture
def report(unmix):
    return unmix.file().report


@pytest.fixture
def task(report):
    return report.tasks.get()


class TestSubmitting:
    def test_what_is_missing_is_named_at_its_place(self, unmix, task):
        with pytest.raises(PlanIncomplete) as incomplete:
            submit(unmix, task)
        assert set(incomplete.value.gaps) == {*NEEDED, "actions"}
        assert PlanVersion.objects.count() == 0

    def test_an_action_without_a_person_or_a_time_is_a_gap(self, unmix, task):
        complete(unmix, task)
        add(unmix, task, line("Loose", owner=""), line("Late", due_at=None))
        with pytest.raises(PlanIncomplete) as incomplete:
            submit(unmix, task)
        assert incomplete.value.gaps == {
            "actions": "An action lacks a person or a time: Loose; Late"
        }

    def test_lines_for_the_press_are_needed_and_approved_where_somebody_asks(self, unmix):
        task = unmix.file(facts={"media_attention": True}).report.tasks.get()
        complete(unmix, task)
        with pytest.raises(PlanIncomplete) as incomplete:
            submit(unmix, task)
        assert set(incomplete.value.gaps) == {"press"}
        write(unmix, task, press="We condemn every attack.")
        with pytest.raises(PlanIncomplete):
            submit(unmix, task)
        plans.approve_press(
            task=task, by=unmix.user(Role.CPA), seen=mark_of("We condemn every attack.")
        )
        assert submit(unmix, task).number == 1

    def test_the_whole_plan_is_kept_and_the_database_refuses_to_change_it(self, unmix, task):
        complete(unmix, task)
        version = submit(unmix, task)
        seen = {"known": mark_of("Words on known")}
        write(unmix, task, seen=seen, known="Later")
        version.refresh_from_db()
        assert version.content["sections"]["known"] == "Words on known"
        assert [each["what"] for each in version.content["actions"]] == ["Patrol the road"]
        with pytest.raises(InternalError), transaction.atomic():
            PlanVersion.objects.update(number=9)

    def test_leadership_is_told_and_the_history_says_so(self, unmix, task):
        complete(unmix, task)
        submit(unmix, task)
        told = Notification.objects.filter(task=task).values_list("address", flat=True)
        assert set(told) == {"hopc@example.org", "srsg_office@example.org"}
        entry = HistoryEntry.objects.get(verb=Verb.PLAN_SUBMITTED)
        assert entry.details == {"task": "plan_of_action", "version": 1}

    def test_the_same_plan_is_submitted_once_and_a_changed_one_again(self, unmix, task):
        complete(unmix, task)
        submit(unmix, task)
        with pytest.raises(AlreadyDone, match="version 1, submitted by Person of HOPC"):
            submit(unmix, task, Role.JOC)
        add(unmix, task, line("Another"))
        assert submit(unmix, task).number == 2


class TestDeciding:
    @pytest.fixture
    def waiting(self, unmix, task):
        complete(unmix, task)
        submit(unmix, task)
        return task

    def test_approving_ends_the_task(self, unmix, waiting):
        decision = decide(unmix, waiting)
        waiting.refresh_from_db()
        assert (decision.is_approved, waiting.status, waiting.ended_by, waiting.outcome) == (
            True,
            "done",
            unmix.people[Role.SRSG_OFFICE],
            "",
        )
        entry = HistoryEntry.objects.get(verb=Verb.PLAN_DECIDED)
        assert entry.details == {"task": "plan_of_action", "version": 1, "is_approved": True}
        with pytest.raises(AlreadyDone, match="Done, by Person of SRSG_OFFICE"):
            write(unmix, waiting, known="Too late")

    def test_whoever_has_an_action_in_it_is_told_once_it_is_approved(self, unmix, task):
        complete(unmix, task)
        add(unmix, task, replace(line("Women in every patrol"), component="GENDER"))
        add(unmix, task, replace(line("Stay away"), component="DDR"))  # not told of the report
        submit(unmix, task)
        before = list(Notification.objects.values_list("pk", flat=True))
        decide(unmix, task)
        told = Notification.objects.exclude(pk__in=before).values_list("address", flat=True)
        assert sorted(told) == ["gender@example.org", "hopc@example.org"]

    def test_returning_needs_a_note_and_leaves_the_plan_open(self, unmix, waiting):
        with pytest.raises(plans.PlanRefused) as refused:
            decide(unmix, waiting, is_approved=False, note=" ")
        assert refused.value.field == "note"
        decide(unmix, waiting, role=Role.HOPC, is_approved=False, note="What of the ward?")
        waiting.refresh_from_db()
        assert waiting.status == "open"
        assert submit(unmix, waiting).number == 2

    def test_only_leadership_that_was_told_decides(self, unmix, waiting):
        for role in (Role.CPA, Role.JOC, Role.DSRSG_RC_HC, Role.UNPOL_OFFICER):
            with pytest.raises(NotAllowed):
                decide(unmix, waiting, role=role)

    def test_the_second_to_decide_is_told_who_was_first(self, unmix, waiting):
        decide(unmix, waiting, is_approved=False, note="What of the ward?")
        with pytest.raises(AlreadyDone, match="Returned, by Person of SRSG_OFFICE"):
            decide(unmix, waiting, role=Role.HOPC)

    def test_an_older_version_is_not_decided_once_a_newer_waits(self, unmix, waiting):
        add(unmix, waiting, line("Another"))
        submit(unmix, waiting)
        with pytest.raises(AlreadyDone, match="A newer version waits: version 2"):
            decide(unmix, waiting)
        with pytest.raises(NotAllowed):
            decide(unmix, waiting, number=3)

    def test_after_new_facts_a_plan_is_amended_not_begun_anew(self, unmix, report, waiting):
        decide(unmix, waiting)
        again = open_task(
            report=Report.objects.get(pk=report.pk),
            by=unmix.user(Role.CPA),
            code="plan_of_action",
            owner=Role.HOPC,
            due_at=timezone.now() + timedelta(minutes=90),
        )
        assert again.sections == {key: f"Words on {key}" for key in NEEDED}
        assert [action.what for action in again.actions.all()] == ["Patrol the road"]
        assert waiting.actions.count() == 1
