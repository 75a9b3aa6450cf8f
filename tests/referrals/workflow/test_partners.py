"""A link for a partner without an account: who gets one, which code opens it, when it ends."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actors.models import Contact, Organization, Post, PostHolding, User
from actors.roles import Role
from referrals.models import HistoryEntry, Notification, PartnerLink, PartnerVisit, Referral
from referrals.notifications.fallback import fall_back
from referrals.notifications.links import code_of, hotp, read_token, token_of
from referrals.notifications.rendering import render
from referrals.workflow import partners
from referrals.workflow.partners import (
    CodeRefused,
    accept_due,
    enter_code,
    find_link,
    life_of,
    note_packet_opened,
    send_code,
)
from tests.referrals.partners import (
    DESK,
    SECOND,
    code_mailed,
    code_now,
    leave_the_desk_alone,
    link_of,
    mails,
    proposed_to_partner,
    refer_to_partner,
)
from tests.referrals.workflow.at_once import all_at_once

MINUTE = timedelta(minutes=1)


@pytest.fixture
def referral(unmix) -> Referral:
    leave_the_desk_alone(unmix)
    return refer_to_partner(unmix)


@pytest.fixture
def link(referral) -> PartnerLink:
    return link_of(referral)


def visits() -> list[tuple[int | None, str]]:
    return list(PartnerVisit.objects.order_by("pk").values_list("link", "outcome"))


def found(link: PartnerLink, at=None) -> bool:
    return find_link(token_of(link), at=at or timezone.now()) is not None


class TestWhoGetsOne:
    def test_nobody_while_it_is_only_proposed(self, unmix):
        leave_the_desk_alone(unmix)
        proposed_to_partner(unmix)
        assert PartnerLink.objects.count() == 0

    def test_the_desk_whose_people_have_no_account(self, referral):
        (link,) = PartnerLink.objects.all()
        assert (link.referral_id, link.contact.address) == (referral.pk, DESK)

    def test_each_address_of_the_desk_one_of_its_own(self, unmix):
        leave_the_desk_alone(unmix, DESK, SECOND)
        refer_to_partner(unmix)
        addresses = PartnerLink.objects.values_list("contact__address", flat=True)
        assert sorted(addresses) == [DESK, SECOND]

    def test_nobody_who_signs_in(self, unmix):
        refer_to_partner(unmix)
        assert PartnerLink.objects.count() == 0

    def test_no_address_that_a_holder_who_signs_in_has_too(self, unmix):
        Contact.objects.create(
            post=unmix.posts[Role.PSS_PROVIDER], address="PSS_provider@example.org"
        )
        refer_to_partner(unmix)
        assert PartnerLink.objects.count() == 0

    def test_no_desk_inside_the_mission(self, unmix):
        for role in (Role.JOC, Role.CPA):
            Contact.objects.create(post=unmix.posts[role], address=f"{role}@desk.example".lower())
        unmix.file()
        assert Notification.objects.filter(address="joc@desk.example").count() == 1
        assert PartnerLink.objects.count() == 0

    def test_nobody_on_the_misconduct_track(self, unmix):
        for role in (Role.VICTIMS_RIGHTS, Role.PSS_PROVIDER):
            leave_the_desk_alone(unmix, f"{role}@desk.example".lower(), role=role)
        report = unmix.file(
            facts={"perpetrator": "un_personnel", "needs": ["psychosocial"], "consent": "given"}
        ).report
        assert report.track == "misconduct"
        assert Notification.objects.filter(address="victims_rights@desk.example").count() == 1
        assert PartnerLink.objects.count() == 0

    def test_told_again_it_stays_one(self, referral):
        seat = type("Seat", (), {"post_id": referral.post_id})
        contacts = {referral.post_id: [Contact.objects.get(address=DESK)]}
        partners.make_links([(referral, seat)], contacts, at=timezone.now())
        assert PartnerLink.objects.count() == 1


class TestADeskToldLater:
    """The address that was told does not work; another one of the desk was listed since."""

    @pytest.fixture
    def dead(self, referral, link) -> Notification:
        notice = Notification.objects.get(referral=referral)
        notice.status = "dead"
        notice.save()
        return notice

    def tell_another(self, referral, dead, **contact) -> Notification:
        Contact.objects.create(**{"post": referral.post, "address": SECOND} | contact)
        return fall_back(dead)

    def test_its_mail_has_a_link_of_its_own_that_lets_in(self, referral, dead, settings):
        settings.BASE_URL = "https://portal.example"
        notice = self.tell_another(referral, dead)
        late = PartnerLink.objects.get(contact__address=SECOND)
        assert f"https://portal.example/p/{token_of(late)}/" in render(notice).body
        assert found(late)

    def test_it_lasts_as_long_as_that_of_the_others_and_a_week_at_least(self, referral, link, dead):
        ends_at = timezone.now() + timedelta(days=20)
        PartnerLink.objects.update(expires_at=ends_at)
        self.tell_another(referral, dead)
        assert PartnerLink.objects.get(contact__address=SECOND).expires_at == ends_at
        PartnerLink.objects.update(expires_at=timezone.now() + MINUTE)
        Contact.objects.create(post=referral.post, address="third@hearth.example")
        fall_back(dead)
        third = PartnerLink.objects.get(contact__address="third@hearth.example")
        assert third.expires_at > timezone.now() + timedelta(days=6, hours=23)

    def test_who_signs_in_gets_none(self, unmix, referral, dead):
        holder = unmix.people[Role.PSS_PROVIDER]
        PostHolding.objects.create(
            post=referral.post,
            user=holder,
            held_from=timezone.now() - MINUTE,
            held_until=timezone.now() + timedelta(days=9),
        )
        notice = fall_back(dead)
        assert notice.contact.user == holder
        desk = self.tell_another(referral, dead, address=holder.email.upper())
        assert desk is None or desk.contact.user_id is None
        assert PartnerLink.objects.count() == 1

    def test_nobody_inside_the_mission_gets_one(self, unmix, referral):
        report = referral.report
        notice = Notification.objects.filter(
            referral__report=report, referral__role=Role.UNPOL_SUPERVISOR
        ).first()
        assert self.tell_another(notice.referral, notice).contact.address == SECOND
        assert not PartnerLink.objects.filter(contact__address=SECOND).exists()


class TestTheMail:
    def test_it_has_the_link_instead_of_signing_in(self, unmix, settings):
        settings.BASE_URL = "https://portal.example"
        leave_the_desk_alone(unmix)
        referral = refer_to_partner(unmix)
        notice = Notification.objects.get(referral=referral)
        assert render(notice).body.strip().splitlines() == [
            f"Notice {notice.code}",
            f"Priority: {notice.get_priority_display()}",
            "",
            "Read it and answer here:",
            f"https://portal.example/p/{token_of(link_of(referral))}/",
        ]

    def test_the_code_comes_alone(self, link):
        send_code(link=link)
        address, body = mails(link.referral)[-1]
        assert (address, body) == (DESK, f"{code_now(link)}\n\nValid for 10 minutes.\n")

    def test_the_subject_of_a_code_says_nothing(self, link):
        send_code(link=link)
        notice = Notification.objects.latest("pk")
        assert render(notice).subject == "A code for you"

    def test_a_code_is_sent_at_once_and_to_the_second_address(self, unmix):
        leave_the_desk_alone(unmix, DESK, SECOND)
        send_code(link=link_of(refer_to_partner(unmix)))
        notice = Notification.objects.latest("pk")
        assert notice.address == SECOND
        assert notice.next_at <= timezone.now() + timedelta(seconds=5)

    def test_not_to_a_second_address_that_does_not_work(self, unmix):
        leave_the_desk_alone(unmix, DESK)
        leave_the_desk_alone(unmix, SECOND, failed_at=timezone.now())
        send_code(link=link_of(refer_to_partner(unmix)))
        assert Notification.objects.latest("pk").address == DESK


class TestTheWords:
    def test_a_code_is_as_in_rfc_4226(self):
        codes = [hotp(b"12345678901234567890", counter) for counter in range(4)]
        assert codes == ["755224", "287082", "359152", "969429"]

    def test_the_key_of_before_still_opens(self, link, settings):
        token, old = token_of(link), settings.SECRET_KEY
        send_code(link=link)
        code = code_now(link)
        settings.SECRET_KEY = "another key, as long as it needs to be, for this test alone"
        assert read_token(token) == (link.uuid, False)
        assert not enter_code(link=link, typed=code)
        settings.SECRET_KEY_FALLBACKS = [old]
        assert read_token(token) == (link.uuid, True)
        assert enter_code(link=link, typed=code)

    def test_nothing_in_the_database_says_them(self, link):
        send_code(link=link)
        row = str(PartnerLink.objects.values().get(pk=link.pk))
        told = str(list(Notification.objects.values()))
        for secret in (token_of(link), token_of(link)[24:], code_now(link)):
            assert secret not in row + told

    @pytest.mark.parametrize(
        "made_up", ["", "a", "é", "%00", "A" * 48, "A" * 5000, "not/base64", "../../p"]
    )
    def test_made_up_words_are_nobody_s(self, made_up):
        assert read_token(made_up)[1] is False

    def test_the_words_are_taken_to_the_letter(self, link):
        token = token_of(link)
        for other in (f"{token}!", f"!{token}", token[:-1], token.swapcase(), f"{token}="):
            assert read_token(other)[1] is False


class TestFinding:
    def test_while_it_lasts(self, link):
        assert found(link)
        assert found(link, at=link.expires_at - MINUTE)
        assert visits() == []

    @pytest.mark.parametrize("status", ["proposed", "held", "revoked", "expired"])
    def test_not_when_the_referral_is_not_let_in(self, link, status):
        Referral.objects.update(status=status)
        assert not found(link)
        assert visits() == [(link.pk, "refused")]

    def test_not_when_it_has_ended(self, link):
        assert not found(link, at=link.expires_at)
        assert visits() == [(link.pk, "refused")]

    def test_not_when_it_is_revoked(self, link):
        PartnerLink.objects.update(revoked_at=timezone.now())
        assert not found(link)

    def test_not_once_the_organization_is_tied_to_the_alleged_party(self, link):
        report = link.referral.report
        report.perpetrator_org = link.referral.organization
        report.save()
        assert not found(link)

    def test_not_for_a_host_state_body_once_one_is_alleged(self, link):
        Organization.objects.filter(pk=link.referral.organization_id).update(
            kind="host_state_police"
        )
        assert found(link)
        report = link.referral.report
        report.perpetrator = "host_state_military"
        report.save()
        assert not found(link)

    def test_not_once_the_report_is_of_the_misconduct_track(self, link):
        report = link.referral.report
        report.track = "misconduct"
        report.save()
        assert not found(link)

    @pytest.mark.parametrize("entry", [Organization, Post])
    def test_not_once_the_partner_is_retired(self, link, entry):
        entry.objects.update(retired_at=timezone.now())
        assert not found(link)

    def test_a_guessed_one_is_kept_without_a_link(self, link):
        guessed = token_of(link)[:-4] + "AAAA"
        assert find_link(guessed, at=timezone.now()) is None
        assert find_link("guessed", at=timezone.now()) is None
        assert visits() == [(None, "refused"), (None, "refused")]

    def test_refused_takes_the_same_statements(self, link, django_assert_num_queries):
        PartnerLink.objects.update(revoked_at=timezone.now())
        for token in (token_of(link), token_of(link)[:-4] + "AAAA", "guessed"):
            with django_assert_num_queries(2):
                assert find_link(token, at=timezone.now()) is None


class TestHowLong:
    @pytest.mark.parametrize("priority", ["emergency", "urgent", "routine"])
    def test_a_week_at_least(self, link, priority):
        report = link.referral.report
        report.priority = priority
        assert life_of(report) == timedelta(days=7)

    def test_twice_the_time_the_mission_gives_to_accept(self, link):
        report = link.referral.report
        report.mission.deadlines = {"accept": {report.priority: 5 * 24 * 60}}
        assert life_of(report) == timedelta(days=10)

    def test_who_is_asked_for_help_has_a_time_to_accept(self, link):
        referral = link.referral
        assert referral.report.priority == "emergency"
        assert accept_due(referral) == referral.released_at + timedelta(hours=4)
        referral.kind = "info"
        assert accept_due(referral) is None

    def test_from_the_release_on(self, link):
        assert link.expires_at - link.created_at == timedelta(days=7)
        assert link.created_at == link.referral.released_at


class TestTheCode:
    def test_it_opens_once(self, link):
        send_code(link=link)
        code = code_mailed(link.referral)
        assert enter_code(link=link, typed=code) is True
        assert enter_code(link=link, typed=code) is False

    def test_without_one_sent_nothing_opens(self, link):
        assert enter_code(link=link, typed=code_of(link, 0)) is False

    def test_for_ten_minutes(self, link):
        at = timezone.now()
        send_code(link=link, at=at)
        assert enter_code(link=link, typed=code_now(link), at=at + 10 * MINUTE) is False
        assert enter_code(link=link, typed=code_now(link), at=at + 9 * MINUTE) is True

    def test_five_misses_end_it(self, link):
        send_code(link=link)
        for _step in range(5):
            assert enter_code(link=link, typed="no") is False
        assert enter_code(link=link, typed=code_now(link)) is False
        assert visits() == [(link.pk, "asked_code"), *[(link.pk, "wrong_code")] * 6]

    def test_four_misses_do_not(self, link):
        send_code(link=link)
        for _step in range(4):
            enter_code(link=link, typed="no")
        assert enter_code(link=link, typed=code_now(link)) is True

    def test_the_one_before_is_of_no_use(self, link):
        at = timezone.now()
        send_code(link=link, at=at)
        before = code_now(link)
        send_code(link=link, at=at + MINUTE)
        assert enter_code(link=link, typed=before, at=at + MINUTE) is False

    def test_that_of_another_link_is_of_no_use(self, unmix, link):
        other = link_of(refer_to_partner(unmix))
        send_code(link=link)
        send_code(link=other)
        assert enter_code(link=link, typed=code_now(other)) is False

    def test_not_once_the_link_is_revoked(self, link):
        send_code(link=link)
        PartnerLink.objects.update(revoked_at=timezone.now())
        assert enter_code(link=link, typed=code_now(link)) is False

    def test_one_a_minute(self, link):
        at = timezone.now()
        send_code(link=link, at=at)
        with pytest.raises(CodeRefused, match="less than a minute ago"):
            send_code(link=link, at=at + MINUTE - timedelta(seconds=1))
        send_code(link=link, at=at + MINUTE)
        assert PartnerLink.objects.get().codes_sent == 2

    def test_five_a_day(self, link):
        at = timezone.now()
        for step in range(5):
            send_code(link=link, at=at + step * MINUTE)
        with pytest.raises(CodeRefused, match="5 codes were sent within a day"):
            send_code(link=link, at=at + 5 * MINUTE)
        send_code(link=link, at=at + timedelta(days=1, seconds=1))
        assert PartnerLink.objects.get().codes_sent == 6


class TestOpening:
    def test_the_first_is_part_of_the_story_and_every_one_is_kept(self, link):
        for _step in range(3):
            note_packet_opened(link=link, at=timezone.now())
        assert visits() == [(link.pk, "opened")] * 3
        entry = HistoryEntry.objects.get(verb="link_opened")
        assert (entry.referral_id, entry.actor) == (link.referral_id, None)
        assert entry.details == {"by": "Hearth and Haven"}


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_one_code_lets_one_in(self, unmix):
        leave_the_desk_alone(unmix)
        link = link_of(refer_to_partner(unmix))
        send_code(link=link)
        code = code_now(link)
        outcomes = all_at_once(*[lambda: enter_code(link=link, typed=code)] * 4)
        assert sorted(outcomes) == [False, False, False, True]

    def test_one_code_is_sent(self, unmix):
        leave_the_desk_alone(unmix)
        link = link_of(refer_to_partner(unmix))
        outcomes = all_at_once(*[lambda: send_code(link=link)] * 4)
        assert sum(isinstance(each, CodeRefused) for each in outcomes) == 3
        assert PartnerLink.objects.get().codes_sent == 1


def test_who_has_left_has_no_account_there(unmix):
    post = unmix.posts[Role.PSS_PROVIDER]
    Contact.objects.create(post=post, address="pss_provider@example.org")
    PostHolding.objects.filter(post=post).update(held_until=timezone.now())
    User.objects.filter(username="pss_provider").update(is_active=False)
    refer_to_partner(unmix)
    assert PartnerLink.objects.count() == 1
