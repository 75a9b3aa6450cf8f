"""The pages of a replay: whoever may not read a report learns next to nothing about it."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from actors.roles import Role
from referrals.models import PolicyReplay, Report
from referrals.views.policy.replay_findings import Findings
from referrals.workflow import replaying
from referrals.workflow.policies import active_policy
from tests.factories import UserFactory
from tests.referrals.policy_texts import drop_row, guard_of, row_of, stored_version

ABDUCTION = {"violations": ["abduction"], "facility": "none", "perpetrator": "armed_group"}
FEWER = "fewer than 3"


def without_who(policy: dict) -> None:
    drop_row(policy, "V_ATTACK")


@pytest.fixture
def admin(db) -> Client:
    """An administrator: writes the policy, holds no post, opens no report."""
    client = Client()
    client.force_login(UserFactory(is_staff=True))
    return client


@pytest.fixture
def replayed(unmix):
    """A function from a change of the policy to its finished replay."""

    def replay(edit=without_who) -> PolicyReplay:
        active_policy()
        asked = replaying.start_replay(
            version=stored_version(edit), months=12, by=unmix.user(Role.HOPC)
        )
        replaying.run_replays(keep_going=lambda: True)
        asked.refresh_from_db()
        return asked

    return replay


def address(replay: PolicyReplay, name: str = "policy-replay") -> str:
    return reverse(name, args=[replay.uuid])


def page_of(client: Client, replay: PolicyReplay, query: str = "") -> str:
    answer = client.get(address(replay) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def context_of(client: Client, replay: PolicyReplay, query: str = "") -> dict:
    return client.get(address(replay) + query).context


def sheet_of(client: Client, replay: PolicyReplay) -> list[list[str]]:
    answer = client.get(address(replay, "policy-replay-csv"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode())))


def roles_of(client: Client, replay: PolicyReplay) -> dict[str, list[str]]:
    return {row.code: row.cells for row in context_of(client, replay)["roles"]}


class TestAsking:
    @pytest.fixture
    def version(self, unmix):
        unmix.file()
        return stored_version(without_who)

    @pytest.fixture
    def url(self, version):
        return reverse("policy-replay-start", args=[version.number])

    def test_an_administrator_asks_and_lands_on_the_replay(self, admin, version, url):
        answer = admin.post(url, {"months": "3"})
        asked = PolicyReplay.objects.get()
        assert answer.url == address(asked)
        assert (asked.version, asked.months, asked.total) == (version, 3, 1)

    @pytest.mark.parametrize("months", ["0", "61", "", "a year", "1.5"])
    def test_months_out_of_range_are_refused_at_their_field(self, admin, url, months):
        answer = admin.post(url, {"months": months})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Enter a whole number of months from 1 to 60." in page
        assert f'value="{months or 12}"' in page
        assert not PolicyReplay.objects.exists()

    def test_whoever_may_not_write_the_policy_finds_no_such_page(self, as_role, url):
        for role in (Role.CPA, Role.UNPOL_OFFICER, "UNICEF_CP"):
            assert as_role(role).post(url, {"months": "3"}).status_code == 404
        assert not PolicyReplay.objects.exists()

    def test_a_version_that_is_not_there_and_a_mere_visit_start_nothing(self, admin, url):
        missing = reverse("policy-replay-start", args=[999])
        assert admin.post(missing, {"months": "3"}).status_code == 404
        assert admin.get(url).status_code == 405

    def test_nobody_asks_before_signing_in(self, client, url):
        assert client.post(url, {"months": "3"}).url == f"/accounts/login/?next={url}"


class TestWhoMayRead:
    def test_administrators_and_advisers_may_and_others_find_nothing(
        self, unmix, as_role, admin, replayed
    ):
        unmix.file()
        replay = replayed()
        for name in ("policy-replay", "policy-replay-csv"):
            url = address(replay, name)
            readers = (admin, as_role(Role.CPA), as_role(Role.HUMAN_RIGHTS))
            assert [reader.get(url).status_code for reader in readers] == [200, 200, 200]
            others = (as_role(Role.UNPOL_OFFICER), as_role("UNICEF_CP"), as_role(Role.JOC))
            assert [other.get(url).status_code for other in others] == [404, 404, 404]


class TestProgress:
    @pytest.fixture
    def asked(self, unmix):
        for _ in range(4):
            unmix.file()
        return replaying.start_replay(
            version=stored_version(without_who), months=12, by=unmix.user(Role.HOPC)
        )

    def fragment(self, client: Client, asked: PolicyReplay):
        return client.get(address(asked, "policy-replay-progress"), headers={"HX-Request": "true"})

    def test_the_page_asks_again_and_says_what_to_do_without_javascript(self, admin, asked):
        page = page_of(admin, asked)
        assert f'hx-get="{address(asked, "policy-replay-progress")}"' in page
        assert 'hx-trigger="every 2s"' in page
        assert "load it again to see how far the replay is" in page
        assert "Waiting for a worker." in page

    def test_the_fragment_says_how_far_it_is(self, admin, asked):
        replaying.run_replays(keep_going=lambda: False)
        fragment = self.fragment(admin, asked).content.decode()
        assert 'max="100" value="25"' in " ".join(fragment.split())
        assert "25 % of the reports are replayed." in fragment
        assert "<html" not in fragment

    def test_before_it_is_finished_it_never_says_so(self, admin, asked):
        for _ in range(4):
            replaying.run_replays(keep_going=lambda: False)
        assert 'value="99"' in self.fragment(admin, asked).content.decode()

    def test_when_it_is_finished_the_whole_page_is_loaded(self, admin, asked):
        replaying.run_replays(keep_going=lambda: True)
        assert self.fragment(admin, asked)["HX-Refresh"] == "true"
        assert "hx-trigger" not in page_of(admin, asked)

    def test_without_javascript_the_fragments_address_leads_to_the_page(self, admin, asked):
        answer = admin.get(address(asked, "policy-replay-progress"))
        assert answer.url == address(asked)

    def test_nobody_else_watches(self, as_role, asked):
        assert self.fragment(as_role(Role.JOC), asked).status_code == 404

    def test_there_is_no_export_before_it_is_finished(self, admin, asked):
        assert admin.get(address(asked, "policy-replay-csv")).status_code == 404

    def test_no_number_of_reports_is_given_away_meanwhile(self, admin, asked):
        PolicyReplay.objects.update(total=123456, done=77777)
        page = page_of(admin, asked)
        assert "123456" not in page
        assert "77777" not in page


class TestWhoSeesAReport:
    @pytest.fixture
    def report(self, unmix):
        return unmix.file(narrative="CANARY").report

    def test_the_adviser_reads_reference_role_and_row(self, as_role, replayed, report):
        page = page_of(as_role(Role.CPA), replayed())
        assert f'href="/reports/{report.reference}/"' in page
        row = context_of(as_role(Role.CPA), PolicyReplay.objects.get())["rows"][0]
        item = row.items[0]
        assert (row.reference, item.what, item.subject) == (
            report.reference,
            "No longer told",
            "WHO",
        )
        assert (item.rule, item.is_guard) == ("V_ATTACK", False)
        assert item.before == (
            "For information; The adviser releases it; RD3 (One coordination line)"
        )
        assert "Helps children back to school after an attack." in page

    def test_a_guard_is_called_a_guard(self, as_role, replayed, report):
        def edit(policy):
            guard_of(policy, "UNKNOWN_PERP_HOLD")["effect"]["suppress"].append("WHO")

        item = context_of(as_role(Role.CPA), replayed(edit))["rows"][0].items[0]
        assert (item.rule, item.is_guard) == ("UNKNOWN_PERP_HOLD", True)

    def test_what_changes_is_told_before_and_after(self, as_role, replayed, report):
        def edit(policy):
            row_of(policy, "R04")["recipients"][1]["redaction"] = "RD2"
            policy["derived"]["plan_of_action"]["when"] = "srsg_request"

        items = context_of(as_role(Role.CPA), replayed(edit))["rows"][0].items
        told = {(item.what, item.subject): (item.before, item.after) for item in items}
        assert told["Told differently", "Human Rights"] == (
            "RD1 (The record without restricted parts)",
            "RD2 (De-identified summary)",
        )
        assert told["Task that falls away", "Plan of action"] == ("Head of Police Component", "")

    def test_handling_is_told_in_words(self, as_role, replayed, report):
        def edit(policy):
            policy["derived"]["flash"]["when"]["all"][1]["any"].remove("attack")

        items = context_of(as_role(Role.CPA), replayed(edit))["rows"][0].items
        told = {item.subject: (item.before, item.after) for item in items}
        assert told["Priority"] == ("Emergency", "Urgent")
        assert told["Flash"] == ("yes", "no")


class TestWhoDoesNot:
    @pytest.fixture
    def report(self, unmix):
        return unmix.file(narrative="CANARY").report

    def test_an_administrator_learns_mission_month_and_kind_alone(self, admin, replayed, report):
        replay = replayed()
        row = context_of(admin, replay)["rows"][0]
        month = date_format(report.filed_at, "YEAR_MONTH_FORMAT")
        assert (row.reference, row.title) == ("", f"A report of UN Mission in Kesara, {month}")
        (item,) = row.items
        assert (item.what, item.subject) == ("No longer told", "1 outside the mission")
        assert (item.before, item.after, item.rule, item.why) == ("", "", "", "")
        for text in (page_of(admin, replay), str(sheet_of(admin, replay))):
            for secret in (report.reference, "V_ATTACK", "CANARY", "hospital", "Port Sela"):
                assert secret not in text

    def test_groups_are_counted_and_never_named(self, admin, replayed, report):
        def edit(policy):
            drop_row(policy, "R05")
            drop_row(policy, "R04")
            row_of(policy, "R02")["recipients"][0]["redaction"] = "RD2"

        items = {i.what: i.subject for i in context_of(admin, replayed(edit))["rows"][0].items}
        assert items["No longer told"] == "6 of the mission, 1 of UNPOL"
        assert items["Told differently"] == "1 of UNPOL"

    def test_priority_and_flash_are_one_kind(self, admin, replayed, report):
        def edit(policy):
            policy["derived"]["flash"]["when"]["all"][1]["any"].remove("attack")

        items = context_of(admin, replayed(edit))["rows"][0].items
        assert [i.subject for i in items if i.what == "Handled differently"] == [""]

    def test_one_or_two_reports_are_not_counted(self, unmix, admin, as_role, replayed, report):
        unmix.file()
        replay = replayed()
        assert roles_of(admin, replay) == {"WHO": ["0", FEWER, "0"]}
        assert ["WHO", "WHO", "0", FEWER, "0"] in sheet_of(admin, replay)
        assert roles_of(as_role(Role.CPA), replay) == {"WHO": ["0", "2", "0"]}

    def test_three_are(self, unmix, admin, replayed, report):
        unmix.file()
        unmix.file()
        assert roles_of(admin, replayed()) == {"WHO": ["0", "3", "0"]}

    def test_what_a_reader_cannot_open_is_not_told_by_subtraction(
        self, unmix, as_role, replayed, report
    ):
        unmix.file()
        hidden = unmix.file().report
        hidden.referrals.filter(role="CPA").update(status="proposed")
        assert roles_of(as_role(Role.CPA), replayed()) == {
            "WHO": ["0", "2, and fewer than 3 more", "0"]
        }

    def test_the_order_does_not_tell_one_from_two(self, unmix, admin, replayed):
        unmix.file()
        unmix.file()
        unmix.file(facts=ABDUCTION)

        def edit(policy):
            drop_row(policy, "V_ATTACK")
            drop_row(policy, "V_ABDUCTION")

        # WHO is lost by two reports, UNICEF_CP by one: among equals the code decides.
        assert list(roles_of(admin, replayed(edit))) == ["UNICEF_CP", "WHO"]

    def test_reading_less_than_the_record_shows_no_more_than_the_reference(
        self, unmix, as_role, replayed, report
    ):
        report.referrals.filter(role="HUMAN_RIGHTS").update(redaction="RD2")
        replay = replayed()
        human_rights = as_role(Role.HUMAN_RIGHTS)
        row = context_of(human_rights, replay)["rows"][0]
        assert (row.reference, row.items[0].subject) == (
            report.reference,
            "1 outside the mission",
        )
        assert roles_of(human_rights, replay) == {"WHO": ["0", FEWER, "0"]}
        assert "V_ATTACK" not in page_of(human_rights, replay)

    def test_who_is_tied_to_the_party_reads_it_as_a_stranger(
        self, unmix, as_role, replayed, report
    ):
        report.perpetrator_org = unmix.organizations["Child Protection Section"]
        report.save()
        replay = replayed()
        row = context_of(as_role(Role.CPA), replay)["rows"][0]
        assert row.reference == ""
        assert roles_of(as_role(Role.CPA), replay)["WHO"] == ["0", FEWER, "0"]


class TestFiledInConfidence:
    @pytest.fixture
    def report(self, unmix):
        return unmix.file(facts={"perpetrator": "un_personnel"}, narrative="CANARY").report

    @pytest.fixture
    def replay(self, unmix, replayed, report):
        unmix.file()

        def edit(policy):
            drop_row(policy, "V_ATTACK")
            drop_row(policy, "M_VICTIMS_RIGHTS")

        return replayed(edit)

    def test_it_is_in_no_list_and_no_table_and_no_sheet(self, admin, as_role, replay, report):
        for client in (admin, as_role(Role.CPA), as_role(Role.HUMAN_RIGHTS)):
            context = context_of(client, replay)
            assert len(context["rows"]) == 1
            assert list(roles_of(client, replay)) == ["WHO"]
            assert context["confided"] == FEWER
            for text in (page_of(client, replay), str(sheet_of(client, replay))):
                for secret in (report.reference, "VICTIMS_RIGHTS", "Victims", "misconduct"):
                    assert secret not in text

    def test_damaged_it_is_named_to_nobody_else(self, admin, replayed, report):
        facts = report.routed_facts | {"patrol": "CANARY"}
        Report.objects.filter(pk=report.pk).update(routed_facts=facts)
        context = context_of(admin, replayed())
        assert (context["rows"], context["damages"], context["confided"]) == ([], [], FEWER)

    def test_numbers_add_up_without_it(self, replay):
        tally = replay.tally
        assert (tally["reports"], tally["changed"], tally["unchanged"]) == (1, 1, 0)

    def test_who_was_told_of_it_finds_it_by_its_reference(self, as_role, replay, report):
        senior = as_role(Role.CPA_SENIOR)
        context = context_of(senior, replay)
        row = next(row for row in context["rows"] if row.reference == report.reference)
        assert (row.items[0].what, row.items[0].subject) == ("No longer told", "1 of the mission")
        assert context["confided"] == "1"
        assert list(roles_of(senior, replay)) == ["WHO"]

    def test_what_the_version_would_confide_is_hidden_as_well(self, unmix, admin, replayed):
        plain = unmix.file().report

        def edit(policy):
            policy["derived"]["track"]["cases"][0]["when"] = "always"

        replay = replayed(edit)
        context = context_of(admin, replay)
        assert (context["rows"], context["roles"], context["confided"]) == ([], [], FEWER)
        assert replay.lines.filter(report=plain).exists()


class TestDamaged:
    @pytest.fixture
    def replay(self, unmix, replayed):
        report = unmix.file().report
        unmix.file()
        facts = report.routed_facts | {"perpetrator": "CANARY"}
        Report.objects.filter(pk=report.pk).update(routed_facts=facts)
        return replayed()

    def test_it_comes_first_and_names_report_and_fact(self, as_role, replay):
        row = context_of(as_role(Role.CPA), replay)["rows"][0]
        assert row.reference == replay.lines.exclude(damage="").get().report.reference
        assert row.damage == (
            "The fact “perpetrator” holds something that version 1 does not know."
        )

    def test_whoever_may_not_open_it_learns_which_version_failed(self, admin, replay):
        row = context_of(admin, replay)["rows"][0]
        assert (row.reference, row.damage) == ("", "Version 1 cannot route it.")
        assert "CANARY" not in page_of(admin, replay)

    def test_the_facts_at_fault_are_counted(self, admin, as_role, replay):
        label = "The fact “perpetrator” holds something that version 1 does not know."
        counted = [
            [(row.label, row.cells[0]) for row in context_of(client, replay)["damages"]]
            for client in (admin, as_role(Role.CPA))
        ]
        assert counted == [[(label, FEWER)], [(label, "1")]]


class TestListOfReplays:
    """What the page of a version includes."""

    def listed(self) -> str:
        replays = PolicyReplay.objects.select_related("against")
        html = render_to_string("referrals/policy/_replays_of.html", {"replays": replays})
        return " ".join(html.split())

    def test_each_says_where_it_stands(self, unmix, replayed):
        assert "Not replayed yet." in self.listed()
        unmix.file()
        replay = replayed()
        assert f'href="{address(replay)}"' in self.listed()
        assert "Against version 1, last 12 months" in self.listed()
        assert "1 report: 1 routed differently, 0 damaged" in self.listed()
        PolicyReplay.objects.update(finished_at=None)
        assert "under way" in self.listed()
        PolicyReplay.objects.update(finished_at=timezone.now(), tally={"refused": True})
        assert "could not run" in self.listed()


class TestThePage:
    def test_nothing_to_replay_is_said(self, admin, replayed):
        assert "No report was filed and routed in this time" in page_of(admin, replayed())

    def test_nothing_that_changes_is_said(self, unmix, admin, replayed):
        unmix.file(facts=ABDUCTION)
        assert "Nothing would change for the 1 report of this time." in page_of(admin, replayed())

    def test_a_version_that_cannot_be_read_is_said(self, unmix, admin, replayed):
        replay = replayed()
        PolicyReplay.objects.update(tally={"refused": True})
        assert "The replay could not run." in page_of(admin, replay)

    def test_pages_of_fifty_lead_on(self, unmix, admin, replayed, monkeypatch):
        monkeypatch.setattr("referrals.views.policy.replays.PAGE", 2)
        for _ in range(3):
            unmix.file()
        replay = replayed()
        assert 'href="?page=2#reports"' in page_of(admin, replay)
        assert len(context_of(admin, replay, "?page=2")["rows"]) == 1

    def test_reports_of_others_stand_in_no_order_of_filing(self, unmix, admin, replayed):
        last_month = timezone.now().replace(day=1, hour=12) - timedelta(days=10)
        for day in range(8):
            report = unmix.file().report
            moment = last_month + timedelta(days=day)
            Report.objects.filter(pk=report.pk).update(filed_at=moment)
        lines = Findings(replayed(), UserFactory(is_staff=True)).lines()
        expected = Report.objects.order_by("uuid").values_list("pk", flat=True)
        assert [line["report_id"] for line in lines] == list(expected)

    def test_the_sheet_says_what_it_is_and_shows_what_the_page_shows(
        self, unmix, as_role, replayed
    ):
        report = unmix.file().report
        replay = replayed()
        sheet = sheet_of(as_role(Role.CPA), replay)
        assert sheet[0] == ["Replay of policy version", str(replay.version.number)]
        assert ["Reports tried", "1"] in sheet
        assert ["WHO", "WHO", "0", "1", "0"] in sheet
        assert sheet[-1] == [
            report.reference,
            "No longer told",
            "WHO",
            "For information; The adviser releases it; RD3 (One coordination line)",
            "",
            "V_ATTACK",
        ]

    def test_no_cell_of_the_sheet_is_a_formula(self, unmix, admin, replayed):
        unmix.file()
        unmix.mission.name = "=1+1"
        unmix.mission.save()
        month = date_format(timezone.now(), "YEAR_MONTH_FORMAT")
        sheet = sheet_of(admin, replayed())
        assert sheet[-1][0] == f"A report of =1+1, {month}"

    @pytest.mark.parametrize("name", ["policy-replay", "policy-replay-csv"])
    def test_it_takes_the_same_statements_for_few_and_many(self, unmix, as_role, replayed, name):
        adviser = as_role(Role.CPA)
        unmix.file()
        few, costs = replayed(), []
        for _ in range(6):
            unmix.file()
        unmix.file(facts={"perpetrator": "un_personnel"})

        def edit(policy):
            drop_row(policy, "V_ATTACK")
            drop_row(policy, "M_VICTIMS_RIGHTS")

        many = replayed(edit)
        for replay in (few, many):
            adviser.get(address(replay, name))  # compiles both versions
            with CaptureQueriesContext(connection) as statements:
                adviser.get(address(replay, name))
            costs.append(len(statements))
        assert costs[0] == costs[1] <= 12
