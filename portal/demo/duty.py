"""Who is on duty in the demo: telephones, a roster around the clock, leave and a rotation."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from actors.models import Channel, Contact, DutyShift, Leave, Post, PostHolding, User
from actors.roles import Role

# Of the numbers that a regulator keeps free for fiction.
TELEPHONES = {
    "focalpoint.portsela": "+442079460101",
    "focalpoint.portsela.deputy": "+442079460102",
    "focalpoint.tolwe": "+442079460103",
    "focalpoint.oskel": "+442079460104",
    "focalpoint.hq": "+442079460105",
    "supervisor.portsela": "+442079460106",
    "cpa": "+442079460107",
    "cpa.deputy": "+442079460108",
    "humanrights": "+442079460109",
    "welfare": "+442079460110",
}
CALL_SIGNS = {"focalpoint.portsela": "Lake 4", "focalpoint.tolwe": "North 4", "joc": "Zero"}
DAY, NIGHT = (time(6), time(18)), (time(18), time(6))
# The military liaison's duty goes round the clock; tomorrow's night has nobody yet.
ROSTERED, ON_NIGHTS = Role.MILITARY_LIAISON, "military.night"
UNCOVERED_NIGHT = 1
LEAVING_SOON = "publicinfo"
ON_LEAVE = "gender"


def build_duty(users: dict[str, User], *, now: datetime) -> None:
    """Store telephones and duty around `now`."""
    for login, number in TELEPHONES.items():
        Contact.objects.create(user=users[login], channel=Channel.PHONE, address=number)
    for login, sign in CALL_SIGNS.items():
        Contact.objects.create(user=users[login], channel=Channel.RADIO, address=sign)
    desk = Post.objects.get(role=Role.JOC)
    Contact.objects.create(
        post=desk, channel=Channel.PHONE, address="+442079460120", label="Duty desk"
    )
    _build_roster(users, now)
    Leave.objects.create(
        user=users[ON_LEAVE],
        begins_at=now + timedelta(days=3),
        ends_at=now + timedelta(days=10),
    )
    leaving = PostHolding.objects.filter(user=users[LEAVING_SOON])
    leaving.update(held_until=now + timedelta(days=9))


def _build_roster(users: dict[str, User], now: datetime) -> None:
    post = Post.objects.get(role=ROSTERED)
    Post.objects.filter(pk=post.pk).update(has_roster=True)
    holder = post.holdings.get(rank="primary").user
    first = now.date() - timedelta(days=7)
    for number in range(28):
        day = first + timedelta(days=number)
        _shift(post, holder, day, DAY)
        if number != 7 + UNCOVERED_NIGHT:
            _shift(post, users[ON_NIGHTS], day, NIGHT)


def _shift(post: Post, user: User, day, hours: tuple[time, time]) -> None:
    opens, closes = hours
    last = day if closes > opens else day + timedelta(days=1)
    DutyShift.objects.create(
        post=post,
        user=user,
        begins_at=timezone.make_aware(datetime.combine(day, opens)),
        ends_at=timezone.make_aware(datetime.combine(last, closes)),
    )
