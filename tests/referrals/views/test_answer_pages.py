"""Answering from the report's page, for recipients with an account."""

from uuid import uuid4

import pytest

from actors.roles import Role
from referrals.models import Referral
from referrals.workflow.answering import note_referral
from tests.referrals.partners import leave_the_desk_alone, link_of, refer_to_partner

pytestmark = pytest.mark.django_db

QUESTION = "Is there a woman the girl could speak to?"
NAMED = "Ring her aunt: +44 20 7946 0123."


@pytest.fixture
def referral(unmix) -> Referral:
    return refer_to_partner(unmix)


@pytest.fixture
def partner(as_role):
    return as_role(Role.PSS_PROVIDER)


def page(browser, referral) -> str:
    return browser.get(f"/reports/{referral.report.reference}/").content.decode()


def press(browser, referral, button, **more):
    return browser.post(f"/referrals/{referral.uuid}/answer/", {"answer": button, **more})


def status(referral) -> str:
    return Referral.objects.values_list("status", flat=True).get(pk=referral.pk)


def test_a_partner_finds_the_buttons_and_accepts(partner, referral):
    assert "Your answer" in page(partner, referral)
    answer = press(partner, referral, "accept")
    assert answer.headers["Location"] == f"/reports/{referral.report.reference}/#main"
    text = page(partner, referral)
    assert "Accepted. The child protection lead is being told." in text
    assert 'value="start"' in text
    assert 'value="accept"' not in text


def test_who_declines_is_led_to_the_desk(partner, referral):
    answer = press(partner, referral, "decline", reason="no_capacity")
    assert answer.headers["Location"] == "/desk/"
    assert status(referral) == "rejected"


def test_a_stale_button_says_what_happened(partner, referral):
    press(partner, referral, "decline", reason="unsafe")
    answer = press(partner, referral, "accept")
    assert answer.status_code == 302
    text = partner.get("/desk/").content.decode()
    assert "Already done: Declined, by Person of PSS_PROVIDER" in text


def test_a_missing_reason_is_named_at_its_field(partner, referral):
    answer = press(partner, referral, "decline")
    assert answer.status_code == 422
    assert "Choose why you decline." in answer.content.decode()
    assert status(referral) == "released"


def test_what_was_typed_is_kept(partner, referral):
    answer = press(partner, referral, "note", text="x" * 2001, uuid=uuid4())
    assert answer.status_code == 422
    assert "x" * 2001 in answer.content.decode()


@pytest.mark.parametrize("role", [Role.CPA, Role.WHO, Role.UNPOL_OFFICER, Role.HOPC])
def test_for_others_the_address_is_not_there(as_role, referral, role):
    assert press(as_role(role), referral, "accept").status_code == 404
    assert status(referral) == "released"


def test_an_unknown_button_is_not_there(partner, referral):
    assert press(partner, referral, "explode").status_code == 404


def test_signed_out_nothing_is_stored(client, referral):
    assert "/accounts/login/" in press(client, referral, "accept").headers["Location"]
    assert status(referral) == "released"


def test_the_lead_reads_what_a_partner_asked(as_role, unmix):
    leave_the_desk_alone(unmix)
    linked = refer_to_partner(unmix)
    note_referral(referral=linked, by=link_of(linked), text=QUESTION, uuid=uuid4())
    text = page(as_role(Role.CPA), linked)
    assert QUESTION in text
    assert "Hearth and Haven" in text


def test_what_names_somebody_is_read_at_full_access_and_by_its_author(
    as_role, unmix, partner, referral
):
    note_referral(referral=referral, by=unmix.user(Role.PSS_PROVIDER), text=NAMED, uuid=uuid4())
    note_referral(referral=referral, by=unmix.user(Role.PSS_PROVIDER), text=QUESTION, uuid=uuid4())
    seen = {
        role: [words in page(as_role(role), referral) for words in (NAMED, QUESTION)]
        for role in (
            Role.CPA,
            Role.PSS_PROVIDER,
            Role.UNPOL_SUPERVISOR,
            Role.HOPC,
            Role.UNPOL_OFFICER,
        )
    }
    assert seen == {
        Role.CPA: [True, True],
        Role.PSS_PROVIDER: [True, True],
        Role.UNPOL_SUPERVISOR: [False, True],
        Role.HOPC: [False, False],
        Role.UNPOL_OFFICER: [False, False],
    }
