"""Rows built with the models themselves, and a real mail server that misbehaves on request."""

import socket
import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from actors.models import Area, Contact, Mission, Organization, Post, User
from actors.roles import Role
from referrals.models import Notification, Referral, Report, ReportMessage, WelfareRequest
from referrals.notifications import outbox
from referrals.notifications.breaker import Breaker
from tests.referrals.notifications.people import hold
from tests.referrals.notifications.servers import MailServer, free_port


@pytest.fixture
def mail_server(settings):
    """A server on loopback that the portal's mail settings point to."""
    sink = MailServer()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = 2
    yield sink
    controller.stop()


@pytest.fixture
def no_mail_server(mail_server, settings):
    """Nobody listens where the mail server should be."""
    settings.EMAIL_PORT = free_port()


@pytest.fixture
def hung_server():
    """The port of a server that takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        yield listener.getsockname()[1]


@pytest.fixture(autouse=True)
def _closed_breakers(monkeypatch):
    monkeypatch.setattr(outbox, "_channels", Breaker(outbox.CHANNEL_PAUSE))
    monkeypatch.setattr(outbox, "_slow_domains", Breaker(outbox.SLOW_PAUSE))
    monkeypatch.setattr(outbox, "_broker", Breaker(outbox.BROKER_PAUSE))


@pytest.fixture
def house(db):
    """A mission with one post, held by somebody with one contact."""
    mission = Mission.objects.create(code="UNMIX", name="Fictional", is_fictional=True)
    organization = Organization.objects.create(
        mission=mission, name="Child Protection", kind="mission_component"
    )
    post = Post.objects.create(role=Role.CPA, organization=organization)
    house = SimpleNamespace(
        mission=mission,
        area=Area.objects.create(mission=mission, code="XX0101", name="Northport"),
        post=post,
        officer=User.objects.create(username="officer", name="Officer"),
    )
    house.holder = hold(post, "holder")
    house.contact = Contact.objects.create(user=house.holder, address="holder@one.example")
    return house


@pytest.fixture
def refer(house):
    """A function that stores a report with one referral that has been let in."""

    def refer(*, priority: str = "urgent", **fields) -> Referral:
        told = {"area": house.area, "priority": priority, **fields}
        report = Report.objects.create(
            mission=house.mission, reporter=house.officer, filed_at=timezone.now(), **told
        )
        return Referral.objects.create(
            report=report,
            role=Role.CPA,
            organization=house.post.organization,
            post=house.post,
            kind="action",
            redaction="RD1",
            rule="R01",
            reason="why",
            source="where it is written",
            status="released",
        )

    return refer


@pytest.fixture
def queue(house, refer):
    """A function that puts messages into the outbox, due since a minute ago."""

    def queue(*addresses: str, priority: str = "urgent", **fields) -> list[Notification]:
        due = timezone.now() - timedelta(minutes=1)
        return Notification.objects.bulk_create(
            Notification(
                referral=refer(priority=priority),
                contact=house.contact,
                address=address,
                channel="email",
                priority=priority,
                **{"created_at": due, "next_at": due, **fields},
            )
            for address in addresses or ["holder@one.example"]
        )

    return queue


@pytest.fixture
def queue_message(house, refer):
    """A function that queues the notice of a message: a question to the officer, or an addition
    for the adviser who leads.
    """

    def queue_message(kind: str, *, text: str = "text", **fields) -> Notification:
        referral = refer()
        author = house.holder if kind == "question" else house.officer
        message = ReportMessage.objects.create(
            report=referral.report, kind=kind, author=author, at=timezone.now(), text=text
        )
        return _queued(house, message=message, **fields)

    return queue_message


@pytest.fixture
def queue_wish(house):
    """A function that queues the notice of an officer's wish to talk; the post answers for it."""

    def queue_wish(**fields) -> Notification:
        wish = WelfareRequest.objects.create(
            officer=house.officer, mission=house.mission, post=house.post, asked_at=timezone.now()
        )
        return _queued(house, welfare=wish, **fields)

    return queue_wish


def _queued(house, **fields) -> Notification:
    due = timezone.now() - timedelta(seconds=5)
    told = {"contact": house.contact, "address": house.contact.address, "channel": "email"}
    moments = {"created_at": due, "next_at": due}
    return Notification.objects.create(**{"priority": "routine", **told, **moments, **fields})


@pytest.fixture
def lease():
    """A function that leaves rows as a killed worker leaves them: leased, and out of time."""

    def lease(**fields) -> None:
        gone = timezone.now() - timedelta(seconds=1)
        Notification.objects.update(
            status="leased", lease_token=uuid.uuid4(), lease_until=gone, attempts=1, **fields
        )

    return lease
