"""Who is on duty for a post is what resolution says, for every way a post is covered."""

from itertools import combinations

import pytest
from django.db.models import OuterRef
from django.utils import timezone

from actors.directory import Cover, Directory
from actors.models import Area, Contact, Post
from actors.search.duty import OnDuty, is_answered, on_duty
from tests.factories import DutyShiftFactory, LeaveFactory, PostFactory, PostHoldingFactory

WAYS = ("primary", "deputy", "second", "shift", "shift deputy", "on leave", "desk", "inactive")


def covered(post: Post, ways: tuple[str, ...]) -> None:
    """Put people on the post: each way is one of them."""
    for way in ways:
        if way == "desk":
            Contact.objects.create(post=post, address="desk@example.org")
            continue
        rank = way if way in ("primary", "deputy", "second") else "member"
        user = PostHoldingFactory(post=post, rank=rank).user
        if way.startswith("shift"):
            duty = "deputy" if way == "shift deputy" else "primary"
            DutyShiftFactory(post=post, user=user, rank=duty)
        if way == "on leave":
            LeaveFactory(user=user)
        if way == "inactive":
            user.is_active = False
            user.save()


@pytest.mark.django_db
def test_it_agrees_with_resolution(mission, district):
    posts = []
    for number in range(4):
        for ways in combinations(WAYS, number):
            post = PostFactory(organization__mission=mission)
            covered(post, ways)
            posts.append(post.pk)
    now = timezone.now()
    seats = Directory.covering(Area.objects.with_path().get(pk=district.pk), at=now).seats
    resolved = {seat.post_id: (seat.cover, set(seat.holders)) for seat in seats}
    answers = on_duty(posts, at=now)
    said = {pk: answers.get(pk, OnDuty()) for pk in posts}
    people = {pk: (duty.cover, {h.user_id for h in duty.holdings}) for pk, duty in said.items()}
    assert people == resolved
    answered = Post.objects.filter(is_answered(OuterRef("pk"), at=now))
    assert set(answered.values_list("pk", flat=True)) == {
        pk for pk, duty in said.items() if duty.cover != Cover.NOBODY
    }


@pytest.mark.django_db
def test_two_statements_answer_for_any_number_of_posts(mission, django_assert_num_queries):
    posts = [PostFactory(organization__mission=mission) for _n in range(20)]
    for post in posts:
        covered(post, ("primary", "desk"))
    with django_assert_num_queries(2):
        duty = on_duty([post.pk for post in posts], at=timezone.now())
        assert {answer.holdings[0].user.name[:6] for answer in duty.values()} == {"Person"}
