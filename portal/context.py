"""What every page's frame shows: mission, menu, and the word that a demo is a demo."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from actors.roles import Role
from actors.standing import standing_of
from referrals.permissions import can_read_policy


def shell(request: HttpRequest) -> dict[str, object]:
    """Context for base.html; one statement for somebody signed in, none for others."""
    frame = {"demo": settings.DEMO, "now": now(), "mission": settings.MISSION_NAME}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame
    standing = standing_of(user)
    post = next(iter(standing.posts), None)
    return frame | {
        "mission": post.organization.mission if post else settings.MISSION_NAME,
        "user_post": str(post) if post else "",
        "nav": _menu(request, standing.roles),
    }


def _menu(request: HttpRequest, roles: frozenset[str]) -> list[dict[str, object]]:
    items = []
    if roles - {Role.UNPOL_OFFICER}:
        items.append((_("Desk"), reverse("desk")))
    if roles:
        items.append((_("My reports"), reverse("my-reports")))
        items.append((_("New report"), reverse("new-report")))
    if Role.STAFF_WELFARE in roles:
        items.append((_("Who wishes to be called"), reverse("welfare")))
    if can_read_policy(request.user):
        items.append((_("Policy"), reverse("policies")))
    if request.user.is_staff:
        items.append((_("Delivery"), reverse("delivery")))
    if roles or request.user.is_staff:
        items.append((_("Directory"), reverse("directory")))
    if settings.DEMO:
        items.append((_("Demo mail"), reverse("demo-mail")))
    return [
        {"label": label, "url": url, "current": _is_current(request.path, url)}
        for label, url in items
    ]


def _is_current(path: str, url: str) -> bool:
    """Whether a page belongs to this item of the menu: is it, or lies below a whole section."""
    sections = (reverse("policies"), reverse("directory"))
    return path == url or (url in sections and path.startswith(url))
