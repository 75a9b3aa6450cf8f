"""The desk of each role: a count is its list, a filter tells nothing that a page would not."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.roles import Role
from referrals.models import Escalation, Referral, Report, ReportedViolation, Task
from referrals.views import desk as desk_pages
from referrals.views import queue, worklists

CONSENTED = {"needs": ["psychosocial"], "consent": "given", "consent_scope": ["all"]}
QUIET = {"violations": ["abduction"], "facility": "none"}


def references(answer):
    return [row["report"].reference for row in answer.context["rows"]]


def tiles(answer):
    return {tile["url"].split("show=")[1].split("&")[0]: tile for tile in answer.context["counts"]}


def copies(report, number, year=2020):
    """More reports like this one, told to the same posts; all filed in the same moment."""
    fields = {f.attname: getattr(report, f.attname) for f in Report._meta.concrete_fields}
    fields.pop("id")
    made = Report.objects.bulk_create(
        Report(**fields | {"uuid": uuid4(), "reference": f"UNMIX-{year}-{n:05d}"})
        for n in range(number)
    )
    ReportedViolation.objects.bulk_create(
        ReportedViolation(report=each, code=act.code)
        for each in made
        for act in report.violations.all()
    )
    told = list(report.referrals.all())
    names = [f.attname for f in Referral._meta.concrete_fields if f.attname not in ("id", "uuid")]
    Referral.objects.bulk_create(
        Referral(**{name: getattr(one, name) for name in names} | {"report_id": each.pk})
        for each in made
        for one in told
    )
    return made


@pytest.fixture
def unmix(unmix):
    """Officers inform the adviser directly, so that all they file is told at once."""
    unmix.mission.reporting_line = "officer"
    unmix.mission.save()
    return unmix


@pytest.fixture
def flash(unmix):
    """An attack on a hospital, with a need and an agreement to help."""
    return unmix.file(facts=CONSENTED, narrative="Seen at noon near the mill").report


class TestCountsAreTheLists:
    ROLES = (
        Role.CPA,
        Role.CPA_SENIOR,
        Role.UNPOL_CPFP_FIELD,
        Role.UNPOL_SUPERVISOR,
        Role.HOPC,
        Role.JOC,
        Role.HUMAN_RIGHTS,
        Role.GENDER,
        Role.CONDUCT_DISCIPLINE,
        Role.VICTIMS_RIGHTS,
    )

    def test_for_every_role_and_list(self, unmix, as_role, flash):
        held = unmix.file(facts=QUIET).report.referrals.filter(role=Role.UNICEF_CP)
        assert held.update(status="held") == 1
        unmix.file(facts={"perpetrator": "un_personnel"} | CONSENTED)
        now = timezone.now()
        Task.objects.create(
            report=flash,
            code="advocacy",
            owner=Role.HOPC,
            post=flash.referrals.get(role=Role.HOPC).post,
            opened_at=now,
            due_at=now + timedelta(minutes=90),
        )
        opened = set()
        for role in self.ROLES:
            client = as_role(role)
            for name, tile in tiles(client.get("/desk/")).items():
                listed = references(client.get(tile["url"]))
                assert tile["number"] == len(listed) == len(set(listed)), (role, name)
                if listed:
                    opened.add((role, name))
        assert {
            (Role.CPA, "release"),
            (Role.CPA, "held"),
            (Role.CPA, "alarms"),
            (Role.UNPOL_CPFP_FIELD, "unacknowledged"),
            (Role.HOPC, "tasks"),
            (Role.JOC, "flash"),
            (Role.CONDUCT_DISCIPLINE, "unacknowledged"),
        } <= opened

    def test_each_role_has_the_lists_it_has_use_for(self, as_role, unmix):
        common = ["needs-me", "unacknowledged", "overdue", "escalated"]
        alarms = ["flash", "alarms"]
        led = ["release", "held", "asked", "partners", "undelivered"]
        expected = {
            Role.CPA: [*common, "tasks", *alarms, *led],
            Role.UNPOL_CPFP_FIELD: [*common, "tasks", "forward"],
            Role.JOC: [*common, "tasks", *alarms],
            Role.GENDER: [*common, "tasks"],
            Role.CONDUCT_DISCIPLINE: common,
        }
        shown = {role: list(tiles(as_role(role).get("/desk/"))) for role in expected}
        assert shown == expected

    def test_a_great_number_is_counted_up_to_a_limit(self, as_role, flash, monkeypatch):
        monkeypatch.setattr(worklists, "MOST_COUNTED", 2)
        monkeypatch.setattr(desk_pages, "MOST_COUNTED", 2)
        copies(flash, 3)
        assert tiles(as_role(Role.CPA).get("/desk/"))["unacknowledged"]["number"] == "2+"

    def test_lists_too_long_to_be_fetched_are_counted_alike(self, as_role, flash, monkeypatch):
        copies(flash, 3)
        cpa = as_role(Role.CPA)
        fetched = {key: tile["number"] for key, tile in tiles(cpa.get("/desk/")).items()}
        monkeypatch.setattr(worklists, "MOST_READ", 0)
        counted = {key: tile["number"] for key, tile in tiles(cpa.get("/desk/")).items()}
        assert counted == fetched
        assert (fetched["unacknowledged"], fetched["release"]) == (4, 4)


class TestTheListOfAll:
    def test_it_comes_before_its_counts(self, as_role, flash):
        cpa = as_role(Role.CPA)
        found = cpa.get("/desk/?show=all&kind=attack_school_hospital")
        assert references(found) == [flash.reference]
        assert {tile["number"] for tile in found.context["counts"]} == {None}
        follows = cpa.get(found.context["counts_url"])
        counted = tiles(cpa.get("/desk/?kind=attack_school_hospital"))
        expected = {key: (tile["label"], tile["number"]) for key, tile in counted.items()}
        assert {k: (t["label"], t["number"]) for k, t in tiles(follows).items()} == expected
        assert expected["release"][1] == 1

    def test_it_renews_itself_with_its_counts(self, as_role, flash):
        renewed = as_role(Role.CPA).get("/desk/?show=all", headers={"HX-Request": "true"})
        assert tiles(renewed)["release"]["number"] == 1

    def test_without_a_script_its_tiles_lead_to_their_lists(self, as_role, flash):
        tile = tiles(as_role(Role.CPA).get("/desk/?show=all"))["release"]
        assert references(as_role(Role.CPA).get(tile["url"])) == [flash.reference]

    def test_nothing_is_counted_for_a_filter_that_is_not_understood(self, as_role):
        answer = as_role(Role.CPA).get("/desk/counts/?show=all&status=nonsense")
        assert (answer.status_code, answer.content) == (422, b"")


class TestWhatIsRare:
    """A filter looks through so many reports for one page, whole months of them."""

    @pytest.fixture
    def long_ago(self, unmix, flash, monkeypatch):
        """One abduction of 2019, and each of thirty hospitals a month later than the one before."""
        monkeypatch.setattr(queue, "LOOKED_THROUGH", 10)
        rare = unmix.file(facts=QUIET).report
        Report.objects.filter(pk=rare.pk).update(filed_at=datetime(2019, 12, 5, tzinfo=UTC))
        for n, each in enumerate(copies(flash, 30)):
            filed = datetime(2020 + n // 12, n % 12 + 1, 20, tzinfo=UTC)
            Report.objects.filter(pk=each.pk).update(filed_at=filed)
        return rare

    def test_it_is_found_further_back_and_each_page_says_how_far_it_looked(self, as_role, long_ago):
        client, seen, since, url = as_role(Role.CPA), [], [], "/desk/?show=all&kind=abduction"
        while url:
            page = client.get(url)
            seen += references(page)
            since.append(page.context["looked_since"])
            url = page.context["older_url"]
        assert seen == [long_ago.reference]
        days = [each and each.date().isoformat() for each in since]
        assert days == ["2021-09-01", "2020-10-01", None]
        first = client.get("/desk/?show=all&kind=abduction").content.decode()
        assert ("Nothing since" in first, "Older" in first) == (True, True)

    def test_a_full_page_ends_where_it_is_full(self, as_role, long_ago, monkeypatch):
        monkeypatch.setattr(desk_pages, "PAGE", 5)
        client, seen, url = as_role(Role.CPA), [], "/desk/?show=all&kind=attack_school_hospital"
        while url:
            page = client.get(url)
            seen += references(page)
            url = page.context["older_url"]
        assert len(seen) == len(set(seen)) == 31

    def test_looking_begins_at_the_last_day_asked_for(self, as_role, long_ago):
        page = as_role(Role.CPA).get("/desk/?show=all&kind=abduction&until=2020-06-30")
        assert references(page) == [long_ago.reference]

    def test_without_a_filter_nothing_is_left_for_later(self, as_role, long_ago):
        page = as_role(Role.CPA).get("/desk/?show=all")
        assert page.context["looked_since"] is None


class TestTheLists:
    def test_held_says_why(self, unmix, as_role):
        report = unmix.file(facts=QUIET).report
        held = report.referrals.filter(role=Role.UNICEF_CP)
        assert held.update(status="held") == 1
        page = as_role(Role.CPA).get("/desk/?show=held")
        assert [row["held"] for row in page.context["rows"]] == ["A rule holds it until you decide"]
        held.update(held_for="consent")
        page = as_role(Role.CPA).get("/desk/?show=held")
        assert [row["held"] for row in page.context["rows"]] == ["The child's agreement is missing"]
        assert (
            as_role(Role.UNPOL_SUPERVISOR).get("/desk/?show=all").context["rows"][0]["held"] == ""
        )

    def test_waiting_for_partners_ends_with_their_answer(self, as_role, flash):
        cpa = as_role(Role.CPA)
        assert references(cpa.get("/desk/?show=partners")) == []
        asked = flash.referrals.filter(role=Role.PSS_PROVIDER)
        assert asked.update(status="sent") == 1
        assert references(cpa.get("/desk/?show=partners")) == [flash.reference]
        asked.update(status="accepted", answered_at=timezone.now())
        assert references(cpa.get("/desk/?show=partners")) == []

    def test_escalated_to_me_ends_when_somebody_answers(self, as_role, flash):
        late = flash.referrals.get(role=Role.UNPOL_SUPERVISOR)
        senior = flash.referrals.get(role=Role.CPA_SENIOR).post
        Escalation.objects.create(
            report=flash,
            referral=late,
            step=2,
            role=Role.CPA_SENIOR,
            post=senior,
            at=timezone.now(),
        )
        client = as_role(Role.CPA_SENIOR)
        assert references(client.get("/desk/?show=escalated")) == [flash.reference]
        assert references(as_role(Role.CPA).get("/desk/?show=escalated")) == []
        Referral.objects.filter(pk=late.pk).update(status="acknowledged")
        assert references(client.get("/desk/?show=escalated")) == []

    def test_the_shortest_time_left_comes_first(self, unmix, as_role, flash):
        later = unmix.file(facts=QUIET).report
        assert references(as_role(Role.CPA).get("/desk/")) == [flash.reference, later.reference]
        now = timezone.now()
        Task.objects.create(
            report=later,
            code="verification_mission",
            owner=Role.CPA,
            post=later.referrals.get(role=Role.CPA).post,
            opened_at=now,
            due_at=now + timedelta(minutes=5),
        )
        assert references(as_role(Role.CPA).get("/desk/")) == [later.reference, flash.reference]

    def test_no_report_is_lost_between_two_pages(self, as_role, flash):
        copies(flash, 105)
        client = as_role(Role.CPA)
        for show in ("unacknowledged", "all"):
            seen, url = [], f"/desk/?show={show}"
            while url:
                page = client.get(url)
                seen += references(page)
                url = page.context["older_url"]
            assert len(seen) == 106
            assert len(set(seen)) == 106

    @pytest.mark.parametrize("after", ["x", "~~", "2026-13-45~2026-13-45~X", "~2026-99-99T00:00Z~"])
    def test_a_broken_place_in_a_list_is_its_beginning(self, as_role, flash, after):
        page = as_role(Role.CPA).get("/desk/", {"show": "all", "after": after})
        assert references(page) == [flash.reference]

    def test_the_number_of_statements_does_not_grow_with_the_rows(self, as_role, flash):
        client, spent = as_role(Role.CPA), []
        for year, number in ((2018, 0), (2019, 2), (2020, 47)):
            copies(flash, number, year=year)
            for url in ("/desk/", "/desk/?show=all&kind=abduction&area=QM0201&lead=me"):
                with CaptureQueriesContext(connection) as statements:
                    assert client.get(url).status_code == 200
                spent.append(len(statements))
        assert spent == spent[:2] * 3
        assert max(spent) <= 15


class TestWhatWasFiledInConfidence:
    def test_stands_on_the_desks_it_was_given_to_and_nowhere_else(self, unmix, as_role):
        report = unmix.file(facts={"perpetrator": "un_personnel"} | CONSENTED).report
        seen = {
            role: references(as_role(role).get("/desk/?show=all"))
            for role in (*unmix.people, Role.UNPOL_OFFICER)
        }
        told = {role for role, found in seen.items() if found == [report.reference]}
        assert told == set(report.referrals.exclude(status="held").values_list("role", flat=True))
        assert Role.CONDUCT_DISCIPLINE in told
        assert not told & {Role.CPA, Role.HOPC, Role.UNPOL_SUPERVISOR, Role.JOC, Role.SRSG_OFFICE}

    def test_only_who_may_be_told_of_it_may_ask_for_its_track(self, as_role, flash):
        asked = {
            role: "track" in as_role(role).get("/desk/").context["scope"].form.fields
            for role in (Role.CPA, Role.CPA_SENIOR, Role.CONDUCT_DISCIPLINE, Role.JOC)
        }
        assert asked == {
            Role.CPA: False,
            Role.CPA_SENIOR: True,
            Role.CONDUCT_DISCIPLINE: True,
            Role.JOC: False,
        }


class TestWithoutLoadingAPage:
    BOOSTED = {"HX-Request": "true", "HX-Boosted": "true"}
    ITSELF = 'hx-target="#main" hx-select="#main"'

    def test_a_link_or_a_form_gets_the_page_and_the_renewal_its_list(self, as_role, flash):
        client = as_role(Role.CPA)
        page = client.get("/desk/?show=all", headers=self.BOOSTED).content.decode()
        part = client.get("/desk/?show=all", headers={"HX-Request": "true"}).content.decode()
        found = client.post("/desk/", {"q": "mill"}, headers=self.BOOSTED).content.decode()
        assert [self.ITSELF in each for each in (page, found, part)] == [True, True, False]
        assert [flash.reference in each for each in (page, found, part)] == [True] * 3
        # While words are searched for, nothing renews itself: they stand in no address.
        assert ["every 15s" in each for each in (page, found)] == [True, False]

    def test_all_that_is_opened_from_the_desk_asks_so_and_an_officers_page_never(
        self, unmix, as_role, flash
    ):
        proposal = flash.referrals.awaiting_release().first()
        at = f"/reports/{flash.reference}/"
        opened = [at, f"{at}correct/", f"{at}share/", f"{at}story/", f"{at}tasks/new/"]
        opened += [f"/referrals/{proposal.uuid}/{name}/" for name in ("release", "hold")]
        for url in [*opened, "/desk/moves/"]:
            assert self.ITSELF in as_role(Role.CPA).get(url).content.decode(), url
        for url in ("/reports/", "/reports/new/", at):
            assert "hx-boost" not in as_role(Role.UNPOL_OFFICER).get(url).content.decode(), url
