"""What an officer typed and has not sent yet, kept on the server for its owner alone."""

from __future__ import annotations

from uuid import UUID, uuid4

from actors.models import User
from referrals.models import Draft


def save_draft(*, owner: User, typed: dict[str, list[str]]) -> Draft:
    """Keep the typed values under the report's own id, replacing what was kept before."""
    draft, _created = Draft.objects.update_or_create(
        owner=owner, uuid=_id_in(typed), defaults={"typed": typed}
    )
    return draft


def forget_draft(*, owner: User, draft: UUID) -> None:
    """Drop a draft that has been sent."""
    Draft.objects.filter(owner=owner, uuid=draft).delete()


def _id_in(typed: dict[str, list[str]]) -> UUID:
    try:
        return UUID(typed.get("uuid", [""])[0])
    except (ValueError, IndexError):
        return uuid4()
