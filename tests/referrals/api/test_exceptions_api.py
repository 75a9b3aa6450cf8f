"""Setting a guard aside and sharing over the API: by the lead, with a reason that is kept."""

import pytest

from actors.roles import Role
from referrals.models import GuardOverride, ReportShare

REASON = "The armed group said so on the radio this morning."
HOLD = "override/UNKNOWN_PERP_HOLD/"


@pytest.fixture
def report(unmix):
    return unmix.file(narrative="CANARY").report


@pytest.fixture
def address(report):
    return f"/api/v1/reports/{report.reference}/"


def codes(answer) -> dict[str, list[str]]:
    return {at: [each["code"] for each in e] for at, e in answer.data["errors"].items()}


def test_what_would_follow_is_shown_then_the_guard_is_set_aside_once(program, address):
    lead = program(Role.CPA)
    shown = lead.get(f"{address}{HOLD}")
    assert [each["perpetrator"] for each in shown.data] == ["armed_group", "civilian"]
    assert GuardOverride.objects.count() == 0
    sent = {"perpetrator": "armed_group", "reason": REASON}
    assert lead.post(f"{address}{HOLD}", sent).status_code == 200
    again = lead.post(f"{address}{HOLD}", sent)
    assert again.status_code == 409
    assert "Already set aside by Person of CPA" in str(again.data)
    assert GuardOverride.objects.get().reason == REASON


@pytest.mark.parametrize(
    ("guard", "sent", "refused"),
    [
        ("UNKNOWN_PERP_HOLD", {"reason": REASON}, {"perpetrator": ["required"]}),
        (
            "UNKNOWN_PERP_HOLD",
            {"reason": REASON, "perpetrator": "un_personnel"},
            {"perpetrator": ["invalid_choice"]},
        ),
        (
            "UNKNOWN_PERP_HOLD",
            {"reason": "Why", "perpetrator": "civilian"},
            {"reason": ["min_length"]},
        ),
        ("MILITARY_ALERT_ONLY", {"reason": REASON}, {"guard": ["not_overridable"]}),
        ("NO_SUCH_GUARD", {"reason": REASON}, {"guard": ["not_fired"]}),
    ],
)
def test_what_is_wrong_has_a_code_at_its_field(program, address, guard, sent, refused):
    answer = program(Role.CPA).post(f"{address}override/{guard}/", sent)
    assert (answer.status_code, codes(answer)) == (400, refused)
    assert GuardOverride.objects.count() == 0


def test_a_report_is_shared_with_one_organization_for_a_time(program, address):
    lead, sent = program(Role.CPA), {"organization": "UNICEF Kesara", "reason": REASON, "days": 7}
    assert program(Role.UNICEF_CP).get(address).status_code == 404
    assert lead.post(f"{address}share/", sent).status_code == 201
    assert program(Role.UNICEF_CP).get(address).status_code == 200
    assert lead.post(f"{address}share/", sent).status_code == 409
    assert codes(lead.post(f"{address}share/", sent | {"days": 91})) == {"days": ["max_value"]}
    assert codes(lead.post(f"{address}share/", sent | {"organization": "Front for Myre"})) == {
        "organization": ["invalid_choice"]
    }
    assert ReportShare.objects.count() == 1


@pytest.mark.parametrize("role", [Role.CPA_SENIOR, Role.HOPC, Role.UNPOL_OFFICER, Role.UNICEF_CP])
def test_for_others_neither_is_there(program, address, role):
    api = program(role)
    assert api.get(f"{address}{HOLD}").status_code == 404
    assert api.post(f"{address}{HOLD}", {"reason": REASON}).status_code == 404
    assert api.post(f"{address}share/", {"days": 1}).status_code == 404
