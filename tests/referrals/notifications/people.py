"""People for these tests."""

from datetime import timedelta

from django.utils import timezone

from actors.models import Post, PostHolding, User


def hold(post: Post, name: str, *, rank: str = "primary") -> User:
    now = timezone.now()
    user = User.objects.create(username=name, name=name, email=f"{name}@sign-in.example")
    PostHolding.objects.create(
        post=post,
        user=user,
        rank=rank,
        held_from=now - timedelta(days=1),
        held_until=now + timedelta(days=1),
    )
    return user
