"""Whom somebody calls in an area, what they confirm to have read, and who is asked to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actors.models import Area, ContactsRead, Rank, ReportingLine
from actors.permissions import viewer_of
from actors.roles import Role
from actors.workflow import arriving
from actors.workflow.arriving import Line
from tests.factories import (
    ContactFactory,
    DutyShiftFactory,
    LeaveFactory,
    MissionFactory,
    OrganizationFactory,
    PostFactory,
    PostHoldingFactory,
    UserFactory,
)


@pytest.fixture
def officer(unmix):
    return unmix.user(Role.UNPOL_OFFICER)


@pytest.fixture
def deputy(unmix):
    post = unmix.posts[Role.UNPOL_CPFP_FIELD]
    return PostHoldingFactory(post=post, rank=Rank.DEPUTY, user__name="Deputy").user


def called(unmix, user, area="QM0201"):
    """What this person is shown in an area now."""
    viewer = viewer_of(user, unmix.mission)
    place = Area.objects.of_mission(unmix.mission, area)
    return arriving.whom_to_call(viewer=viewer, area=place, at=timezone.now())


def answers(unmix, user, area="QM0201"):
    """Line to names of who answers."""
    found = called(unmix, user, area).answers
    return {str(a.line): [h.user.name for h in a.people] for a in found}


def on_leave(unmix, role):
    LeaveFactory(user=unmix.people[role])


def test_an_officer_is_told_whom_to_call_in_this_order(unmix, officer, deputy):
    assert list(answers(unmix, officer).items()) == [
        ("focal_point", ["Person of UNPOL_CPFP_FIELD"]),
        ("deputy", ["Deputy"]),
        ("headquarters", ["Person of UNPOL_CPFP_HQ"]),
        ("lead", ["Person of CPA"]),
        ("supervisor", ["Person of UNPOL_SUPERVISOR"]),
        ("joc", ["Person of JOC"]),
        ("welfare", ["Person of STAFF_WELFARE"]),
    ]


def test_without_an_adviser_human_rights_leads(unmix, officer):
    unmix.mission.has_cpa = False
    unmix.mission.save()
    assert answers(unmix, unmix.user(Role.UNPOL_OFFICER))["lead"] == ["Person of HUMAN_RIGHTS"]


def test_whoever_is_on_shift_answers_and_the_holder_off_shift_is_next(unmix, officer, deputy):
    post = unmix.posts[Role.UNPOL_CPFP_FIELD]
    shift = DutyShiftFactory(post=post, user=deputy)
    focal, reserve = called(unmix, officer).answers[:2]
    assert [(h.user, h.until) for h in focal.people] == [(deputy, shift.ends_at)]
    assert [(h.user.name, h.rank) for h in reserve.people] == [
        ("Person of UNPOL_CPFP_FIELD", "primary")
    ]


def test_who_is_on_leave_is_no_reserve(unmix, officer, deputy):
    LeaveFactory(user=deputy)
    assert answers(unmix, officer)["deputy"] == []


def test_nobody_here_means_headquarters_and_says_so(unmix, officer):
    assert "headquarters" not in answers(unmix, officer, "QM0302")
    focal = called(unmix, officer, "QM0302").answers[0]
    assert (focal.stands_in, [h.user.name for h in focal.people]) == (
        True,
        ["Person of UNPOL_CPFP_HQ"],
    )


def test_nobody_at_all_leaves_the_line_open(unmix, officer):
    on_leave(unmix, Role.UNPOL_CPFP_HQ)
    focal = called(unmix, officer, "QM0302").answers[0]
    assert (focal.line, focal.seat, focal.people, focal.contacts) == (
        Line.FOCAL_POINT,
        None,
        [],
        [],
    )


def test_a_supervisors_own_supervisor_sits_further_up(unmix):
    above = OrganizationFactory._meta.model.objects.get(name="UNMIX Police")
    chief = PostHoldingFactory(
        post=PostFactory(role=Role.UNPOL_SUPERVISOR, organization=above), user__name="Chief"
    )
    assert answers(unmix, unmix.user(Role.UNPOL_SUPERVISOR))["supervisor"] == [chief.user.name]
    assert answers(unmix, unmix.user(Role.UNPOL_OFFICER))["supervisor"] == [
        "Person of UNPOL_SUPERVISOR"
    ]


@pytest.mark.parametrize("role", ["JOC", "CPA"])
def test_who_is_not_of_the_police_has_no_police_supervisor(unmix, role):
    assert "supervisor" not in answers(unmix, unmix.user(role))


@pytest.mark.parametrize("role", ["UNICEF_CP", "HS_POLICE_SPECIALISED"])
def test_who_is_not_of_the_mission_reaches_it_through_the_lead_alone(unmix, role):
    assert answers(unmix, unmix.user(role)) == {"lead": ["Person of CPA"]}


def test_the_desk_comes_first_and_a_telephone_before_mail(unmix, officer):
    post, holder = unmix.posts[Role.CPA], unmix.people[Role.CPA]
    ContactFactory(user=holder, channel="phone", address="+442079460101")
    ContactFactory(user=None, post=post, address="desk@example.org")
    ContactFactory(user=None, post=post, channel="phone", address="+442079460102")
    ContactFactory(user=None, post=post, channel="radio", address="SIERRA 4")
    lead = next(a for a in called(unmix, officer).answers if a.line == Line.LEAD)
    assert [c.address for c in lead.contacts] == [
        "+442079460102",
        "SIERRA 4",
        "desk@example.org",
        "+442079460101",
        "cpa@example.org",
    ]


def test_who_is_off_shift_is_not_shown_on_the_line_of_who_answers(unmix, officer, deputy):
    ContactFactory(user=deputy, address="deputy@example.org")
    focal, reserve = called(unmix, officer).answers[:2]
    assert [c.address for c in focal.contacts] == ["unpol_cpfp_field@example.org"]
    assert [c.address for c in reserve.contacts] == ["deputy@example.org"]


class TestDigest:
    """Changes with what a reader has to know, and with nothing else."""

    def of(self, unmix, area="QM0201"):
        return called(unmix, unmix.user(Role.UNPOL_OFFICER), area).digest

    def test_it_is_the_same_at_every_hour_and_shift(self, unmix, deputy):
        before = self.of(unmix)
        DutyShiftFactory(post=unmix.posts[Role.UNPOL_CPFP_FIELD], user=deputy)
        assert self.of(unmix) == before

    def test_a_new_person_changes_it(self, unmix):
        before = self.of(unmix)
        PostHoldingFactory(post=unmix.posts[Role.UNPOL_CPFP_FIELD], rank=Rank.DEPUTY)
        assert self.of(unmix) != before

    def test_a_new_number_of_a_desk_changes_it(self, unmix):
        before = self.of(unmix)
        ContactFactory(
            user=None, post=unmix.posts[Role.JOC], channel="phone", address="+442079460103"
        )
        assert self.of(unmix) != before

    @pytest.mark.parametrize(
        ("setting", "value"),
        [
            ("reporting_line", ReportingLine.BOTH),
            ("emergency_bypass", False),
            ("reporting_line_words", "Call first."),
            ("has_cpa", False),
        ],
    )
    def test_another_reporting_line_changes_it(self, unmix, setting, value):
        before = self.of(unmix)
        setattr(unmix.mission, setting, value)
        unmix.mission.save()
        assert self.of(unmix) != before

    def test_each_area_is_read_on_its_own(self, unmix):
        assert self.of(unmix).startswith("QM0201:")
        assert self.of(unmix, "QM0302").startswith("QM0302:")

    def test_it_fits_the_longest_code(self, unmix):
        Area.objects.filter(code="QM0302").update(code="Q" * 20)
        assert len(self.of(unmix, "Q" * 20)) <= 64


class TestConfirming:
    def confirm(self, unmix, officer, read, current):
        return arriving.confirm_reading(
            user=officer, mission=unmix.mission, read=read, current=current
        )

    def test_reading_twice_is_kept_once(self, unmix, officer):
        first = self.confirm(unmix, officer, "QM0201:a", "QM0201:a")
        assert self.confirm(unmix, officer, "QM0201:a", "QM0201:a") == first

    def test_what_changed_meanwhile_is_not_confirmed(self, unmix, officer):
        with pytest.raises(arriving.ContactsChangedError):
            self.confirm(unmix, officer, "QM0201:a", "QM0201:b")
        assert not ContactsRead.objects.exists()

    def test_the_same_reading_is_found_before_a_later_one(self, unmix, officer):
        old = self.confirm(unmix, officer, "QM0201:a", "QM0201:a")
        new = self.confirm(unmix, officer, "QM0201:b", "QM0201:b")

        def found(digest):
            return arriving.reading_of(user=officer, mission=unmix.mission, digest=digest)

        assert [found(f"QM0201:{x}") for x in "abc"] == [old, new, new]
        assert found("QM0202:a") is None


class TestWhoIsAsked:
    @pytest.mark.parametrize(
        "role", ["UNPOL_OFFICER", "UNPOL_SUPERVISOR", "UNPOL_CPFP_FIELD", "UNPOL_CPFP_HQ"]
    )
    def test_newcomers_of_the_police(self, unmix, role):
        assert arriving.mission_to_read_of(unmix.user(role)) == unmix.mission

    @pytest.mark.parametrize("role", ["CPA", "JOC", "UNICEF_CP", "HS_POLICE_SPECIALISED"])
    def test_nobody_else(self, unmix, role):
        assert arriving.mission_to_read_of(unmix.user(role)) is None

    def test_no_administrator_and_nobody_without_a_post(self, db):
        assert arriving.mission_to_read_of(UserFactory(is_staff=True)) is None

    def test_nobody_who_has_read_it_though_it_changed_since(self, unmix, officer):
        ContactsRead.objects.create(user=officer, mission=unmix.mission, digest="QM0201:old")
        assert arriving.mission_to_read_of(officer) is None

    def test_in_each_mission_anew(self, unmix, officer):
        ContactsRead.objects.create(user=officer, mission=unmix.mission, digest="QM0201:old")
        other = MissionFactory()
        PostHoldingFactory(
            user=officer,
            post__role=Role.UNPOL_OFFICER,
            post__organization__mission=other,
            held_from=timezone.now() - timedelta(days=1),
        )
        assert arriving.mission_to_read_of(unmix.user(Role.UNPOL_OFFICER)) == other

    def test_not_in_a_retired_mission(self, unmix):
        unmix.mission.retired_at = timezone.now()
        unmix.mission.save()
        assert arriving.mission_to_read_of(unmix.user(Role.UNPOL_OFFICER)) is None

    def test_it_takes_one_statement(self, unmix, officer, django_assert_num_queries):
        with django_assert_num_queries(2):
            arriving.mission_to_read_of(officer)
