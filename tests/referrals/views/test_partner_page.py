"""The page of a partner without an account, from the mail to the answer, without a script."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from actors.roles import Role
from referrals.models import Notification, PartnerLink, PartnerVisit, Referral
from referrals.notifications.links import token_of
from referrals.redaction import facts_for
from referrals.views import partner as page_of_partner
from referrals.views.pace import Pace
from referrals.workflow.release import revoke_referral
from tests.referrals.partners import (
    NARRATIVE,
    code_mailed,
    code_now,
    leave_the_desk_alone,
    let_in,
    link_of,
    refer_to_partner,
    url_of,
)

pytestmark = pytest.mark.django_db

QUESTION = "Is there a woman the girl could speak to?"


@pytest.fixture(autouse=True)
def _no_pace_of_other_tests():
    cache.clear()


@pytest.fixture
def referral(unmix) -> Referral:
    leave_the_desk_alone(unmix)
    return refer_to_partner(unmix)


@pytest.fixture
def link(referral) -> PartnerLink:
    return link_of(referral)


@pytest.fixture
def url(link) -> str:
    return url_of(link)


def shown(answer) -> str:
    return answer.content.decode()


def outcomes() -> list[str]:
    return list(PartnerVisit.objects.order_by("pk").values_list("outcome", flat=True))


def status(referral) -> str:
    return Referral.objects.values_list("status", flat=True).get(pk=referral.pk)


class TestTheDoor:
    def test_it_says_nothing_and_has_one_button(self, client, referral, url):
        answer = client.get(url)
        text = shown(answer)
        assert answer.status_code == 200
        assert text.count("<button") == 1
        assert "Send me a code" in text
        for fact in (referral.report.reference, "Hearth", "UNMIX", "psychosocial", "child", "CPA"):
            assert fact.lower() not in text.lower()
        assert outcomes() == []

    def test_looking_sends_nothing(self, client, url):
        before = Notification.objects.count()
        client.get(url)
        client.head(url)
        assert Notification.objects.count() == before

    def test_from_the_button_to_the_packet(self, client, referral, url):
        answer = client.post(url, {"answer": "send"})
        assert (answer.status_code, answer.headers["Location"]) == (303, url)
        assert 'name="code"' in shown(client.get(url))
        answer = client.post(url, {"answer": "open", "code": code_mailed(referral)})
        assert (answer.status_code, answer.headers["Location"]) == (303, url)
        assert "Request for a service" in shown(client.get(url))
        assert outcomes() == ["asked_code", "opened"]

    def test_blanks_in_the_code_do_no_harm(self, client, link, url):
        client.post(url, {"answer": "send"})
        code = code_now(link)
        typed = f" {code[:3]} {code[3:]} "
        assert client.post(url, {"answer": "open", "code": typed}).status_code == 303

    def test_a_wrong_code_is_refused_at_its_field(self, client, url):
        client.post(url, {"answer": "send"})
        answer = client.post(url, {"answer": "open", "code": "no"})
        assert answer.status_code == 422
        assert 'id="id_code_error">This code is wrong or has ended.' in shown(answer)
        assert "Request for a service" not in shown(client.get(url))

    def test_no_code_is_refused_at_its_field(self, client, url):
        client.post(url, {"answer": "send"})
        answer = client.post(url, {"answer": "open", "code": ""})
        assert answer.status_code == 422
        assert "Write the six digits of the code." in shown(answer)

    def test_after_five_misses_only_a_new_code_helps(self, client, link, url):
        client.post(url, {"answer": "send"})
        for _step in range(5):
            answer = client.post(url, {"answer": "open", "code": "000"})
        assert 'name="code"' not in shown(answer)
        code = code_now(link)
        assert client.post(url, {"answer": "open", "code": code}).status_code == 422

    def test_a_second_code_within_the_minute_is_refused_in_words(self, client, url):
        client.post(url, {"answer": "send"})
        answer = client.post(url, {"answer": "send"})
        assert answer.status_code == 422
        assert "A code was sent less than a minute ago." in shown(answer)
        assert outcomes() == ["asked_code"]

    def test_hostile_words_are_no_code(self, client, url):
        client.post(url, {"answer": "send"})
        for typed in ("'; --", "١٢٣٤٥٦", "\x00", "9" * 5000):
            assert client.post(url, {"answer": "open", "code": typed}).status_code == 422


class TestTheSession:
    def test_it_opens_this_link_alone(self, unmix, link, url):
        browser = let_in(link)
        other = url_of(link_of(refer_to_partner(unmix, narrative="Another one")))
        value = browser.cookies["partner"].value
        assert "Request for a service" in shown(browser.get(url))
        assert "Request for a service" not in shown(
            Client(headers={"Cookie": f"partner={value}"}).get(other)
        )

    def test_the_cookie_is_for_this_address_and_for_no_script(self, link, url):
        cookie = let_in(link).cookies["partner"]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (url, True, "Lax")
        assert cookie["max-age"] == 30 * 60

    def test_over_https_it_goes_over_https_only(self, settings, client, link, url):
        settings.HTTPS = True
        client.post(url, {"answer": "send"})
        client.post(url, {"answer": "open", "code": code_now(link)})
        assert client.cookies["partner"]["secure"] is True

    def test_it_ends_after_half_an_hour(self, monkeypatch, link, url):
        browser = let_in(link)
        monkeypatch.setattr(page_of_partner, "SESSION", timedelta(seconds=-1))
        assert "Request for a service" not in shown(browser.get(url))
        answer = browser.post(url, {"answer": "accept"})
        assert answer.status_code == 422
        assert "nothing was stored" in shown(answer)

    def test_it_ends_when_the_lead_takes_it_back(self, unmix, referral, link, url):
        browser = let_in(link)
        revoke_referral(referral=referral, by=unmix.user(Role.CPA), reason="Wrong desk")
        assert browser.get(url).status_code == 404

    def test_a_made_up_cookie_opens_nothing(self, link, url):
        for value in ("", str(link.uuid), f"{link.uuid}:1:2"):
            answer = Client(headers={"Cookie": f"partner={value}"}).get(url)
            assert "Request for a service" not in shown(answer)

    def test_nobody_answers_without_the_code(self, client, referral, url):
        for button in ("accept", "decline", "note", "finish", "anything"):
            sent = {"answer": button, "reason": "unsafe", "text": "x", "uuid": uuid4()}
            assert client.post(url, sent).status_code == 422
        assert status(referral) == "released"


class TestThePacket:
    def test_exactly_what_the_level_shows(self, link, referral, url):
        text = shown(let_in(link).get(url))
        for fact in facts_for(referral.report, "RS"):
            assert fact.label in text
        assert referral.report.reference in text
        for hidden in (NARRATIVE, "Port Sela", "Person of", "hospital", "joint"):
            assert hidden not in text

    def test_accepting_beginning_and_being_done(self, link, referral, url):
        browser = let_in(link)
        for button, is_now in [
            ("accept", "accepted"),
            ("start", "in_progress"),
            ("finish", "done"),
        ]:
            answer = browser.post(url, {"answer": button})
            assert (answer.status_code, answer.headers["Location"]) == (303, url)
            assert status(referral) == is_now
        assert "Done" in shown(browser.get(url))

    def test_declining_needs_a_reason_at_its_field(self, link, referral, url):
        browser = let_in(link)
        answer = browser.post(url, {"answer": "decline"})
        assert answer.status_code == 422
        assert "Choose why you decline." in shown(answer)
        assert status(referral) == "released"

    def test_who_has_declined_reads_that_and_no_more(self, link, referral, url):
        browser = let_in(link)
        browser.post(url, {"answer": "decline", "reason": "no_capacity"})
        text = shown(browser.get(url))
        assert "Declined" in text
        assert "No capacity now" in text
        for fact in facts_for(referral.report, "RS"):
            assert fact.label not in text

    def test_a_second_answer_is_told_of_the_first(self, link, url):
        browser = let_in(link)
        browser.post(url, {"answer": "accept"})
        answer = browser.post(url, {"answer": "decline", "reason": "unsafe"})
        assert answer.status_code == 409
        assert "Already done: Accepted" in shown(answer)

    def test_asking_keeps_the_words_and_shows_them(self, link, url):
        browser = let_in(link)
        browser.post(url, {"answer": "note", "text": f"<b>{QUESTION}", "uuid": uuid4()})
        assert f"&lt;b&gt;{QUESTION}" in shown(browser.get(url))

    def test_asking_nothing_is_refused_at_its_field(self, link, url):
        answer = let_in(link).post(url, {"answer": "note", "text": " ", "uuid": uuid4()})
        assert answer.status_code == 422
        assert "Write something first." in shown(answer)

    def test_every_opening_is_kept(self, link, url):
        browser = let_in(link)
        for _step in range(3):
            browser.get(url)
        assert outcomes() == ["asked_code", "opened", "opened", "opened"]

    @pytest.mark.parametrize("notes", [1, 3, 20])
    def test_statements_are_constant(self, link, url, notes, django_assert_max_num_queries):
        browser = let_in(link)
        for n in range(notes):
            browser.post(url, {"answer": "note", "text": f"Question {n}", "uuid": uuid4()})
        with django_assert_max_num_queries(20):
            browser.get(url)


class TestNothingThere:
    def pages(self, unmix, client) -> dict[str, object]:
        """The answers to links that ended in every way, and to guesses."""
        answers = {"guessed": client.get(f"/p/{'A' * 48}/"), "odd": client.get("/p/no-link/")}
        for way in ("expired", "revoked", "taken back"):
            referral = refer_to_partner(unmix, narrative=way)
            link = link_of(referral)
            if way == "expired":
                PartnerLink.objects.filter(pk=link.pk).update(expires_at=timezone.now())
            elif way == "revoked":
                PartnerLink.objects.filter(pk=link.pk).update(revoked_at=timezone.now())
            else:
                revoke_referral(referral=referral, by=unmix.user(Role.CPA), reason="Wrong desk")
            answers[way] = client.get(url_of(link))
            answers[f"{way}, pressed"] = client.post(url_of(link), {"answer": "send"})
        last = link_of(refer_to_partner(unmix, narrative="live"))
        answers["mistyped"] = client.get(f"/p/{token_of(last)[:-3]}AAA/")
        return answers

    def test_ended_revoked_and_guessed_look_alike_to_the_byte(self, unmix, client):
        leave_the_desk_alone(unmix)
        answers = self.pages(unmix, client)
        assert len(answers) == 9
        assert {each.status_code for each in answers.values()} == {404}
        assert len({each.content for each in answers.values()}) == 1
        assert len({str(sorted(each.headers.items())) for each in answers.values()}) == 1
        assert outcomes() == ["refused"] * 9

    def test_the_language_of_the_desk_does_not_show(self, unmix, client):
        leave_the_desk_alone(unmix, language="fr")
        link = link_of(refer_to_partner(unmix))
        PartnerLink.objects.update(revoked_at=timezone.now())
        assert client.get(url_of(link)).content == client.get("/p/guess/").content

    def test_no_guess_breaks_it(self, client):
        for path in ("a", "%00", "é" * 48, "A" * 3000, "%F0%9F%98%80", "..%2F..%2Fdesk"):
            assert client.get(f"/p/{path}/").status_code == 404

    def test_too_many_from_one_address_wait_whatever_the_link(self, client, url, monkeypatch):
        monkeypatch.setattr(page_of_partner, "PACE", Pace("partner", 2))
        for address in (url, "/p/guess/"):
            client.get(address)
        answers = [client.get(url), client.get("/p/guess/")]
        assert [each.status_code for each in answers] == [429, 429]
        assert answers[0].content == answers[1].content


class TestEveryPage:
    def all_of(self, link, url) -> list:
        browser = let_in(link)
        return [Client().get(url), browser.get(url), browser.get("/p/guess/")]

    def test_nothing_of_it_is_kept_found_or_named_elsewhere(self, link, url):
        for answer in self.all_of(link, url):
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"

    def test_the_title_says_nothing_and_there_is_no_script(self, link, url):
        for answer in self.all_of(link, url):
            assert "<title>A notice</title>" in shown(answer)
            assert "<script" not in shown(answer)
            assert "style=" not in shown(answer)

    @pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
    def test_in_the_language_of_the_desk(self, unmix, client, language):
        leave_the_desk_alone(unmix, language=language)
        answer = client.get(url_of(link_of(refer_to_partner(unmix))))
        assert f'<html lang="{language}"' in shown(answer)
        assert answer.headers["Content-Language"] == language

    def test_another_language_is_chosen_on_the_page(self, client, url):
        assert '<html lang="ar"' in shown(client.get(f"{url}?language=ar"))
        assert '<html lang="en"' in shown(client.get(f"{url}?language=xx"))
        answer = client.post(f"{url}?language=ar", {"answer": "send"})
        assert answer.headers["Location"] == f"{url}?language=ar"

    def test_other_methods_are_refused(self, client, url):
        assert client.put(url).status_code == 405
        assert client.delete(url).status_code == 405

    def test_a_link_is_no_way_to_sign_in(self, link, referral, url):
        browser = let_in(link)
        assert "/accounts/login/" in browser.get("/desk/").headers["Location"]
        report = f"/reports/{referral.report.reference}/"
        assert "/accounts/login/" in browser.get(report).headers["Location"]
