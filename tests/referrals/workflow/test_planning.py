"""What the rules are told by the caller, and who answers: never the alleged party's own."""

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.models import Contact, Organization, Post, SecurityRating
from actors.roles import Role
from referrals.models import Report
from referrals.routing import compile_policy, decide
from referrals.workflow import planning, routing
from referrals.workflow.filing import file_report
from referrals.workflow.policies import ActivePolicy, compiled_version
from tests.factories import ContactFactory, PostFactory

CARE = {
    "violations": ["killing_maiming"],
    "facility": "none",
    "ongoing_threat": True,
    "perpetrator": "civilian",
    "needs": ["medical"],
    "consent": "given",
}


def provider(unmix, name: str, areas=(), **fields) -> Organization:
    """A health provider that answers from its duty desk."""
    mission = unmix.mission
    organization = Organization.objects.create(
        mission=mission, name=name, **{"kind": "community"} | fields
    )
    post = PostFactory(role=Role.HEALTH_PROVIDER, organization=organization, areas=areas)
    ContactFactory(user=None, post=post, address=f"post{post.pk}@example.org")
    return organization


@pytest.fixture
def near(unmix):
    """The clinic of the town, which would answer for health."""
    return provider(unmix, "Sela Clinic", [unmix.areas["QM0201"]])


@pytest.fixture
def far(unmix):
    return provider(unmix, "Kesara Health Union")


def guards_of(report) -> list[str]:
    return [guard["id"] for guard in report.decision["guards"]]


def answering(report, role=Role.HEALTH_PROVIDER) -> str:
    return str(report.referrals.get(role=role).organization)


class TestRoutedFacts:
    def test_the_facts_kept_are_complete_and_give_the_decision_again(self, unmix):
        report = Report.objects.get(pk=unmix.file(boys=4, narrative="CANARY").report.pk)
        policy = compiled_version(report.policy_id).policy
        assert set(report.routed_facts) == set(policy.vocabulary)
        again = decide(policy.facts(report.routed_facts), policy)
        assert again.as_dict() == report.decision
        assert "CANARY" not in str(report.routed_facts)

    def test_they_hold_what_mission_and_directory_said(self, unmix):
        unmix.mission.reporting_line = "both"
        unmix.mission.save()
        facts = unmix.file(boys=4, area="QM0302").report.routed_facts
        said = ("reporting_line", "roster", "hrddp", "child_victims", "adm2", "implicated_roles")
        assert {name: facts[name] for name in said} == {
            "reporting_line": "both",
            "roster": "none",
            "hrddp": "pending",
            "child_victims": 4,
            "adm2": "QM0302",
            "implicated_roles": [],
        }

    def test_where_routing_failed_there_are_none_until_it_succeeds(self, unmix, monkeypatch):
        monkeypatch.setattr(routing, "plan_routing", lambda situation: 1 / 0)
        pk = unmix.file().report.pk
        assert Report.objects.get(pk=pk).routed_facts == {}
        monkeypatch.undo()
        routing.route_waiting_reports()
        assert Report.objects.get(pk=pk).routed_facts["perpetrator"] == "unknown"

    def test_a_named_party_costs_one_statement_whatever_its_relatives_answer_for(
        self, unmix, near, far
    ):
        def statements(**changes) -> int:
            reporter, filing = unmix.user(Role.UNPOL_OFFICER), unmix.filing(facts=CARE, **changes)
            with CaptureQueriesContext(connection) as captured:
                file_report(reporter=reporter, filing=filing)
            return len(captured)

        unmix.file()
        assert statements(perpetrator_org=near) == statements() + 1


class TestNoSelfRoute:
    @pytest.mark.parametrize("tie", ["itself", "its parent", "its child", "a declared affiliate"])
    def test_the_next_organization_covering_the_area_answers_and_the_guard_says_so(
        self, unmix, near, far, tie
    ):
        party = {
            "itself": near,
            "its parent": Organization(name="Sela Trust"),
            "its child": Organization(name="Sela Ambulance", parent=near),
            "a declared affiliate": Organization(name="Sela Friends"),
        }[tie]
        party.mission, party.kind = unmix.mission, "community"
        party.save()
        if tie == "its parent":
            near.parent = party
            near.save()
        if tie == "a declared affiliate":
            party.affiliates.add(near)
        report = unmix.file(facts=CARE, perpetrator_org=party).report
        assert answering(report) == "Kesara Health Union"
        assert report.routed_facts["implicated_roles"] == ["HEALTH_PROVIDER"]
        assert "NO_SELF_ROUTE" in guards_of(report)

    def test_a_sister_is_no_tie_and_the_guard_is_not_shown(self, unmix, near, far):
        parent = provider(unmix, "Sela Trust")
        sister = Organization.objects.create(
            mission=unmix.mission, name="Sela School", kind="community", parent=parent
        )
        near.parent = parent
        near.save()
        report = unmix.file(facts=CARE, perpetrator_org=sister).report
        assert answering(report) == "Sela Clinic"
        assert report.routed_facts["implicated_roles"] == []
        assert "NO_SELF_ROUTE" not in guards_of(report)

    def test_a_relative_that_would_not_have_answered_was_not_passed_over(self, unmix, near, far):
        report = unmix.file(facts=CARE, perpetrator_org=far).report
        assert (answering(report), report.routed_facts["implicated_roles"]) == ("Sela Clinic", [])
        assert "NO_SELF_ROUTE" not in guards_of(report)

    def test_a_role_that_is_no_recipient_does_not_make_the_guard_fire(self, unmix, near, far):
        report = unmix.file(facts=CARE | {"needs": []}, perpetrator_org=near).report
        assert report.routed_facts["implicated_roles"] == ["HEALTH_PROVIDER"]
        assert "NO_SELF_ROUTE" not in guards_of(report)

    def test_where_nobody_else_answers_the_proposal_waits_for_the_directory(self, unmix, near):
        referral = unmix.file(facts=CARE, perpetrator_org=near).report.referrals.get(
            role=Role.HEALTH_PROVIDER
        )
        assert (referral.post, referral.is_gap, referral.status) == (None, True, "proposed")

    def test_life_saving_care_on_the_misconduct_track_goes_past_the_ngo_alleged(self, unmix, far):
        ngo = provider(unmix, "Aid Alone", [unmix.areas["QM0201"]], kind="ngo_international")
        facts = CARE | {"perpetrator": "aid_worker", "life_saving_need": True}
        report = unmix.file(facts=facts, perpetrator_org=ngo).report
        assert answering(report) == "Kesara Health Union"
        assert report.track == "misconduct"
        assert Contact.objects.get(post__organization=ngo).notifications.count() == 0

    def test_the_filers_own_supervisor_is_passed_over_for_the_next_above(self, unmix):
        site = unmix.organizations["UNPOL Team Site Port Sela"]
        partner = Organization.objects.create(
            mission=unmix.mission, name="Joint Post", kind="community"
        )
        partner.affiliates.add(site)
        above = PostFactory(
            role=Role.UNPOL_SUPERVISOR, organization=unmix.organizations["UNMIX Police"]
        )
        ContactFactory(user=None, post=above, address="line@example.org")
        report = unmix.file(facts=CARE, perpetrator_org=partner).report
        assert report.referrals.get(role=Role.UNPOL_SUPERVISOR).post == above
        assert report.routed_facts["implicated_roles"] == ["UNPOL_SUPERVISOR"]
        assert "NO_SELF_ROUTE" in guards_of(report)

    def test_they_are_left_out_even_where_the_policy_does_not_say_so(
        self, unmix, near, far, monkeypatch
    ):
        version = unmix.file().report.policy
        blind = yaml.safe_load(version.body)
        blind["guards"] = [g for g in blind["guards"] if g["id"] != "NO_SELF_ROUTE"]
        active = ActivePolicy(version.pk, version.number, compile_policy(blind))
        monkeypatch.setattr(planning, "active_policy", lambda: active)
        report = unmix.file(facts=CARE, perpetrator_org=near).report
        assert answering(report) == "Kesara Health Union"
        assert "NO_SELF_ROUTE" not in guards_of(report)

    def test_the_due_diligence_is_that_of_the_unit_which_may_answer(self, unmix):
        police = unmix.organizations["Kesara National Police"]
        near = Organization.objects.create(
            mission=unmix.mission,
            name="Sela Unit",
            kind="host_state_police",
            hrddp_status="cleared",
        )
        post = PostFactory(
            role=Role.HS_POLICE_SPECIALISED, organization=near, areas=[unmix.areas["QM0201"]]
        )
        ContactFactory(user=None, post=post, address="unit@example.org")
        party = Organization.objects.create(mission=unmix.mission, name="Militia", kind="community")
        party.affiliates.add(near)
        Organization.objects.filter(parent=police).update(hrddp_status="not_cleared")
        facts = unmix.file(facts=CARE, perpetrator_org=party).report.routed_facts
        assert facts["hrddp"] == "not_cleared"
        assert Post.objects.filter(role=Role.HS_POLICE_SPECIALISED).count() == 2


class TestConfidentialityFloor:
    @pytest.mark.parametrize(
        ("rating", "facts", "redaction"),
        [
            (None, {}, "RS"),
            (SecurityRating.SUMMARY, {}, "RS"),
            (SecurityRating.NUMBERS, {}, "RD3"),
            (None, {"contains_identity": True}, "RS"),
            (SecurityRating.CASE, {"contains_identity": True}, "RS"),
            (SecurityRating.SUMMARY, {"contains_identity": True}, None),
        ],
    )
    def test_a_partner_learns_no_more_than_it_can_keep_safe(
        self, unmix, near, rating, facts, redaction
    ):
        Organization.objects.filter(pk=near.pk).update(security_rating=rating)
        report = unmix.file(facts=CARE | facts).report
        told = report.referrals.filter(role=Role.HEALTH_PROVIDER)
        assert [r.redaction for r in told] == ([redaction] if redaction else [])
        is_low = redaction != "RS"
        assert ("CONFIDENTIALITY_FLOOR" in guards_of(report)) is is_low
        low = [Role.HEALTH_PROVIDER] if is_low else []
        assert report.routed_facts["low_confidentiality_partners"] == low

    def test_the_rating_is_that_of_the_organization_that_would_answer(self, unmix, near, far):
        Organization.objects.filter(pk=far.pk).update(security_rating=SecurityRating.NUMBERS)
        report = unmix.file(facts=CARE).report
        assert answering(report) == "Sela Clinic"
        assert "CONFIDENTIALITY_FLOOR" not in guards_of(report)
