"""Every address of a report, for somebody who may not know of it: as if there were none."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.urls import URLResolver, get_resolver

from actors.roles import Role
from referrals.models import Report

NOBODYS = UUID("00000000-0000-4000-8000-000000000000")


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every address of the portal, as its pattern is written."""
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each, route)
        else:
            yield route


OF_A_REPORT = sorted(
    route
    for route in set(routes(get_resolver()))
    if "<str:reference>" in route or route.startswith("referrals/<uuid:uuid>")
)


def address(route: str, reference: str, uuid: UUID) -> str:
    """The address of one report, its referral or its task."""
    values = {"reference": reference, "uuid": uuid, "role": "WHO", "guard": "CP_GATE"}
    return "/" + re.sub(r"<\w+:(\w+)>", lambda name: str(values.get(name[1], 1)), route)


@pytest.fixture
def report(unmix) -> Report:
    """An alarm: it has a task, and WHO stands among its proposals."""
    return unmix.file().report


def test_the_addresses_are_all_there():
    assert {
        "reports/<str:reference>/",
        "reports/<str:reference>/story/",
        "reports/<str:reference>/correct/",
        "reports/<str:reference>/hold-forward/",
        "reports/<str:reference>/tasks/<uuid:uuid>/plan/",
        "referrals/<uuid:uuid>/release/",
        "api/v1/reports/<str:reference>/tasks/<uuid:uuid>/plan/decide/",
        "api/v1/reports/<str:reference>/recipients/<str:role>/release/",
    } <= set(OF_A_REPORT)


@pytest.mark.parametrize("route", OF_A_REPORT)
def test_a_report_one_may_not_know_of_answers_like_one_that_is_not_there(as_role, report, route):
    referral, task = report.referrals.get(role="WHO"), report.tasks.first()
    uuid = (referral if route.startswith("referrals/") else task).uuid
    there, nowhere = address(route, report.reference, uuid), address(route, "UNMIX-0", NOBODYS)
    found, missed = answers(as_role(Role.WHO), there), answers(as_role(Role.WHO), nowhere)
    assert found == missed
    assert set(found) <= {404, 405}
    assert 404 in found


def answers(client, address: str) -> list[int]:
    """What it says to one who reads and to one who presses."""
    sent = {"content_type": "application/json"} if address.startswith("/api/") else {}
    asked = (client.post, client.put, client.patch, client.delete)
    return [client.get(address).status_code, *(ask(address, **sent).status_code for ask in asked)]
