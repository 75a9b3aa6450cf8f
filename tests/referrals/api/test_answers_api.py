"""What a recipient with an account answers over the API: as from the report's page."""

from uuid import uuid4

import pytest

from actors.roles import Role
from referrals.models import HistoryEntry, Referral
from tests.referrals.partners import refer_to_partner

QUESTION = "Is there a woman the girl could speak to?"


@pytest.fixture
def referral(unmix) -> Referral:
    return refer_to_partner(unmix)


@pytest.fixture
def say(program, referral):
    """A function that sends one answer as the person of a role."""

    def said(name: str, role: str = Role.PSS_PROVIDER, **given):
        path = f"/api/v1/reports/{referral.report.reference}/recipients/{referral.role}/{name}/"
        return program(role).post(path, given)

    return said


def codes(answer) -> dict[str, list[str]]:
    return {at: [each["code"] for each in e] for at, e in answer.data["errors"].items()}


def test_a_partner_accepts_begins_and_is_done(say, referral):
    answers = [say(name) for name in ("accept", "start", "finish")]
    assert [(a.status_code, a.data["status"]) for a in answers] == [
        (200, "accepted"),
        (200, "in_progress"),
        (200, "done"),
    ]
    verbs = HistoryEntry.objects.filter(referral=referral, actor__username="pss_provider")
    assert [each.verb for each in verbs.order_by("pk")] == ["accepted", "started", "finished"]


def test_declining_needs_a_reason_of_the_list_and_says_who_was_first(say, referral):
    assert codes(say("decline")) == {"reason": ["required"]}
    assert codes(say("decline", reason="tired")) == {"reason": ["invalid_choice"]}
    assert say("decline", reason="no_capacity").data["status"] == "rejected"
    late = say("accept")
    assert (late.status_code, codes(late)) == (409, {"non_field_errors": ["already_done"]})
    assert "Person of PSS_PROVIDER" in str(late.data)
    assert Referral.objects.get(pk=referral.pk).declined_for == "no_capacity"


def test_what_is_wrong_is_said_to_readers_only(say):
    say("decline", reason="no_capacity")
    assert say("decline").status_code == 404


def test_a_note_sent_twice_is_one_note(say, referral):
    given = {"text": QUESTION, "uuid": str(uuid4())}
    assert [say("note", **given).status_code for _each in range(2)] == [200, 200]
    entry = HistoryEntry.objects.get(verb="noted")
    assert (entry.details["text"], entry.referral_id) == (QUESTION, referral.pk)
    assert codes(say("note", text=QUESTION)) == {"uuid": ["required"]}


@pytest.mark.parametrize("role", [Role.CPA, Role.UNICEF_CP, Role.UNPOL_OFFICER, Role.HOPC])
def test_nobody_answers_for_another(say, referral, role):
    for name in ("accept", "decline", "start", "finish", "note"):
        given = {"reason": "no_capacity", "text": QUESTION, "uuid": str(uuid4())}
        assert say(name, role).status_code == 404
        assert say(name, role, **given).status_code == 404
    assert Referral.objects.get(pk=referral.pk).status == "released"


def test_who_leads_is_asked_for_no_answer_of_their_own(program, as_role, referral):
    report = referral.report
    path = f"/api/v1/reports/{report.reference}/recipients/CPA/decline/"
    assert program(Role.CPA).post(path, {}).status_code == 404
    own = f"/referrals/{report.referrals.get(role=Role.CPA).uuid}/answer/"
    assert as_role(Role.CPA).post(own, {"answer": "decline"}).status_code == 404
