"""Deciding on a recipient over the API: the answers and refusals of the pages."""

import pytest
from rest_framework.test import APIClient

from actors.models import Scope
from actors.roles import Role
from actors.scopes import make_token
from referrals.models import ConsentRecord

SERVICE = {"violations": ["killing_maiming"], "facility": "none", "needs": ["psychosocial"]}
AGREED = {
    "reason": "They can help tonight.",
    "given_by": "child",
    "scope": ["psychosocial"],
}


@pytest.fixture
def report(unmix):
    return unmix.file(facts=SERVICE | {"ongoing_threat": True}).report


@pytest.fixture
def decide(unmix, report):
    """A function that sends one decision on the support provider as the person of a role."""

    def sent(verb: str, given: dict, role: str = Role.CPA):
        token = make_token(user=unmix.user(role), scopes=[Scope.REPORTS])
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        path = f"/api/v1/reports/{report.reference}/recipients/PSS_PROVIDER/{verb}/"
        return api.post(path, given, format="json")

    return sent


def test_held_released_and_taken_back(decide, report):
    answers = [
        decide("hold", {"held_for": "consent", "reason": "She is asked tomorrow."}),
        decide("release", AGREED),
        decide("revoke", {"reason": "Wrong house."}),
    ]
    assert [(a.status_code, a.data["status"]) for a in answers] == [
        (200, "held"),
        (200, "released"),
        (200, "revoked"),
    ]
    assert ConsentRecord.objects.get().given_by == "child"


def test_what_is_missing_has_a_code_at_its_field(decide):
    refused = decide("release", AGREED | {"scope": ["medical"]})
    assert refused.status_code == 400
    assert [each["code"] for each in refused.data["errors"]["scope"]] == ["not_covered"]
    assert decide("withhold", {}).data["errors"]["reason"][0]["code"] == "required"


def test_a_second_decision_names_the_first(decide, report):
    decide("release", AGREED)
    again = decide("withhold", {"reason": "No."})
    assert again.status_code == 409
    assert "Already done: Released, by Person of CPA" in str(again.data)
    assert report.referrals.get(role="PSS_PROVIDER").notifications.count() == 1


@pytest.mark.parametrize("role", ["CPA_SENIOR", "HOPC", "PSS_PROVIDER"])
def test_nobody_but_the_lead_decides(decide, report, role):
    for verb in ("release", "hold", "withhold", "revoke"):
        assert decide(verb, AGREED | {"held_for": "consent"}, role).status_code == 404
    assert report.referrals.get(role="PSS_PROVIDER").status == "proposed"
