"""One verb on many reports: each row once, by the verb of its button, with an answer for each."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from actors.models import PostHolding
from actors.roles import Role
from referrals.models import BulkRun, HistoryEntry, Report
from referrals.workflow import bulk
from referrals.workflow.bulk import start_run, work_run, work_runs
from referrals.workflow.errors import FieldRefused, NotAllowed
from referrals.workflow.triage import acknowledge_report


@pytest.fixture
def reports(unmix):
    return [unmix.file().report for _each in range(3)]


@pytest.fixture
def begun(unmix, reports):
    """A function that begins a run of the adviser over the reports."""

    def begin(verb="acknowledge", given=None, by=None, key=None, chosen=reports):
        return start_run(
            by=by or unmix.user(Role.CPA),
            verb=verb,
            given=given or {},
            references=[report.reference for report in chosen],
            key=key or uuid4(),
        )

    return begin


def always() -> bool:
    return True


def after(rows: int):
    """To keep going until so many rows are done."""
    left = iter(range(rows - 1))
    return lambda: next(left, None) is not None


def outcomes(run) -> list[str]:
    return list(run.lines.values_list("outcome", flat=True))


def acknowledged() -> int:
    return HistoryEntry.objects.filter(verb="acknowledged", referral__role="CPA").count()


def test_each_row_is_done_once_and_the_run_ends(begun):
    run = begun()
    assert work_runs(keep_going=always) is False
    run.refresh_from_db()
    assert outcomes(run) == ["ok", "ok", "ok"]
    assert (run.done, run.total, run.finished_at is None) == (3, 3, False)
    assert acknowledged() == 3


def test_a_row_that_changed_meanwhile_says_why_and_the_rest_is_done(unmix, reports, begun):
    run = begun()
    acknowledge_report(report=reports[1], by=unmix.user(Role.CPA))
    work_run(run, keep_going=always)
    lines = {line.report_id: line for line in run.lines.all()}
    assert [lines[report.pk].outcome for report in reports] == ["ok", "already", "ok"]
    assert "Already acknowledged by Person of CPA" in lines[reports[1].pk].said
    assert acknowledged() == 3


def test_a_refusal_is_said_in_the_words_of_the_single_button(reports, begun):
    run = begun("close-report", {"reason": "served", "words": "It ended."})
    work_run(run, keep_going=always)
    assert outcomes(run) == ["refused"] * 3
    assert "Acknowledge it first" in run.lines.first().said
    assert set(Report.objects.values_list("status", flat=True)) == {"submitted"}


def test_a_run_that_ended_its_turn_goes_on_where_it_stood(begun):
    run = begun()
    assert work_runs(keep_going=after(2)) is True
    assert outcomes(run) == ["ok", "ok", ""]
    assert work_runs(keep_going=always) is False
    assert outcomes(run) == ["ok", "ok", "ok"]
    assert acknowledged() == 3


class Killed(BaseException):
    """The process is gone: nothing after it runs."""


def test_a_worker_killed_within_a_row_leaves_it_to_the_next_one(begun, monkeypatch):
    run, done = begun(), []

    def die_on_the_second(report, by, given):
        done.append(report)
        result = acknowledge_report(report=report, by=by)
        if len(done) == 2:
            raise Killed
        return result

    verb = bulk.VERBS["acknowledge"]
    dying = bulk.BulkVerb(verb.label, die_on_the_second, verb.hindrance)
    monkeypatch.setitem(bulk.VERBS, "acknowledge", dying)
    with pytest.raises(Killed):
        work_run(run, keep_going=always)
    run.refresh_from_db()
    assert (outcomes(run), run.done) == (["ok", "", ""], 1)
    # Its claim still stands, so nobody takes it from a worker that may only be slow.
    assert work_runs(keep_going=always) is False
    assert outcomes(run) == ["ok", "", ""]
    BulkRun.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    work_runs(keep_going=always)
    assert outcomes(run) == ["ok", "ok", "ok"]
    assert acknowledged() == 3


def test_a_worker_whose_claim_somebody_took_stops(begun):
    run = begun()

    def overtaken() -> bool:
        BulkRun.objects.update(claimed_until=timezone.now() + timedelta(hours=1))
        return True

    work_run(run, keep_going=overtaken)
    assert outcomes(run) == ["ok", "", ""]


def test_a_row_that_breaks_is_named_and_does_not_stop_the_others(begun, monkeypatch, caplog):
    run = begun()

    def breaks_once(report, by, given):
        if report.pk == run.lines.first().report_id:
            raise RuntimeError("CANARY")
        return acknowledge_report(report=report, by=by)

    verb = bulk.VERBS["acknowledge"]
    broken = bulk.BulkVerb(verb.label, breaks_once, verb.hindrance)
    monkeypatch.setitem(bulk.VERBS, "acknowledge", broken)
    work_run(run, keep_going=always)
    assert outcomes(run) == ["failed", "ok", "ok"]
    assert "CANARY" not in caplog.text


def test_somebody_who_rotated_out_meanwhile_does_nothing_more(unmix, begun):
    run = begun()
    posts = PostHolding.objects.filter(post=unmix.posts[Role.CPA])
    posts.update(held_until=timezone.now() - timedelta(seconds=1))
    work_run(run, keep_going=always)
    assert outcomes(run) == ["gone"] * 3
    assert acknowledged() == 0


def test_reports_one_may_not_see_are_silently_left_out(unmix, reports, begun):
    outsider = unmix.user(Role.UNICEF_CP)
    with pytest.raises(FieldRefused) as refused:
        begun(by=outsider)
    assert refused.value.field == "references"
    assert BulkRun.objects.count() == 0


def test_the_same_page_sent_twice_is_one_run(begun):
    key = uuid4()
    assert begun(key=key) == begun(key=key)
    assert BulkRun.objects.get().lines.count() == 3


def test_somebody_elses_key_is_refused(unmix, begun):
    run = begun()
    with pytest.raises(NotAllowed):
        begun(by=unmix.user(Role.CPA_SENIOR), key=run.uuid)


def test_too_many_at_once_are_refused(begun, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 2)
    with pytest.raises(FieldRefused) as refused:
        begun()
    assert refused.value.code == "many"


def test_a_phase_set_by_somebody_since_is_not_overwritten(unmix, reports, begun):
    for report in reports:
        acknowledge_report(report=report, by=unmix.user(Role.CPA))
    given = {"phase": "response", "seen_at": timezone.now().isoformat()}
    first = begun("set-phase", given, chosen=reports[:1])
    work_run(first, keep_going=always)
    later = begun("set-phase", given | {"phase": "prevention"})
    work_run(later, keep_going=always)
    assert outcomes(later) == ["already", "ok", "ok"]
    assert Report.objects.get(pk=reports[0].pk).poc_phase == "response"


def test_what_is_followed_up_and_closed_tells_its_history_as_the_button_does(unmix, reports, begun):
    for report in reports:
        acknowledge_report(report=report, by=unmix.user(Role.CPA))
        report.referrals.filter(status__in=("proposed", "held")).update(status="revoked")
        report.tasks.update(status="done", ended_at=timezone.now())
    work_run(begun("follow-up"), keep_going=always)
    assert set(Report.objects.values_list("status", flat=True)) == {"follow_up"}
    run = begun("close-report", {"reason": "served", "words": "It ended."})
    work_run(run, keep_going=always)
    assert outcomes(run) == ["ok"] * 3
    closed = HistoryEntry.objects.filter(verb="closed").values_list("details", flat=True)
    assert [each["words"] for each in closed] == ["It ended."] * 3


@pytest.mark.parametrize("verb", sorted(bulk.VERBS))
def test_what_the_preview_refuses_the_verb_refuses_too(unmix, reports, begun, verb):
    """Before anything was acknowledged, and once all is closed."""
    person = unmix.user(Role.CPA)
    given = {
        "reason": "served",
        "words": "It ended.",
        "phase": "prevention",
        "seen_at": timezone.now().isoformat(),
    }
    Report.objects.filter(pk=reports[0].pk).update(status="closed")
    acknowledge_report(report=reports[1], by=person)
    for report in reports:
        fresh = Report.objects.visible_to(person).in_full().get(pk=report.pk)
        hindrance = bulk.VERBS[verb].hindrance(fresh, person)
        run = begun(verb, given, chosen=[report])
        work_run(run, keep_going=always)
        assert bool(hindrance) == (outcomes(run) != ["ok"]), report
