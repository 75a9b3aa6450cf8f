"""Filters and search of the desk: one scope for desk, bulk and export; no leak by a hit."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from actors.roles import Role
from referrals.models import Report, SavedFilter
from referrals.views.filters import FilterRefused, filtered
from referrals.workflow.sharing import share_report
from tests.factories import PostFactory, PostHoldingFactory

QUIET = {"violations": ["abduction"], "facility": "none", "perpetrator": "armed_group"}


@pytest.fixture
def unmix(unmix):
    """Officers inform the adviser directly, so that all they file is told at once."""
    unmix.mission.reporting_line = "officer"
    unmix.mission.save()
    return unmix


@pytest.fixture
def quiet(unmix):
    """Grave, no alarm: JOC reads one line of it (RD3)."""
    return unmix.file(
        facts=QUIET,
        narrative="Two boys were taken from the mill",
        perpetrator_org=unmix.organizations["Front for Myre"],
    ).report


@pytest.fixture
def ask(unmix):
    """A function: whom a filter finds for a role, as references."""

    def found(role, query="", words=""):
        params = QueryDict(f"show=all&{query}")
        reports = filtered(params, unmix.user(role), timezone.now(), words)
        return sorted(report.reference for report in reports)

    return found


ANY_FACET = [
    # what is asked, and the worst level at which the fact is shown
    ("kind=abduction", "RD3"),
    ("area=QM02", "RS"),
    ("area=QM0201", "RD2"),
    ("perpetrator=armed_group", "RD2"),
    ("lead=nobody", "RD1"),
    ("priority=urgent", "RN"),
    ("status=submitted", "RN"),
]
LEVELS = ["RD0", "RD1", "RD2", "RD3", "RS", "RN"]


class TestAFacetFindsOnlyWhereItsFactIsShown:
    @pytest.mark.parametrize(("query", "worst"), ANY_FACET)
    def test_at_each_level_a_post_was_told_at(self, quiet, ask, query, worst):
        found = {}
        for level in LEVELS:
            quiet.referrals.filter(role=Role.JOC).update(redaction=level)
            assert ask(Role.JOC) == [quiet.reference]
            found[level] = ask(Role.JOC, query) == [quiet.reference]
        shows = LEVELS.index(worst)
        assert found == {level: LEVELS.index(level) <= shows for level in LEVELS}

    def test_and_never_where_it_does_not_hold(self, quiet, ask):
        for query in (
            "kind=sexual_violence",
            "area=QM0101",
            "area=QM01",
            "perpetrator=civilian",
            "lead=me",
            "priority=routine",
            "status=closed",
            "since=2999-01-01",
            "until=2000-01-01",
        ):
            assert ask(Role.CPA, query) == []

    def test_facets_together_ask_for_the_strictest_level(self, quiet, ask):
        assert ask(Role.JOC, "kind=abduction&area=QM02") == [quiet.reference]
        assert ask(Role.JOC, "kind=abduction&area=QM0201") == []

    def test_what_the_lead_stated_is_not_told_to_the_reporter(self, quiet, ask):
        Report.objects.filter(pk=quiet.pk).update(routed_facts={"perpetrator": "civilian"})
        assert ask(Role.UNPOL_OFFICER, "perpetrator=civilian") == []
        assert ask(Role.UNPOL_OFFICER, "perpetrator=armed_group") == [quiet.reference]
        assert ask(Role.CPA, "perpetrator=civilian") == [quiet.reference]

    def test_a_share_answers_at_its_own_level(self, unmix, quiet, ask):
        assert ask(Role.UNICEF_CP) == []
        share_report(
            report=quiet,
            organization=unmix.organizations["UNICEF Kesara"],
            by=unmix.user(Role.CPA),
            redaction="RD2",
            reason="Joint work",
            expires_at=timezone.now() + timedelta(days=10),
        )
        assert ask(Role.UNICEF_CP, "area=QM0201") == [quiet.reference]
        assert ask(Role.UNICEF_CP, "lead=nobody") == []


class TestTheAddress:
    def test_it_is_the_scope(self, unmix, as_role, quiet, ask):
        other = unmix.file().report
        page = as_role(Role.CPA).get("/desk/?show=unacknowledged&kind=abduction")
        assert [row["report"] for row in page.context["rows"]] == [quiet]
        scope = page.context["scope"]
        again = filtered(QueryDict(scope.query), unmix.user(Role.CPA), timezone.now())
        assert list(again) == [quiet]
        assert ask(Role.CPA) == sorted([quiet.reference, other.reference])
        assert [(chip["label"], chip["remove_url"]) for chip in scope.chips()] == [
            ("Abduction of children", "/desk/?show=unacknowledged")
        ]

    def test_a_tile_counts_within_the_filter(self, unmix, as_role, quiet):
        unmix.file()
        page = as_role(Role.CPA).get("/desk/?kind=abduction")
        assert {tile["label"]: tile["number"] for tile in page.context["counts"]}[
            "To acknowledge"
        ] == 1

    @pytest.mark.parametrize(
        "query", ["kind=murder", "area=XX", "lead=somebody", "since=yesterday", "priority=x"]
    )
    def test_what_is_not_understood_shows_nothing(self, unmix, as_role, quiet, query):
        page = as_role(Role.CPA).get(f"/desk/?show=all&{query}")
        assert page.status_code == 422
        assert page.context["rows"] == []
        assert page.context["counts"] == []
        with pytest.raises(FilterRefused):
            filtered(QueryDict(query), unmix.user(Role.CPA), timezone.now())

    def test_the_days_are_those_of_the_mission(self, unmix, ask):
        unmix.mission.time_zone = "Asia/Tokyo"
        unmix.mission.save()
        day = timezone.now().date() - timedelta(days=5)
        evening = datetime(day.year, day.month, day.day, 16, tzinfo=UTC)
        report = unmix.file(at=evening).report
        tomorrow = day + timedelta(days=1)
        assert ask(Role.CPA, f"since={tomorrow}&until={tomorrow}") == [report.reference]
        assert ask(Role.CPA, f"until={day}") == []


class TestWords:
    def test_each_kind_of_fact_is_found_at_the_levels_that_show_it(self, quiet, ask):
        worst = {
            "mill": "RD1",
            "abduct": "RD3",
            "lakeside": "RS",
            "sela": "RD2",
            "myre": "RD1",
            quiet.reference: "RN",
            str(int(quiet.reference.rsplit("-")[-1])): "RN",
        }
        found = {}
        for level in LEVELS:
            quiet.referrals.filter(role=Role.JOC).update(redaction=level)
            for word in worst:
                found[word, level] = ask(Role.JOC, words=word) == [quiet.reference]
        assert found == {
            (word, level): LEVELS.index(level) <= LEVELS.index(shown)
            for word, shown in worst.items()
            for level in LEVELS
        }

    def test_every_word_must_be_found(self, quiet, ask):
        assert ask(Role.CPA, words="boys abduction sela") == [quiet.reference]
        assert ask(Role.CPA, words="boys hospital") == []
        assert ask(Role.CPA, words="!?") == []

    def test_a_text_that_names_somebody_is_found_by_the_lead_and_its_author_alone(self, unmix, ask):
        report = unmix.file(
            facts=QUIET | {"contains_identity": True}, narrative="Call Amina Kodjo"
        ).report
        found = {role for role in unmix.people if ask(role, words="kodjo")}
        assert found == {Role.CPA, Role.UNPOL_OFFICER}
        report.referrals.filter(role=Role.JOC).update(redaction="RD0")
        assert ask(Role.JOC, words="kodjo") == [report.reference]

    def test_words_of_the_query_language_are_only_words(self, quiet, ask):
        for typed in ("mill' | 'x", "mill:*&!", "\\mill", "mill & boys", "(mill", "\x00mill"):
            assert ask(Role.CPA, words=typed) in ([], [quiet.reference])

    def test_they_are_posted_and_stand_in_no_address_of_the_answer(self, as_role, quiet):
        client = as_role(Role.CPA)
        page = client.post("/desk/?show=all", {"q": "mill"})
        assert [row["report"] for row in page.context["rows"]] == [quiet]
        text = page.content.decode()
        links = [part.split('"')[0] for part in text.split('href="')[1:]]
        links += [part.split('"')[0] for part in text.split('action="')[1:]]
        assert [link for link in links if "mill" in link] == []
        assert "every 15s" not in text
        assert [row["report"] for row in client.get("/desk/?show=all&q=x").context["rows"]] == [
            quiet
        ]

    def test_the_next_page_of_what_was_found_is_posted_too(
        self, unmix, as_role, quiet, monkeypatch
    ):
        monkeypatch.setattr("referrals.views.desk.PAGE", 1)
        second = unmix.file(facts=QUIET, narrative="Seen at the mill again").report
        client = as_role(Role.CPA)
        page = client.post("/desk/?show=all", {"q": "mill"})
        assert [row["report"] for row in page.context["rows"]] == [second]
        page = client.post(page.context["older_url"], {"q": "mill"})
        assert [row["report"] for row in page.context["rows"]] == [quiet]
        assert page.context["older_url"] == ""


class TestTheForm:
    """Most visits do not need its sixty choices: it comes when it is opened."""

    ASKED = "show=all&kind=abduction&area=QM0201"

    def test_the_desk_leads_to_it_with_what_is_chosen(self, as_role):
        cpa = as_role(Role.CPA)
        desk = cpa.get(f"/desk/?{self.ASKED}").content.decode()
        assert 'name="kind"' not in desk
        assert f'href="/desk/narrow/?{self.ASKED}"'.replace("&", "&amp;") in desk
        page = cpa.get(f"/desk/narrow/?{self.ASKED}").content.decode()
        assert page.count("checked") == 1
        assert '<option value="QM0201" selected>' in page

    def test_within_the_desk_it_comes_alone(self, as_role):
        part = as_role(Role.CPA).get("/desk/narrow/", headers={"HX-Request": "true"})
        found = part.content.decode()
        assert ("<html" in found, 'name="kind"' in found) == (False, True)

    def test_what_is_not_understood_is_mended_on_the_desk(self, as_role):
        desk = as_role(Role.CPA).get("/desk/?show=all&status=nonsense")
        assert (desk.status_code, 'name="status"' in desk.content.decode()) == (422, True)


class TestSavedFilters:
    @pytest.fixture
    def saved(self, as_role, quiet):
        typed = {"name": "Taken", "query": "show=all&kind=abduction", "is_shared": "on"}
        answer = as_role(Role.CPA).post("/desk/filters/", typed)
        assert answer.url == "/desk/?show=all&kind=abduction"
        return SavedFilter.objects.get()

    def test_it_leads_whoever_follows_it_to_what_they_may_see(self, unmix, as_role, saved, quiet):
        url = f"/desk/filters/{saved.uuid}/"
        page = as_role(Role.JOC).get(url, follow=True)
        assert [row["report"] for row in page.context["rows"]] == [quiet]
        assert page.context["filters"][0]["filter"] == saved
        page = as_role(Role.GENDER).get(url, follow=True)
        assert page.context["rows"] == []

    def test_it_is_not_there_for_others(self, client, as_role, saved):
        elsewhere = PostHoldingFactory(post=PostFactory(role=Role.CPA)).user
        client.force_login(elsewhere)
        url = f"/desk/filters/{saved.uuid}/"
        assert client.get(url).status_code == 404
        SavedFilter.objects.update(is_shared=False)
        assert as_role(Role.JOC).get(url).status_code == 404
        assert as_role(Role.JOC).get("/desk/").context["filters"] == []
        assert as_role(Role.CPA).get(url).status_code == 302

    def test_only_its_owner_deletes_it(self, as_role, saved):
        url = f"/desk/filters/{saved.uuid}/delete/"
        assert as_role(Role.JOC).post(url).status_code == 404
        assert SavedFilter.objects.count() == 1
        assert as_role(Role.CPA).post(url).status_code == 302
        assert SavedFilter.objects.count() == 0

    @pytest.mark.parametrize(
        "typed",
        [
            {"name": "", "query": "kind=abduction"},
            {"name": "Taken", "query": "kind=abduction"},
            {"name": "Other", "query": "kind=murder"},
        ],
    )
    def test_what_is_refused_is_shown_again(self, as_role, saved, typed):
        answer = as_role(Role.CPA).post("/desk/filters/", typed)
        assert answer.status_code == 422
        assert answer.context["form"]["name"].value() == typed["name"]
        assert SavedFilter.objects.count() == 1

    def test_words_are_never_saved(self, as_role, quiet):
        typed = {"name": "Words", "query": "show=all&kind=abduction&q=mill&x=y"}
        as_role(Role.CPA).post("/desk/filters/", typed)
        assert SavedFilter.objects.get().query == "show=all&kind=abduction"
