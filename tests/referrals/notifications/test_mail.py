"""What leaves the portal by mail: nothing that tells anything."""

import email
import email.policy

import pytest
from django.utils import timezone

from actors.models import Area
from referrals.models import HistoryEntry, Notification
from referrals.notifications import outbox
from referrals.notifications.rendering import render


@pytest.fixture
def sent(mail_server):
    """A function that delivers what is due and returns the mails as raw text."""

    def sent() -> list[str]:
        outbox.deliver_due()
        return [content.decode("ascii").replace("\r\n", "\n") for _to, content in mail_server.mail]

    return sent


def test_mail_carries_only_code_priority_and_link(queue, sent, settings):
    settings.BASE_URL = "https://portal.example"
    (notice,) = queue(priority="emergency")

    (raw,) = sent()

    mail = email.message_from_string(raw, policy=email.policy.default)
    assert mail.get_content().split("\n") == [
        f"Notice {notice.code}",
        "Priority: Emergency",
        "",
        "Sign in to read it:",
        f"https://portal.example/notice/{notice.code}/",
        "",
        "",
    ]
    assert mail["Subject"] == "A notice waits for you in the portal"
    assert mail["From"] == settings.DEFAULT_FROM_EMAIL
    assert mail["To"] == "holder@one.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"


def test_mail_has_no_other_headers(queue, sent):
    queue()

    (raw,) = sent()

    assert set(email.message_from_string(raw).keys()) == {
        "Subject",
        "From",
        "To",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    }


def test_mail_leaks_no_field_of_the_report(house, refer, sent):
    referral = refer(priority="urgent", **canary_report(house))
    fill_with_canaries(house, referral)
    notices = outbox.notices_for(referral, [house.contact], now=timezone.now(), due=timezone.now())
    Notification.objects.bulk_create(notices)
    Notification.objects.update(next_at=timezone.now())

    (raw,) = sent()

    assert "canary" not in raw.lower()
    for fact in (referral.report.reference, "4711", "2026-05-12", "killing", "CPA", "UNMIX"):
        assert fact.lower() not in raw.lower()


@pytest.mark.parametrize("kind", ["question", "addition"])
def test_mail_leaks_nothing_of_what_was_said(house, queue_message, sent, kind):
    notice = queue_message(kind, text="Canary question with 4711 children")
    report = notice.message.report
    for name, value in canary_report(house).items():
        setattr(report, name, value)
    report.save()
    fill_with_canaries(house, report.referrals.get())

    (raw,) = sent()

    assert_says_nothing(raw, report.reference, "question", "addition", str(notice.message.uuid))


def test_mail_leaks_neither_who_asked_for_support_nor_that_somebody_did(house, queue_wish, sent):
    notice = queue_wish()
    for thing, field in [(house.mission, "name"), (house.officer, "name"), (house.post, "title")]:
        setattr(thing, field, "Canary text")
        thing.save()

    (raw,) = sent()

    assert_says_nothing(raw, "welfare", "support", "officer", str(notice.welfare.uuid))


def assert_says_nothing(raw: str, *more: str) -> None:
    for fact in ("canary", "4711", "2026-05-12", "killing", "CPA", "UNMIX", *more):
        assert fact.lower() not in raw.lower()


def test_the_notices_of_all_kinds_look_the_same(queue, queue_message, queue_wish, sent):
    notices = [*queue(priority="routine"), queue_message("question"), queue_wish()]

    bodies = []
    for raw in sent():
        mail = email.message_from_string(raw, policy=email.policy.default)
        (code,) = [notice.code for notice in notices if notice.code in raw]
        bodies.append((mail["Subject"], mail.get_content().replace(code, "CODE")))

    assert len(bodies) == 3
    assert len(set(bodies)) == 1


def canary_report(house) -> dict[str, object]:
    area = Area.objects.create(mission=house.mission, code="CANARYCODE", name="Canary Town")
    return {
        "area": area,
        "reference": "UNMIX-2026-04711",
        "occurred_on": "2026-05-12",
        "boys": 4711,
        "girls": 4711,
        "children_unknown": 4711,
        "perpetrator": "armed_group",
        "facts": {"violations": ["killing_maiming"], "note": "canary fact"},
        "narrative": "Canary narrative",
        "content_hash": "canary hash",
        "classification": "canary class",
        "poc_phase": "canary phase",
        "decision": {"track": "canary decision"},
    }


def fill_with_canaries(house, referral) -> None:
    for thing, field in [
        (house.mission, "name"),
        (house.officer, "name"),
        (house.holder, "name"),
        (house.post, "title"),
        (house.post.organization, "name"),
        (referral, "reason"),
        (referral, "source"),
        (referral, "rule"),
    ]:
        setattr(thing, field, "Canary text")
        thing.save()
    HistoryEntry.objects.create(
        report=referral.report, at=timezone.now(), verb="filed", details={"note": "canary"}
    )


def test_all_mails_have_one_subject_and_message_ids_of_their_own(queue, sent):
    notices = queue("a@one.example", "b@two.example", priority="routine")

    mails = [email.message_from_string(raw) for raw in sent()]

    assert len({mail["Subject"] for mail in mails}) == 1
    assert {mail["Message-ID"] for mail in mails} == {
        f"<{notice.uuid}@portal.invalid>" for notice in notices
    }


def test_a_double_is_recognised_by_its_message_id(queue, sent):
    queue()
    sent()
    Notification.objects.update(status="pending")

    first, second = sent()

    ids = {email.message_from_string(raw)["Message-ID"] for raw in (first, second)}
    assert len(ids) == 1


def test_rendering_uses_the_language_of_the_contact(queue):
    (notice,) = queue(language="xx")

    assert render(notice).subject == "A notice waits for you in the portal"
