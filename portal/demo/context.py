"""What the sign-in page of the demo says beside the form."""

from django.http import HttpRequest

from portal.demo.people import PASSWORD, PEOPLE

SHOWN = 7


def sign_ins(request: HttpRequest) -> dict[str, object]:
    """Whom one can be, for somebody not signed in. The demo serves this machine only."""
    if getattr(request, "user", None) is None or request.user.is_authenticated:
        return {}
    administrators = (person for person in PEOPLE if person.role == "ADMIN")
    return {"demo_people": [*PEOPLE[:SHOWN], *administrators], "demo_password": PASSWORD}
