"""The plan of action: written together, and nobody's words lost."""

import threading

import pytest
from django.db import connections

from actors.roles import Role
from referrals.models import Notification
from referrals.workflow import plans
from referrals.workflow.errors import AlreadyDone, ChangedMeanwhile, NotAllowed
from referrals.workflow.plans import PlanConflict, mark_of
from referrals.workflow.tasking import TaskRefused
from tests.personas import settle_unmix
from tests.referrals.plan_of_action import add, complete, decide, line, submit, texts_of, write


@pytest.fixture
def report(unmix):
    return unmix.file().report


@pytest.fixture
def task(report):
    return report.tasks.get()


class TestWriting:
    def test_the_planning_cell_writes_and_nobody_else(self, unmix, task):
        for role in (Role.HOPC, Role.GENDER, Role.POLITICAL_AFFAIRS, Role.CPA):
            now = texts_of(task).get("known", "")
            write(unmix, task, role, seen={"known": mark_of(now)}, known=f"By {role}")
        for role in (Role.UNPOL_OFFICER, Role.DDR, Role.UNICEF_CP, Role.WHO):
            with pytest.raises(NotAllowed):
                write(unmix, task, role, unknown="x")
        assert texts_of(task) == {"known": "By CPA"}

    def test_two_people_in_two_sections_lose_nothing(self, unmix, task):
        write(unmix, task, Role.HOPC, objectives="Protect", risks="")
        write(unmix, task, Role.JOC, objectives="", risks="The road")
        assert texts_of(task) == {"objectives": "Protect", "risks": "The road"}

    def test_the_same_section_twice_is_a_conflict_that_stores_nothing(self, unmix, task):
        write(unmix, task, Role.HOPC, known="First")
        with pytest.raises(PlanConflict) as conflict:
            write(unmix, task, Role.JOC, known="Second", risks="The road")
        assert conflict.value.newer == {"known": "First"}
        assert texts_of(task) == {"known": "First"}
        write(unmix, task, Role.JOC, seen={"known": mark_of("First")}, known="Both")
        assert texts_of(task) == {"known": "Both"}

    def test_two_who_write_the_same_words_do_not_disagree(self, unmix, task):
        write(unmix, task, Role.HOPC, known="The same")
        write(unmix, task, Role.JOC, known=" The same ")
        assert texts_of(task) == {"known": "The same"}

    def test_a_text_can_be_emptied(self, unmix, task):
        write(unmix, task, known="Wrong")
        write(unmix, task, seen={"known": mark_of("Wrong")}, known="")
        assert texts_of(task) == {"known": ""}

    def test_a_text_is_refused_at_its_section(self, unmix, task):
        for text, code in (("x" * 4001, "long"), ("a\x00b", "characters")):
            with pytest.raises(TaskRefused) as refused:
                write(unmix, task, known="fine", risks=text)
            assert (refused.value.field, refused.value.code) == ("risks", code)
        assert texts_of(task) == {}

    def test_a_section_nobody_knows_is_left_out(self, unmix, task):
        write(unmix, task, press_approved="x", known="y")
        assert texts_of(task) == {"known": "y"}


class TestActions:
    def test_they_are_added_once_and_changed_and_taken_out(self, unmix, task):
        first, second = add(unmix, task, line("One"), line("Two"), line("One"))
        assert add(unmix, task, line("Two")) == []
        plans.change_action(
            task=task,
            by=unmix.user(Role.JOC),
            position=first.position,
            line=line("Three", owner=""),
            seen=plans.line_mark(first),
        )
        plans.remove_action(task=task, by=unmix.user(Role.HOPC), position=second.position)
        assert list(task.actions.values_list("what", "owner")) == [("Three", "")]

    def test_a_place_is_never_given_twice(self, unmix, task):
        (first,) = add(unmix, task, line("One"))
        plans.remove_action(task=task, by=unmix.user(Role.HOPC), position=first.position)
        (second,) = add(unmix, task, line("Two"))
        with pytest.raises(AlreadyDone, match="taken this action out"):
            plans.remove_action(task=task, by=unmix.user(Role.HOPC), position=first.position)
        assert list(task.actions.all()) == [second]

    def test_a_change_over_a_newer_one_is_refused(self, unmix, task):
        (action,) = add(unmix, task)
        seen = plans.line_mark(action)
        change = {"task": task, "position": action.position, "seen": seen}
        plans.change_action(by=unmix.user(Role.HOPC), line=line("Newer"), **change)
        with pytest.raises(ChangedMeanwhile):
            plans.change_action(by=unmix.user(Role.JOC), line=line("Mine"), **change)
        assert task.actions.get().what == "Newer"

    def test_words_and_a_component_are_needed(self, unmix, task):
        for bad, field in ((line("  "), "what"), (line(component="NOBODY"), "component")):
            with pytest.raises(plans.PlanRefused) as refused:
                add(unmix, task, bad)
            assert refused.value.field == field

    def test_soldiers_are_asked_to_alert_secure_escort_or_facilitate_and_nothing_else(
        self, unmix, task
    ):
        soldiers = {"component": Role.MILITARY_LIAISON}
        for what in ("Interview the witnesses", "Patrol: the road", "Escort the convoy"):
            with pytest.raises(plans.PlanRefused) as refused:
                add(unmix, task, line(what, **soldiers))
            assert (refused.value.field, refused.value.code) == ("what", "military")
        add(unmix, task, line("escort : the convoy to the hospital", **soldiers))
        assert task.actions.count() == 1

    def test_it_is_ticked_once_also_after_approval_and_unticked(self, unmix, task):
        complete(unmix, task)
        submit(unmix, task)
        decide(unmix, task)
        position = task.actions.get().position
        tick = {"task": task, "position": position}
        plans.tick_action(by=unmix.user(Role.HOPC), **tick)
        with pytest.raises(AlreadyDone, match="by Person of HOPC"):
            plans.tick_action(by=unmix.user(Role.JOC), **tick)
        assert task.actions.get().done_by == unmix.people[Role.HOPC]
        plans.tick_action(by=unmix.user(Role.JOC), is_done=False, **tick)
        assert task.actions.get().done_at is None
        with pytest.raises(NotAllowed):
            plans.tick_action(by=unmix.user(Role.UNICEF_CP), **tick)


class TestPress:
    LINES = "We condemn every attack."

    def approve(self, unmix, task, role=Role.CPA, lines=LINES):
        return plans.approve_press(task=task, by=unmix.user(role), seen=mark_of(lines))

    def test_a_change_takes_the_approval_back(self, unmix, task):
        write(unmix, task, press=self.LINES)
        self.approve(unmix, task)
        assert set(texts_of(task)["press_approved"]) == {"lead"}
        write(unmix, task, seen={"press": mark_of(self.LINES)}, press="Other words")
        assert texts_of(task) == {"press": "Other words"}

    def test_who_approves_is_told_of_the_first_lines_and_of_a_change_to_approved_ones(
        self, unmix, task
    ):
        def told() -> list[str]:
            notices = Notification.objects.filter(task=task, step__startswith="press")
            return sorted(notices.values_list("address", flat=True))

        write(unmix, task, Role.HOPC, press="Draft")
        assert told() == ["cpa@example.org"]
        write(unmix, task, Role.HOPC, seen={"press": mark_of("Draft")}, press=self.LINES)
        assert told() == ["cpa@example.org"]
        self.approve(unmix, task)
        write(unmix, task, Role.HOPC, seen={"press": mark_of(self.LINES)}, press="Other words")
        assert told() == ["cpa@example.org"] * 2

    def test_public_information_is_told_too_and_who_writes_them_is_not(self, unmix):
        task = unmix.file(facts={"media_attention": True}).report.tasks.get(code="plan_of_action")
        task.report.referrals.filter(role=Role.PUBLIC_INFORMATION).update(status="sent")
        write(unmix, task, Role.CPA, press=self.LINES)
        notices = Notification.objects.filter(task=task, step__startswith="press")
        assert list(notices.values_list("address", flat=True)) == ["public_information@example.org"]

    def test_what_was_not_read_is_not_approved(self, unmix, task):
        with pytest.raises(plans.PlanRefused):
            self.approve(unmix, task)
        write(unmix, task, press="Newer")
        with pytest.raises(ChangedMeanwhile):
            self.approve(unmix, task)
        with pytest.raises(NotAllowed):
            self.approve(unmix, task, Role.HOPC, "Newer")


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_write_the_same_section_one_wins_and_the_others_are_told():
    unmix = settle_unmix()
    task = unmix.file().report.tasks.get()
    outcomes = []

    def press(number):
        try:
            write(unmix, task, Role.HOPC, known=f"Text {number}")
            outcomes.append(number)
        except PlanConflict:
            outcomes.append(None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [each for each in outcomes if each is not None]
    assert len(outcomes) == 8
    assert [texts_of(task)["known"]] == [f"Text {n}" for n in winners]
