"""Many reports at once: the preview, the confirmation, and the answer for each row."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actors.models import PostHolding
from actors.roles import Role
from actors.standing import standing_of
from referrals.models import BulkRun, HistoryEntry
from referrals.views.bulk import bulk_verbs
from referrals.workflow import bulk
from referrals.workflow.triage import acknowledge_report


@pytest.fixture
def reports(unmix):
    return [unmix.file().report for _each in range(3)]


@pytest.fixture
def adviser(as_role):
    return as_role(Role.CPA)


def choose(browser, verb, reports=(), **more):
    chosen = {"verb": verb, "report": [report.reference for report in reports]}
    return browser.post(reverse("bulk"), chosen | more)


def confirm(browser, verb, reports, **given):
    values = {
        "references": " ".join(report.reference for report in reports),
        "key": str(uuid4()),
        "seen_at": timezone.now().isoformat(),
    }
    return browser.post(reverse("start-bulk", args=[verb]), values | given)


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_preview_says_what_would_happen_and_changes_nothing(unmix, reports, adviser):
    acknowledge_report(report=reports[0], by=unmix.user(Role.CPA))
    page = text(choose(adviser, "acknowledge", reports))
    assert 'Would be done <span class="n">2</span>' in page
    assert "Nothing of it waits for you to acknowledge." in page
    assert HistoryEntry.objects.filter(verb="acknowledged", actor__isnull=False).count() == 1
    assert BulkRun.objects.count() == 0


def test_reports_one_may_not_see_are_not_there(unmix, reports, as_role):
    page = text(choose(as_role(Role.UNICEF_CP), "acknowledge", reports))
    assert not [report for report in reports if report.reference in page]
    assert "Acknowledge: 0 reports" in page


def test_confirming_answers_row_by_row_and_names_what_changed_meanwhile(unmix, reports, adviser):
    choose(adviser, "acknowledge", reports)
    acknowledge_report(report=reports[1], by=unmix.user(Role.CPA))
    answer = confirm(adviser, "acknowledge", reports)
    run = BulkRun.objects.get()
    assert answer.url == reverse("bulk-run", args=[run.uuid])
    page = text(adviser.get(answer.url))
    assert 'Done <span class="n">2</span>' in page
    assert 'Not done <span class="n">1</span>' in page
    assert "Already acknowledged by Person of CPA" in page


def test_the_form_of_the_preview_carries_only_what_can_be_done(unmix, reports, adviser):
    acknowledge_report(report=reports[0], by=unmix.user(Role.CPA))
    page = text(choose(adviser, "acknowledge", reports))
    listed = re.search(r'name="references" value="([^"]*)"', page).group(1)
    assert listed == f"{reports[1].reference} {reports[2].reference}"


def test_all_that_match_are_those_of_the_filter(reports, adviser):
    page = text(choose(adviser, "acknowledge", all="1", match="show=unacknowledged"))
    assert "Acknowledge: 3 reports" in page
    page = text(choose(adviser, "acknowledge", all="1", match="show=all&status=closed"))
    assert "Tick the reports first." not in page


def test_nothing_chosen_leads_back_to_the_same_list(adviser, reports):
    answer = choose(adviser, "acknowledge", match="show=overdue")
    assert answer.url == f"{reverse('desk')}?show=overdue"


def test_a_filter_the_desk_does_not_understand_chooses_nothing(adviser, reports):
    answer = choose(adviser, "acknowledge", all="1", match="show=all&status=nonsense")
    assert (answer.status_code, answer.url) == (302, f"{reverse('desk')}?")


def test_a_missing_reason_stands_at_its_field_with_what_was_typed(unmix, reports, adviser):
    for report in reports:
        acknowledge_report(report=report, by=unmix.user(Role.CPA))
        report.referrals.filter(status__in=("proposed", "held")).update(status="revoked")
        report.tasks.update(status="done", ended_at=timezone.now())
    answer = confirm(adviser, "close-report", reports, words="Typed and kept.")
    page = text(answer)
    assert answer.status_code == 422
    assert "Choose why it is closed." in page
    assert "Typed and kept." in page
    assert BulkRun.objects.count() == 0
    done = confirm(adviser, "close-report", reports, words="It ended.", reason="served")
    assert 'Done <span class="n">3</span>' in text(adviser.get(done.url))


def test_a_report_with_something_open_is_closed_on_its_own_page_alone(unmix, reports, adviser):
    for report in reports:
        acknowledge_report(report=report, by=unmix.user(Role.CPA))
        report.referrals.filter(status__in=("proposed", "held")).update(status="revoked")
        report.tasks.update(status="done", ended_at=timezone.now())
    owed = reports[0].referrals.filter(role="WHO")
    owed.update(kind="referral", status="sent", released_at=timezone.now())
    page = text(choose(adviser, "close-report", reports))
    assert 'Would be done <span class="n">2</span>' in page
    said = "Still open: the answer of WHO. Settle it, or close the report on its own page."
    assert said in page
    done = confirm(adviser, "close-report", reports, words="It ended.", reason="served")
    result = text(adviser.get(done.url))
    assert 'Not done <span class="n">1</span>' in result
    assert "Still open: the answer of WHO." in result


def test_pressing_twice_is_one_run(reports, adviser):
    key = str(uuid4())
    first = confirm(adviser, "acknowledge", reports, key=key)
    second = confirm(adviser, "acknowledge", reports, key=key)
    assert first.url == second.url
    assert BulkRun.objects.count() == 1


def test_many_rows_are_left_to_a_worker_and_the_page_counts(reports, adviser, monkeypatch):
    asked = []
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(bulk.current_app, "send_task", lambda name, **_more: asked.append(name))
    answer = confirm(adviser, "acknowledge", reports)
    assert asked == ["referrals.tasks.work_bulk_runs"]
    page = text(adviser.get(answer.url))
    assert "0 of 3 reports are done." in page
    assert "Look again" in page
    watch = reverse("bulk-progress", args=[BulkRun.objects.get().uuid])
    assert "0 of 3" in text(adviser.get(watch, headers={"HX-Request": "true"}))
    assert adviser.get(watch).url == answer.url
    bulk.work_runs(keep_going=lambda: True)
    finished = adviser.get(watch, headers={"HX-Request": "true"})
    assert (finished["HX-Retarget"], finished["HX-Reselect"]) == ("#main", "#main")
    for page in (finished, adviser.get(answer.url)):
        assert 'Done <span class="n">3</span>' in text(page)


def test_nobody_elses_run_exists(reports, adviser, as_role):
    url = confirm(adviser, "acknowledge", reports).url
    assert as_role(Role.CPA_SENIOR).get(url).status_code == 404


def test_a_report_no_longer_open_to_them_is_counted_and_not_named(unmix, reports, adviser):
    url = confirm(adviser, "acknowledge", reports).url
    PostHolding.objects.filter(post=unmix.posts[Role.CPA]).update(held_until=timezone.now())
    page = text(adviser.get(url))
    assert "3 reports are no longer open to you." in page
    assert reports[0].reference not in page


def test_who_leads_is_offered_more_than_who_was_told(unmix):
    def names(role):
        return [each["name"] for each in bulk_verbs(standing_of(unmix.user(role)))]

    assert names(Role.CPA) == ["acknowledge", "follow-up", "set-phase", "close-report"]
    assert names(Role.JOC) == ["acknowledge"]


def test_after_signing_in_again_one_is_led_back(adviser):
    for url in (reverse("bulk"), reverse("start-bulk", args=["acknowledge"])):
        assert adviser.get(url).url == f"{reverse('desk')}?"


def test_there_is_no_other_verb(adviser, reports):
    assert confirm(adviser, "delete", reports).status_code == 404
    assert choose(adviser, "delete", reports).status_code == 302


def test_preview_and_result_take_the_same_statements_for_many_rows(unmix, adviser):
    numbers = []
    for amount in (1, 2, 6):
        reports = [unmix.file().report for _each in range(amount)]
        with CaptureQueriesContext(connection) as previewed:
            choose(adviser, "acknowledge", reports)
            choose(adviser, "close-report", reports)
        to_preview = len(previewed)
        url = confirm(adviser, "acknowledge", reports).url
        with CaptureQueriesContext(connection) as shown:
            adviser.get(url)
        numbers.append((to_preview, len(shown)))
    assert numbers == [numbers[0]] * 3
