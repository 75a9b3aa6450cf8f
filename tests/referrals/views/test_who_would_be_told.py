"""The page "Who would be told?": for whom it is, what it shows, and that it keeps nothing."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from actors.models import Area, Mission, Organization, PostHolding
from actors.roles import Role
from referrals.models import Report
from tests.factories import (
    DutyShiftFactory,
    LeaveFactory,
    OrganizationFactory,
    PostFactory,
    PostHoldingFactory,
)

URL = "/directory/told/"
S04 = {
    "area": "QM0201",
    "violations": "attack_school_hospital",
    "facility": "hospital",
    "source": "social_worker",
    "patrol": "joint_host_state",
}


@pytest.fixture
def page(as_role):
    """A function from what is tried to the adviser's page."""
    browser = as_role(Role.CPA)
    return lambda **tried: browser.get(URL, tried)


def text_of(answer) -> str:
    """The answer's words, in one line."""
    main = answer.content.decode().split("<main")[1].split('<aside id="trial">')[0]
    return " ".join(strip_tags(main).split())


def names_in(answer) -> dict[str, list[str]]:
    return {
        group["title"]: [str(item["name"]) for item in group["items"]]
        for group in answer.context["groups"]
    }


def item_of(answer, name: str) -> dict:
    items = [item for group in answer.context["groups"] for item in group["items"]]
    return next(item for item in items if item["name"] == name)


class TestForWhom:
    @pytest.mark.parametrize("role", [Role.CPA, Role.CPA_SENIOR])
    def test_who_leads_on_child_protection_finds_it(self, as_role, role):
        assert as_role(role).get(URL).status_code == 200

    def test_human_rights_lead_where_there_is_no_adviser(self, as_role):
        assert as_role(Role.HUMAN_RIGHTS).get(URL).status_code == 404
        Mission.objects.update(has_cpa=False)
        assert as_role(Role.HUMAN_RIGHTS).get(URL).status_code == 200

    @pytest.mark.parametrize("role", [Role.UNPOL_OFFICER, Role.HOPC, "UNICEF_CP", "WHO"])
    def test_for_everybody_else_it_is_not_there(self, as_role, role):
        assert as_role(role).get(URL, S04).status_code == 404

    def test_an_administrator_finds_it(self, unmix, as_admin):
        assert as_admin().get(URL, S04).status_code == 200

    def test_without_signing_in_one_is_asked_to(self, unmix):
        assert Client().get(URL).status_code == 302

    def test_it_only_reads(self, as_role):
        assert as_role(Role.CPA).post(URL, S04).status_code == 405


class TestWithoutAnythingChosen:
    def test_it_explains_itself_and_each_example_answers(self, as_role):
        browser = as_role(Role.CPA)
        empty = browser.get(URL)
        examples = empty.context["examples"]
        assert "What this is for" in text_of(empty)
        assert examples[0]["code"] == "S04"
        for example in examples:
            answer = browser.get(URL + example["url"])
            assert (answer.status_code, "groups" in answer.context) == (200, True)

    def test_the_examples_lie_where_officers_work(self, page):
        assert all("area=QM0201" in each["url"] for each in page().context["examples"])

    def test_a_mission_without_districts_says_what_to_do(self, page):
        Area.objects.filter(level=2).update(retired_at=datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC")))
        assert "No districts yet" in text_of(page())


class TestTheAnswer:
    def test_s04_names_who_is_told_proposed_and_removed(self, page):
        names = names_in(page(**S04))
        assert len(names["Told at once"]) == 14
        assert set(names["Proposed; they wait"]) == {
            "WHO",
            "Country Task Force on Monitoring and Reporting",
        }
        assert names["Removed by a guard"] == ["Host-State specialised police unit"]

    def test_each_is_named_with_person_reason_rule_level_and_way(self, page):
        answer = page(**S04)
        adviser = item_of(answer, "Child Protection Adviser")
        assert adviser["organization"] == "Child Protection Section: Person of CPA, holds the post"
        assert (adviser["rule"], adviser["sees"], adviser["within"]) == (
            "R03",
            "Everything",
            "30 min",
        )
        text = text_of(answer)
        assert "Port Sela no post of this role" in text
        assert "The whole mission Child Protection Section Person of CPA holds the post" in text
        assert "Keeps count of attacks on health care and helps restore it." in text
        assert "First: The adviser releases it." in text

    def test_what_is_held_back_says_by_which_guard(self, page):
        tried = {"area": "QM0201", "violations": "killing_maiming", "perpetrator": "civilian"}
        answer = page(**tried)
        assert names_in(answer)["Held back"] == ["Host-State specialised police unit"]
        assert "Held back by HRDDP_GATE" in text_of(answer)

    def test_who_is_passed_over_says_why(self, page, unmix):
        post = PostFactory(
            role=Role.JOC, organization=unmix.organizations["UNMIX Police"], areas=[]
        )
        LeaveFactory(user=PostHolding.objects.get(post__role=Role.JOC).user)
        PostHoldingFactory(post=post, user__name="Ayo Bankole")
        text = text_of(page(**S04))
        way = "Person of JOC passed over: on leave, and nobody stands in"
        assert way in text
        assert "UNMIX Police: Ayo Bankole, holds the post" in text

    def test_without_a_field_focal_point_the_page_says_why_there_is_none(self, page):
        LeaveFactory(user=PostHolding.objects.get(post__role=Role.UNPOL_CPFP_FIELD).user)
        answer = page(**S04)
        assert names_in(answer)["Looked for and not found"] == [
            "UNPOL Child Protection Focal Point (field)"
        ]
        assert "Person of UNPOL_CPFP_FIELD passed over: on leave" in text_of(answer)

    def test_nobody_answers_then_the_adviser_is_told_instead(self, page):
        PostHolding.objects.filter(post__role=Role.JOC).delete()
        joc = item_of(page(**S04), "Joint Operations Centre")
        assert joc["label"] == "Nobody here"
        assert joc["organization"] == (
            "nobody in the directory, so instead: "
            "Child Protection Section: Person of CPA, holds the post"
        )

    def test_misconduct_goes_in_confidence(self, page):
        tried = {"area": "QM0201", "violations": "sexual_violence", "perpetrator": "un_personnel"}
        answer = page(**tried)
        assert "This goes in confidence." in text_of(answer)
        told = names_in(answer)["Told at once"]
        assert "Conduct and Discipline Team" in told
        assert "UNPOL supervisor" not in told

    def test_another_setting_is_tried_and_said(self, page, unmix):
        answer = page(**S04, set_has_cpa="no")
        said = "In a mission with other settings than yours: Has Child Protection Advisers: No."
        assert said in text_of(answer)
        assert "Child Protection Adviser" not in names_in(answer)["Told at once"]
        assert Mission.objects.get(pk=unmix.mission.pk).has_cpa

    def test_each_rule_leads_to_the_policy(self, page):
        assert '<a href="/policy/1/#R03">' in page(**S04).content.decode()

    def test_the_moment_is_that_of_the_missions_clock(self, page, unmix):
        Mission.objects.update(time_zone="Africa/Bangui")
        joc = PostHolding.objects.get(post__role=Role.JOC)
        night = PostHoldingFactory(post=joc.post, rank="deputy", user__name="Night Watch")
        zone = ZoneInfo("Africa/Bangui")
        begins = (datetime.now(zone) + timedelta(days=1)).replace(hour=22, minute=0, second=0)
        DutyShiftFactory(post=joc.post, user=night.user, begins_at=begins)
        found = [
            item_of(page(**S04, at=f"{begins:%Y-%m-%d}T{time}"), "Joint Operations Centre")
            for time in ("21:59", "22:01")
        ]
        assert [item["organization"].split(": ")[1] for item in found] == [
            "Person of JOC, holds the post",
            "Night Watch, on shift",
        ]


class TestBadInput:
    @pytest.mark.parametrize(
        ("tried", "field", "message"),
        [
            ({"area": ""}, "area", "Choose the district where it happened."),
            ({"area": "QM01"}, "area", "This mission has no such area."),
            ({"area": "\0"}, "area", "This mission has no such area."),
            ({"facility": "none"}, "facility", "Choose whether it was a school or a hospital."),
            ({"violations": "nothing"}, "violations", "Choose one of the answers listed."),
            ({"perpetrator_org": "\0"}, "perpetrator_org", "Null characters"),
            ({"filer": "WHO Kesara"}, "filer", "Choose one of the units listed."),
            ({"at": "tomorrow"}, "at", "Write the moment as 2026-11-30T14:00."),
            ({"at": "0001-01-01T00:00"}, "at", "Choose a moment within ten years from now."),
            ({"set_has_cpa": "perhaps"}, "set_has_cpa", "Choose one of the answers listed."),
            ({"set_mass_threshold": "1"}, "set_mass_threshold", "greater than or equal to 2"),
        ],
    )
    def test_it_is_refused_at_its_field_and_the_rest_stays(self, page, tried, field, message):
        answer = page(**S04 | tried)
        assert answer.status_code == 422
        assert message in answer.context["form"].errors[field][0]
        assert answer.context["form"]["source"].value() == "social_worker"

    def test_a_party_of_another_category_is_asked_back(self, page):
        answer = page(**S04, perpetrator="civilian", perpetrator_org="Front for Myre")
        assert "perpetrator" in answer.context["form"].errors

    def test_a_policy_that_cannot_decide_is_said(self, page, monkeypatch):
        from referrals.routing import FactsError
        from referrals.views import who_would_be_told as view

        def refuse(trial):
            raise FactsError("is not a fact", fact="patrol")

        monkeypatch.setattr(view, "try_routing", refuse)
        answer = page(**S04)
        assert "The policy in force cannot decide this." in text_of(answer)


def test_the_address_gives_the_same_answer_again_and_the_form_shows_what_counts(page):
    answer = page(**S04)
    form = answer.context["form"]
    assert (form["conflict_nexus"].value(), form["consent"].value()) == ("yes", "not_sought")
    assert names_in(page(**S04)) == names_in(answer)


def test_nothing_is_stored(page):
    page(**S04)
    assert Report.objects.count() == 0


def test_it_takes_the_same_statements_for_one_organization_and_for_many(page, unmix):
    page(**S04)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert page(**S04).status_code == 200
        return len(captured)

    counts = [statements()]
    for more in (3, 50):
        for _ in range(more):
            organization = OrganizationFactory(parent=unmix.organizations["UNMIX Police"])
            for role in (Role.UNPOL_OFFICER, Role.JOC, Role.WHO):
                PostHoldingFactory(post=PostFactory(role=role, organization=organization))
        counts.append(statements())
    assert Organization.objects.count() > 53
    assert counts == [counts[0]] * 3
    assert counts[0] <= 16
