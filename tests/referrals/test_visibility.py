"""Who may know of a report. What is not returned here does not exist for the reader."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from actors.models import Organization, PostHolding
from actors.roles import Role
from referrals.models import Report, ReportShare
from referrals.redaction import facts_for, level_of, title_for, withheld_from
from referrals.workflow import routing
from referrals.workflow.errors import AlreadyDone, NotAllowed, ReleaseRefused
from referrals.workflow.release import ReleaseBasis, release_referral
from referrals.workflow.sharing import share_report
from tests.factories import PostFactory, PostHoldingFactory


def sees(unmix, role: str) -> bool:
    return Report.objects.visible_to(unmix.user(role)).exists()


def level(unmix, role: str) -> str:
    user = unmix.user(role)
    return level_of(Report.objects.visible_to(user).in_full().get(), user)


def test_everybody_told_reads_at_their_own_level_and_nobody_else_reads(unmix):
    unmix.file()
    levels = {role: level(unmix, role) for role in unmix.people if sees(unmix, role)}
    assert levels == {
        "UNPOL_OFFICER": "OWN",
        "UNPOL_SUPERVISOR": "RD1",
        "UNPOL_CPFP_FIELD": "RD1",
        "UNPOL_CPFP_HQ": "RD2",
        "CPA": "RD0",
        "CPA_SENIOR": "RD1",
        "HUMAN_RIGHTS": "RD1",
        "HOPC": "RD2",
        "JOC": "RD2",
        "SRSG_OFFICE": "RD2",
        "JMAC": "RD2",
        "POC_ADVISER": "RD2",
        "MILITARY_LIAISON": "RD2",
        "GENDER": "RD2",
        "POLITICAL_AFFAIRS": "RD2",
    }


def test_a_proposed_recipient_sees_nothing_before_the_release_and_one_line_after_it(unmix):
    report = unmix.file(narrative="Seen at noon", boys=2).report
    assert not sees(unmix, "WHO")
    basis = ReleaseBasis(reason="Health surveillance")
    release_referral(
        referral=report.referrals.get(role="WHO"), by=unmix.user(Role.CPA), basis=basis
    )
    assert level(unmix, "WHO") == "RD3"
    report = Report.objects.visible_to(unmix.user("WHO")).in_full().get()
    assert {f.name: f.value for f in facts_for(report, "RD3")} == {
        "kinds": "Attack on a hospital",
        "place": "Lakeside",
    }


def test_the_adviser_is_not_let_in_before_the_focal_point_forwards(unmix):
    unmix.file(facts={"violations": ["recruitment_use"], "facility": "none"})
    assert not sees(unmix, "CPA")
    assert sees(unmix, "UNPOL_CPFP_FIELD")


def test_access_ends_with_the_post(unmix):
    unmix.file()
    past = timezone.now() - timedelta(seconds=1)
    PostHolding.objects.filter(user=unmix.people["JOC"]).update(held_until=past)
    assert not sees(unmix, "JOC")


def test_access_ends_with_the_account(unmix):
    unmix.file()
    user = unmix.people["JOC"]
    user.is_active = False
    user.save()
    assert not sees(unmix, "JOC")


def test_a_superuser_sees_nothing_by_being_one(unmix):
    unmix.file()
    user = unmix.people["WHO"]
    user.is_superuser = user.is_staff = True
    user.save()
    assert not sees(unmix, "WHO")


def test_who_is_tied_to_the_alleged_perpetrator_sees_nothing_whatever_else_lets_them_in(unmix):
    report = unmix.file(
        facts={"perpetrator": "host_state_police"},
        perpetrator_org=unmix.organizations["Kesara National Police"],
    ).report
    # The child unit is part of the national police; let it in by force in every way there is.
    post = unmix.posts["HS_POLICE_SPECIALISED"]
    report.referrals.filter(role="JOC").update(post=post)
    assert not sees(unmix, "HS_POLICE_SPECIALISED")


def test_a_host_state_unit_sees_nothing_where_an_unnamed_host_state_force_is_implicated(unmix):
    report = unmix.file(facts={"perpetrator": "host_state_military"}).report
    report.referrals.filter(role="JOC").update(post=unmix.posts["HS_POLICE_SPECIALISED"])
    assert not sees(unmix, "HS_POLICE_SPECIALISED")


def test_on_the_misconduct_track_only_its_own_recipients_see_and_not_even_the_officer(unmix):
    unmix.file(facts={"perpetrator": "un_personnel"})
    levels = {role: level(unmix, role) for role in unmix.people if sees(unmix, role)}
    assert levels == {
        "CONDUCT_DISCIPLINE": "RD0",
        "VICTIMS_RIGHTS": "RS",
        "CPA_SENIOR": "RD2",
    }


def test_a_notice_alone_says_nothing(unmix):
    report = unmix.file().report
    assert (facts_for(report, "RN"), title_for(report, "RN")) == ([], "Notice")


@pytest.mark.parametrize("role", ["UNPOL_OFFICER", "CPA_SENIOR", "CPA"])
def test_a_confided_report_is_in_nobodys_list_while_it_is_not_routed(unmix, monkeypatch, role):
    monkeypatch.setattr(routing, "plan_routing", lambda situation: 1 / 0)
    unmix.file(facts={"perpetrator": "un_personnel"})
    assert not sees(unmix, role)


def test_an_officer_whose_contingent_is_implicated_cannot_open_what_they_reported(unmix):
    contingent = unmix.organizations["UNMIX Contingent 4"]
    site = unmix.organizations["UNPOL Team Site Port Sela"]
    site.parent = contingent
    site.save()
    unmix.file(facts={"perpetrator": "un_personnel"}, perpetrator_org=contingent)
    assert not sees(unmix, "UNPOL_OFFICER")


def test_a_summary_names_no_reporter_no_party_and_no_text(unmix):
    report = unmix.file(
        narrative="CANARY",
        facts={"perpetrator": "armed_group"},
        perpetrator_org=unmix.organizations["Front for Myre"],
    ).report
    shown = {fact.name for fact in facts_for(report, "RD2")}
    assert shown == {"kinds", "place", "perpetrator"}
    assert {"Reported by", "Alleged party", "What happened"} <= set(withheld_from(report, "RD2"))


def test_a_text_that_names_somebody_is_read_in_full_access_only(unmix):
    report = unmix.file(narrative="CANARY", facts={"contains_identity": True}).report
    levels = ["RD0", "OWN", "RD1", "RD2", "RD3", "RS", "RN"]
    readers = [one for one in levels if any(f.name == "narrative" for f in facts_for(report, one))]
    assert readers == ["RD0", "OWN"]


def test_a_line_leaves_out_counts_below_three(unmix):
    report = unmix.file(boys=2, girls=5).report
    values = {fact.name: fact.value for fact in facts_for(report, "RD3")}
    assert values["children"] == "5 girls"


class TestShares:
    def share(self, unmix, report, organization="UNICEF Kesara", **changes):
        terms = {
            "report": report,
            "organization": unmix.organizations[organization],
            "by": unmix.user(Role.CPA),
            "reason": "They asked at the cluster",
            "expires_at": timezone.now() + timedelta(days=3),
        }
        return share_report(**terms | changes)

    def test_a_share_lets_one_organization_read_the_summary_until_it_ends(self, unmix):
        report = unmix.file().report
        share = self.share(unmix, report)
        assert level(unmix, "UNICEF_CP") == "RD2"
        share.expires_at = timezone.now()
        share.save()
        assert not sees(unmix, "UNICEF_CP")

    def test_a_share_needs_the_lead_a_reason_and_an_end(self, unmix):
        report = unmix.file().report
        with pytest.raises(NotAllowed):
            self.share(unmix, report, by=unmix.user(Role.HOPC))
        with pytest.raises(ReleaseRefused, match="why"):
            self.share(unmix, report, reason=" ")
        with pytest.raises(ReleaseRefused, match="90 days"):
            self.share(unmix, report, expires_at=timezone.now() + timedelta(days=91))

    def test_a_second_share_to_the_same_organization_is_named_as_such(self, unmix):
        report = unmix.file().report
        self.share(unmix, report)
        with pytest.raises(AlreadyDone):
            self.share(unmix, report)

    def test_nothing_is_shared_with_an_organization_tied_to_the_perpetrator(self, unmix):
        report = unmix.file(
            facts={"perpetrator": "host_state_police"},
            perpetrator_org=unmix.organizations["Kesara National Police"],
        ).report
        with pytest.raises(ReleaseRefused, match="cannot be told"):
            self.share(unmix, report, organization="Kesara Children and Women Unit")

    def test_a_share_is_not_honoured_on_the_misconduct_track(self, unmix):
        report = unmix.file().report
        self.share(unmix, report)
        Report.objects.filter(pk=report.pk).update(track="misconduct")
        assert not sees(unmix, "UNICEF_CP")


class TestTiedToTheAllegedParty:
    """NO_SELF_ROUTE hides the record from them, whatever else they hold (policy 2.6)."""

    @pytest.fixture
    def party(self, unmix):
        return Organization.objects.create(
            mission=unmix.mission, name="Sela Clinic", kind="community"
        )

    @pytest.fixture(params=["itself", "parent", "child", "affiliate", "affiliate of another"])
    def reader(self, request, party):
        """Somebody with a post at the party or a relative; `tied` says whether it is one."""
        organization = Organization.objects.create(
            mission=party.mission, name="Sela Friends", kind="community"
        )
        self.tied = request.param != "affiliate of another"
        if request.param == "itself":
            organization = party
        elif request.param == "parent":
            Organization.objects.filter(pk=party.pk).update(parent=organization)
        elif request.param == "child":
            Organization.objects.filter(pk=organization.pk).update(parent=party)
        elif request.param == "affiliate":
            organization.affiliates.add(party)
        post = PostFactory(role=Role.HEALTH_PROVIDER, organization=organization)
        return PostHoldingFactory(post=post).user

    @pytest.fixture
    def report(self, unmix, party, reader):
        return unmix.file(facts={"perpetrator": "civilian"}, perpetrator_org=party).report

    def answers(self, client, user, report) -> set[int]:
        client.force_login(user)
        reference = report.reference
        paths = [
            f"/reports/{reference}/",
            f"/api/v1/reports/{reference}/",
        ]
        return {client.get(path).status_code for path in paths}

    def expected(self) -> set[int]:
        return {404} if self.tied else {200}

    def test_with_a_post_that_was_told(self, client, reader, report):
        post = reader.holdings.get().post
        report.referrals.filter(role="JOC").update(post=post)
        assert self.answers(client, reader, report) == self.expected()

    def test_with_another_post_that_leads_on_the_report(self, client, unmix, reader, report):
        PostHoldingFactory(post=unmix.posts["CPA"], user=reader, rank="deputy")
        assert self.answers(client, reader, report) == self.expected()

    def test_with_the_oversight_of_the_mission(self, client, unmix, reader, report):
        PostHoldingFactory(post=unmix.posts["CPA_SENIOR"], user=reader, rank="deputy")
        report.referrals.filter(role="CPA_SENIOR").update(status="proposed")
        assert self.answers(client, reader, report) == self.expected()

    def test_with_a_share(self, client, unmix, reader, report):
        ReportShare.objects.create(
            content_object=report,
            group=reader.holdings.get().post.organization.group,
            permission=Permission.objects.get(
                content_type__app_label="referrals", codename="view_report"
            ),
            reason="By force",
            shared_by=unmix.people[Role.CPA],
            expires_at=timezone.now() + timedelta(days=3),
        )
        assert self.answers(client, reader, report) == self.expected()

    def test_having_filed_it(self, client, reader, report):
        Report.objects.filter(pk=report.pk).update(reporter=reader)
        assert self.answers(client, reader, report) == self.expected()

    def test_as_superuser_and_administrator(self, client, reader, report):
        reader.is_superuser = reader.is_staff = True
        reader.save()
        assert self.answers(client, reader, report) == {404}

    def test_as_superuser_with_all_of_it_at_once(self, client, unmix, reader, report):
        reader.is_superuser = reader.is_staff = True
        reader.save()
        PostHoldingFactory(post=unmix.posts["CPA"], user=reader, rank="deputy")
        assert self.answers(client, reader, report) == self.expected()
