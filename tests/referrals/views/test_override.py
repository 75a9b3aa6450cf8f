"""Setting a guard aside on the pages: shown before, said at its field, kept and named after."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.models import Organization, PostHolding
from actors.roles import Role
from referrals.models import GuardOverride, HistoryEntry, Referral
from tests.factories import ContactFactory, PostFactory, PostHoldingFactory

REASON = "The witness was sure, and the family asks for the police."
HOLD, DUPLICATE, CONSENT = "UNKNOWN_PERP_HOLD", "DUPLICATE_LINK", "CONSENT_REQUIRED"
SERVICE = {
    "violations": ["killing_maiming"],
    "facility": "none",
    "ongoing_threat": True,
    "needs": ["psychosocial"],
    "similar_report_exists": False,
}


@pytest.fixture
def report(unmix):
    return unmix.file(narrative="CANARY").report


@pytest.fixture
def doubled(unmix):
    return unmix.file(facts={"similar_report_exists": True}).report


@pytest.fixture
def lead(as_role):
    return as_role(Role.CPA)


def url(report, guard=HOLD) -> str:
    return f"/reports/{report.reference}/override/{guard}/"


def read(browser, address) -> str:
    return browser.get(address, follow=True).content.decode()


def shown(browser, report) -> str:
    return read(browser, f"/reports/{report.reference}/")


class TestBefore:
    def test_the_page_says_why_the_guard_is_there_and_what_would_change(self, lead, report):
        page = read(lead, url(report))
        for text in (
            "no host-State unit is told until",
            "Source: <bdi>decision of this project",
            "What would change",
            "Kesara Children and Women Unit",
            "The adviser releases it after due diligence",
            "L_HOST_POLICE",
            "At work from then on",
            "HRDDP_GATE",
            "DO_NO_HARM",
        ):
            assert text in page
        assert "CANARY" not in page

    def test_looking_stores_nothing(self, lead, report):
        lead.get(url(report))
        assert GuardOverride.objects.count() == 0
        assert not HistoryEntry.objects.filter(verb__in=["overridden", "rerouted"]).exists()
        assert not report.referrals.filter(role="HS_POLICE_SPECIALISED").exists()

    def test_each_guard_asks_only_for_what_it_needs(self, lead, unmix, report, doubled):
        packet = unmix.file(facts=SERVICE).report
        asked = {
            guard: set(lead.get(url(about, guard)).context["form"].fields)
            for guard, about in ((HOLD, report), (DUPLICATE, doubled), (CONSENT, packet))
        }
        assert asked == {
            HOLD: {"perpetrator", "reason"},
            DUPLICATE: {"reason"},
            CONSENT: {"best_interest", "reason"},
        }

    def test_the_same_outcome_of_each_choice_is_shown_once(self, lead, report):
        outcomes = lead.get(url(report)).context["outcomes"]
        assert [each["label"] for each in outcomes] == [""]

    def test_who_stays_out_because_of_another_guard_is_named_with_it(self, lead, doubled):
        rows = lead.get(url(doubled)).context["outcomes"][0]["rows"]
        assert [(row["mark"], row["name"], row["rule"]) for row in rows] == [
            ("never", "Host-State specialised police unit", DUPLICATE)
        ]

    def test_a_proposal_that_stays_shows_what_is_different(self, lead, unmix):
        page = read(lead, url(unmix.file(facts=SERVICE).report, CONSENT))
        assert "No longer waits for CONSENT_REQUIRED." in page
        assert "Hearth and Haven" in page


class TestSettingAside:
    def test_it_is_kept_named_and_shown_to_the_lead(self, lead, report):
        typed = {"perpetrator": "civilian", "reason": REASON}
        page = lead.post(url(report), typed, follow=True).content.decode()
        for text in (
            "Set aside. Your reason is kept.",
            REASON,
            "Assessed by the lead: Civilian",
            "Not known; assessed by the lead: Civilian",
            "Guard set aside: UNKNOWN_PERP_HOLD",
            "New: Host-State specialised police unit.",
            "Kesara Children and Women Unit",
        ):
            assert text in page
        assert GuardOverride.objects.get().by.name == "Person of CPA"

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"perpetrator": "civilian", "reason": "   "}, "reason"),
            ({"perpetrator": "civilian", "reason": "because"}, "reason"),
            ({"perpetrator": "", "reason": REASON}, "perpetrator"),
            ({"perpetrator": "host_state_police", "reason": REASON}, "perpetrator"),
        ],
    )
    def test_what_is_missing_is_said_at_its_field_and_what_was_typed_is_kept(
        self, lead, report, typed, field
    ):
        answer = lead.post(url(report), typed)
        form = answer.context["form"]
        assert (answer.status_code, set(form.errors)) == (422, {field})
        assert form["reason"].value() == typed["reason"]
        assert form["perpetrator"].value() == typed["perpetrator"]
        assert GuardOverride.objects.count() == 0

    def test_another_category_is_refused_as_a_correction(self, lead, report):
        typed = {"perpetrator": "host_state_police", "reason": REASON}
        page = lead.post(url(report), typed).content.decode()
        assert "have a corrected report filed" in page
        assert REASON in page

    def test_consent_needs_the_best_interest_ticked(self, lead, unmix):
        report = unmix.file(facts=SERVICE).report
        refused = lead.post(url(report, CONSENT), {"reason": REASON})
        assert set(refused.context["form"].errors) == {"best_interest"}
        lead.post(url(report, CONSENT), {"reason": REASON, "best_interest": "on"})
        referral = Referral.objects.get(report=report, role="PSS_PROVIDER")
        page = read(lead, f"/referrals/{referral.uuid}/release/")
        assert "What does the release rest on?" not in page
        assert "best-interest decision of Person of CPA" in page
        lead.post(f"/referrals/{referral.uuid}/release/", {"reason": REASON})
        referral.refresh_from_db()
        assert referral.status == "released"

    def test_a_second_time_names_the_first_and_does_nothing(self, lead, doubled):
        lead.post(url(doubled, DUPLICATE), {"reason": REASON})
        again = lead.post(url(doubled, DUPLICATE), {"reason": REASON}, follow=True)
        assert "Already set aside by Person of CPA" in again.content.decode()
        assert "Already set aside by Person of CPA" in read(lead, url(doubled, DUPLICATE))
        assert HistoryEntry.objects.filter(verb="overridden").count() == 1

    @pytest.mark.parametrize(
        ("guard", "said"),
        [
            ("CONFIDENTIALITY_FLOOR", "not at work on this report"),
            ("NO_SELF_ROUTE", "not at work on this report"),
            ("JOINT_PATROL", "Nobody may set this guard aside"),
        ],
    )
    def test_a_guard_that_cannot_be_set_aside_says_why(self, lead, report, guard, said):
        assert said in read(lead, url(report, guard))
        assert (
            said in lead.post(url(report, guard), {"reason": REASON}, follow=True).content.decode()
        )
        assert GuardOverride.objects.count() == 0


class TestOthers:
    @pytest.mark.parametrize(
        "role", [Role.UNPOL_OFFICER, Role.CPA_SENIOR, Role.HUMAN_RIGHTS, Role.JOC, "WHO"]
    )
    def test_they_find_neither_button_nor_page(self, as_role, report, role):
        browser = as_role(role)
        assert "/override/" not in shown(browser, report)
        assert browser.get(url(report)).status_code == 404
        typed = {"perpetrator": "civilian", "reason": REASON}
        assert browser.post(url(report), typed).status_code == 404
        assert GuardOverride.objects.count() == 0

    def test_nobody_finds_it_on_the_misconduct_track(self, as_role, unmix):
        report = unmix.file(facts={"perpetrator": "un_personnel"}).report
        for role in ("CONDUCT_DISCIPLINE", Role.CPA_SENIOR, Role.CPA):
            browser = as_role(role)
            assert browser.get(url(report, CONSENT)).status_code == 404
            assert "/override/" not in shown(browser, report)

    def test_who_reads_the_record_sees_that_it_was_done_and_not_why(self, as_role, lead, report):
        lead.post(url(report), {"perpetrator": "civilian", "reason": REASON})
        page = shown(as_role(Role.HUMAN_RIGHTS), report)
        assert "Guard set aside: UNKNOWN_PERP_HOLD" in page
        assert "Not known; assessed by the lead: Civilian" in page
        assert REASON not in page

    def test_a_summary_shows_the_assessment_and_the_officer_only_what_they_filed(
        self, as_role, lead, report
    ):
        lead.post(url(report), {"perpetrator": "civilian", "reason": REASON})
        assert "assessed by the lead: Civilian" in shown(as_role(Role.JOC), report)
        own = shown(as_role(Role.UNPOL_OFFICER), report)
        assert "assessed" not in own
        assert "Guard set aside" not in own

    def test_who_does_not_know_of_the_report_learns_nothing(self, as_role, report):
        assert as_role("UNICEF_CP").get(url(report)).status_code == 404

    def test_access_ends_with_the_post(self, lead, unmix, report):
        PostHolding.objects.filter(user=unmix.people[Role.CPA]).delete()
        assert lead.get(url(report)).status_code == 404


class TestWhatTheLeadSees:
    def test_buttons_stand_at_the_guards_that_may_be_set_aside(self, lead, doubled):
        page = shown(lead, doubled)
        fired = [guard["id"] for guard in doubled.decision["guards"]]
        with_button = {guard for guard in fired if url(doubled, guard) in page}
        assert with_button == {HOLD, DUPLICATE}

    def test_rules_lead_to_the_policy_for_who_may_read_it(self, as_role, lead, report):
        where = f"/policy/{report.policy.number}/"
        for rule in ("R03", "X_CTFMR", HOLD, "CP_GATE"):
            assert f'href="{where}#{rule}"' in shown(lead, report)
        assert f'href="{where}#{HOLD}"' in read(lead, url(report))
        assert where not in shown(as_role(Role.UNPOL_CPFP_FIELD), report)
        assert where not in shown(as_role(Role.UNPOL_OFFICER), report)

    def test_every_guard_has_its_reason_and_source(self, lead, report):
        page = shown(lead, report)
        for guard in report.decision["guards"]:
            assert guard["id"] in page
            assert guard["source"] in page

    def test_who_was_passed_over_is_said_without_their_name(self, lead, unmix):
        near = Organization.objects.create(
            mission=unmix.mission, name="Sela Clinic", kind="community"
        )
        post = PostFactory(role=Role.HEALTH_PROVIDER, organization=near)
        ContactFactory(user=None, post=post, address="clinic@example.org")
        facts = SERVICE | {"perpetrator": "civilian", "needs": ["medical"]}
        report = unmix.file(facts=facts, perpetrator_org=near).report
        groups = lead.get(f"/reports/{report.reference}/").context["groups"]
        passed = next(group for group in groups if group["title"] == "Passed over")
        assert [(item["name"], item["rule"]) for item in passed["items"]] == [
            ("Health provider tied to the alleged party", "NO_SELF_ROUTE")
        ]
        assert "Sela Clinic" not in str(passed)

    def test_a_guard_that_fired_without_passing_anybody_over_names_nobody(self, lead, unmix):
        report = unmix.file(facts={"perpetrator": "host_state_police"}).report
        groups = lead.get(f"/reports/{report.reference}/").context["groups"]
        assert "Passed over" not in [group["title"] for group in groups]


def test_the_page_takes_as_many_statements_for_many_recipients_as_for_few(lead, unmix):
    needs = ["medical", "psychosocial", "safe_shelter", "legal", "case_management"]
    for need in needs:
        role = f"{need.upper()}_PROVIDER"
        if role in Role.values:
            PostHoldingFactory(post__role=role, post__organization__mission=unmix.mission)
    few = unmix.file(facts={"similar_report_exists": True}).report
    many = unmix.file(facts={"similar_report_exists": True, "needs": needs}).report
    counts = []
    for report in (few, many):
        lead.get(url(report, DUPLICATE))
        with CaptureQueriesContext(connection) as captured:
            answer = lead.get(url(report, DUPLICATE))
        counts.append((len(captured), len(answer.context["outcomes"][0]["rows"])))
    assert counts[0][1] + 4 < counts[1][1]
    assert counts[0][0] == counts[1][0]


def test_the_report_page_takes_few_statements_with_guards_set_aside(lead, doubled):
    shown(lead, doubled)
    with CaptureQueriesContext(connection) as before:
        shown(lead, doubled)
    lead.post(url(doubled), {"perpetrator": "civilian", "reason": REASON})
    lead.post(url(doubled, DUPLICATE), {"reason": REASON})
    shown(lead, doubled)
    with CaptureQueriesContext(connection) as after:
        shown(lead, doubled)
    assert len(after) == len(before) <= 20
