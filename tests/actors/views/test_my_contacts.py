"""My contacts: whom do I call now, shown to whom, and confirmed."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.models import ContactLook, ContactsRead, Rank
from actors.roles import Role
from tests.factories import (
    AreaFactory,
    ContactFactory,
    DutyShiftFactory,
    LeaveFactory,
    PostHoldingFactory,
    UserFactory,
)

PAGE, READ = "/directory/contacts/", "/directory/contacts/read/"


@pytest.fixture
def officer(as_role):
    return as_role(Role.UNPOL_OFFICER)


def cards(client, **query):
    return {card["line"]: card for card in client.get(PAGE, query).context["cards"]}


def text(client, **query):
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def confirm(client, page, **changes):
    sent = {"area": page.context["chosen"].code, "digest": page.context["digest"]}
    return client.post(READ, sent | changes)


class TestWhoAnswers:
    def test_the_first_thing_is_the_focal_point_with_a_number_to_press(self, unmix, officer):
        holder = unmix.people[Role.UNPOL_CPFP_FIELD]
        ContactFactory(user=holder, channel="phone", address="+442079460101")
        page = text(officer)
        assert "<h1> My contacts: Port Sela </h1>" in page
        assert 'href="tel:+442079460101"' in page
        assert "+44 20 7946 0101" in page
        assert 'href="mailto:unpol_cpfp_field@example.org"' in page
        assert page.index("Person of UNPOL_CPFP_FIELD") < page.index("Person of CPA")

    def test_a_radio_call_sign_is_read_out_and_nothing_to_press(self, unmix, officer):
        post = unmix.posts[Role.JOC]
        ContactFactory(user=None, post=post, channel="radio", address="SIERRA 4", label="Base")
        assert cards(officer)["joc"]["ways"][0] == {
            "channel": "radio",
            "text": "SIERRA 4",
            "url": "",
            "whose": "Base",
            "failed_at": None,
        }

    def test_an_address_cannot_break_out_of_its_link(self, unmix, officer):
        ContactFactory(user=unmix.people[Role.JOC], address='"a?b&c"@example.org')
        urls = [way["url"] for way in cards(officer)["joc"]["ways"]]
        assert "mailto:%22a%3Fb%26c%22@example.org" in urls

    def test_an_address_that_failed_is_no_button(self, unmix, officer):
        contact = unmix.people[Role.JOC].contacts.get()
        contact.failed_at = timezone.now()
        contact.save()
        page = text(officer)
        assert "mailto:joc@example.org" not in page
        assert "has not worked since" in page

    def test_it_says_until_when_somebody_is_on_shift_by_the_missions_clock(self, unmix, officer):
        unmix.mission.time_zone = "Africa/Bangui"
        unmix.mission.save()
        now = timezone.localtime(timezone.now(), unmix.mission.zone)
        tomorrow = (now + timedelta(days=1)).replace(hour=6, minute=30, second=0, microsecond=0)
        role = Role.UNPOL_CPFP_FIELD
        DutyShiftFactory(post=unmix.posts[role], user=unmix.people[role], ends_at=tomorrow)
        said = f"On shift until {tomorrow:%-d %b %Y}, 06:30."
        assert cards(officer)["focal_point"]["why"] == said

    def test_it_says_who_stands_in(self, unmix, officer):
        post = unmix.posts[Role.UNPOL_CPFP_FIELD]
        assert cards(officer)["focal_point"]["why"] == "Holder of the post."
        PostHoldingFactory(post=post, rank=Rank.DEPUTY)
        LeaveFactory(user=unmix.people[Role.UNPOL_CPFP_FIELD])
        assert cards(officer)["focal_point"]["why"] == "The deputy, standing in for the holder."
        assert cards(officer)["deputy"]["why"] == "No deputy is on duty for Port Sela."

    def test_it_says_that_headquarters_answers_where_nobody_does(self, officer):
        focal = cards(officer, area="QM0302")["focal_point"]
        assert focal["instead"] == "No focal point is on duty for Vale of Myre. Call headquarters."
        assert focal["instead"] in text(officer, area="QM0302")
        assert [person["name"] for person in focal["people"]] == ["Person of UNPOL_CPFP_HQ"]

    def test_what_is_missing_is_said_in_words(self, unmix, officer):
        for person in unmix.people.values():
            if person.username != "unpol_officer":
                LeaveFactory(user=person)
        page = text(officer, area="QM0302")
        assert [card["why"] for card in cards(officer, area="QM0302").values()] == [
            "No focal point is on duty for Vale of Myre, and none at headquarters. "
            "Call the Child Protection Adviser.",
            "Nobody is on duty as Child Protection Adviser for Vale of Myre. "
            "Tell headquarters that.",
            "No supervisor of your line is on duty. Call the focal point.",
            "No duty desk is listed. Call the focal point at headquarters.",
            "Nobody is listed. Speak to your supervisor about what you saw.",
        ]
        assert "and none at headquarters" in page

    def test_for_which_area_the_post_answers(self, officer):
        found = cards(officer)
        assert found["focal_point"]["covers"] == "for all of Lakeside"
        assert found["lead"]["covers"] == "for the whole mission"
        assert found["supervisor"]["covers"] == ""

    def test_a_post_not_confirmed_for_long_is_marked(self, unmix, officer):
        post = unmix.posts[Role.JOC]
        post.assured_on = timezone.now().date() - timedelta(days=91)
        post.save()
        assert cards(officer)["joc"]["unconfirmed_since"] == post.assured_on
        assert cards(officer)["lead"]["unconfirmed_since"] is None


class TestWhichArea:
    def test_each_of_ones_own_is_a_chip(self, unmix, as_role):
        page = as_role(Role.UNPOL_CPFP_FIELD).get(PAGE)
        assert [(c["label"], c["current"]) for c in page.context["chips"]] == [
            ("Lakeside", True),
            ("Northern Reach", False),
        ]

    def test_a_post_for_the_whole_mission_chooses(self, as_role):
        page = as_role(Role.JOC).get(PAGE)
        assert page.context["chosen"] is None
        assert "Your post covers the whole mission." in page.content.decode()
        assert "I have read this" not in page.content.decode()

    def test_without_areas_of_its_own_a_post_looks_at_those_of_its_site(self, unmix, as_role):
        unmix.posts[Role.UNPOL_SUPERVISOR].areas.clear()
        page = as_role(Role.UNPOL_SUPERVISOR).get(PAGE)
        assert page.context["chosen"].code == "QM0201"
        assert page.context["chips"] == []

    def test_one_that_is_not_there_or_retired_is_not_found(self, unmix, officer):
        AreaFactory(parent=unmix.areas["QM02"], code="QM0299", retired_at=timezone.now())
        for code in ("QM9999", "QM0299", "'"):
            assert officer.get(PAGE, {"area": code}).status_code == 404

    def test_a_mission_without_areas_says_what_to_do(self, mission, client):
        client.force_login(PostHoldingFactory(post__organization__mission=mission).user)
        assert "No areas yet" in text(client)

    def test_of_another_mission_is_not_found(self, officer):
        area = AreaFactory()
        assert officer.get(PAGE, {"area": area.code}).status_code == 404
        assert officer.get(PAGE, {"mission": area.mission.code}).status_code == 404


class TestWhoSeesWhat:
    def test_contacts_of_helpers_outside_are_not_shown_to_an_officer(self, unmix, officer):
        outside = unmix.people[Role.UNICEF_CP]
        PostHoldingFactory(post=unmix.posts[Role.STAFF_WELFARE], user=outside, rank=Rank.DEPUTY)
        assert "unicef_cp@example.org" not in text(officer)

    def test_each_contact_shown_is_recorded_once_a_view(self, unmix, officer):
        person, role = unmix.people[Role.JOC], Role.STAFF_WELFARE
        LeaveFactory(user=unmix.people[role])
        PostHoldingFactory(post=unmix.posts[role], user=person, rank=Rank.DEPUTY)
        shown = {way["text"] for card in cards(officer).values() for way in card.get("ways", [])}
        looks = ContactLook.objects.filter(viewer=unmix.people[Role.UNPOL_OFFICER])
        assert sorted(look.contact.address for look in looks) == sorted(shown)
        assert {look.where for look in looks} == {"my_contacts"}
        officer.get(PAGE)
        assert looks.all().count() == 2 * len(shown)

    def test_a_partner_is_shown_the_adviser_and_not_the_police(self, as_role):
        client = as_role(Role.UNICEF_CP)
        assert list(cards(client, area="QM0201")) == ["lead"]
        page = text(client, area="QM0201")
        assert "UNPOL_CPFP" not in page
        assert "through its Child Protection Adviser" in page

    def test_an_administrator_reads_it_and_is_not_asked_to_confirm(self, admin_pages, unmix):
        page = admin_pages.get(PAGE, {"area": "QM0201"})
        assert "I have read this" not in page.content.decode()
        assert "supervisor" not in cards(admin_pages, area="QM0201")
        assert confirm(admin_pages, page).status_code == 404

    def test_nobody_without_a_post_and_nobody_signed_out(self, unmix, client):
        assert client.get(PAGE).url == f"/accounts/login/?next={PAGE}"
        client.force_login(UserFactory())
        assert [client.get(PAGE).status_code, client.post(READ).status_code] == [404, 404]


class TestReading:
    def test_confirming_it_is_kept_and_said(self, unmix, officer):
        page = officer.get(PAGE)
        answer = confirm(officer, page)
        assert answer.url == f"{PAGE}?mission=UNMIX&area=QM0201"
        assert [str(m) for m in get_messages(answer.wsgi_request)] == [
            "Noted. The page asks again when something changes."
        ]
        reading = ContactsRead.objects.get()
        assert (reading.user, reading.digest) == (
            unmix.people[Role.UNPOL_OFFICER],
            page.context["digest"],
        )
        after = text(officer)
        assert "You read this on" in after
        assert "I have read this" not in after

    def test_when_it_changes_it_says_since_when_and_asks_again(self, unmix, officer):
        confirm(officer, officer.get(PAGE))
        PostHoldingFactory(post=unmix.posts[Role.CPA], rank=Rank.DEPUTY)
        today = timezone.now().strftime("%-d %b %Y")
        page = text(officer)
        assert f"Changed since you read it on {today}." in page
        assert "I have read this" in page

    def test_what_changed_while_reading_is_refused_and_shown_anew(self, unmix, officer):
        page = officer.get(PAGE)
        PostHoldingFactory(post=unmix.posts[Role.CPA], rank=Rank.DEPUTY)
        answer = confirm(officer, page)
        assert answer.status_code == 422
        assert "It changed while you were reading." in answer.content.decode()
        assert not ContactsRead.objects.exists()
        assert confirm(officer, answer).status_code == 302

    @pytest.mark.parametrize("digest", ["", "x" * 5000, "QM0201:\x00"])
    def test_a_made_up_reading_is_refused(self, officer, digest):
        assert confirm(officer, officer.get(PAGE), digest=digest).status_code == 422

    def test_it_goes_on_to_the_first_page(self, officer):
        assert '<a class="btn quiet" href="/">Go on</a>' in text(officer)

    def test_only_a_post_confirms(self, officer):
        assert officer.get(READ).status_code == 405
        assert Client(enforce_csrf_checks=True).post(READ).status_code == 403


@pytest.mark.parametrize("number", [1, 3, 50])
def test_it_takes_the_same_statements_however_many_people_answer(unmix, officer, number):
    for n in range(number):
        user = PostHoldingFactory(post=unmix.posts[Role.JOC], rank=Rank.MEMBER).user
        ContactFactory(user=user)
        ContactFactory(
            user=None, post=unmix.posts[Role.JOC], channel="radio", address=f"SIERRA {n}"
        )
        AreaFactory(parent=unmix.areas["QM02"], code=f"QX{n}")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        officer.get(PAGE)
    assert len(asked) == STATEMENTS


# Session, user and standing; areas and path; readings of directory, line, people and contacts;
# the looks; what was read.
STATEMENTS = 11
