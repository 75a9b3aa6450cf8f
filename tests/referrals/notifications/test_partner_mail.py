"""What a partner without an account is sent: a link, then a code, and nothing that tells."""

import email
import email.policy
from datetime import timedelta

import pytest
from django.utils import timezone

from actors.models import Contact
from actors.roles import Role
from referrals.models import Notification, PartnerLink, Referral
from referrals.notifications import outbox
from referrals.notifications.links import code_of, token_of
from referrals.workflow.partners import send_code
from tests.referrals.notifications.test_mail import (
    assert_says_nothing,
    canary_report,
    fill_with_canaries,
)


@pytest.fixture
def link(house, queue) -> PartnerLink:
    """The notice of a referral waits for a desk that has no account."""
    desk = Contact.objects.create(post=house.post, address="desk@one.example")
    (notice,) = queue("desk@one.example")
    Notification.objects.update(contact=desk)
    Referral.objects.update(role=Role.PSS_PROVIDER, redaction="RS")
    now = timezone.now()
    return PartnerLink.objects.create(
        referral=notice.referral, contact=desk, created_at=now, expires_at=now + timedelta(days=7)
    )


@pytest.fixture
def sent(mail_server):
    """A function that delivers what is due and returns the mails as raw text."""

    def sent() -> list[str]:
        outbox.deliver_due()
        return [content.decode("ascii").replace("\r\n", "\n") for _to, content in mail_server.mail]

    return sent


def test_the_mail_carries_code_priority_and_the_link(link, sent, settings):
    settings.BASE_URL = "https://portal.example"
    notice = Notification.objects.get()
    (raw,) = sent()
    mail = email.message_from_string(raw, policy=email.policy.default)
    assert mail.get_content().strip().split("\n") == [
        f"Notice {notice.code}",
        "Priority: Urgent",
        "",
        "Read it and answer here:",
        f"https://portal.example/p/{token_of(link)}/",
    ]
    assert mail["Subject"] == "A notice waits for you in the portal"


def test_the_mail_with_the_code_carries_the_code(link, sent):
    send_code(link=link)
    raw = sent()[-1]
    mail = email.message_from_string(raw, policy=email.policy.default)
    assert mail.get_content().split("\n")[:3] == [code_of(link, 1), "", "Valid for 10 minutes."]
    assert code_of(link, 1) not in mail["Subject"]
    assert token_of(link) not in raw


def test_neither_leaks_anything_of_the_report(house, link, sent):
    report = link.referral.report
    for name, value in canary_report(house).items():
        setattr(report, name, value)
    report.save()
    fill_with_canaries(house, link.referral)
    send_code(link=link)
    raws = sent()
    assert len(raws) == 2
    for raw in raws:
        assert_says_nothing(raw.replace(token_of(link), ""), report.reference, str(link.uuid))


def test_who_signs_in_is_sent_no_link(house, link, queue, sent):
    Notification.objects.all().delete()
    queue()
    (raw,) = sent()
    assert "/notice/" in raw
    assert "/p/" not in raw
