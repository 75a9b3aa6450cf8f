"""Release, hold, take back and release several, on the pages."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.models import Organization
from actors.roles import Role
from referrals.models import ConsentRecord, Referral

REASON = "They can help tonight."
SERVICE = {
    "violations": ["killing_maiming"],
    "concerns": ["unaccompanied_separated"],
    "facility": "none",
    "ongoing_threat": True,
    "needs": ["psychosocial"],
}
AGREED = {"reason": REASON, "given_by": "caregiver", "scope": ["psychosocial"]}
FACTS = re.compile(r'<dl class="facts">.*?</dl>', re.DOTALL)


@pytest.fixture
def report(unmix):
    return unmix.file(facts=SERVICE, narrative="CANARY", boys=2).report


@pytest.fixture
def packet(report):
    return report.referrals.get(role="PSS_PROVIDER")


@pytest.fixture
def lead(as_role):
    return as_role(Role.CPA)


def url(referral, step="release") -> str:
    return f"/referrals/{referral.uuid}/{step}/"


def page_of(report) -> str:
    return f"/reports/{report.reference}/"


def read(browser, address, data=None) -> str:
    return unescape(browser.get(address, data, follow=True).content.decode())


def statements(browser, address, data=None) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address, data).status_code == 200
    return len(captured)


def grow(report, number: int) -> None:
    """More proposals of every state on the report, up to so many referrals."""
    states = ["proposed", "held", "sent", "rejected", "revoked"]
    there = set(report.referrals.values_list("role", flat=True))
    roles = [role for role in Role.values if role not in there]
    pattern = report.referrals.get(role="PSS_PROVIDER")
    for n in range(number - len(there)):
        Referral.objects.create(
            report=report,
            position=100 + n,
            role=roles[n],
            organization=pattern.organization,
            kind="referral",
            gate="cp_lead",
            redaction="RS",
            rule=pattern.rule,
            reason=pattern.reason,
            source=pattern.source,
            status=states[n % len(states)],
        )


class TestThePacket:
    def test_the_preview_is_what_the_recipient_then_sees(self, lead, as_role, report, packet):
        preview = FACTS.search(read(lead, url(packet))).group()
        lead.post(url(packet), AGREED)
        seen = FACTS.search(read(as_role("PSS_PROVIDER"), page_of(report))).group()
        assert preview == seen
        assert "Psychosocial support" in seen
        assert "CANARY" not in seen

    def test_what_was_shared_and_who_agreed_is_shown_afterwards(self, lead, packet):
        lead.post(url(packet), AGREED)
        page = read(lead, url(packet))
        for text in (
            "On whose agreement",
            "The caregiver",
            "Psychosocial support",
            "Where, Needs",
            "Already done: Released, by Person of CPA",
        ):
            assert text in page

    def test_the_gates_are_said_before_the_decision(self, lead, packet):
        page = read(lead, url(packet))
        for text in ("The adviser releases it", "Agreement of the child", "Not asked"):
            assert text in page

    def test_the_due_diligence_of_a_unit_is_shown_with_its_end_and_conditions(self, lead, unmix):
        report = unmix.file(facts=SERVICE | {"perpetrator": "civilian"}).report
        unit = report.referrals.get(role="HS_POLICE_SPECIALISED")
        assert "It cannot be released now." in read(lead, url(unit))
        Organization.objects.filter(pk=unit.organization_id).update(
            hrddp_status="conditional",
            hrddp_expires_on=timezone.now().date().replace(year=2099),
            hrddp_conditions="With a social worker only",
        )
        page = read(lead, url(unit))
        for text in ("Cleared with conditions", "2099", "With a social worker only"):
            assert text in page
        assert "It cannot be released now." not in page


class TestReleasing:
    @pytest.mark.parametrize(
        ("typed", "fields"),
        [
            ({"reason": REASON}, {"given_by"}),
            ({"reason": REASON, "given_by": "child"}, {"scope"}),
            (AGREED | {"scope": ["medical"]}, {"scope"}),
            (AGREED | {"reason": ""}, {"reason"}),
            ({}, {"reason", "given_by"}),
        ],
    )
    def test_what_is_missing_is_named_at_its_field_and_the_rest_stays_typed(
        self, lead, packet, typed, fields
    ):
        answer = lead.post(url(packet), typed)
        form = answer.context["form"]
        assert (answer.status_code, set(form.errors)) == (422, fields)
        assert form["reason"].value() == typed.get("reason")
        assert Referral.objects.get(pk=packet.pk).status == "proposed"

    def test_a_best_interest_decision_needs_no_scope(self, lead, packet):
        lead.post(url(packet), {"reason": REASON, "given_by": "cp_lead"})
        assert Referral.objects.get(pk=packet.pk).status == "released"
        assert ConsentRecord.objects.get().ground == "best_interest_override"

    def test_a_stale_page_is_told_who_was_faster_whatever_was_typed(self, lead, packet):
        lead.post(url(packet), AGREED)
        page = unescape(lead.post(url(packet), {}, follow=True).content.decode())
        assert "Already done: Released, by Person of CPA" in page
        assert packet.notifications.count() == 1


class TestHolding:
    def test_held_with_its_reason_and_shown_so(self, lead, report, packet):
        typed = {"held_for": "consent", "reason": "The social worker asks her tomorrow."}
        page = unescape(lead.post(url(packet, "hold"), typed, follow=True).content.decode())
        assert "is held. You can release it later." in page
        assert "The child's agreement is missing. The social worker asks her tomorrow." in page
        lead.post(url(packet), AGREED)
        assert Referral.objects.get(pk=packet.pk).status == "released"

    def test_what_is_missing_is_named_at_its_field(self, lead, packet):
        answer = lead.post(url(packet, "hold"), {"reason": ""})
        assert (answer.status_code, set(answer.context["form"].errors)) == (
            422,
            {"held_for", "reason"},
        )

    def test_a_stale_page_is_told_who_was_faster(self, lead, packet):
        typed = {"held_for": "consent", "reason": REASON}
        lead.post(url(packet, "hold"), typed)
        again = unescape(lead.post(url(packet, "hold"), typed, follow=True).content.decode())
        assert "Already done: Held, by Person of CPA" in again
        assert "Already done: Held, by Person of CPA" in read(lead, url(packet, "hold"))


class TestTakingBack:
    def test_the_recipient_finds_nothing_any_more(self, lead, as_role, report, packet):
        lead.post(url(packet), AGREED)
        partner = as_role("PSS_PROVIDER")
        before = partner.get(page_of(report)).status_code
        page = lead.post(url(packet, "revoke"), {"reason": "Wrong house."}, follow=True)
        assert "Taken back." in page.content.decode()
        assert (before, partner.get(page_of(report)).status_code) == (200, 404)
        assert "Reason: Wrong house." in read(lead, page_of(report))

    def test_a_reason_is_required_and_said_at_its_field(self, lead, packet):
        lead.post(url(packet), AGREED)
        answer = lead.post(url(packet, "revoke"), {"reason": ""})
        assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"reason"})

    def test_nobody_takes_it_back_from_whom_the_rules_tell(self, lead, report):
        told = report.referrals.get(role="HUMAN_RIGHTS")
        assert lead.get(url(told, "revoke")).status_code == 404
        assert lead.post(url(told, "revoke"), {"reason": REASON}).status_code == 404


@pytest.mark.parametrize("step", ["release", "hold", "revoke"])
@pytest.mark.parametrize("role", ["HOPC", "UNPOL_OFFICER", "PSS_PROVIDER", "CPA_SENIOR"])
def test_nobody_but_the_lead_finds_the_pages(as_role, packet, step, role):
    browser = as_role(role)
    assert browser.get(url(packet, step)).status_code == 404
    assert browser.post(url(packet, step), AGREED).status_code == 404


class TestSeveral:
    @pytest.fixture
    def two(self, report):
        return [report.referrals.get(role=role) for role in ("PSS_PROVIDER", "UNICEF_CP")]

    @pytest.fixture
    def address(self, report):
        return f"/reports/{report.reference}/release/"

    def typed(self, referrals, **stated) -> dict:
        typed = {"referral": [str(each.uuid) for each in referrals]}
        for each in referrals:
            said = {"reason": REASON, "given_by": "cp_lead"} | stated
            typed |= {f"{each.uuid}-{name}": value for name, value in said.items()}
        return typed

    def status(self, referrals) -> list[str]:
        return [Referral.objects.get(pk=each.pk).status for each in referrals]

    def test_the_proposals_are_chosen_on_the_report(self, lead, report, two):
        page = read(lead, page_of(report))
        for each in two:
            assert f'name="referral" value="{each.uuid}"' in page
        assert f'action="/reports/{report.reference}/release/"' in page

    def test_each_packet_is_seen_beside_what_is_withheld(self, lead, address, two):
        page = read(lead, address, {"referral": [str(each.uuid) for each in two]})
        assert page.count('class="seen"') == page.count('class="withheld"') == 2
        assert "Release all 2 packets" in page
        assert "CANARY" not in page

    def test_all_are_released_together(self, lead, address, two):
        page = lead.post(address, self.typed(two), follow=True).content.decode()
        assert "Released to 2 recipients. They are being told." in page
        assert self.status(two) == ["released", "released"]

    def test_with_one_refused_none_is_and_its_row_says_why(self, lead, address, two):
        typed = self.typed(two) | {f"{two[0].uuid}-given_by": ""}
        answer = lead.post(address, typed)
        assert answer.status_code == 422
        assert [row["referral"].pk for row in answer.context["refused"]] == [two[0].pk]
        assert "Release the 1 that can be" in answer.content.decode()
        assert self.status(two) == ["proposed", "proposed"]

    def test_the_others_are_released_only_if_the_lead_says_so(self, lead, address, two):
        typed = self.typed(two) | {f"{two[0].uuid}-given_by": "", "possible": "yes"}
        answer = lead.post(address, typed)
        assert answer.status_code == 422
        assert [row["referral"].pk for row in answer.context["rows"]] == [two[0].pk]
        assert "Released to 1 recipient. They are being told." in answer.content.decode()
        assert self.status(two) == ["proposed", "released"]

    def test_one_decided_meanwhile_is_listed_with_by_whom(self, lead, address, two):
        lead.post(url(two[0]), {"reason": "No.", "decision": "withhold"})
        answer = lead.post(address, self.typed(two))
        assert answer.status_code == 422
        page = unescape(answer.content.decode())
        assert "Already done: Not released, by Person of CPA" in page
        assert self.status(two) == ["revoked", "proposed"]

    @pytest.mark.parametrize("chosen", [{}, {"referral": "nothing"}])
    def test_nothing_chosen_says_so(self, lead, address, chosen):
        assert "Choose at least one proposal to release." in read(lead, address, chosen)

    def test_nobody_but_the_lead_finds_the_page(self, as_role, address, two):
        for role in ("HOPC", "UNPOL_OFFICER", "CPA_SENIOR", "PSS_PROVIDER"):
            query = urlencode({"referral": str(two[0].uuid)})
            assert as_role(role).get(f"{address}?{query}").status_code == 404


class TestWhoKnows:
    def test_each_answer_stands_in_its_own_group(self, lead, report):
        now = timezone.now()
        states = {
            "PSS_PROVIDER": {"status": "rejected", "declined_for": "no_capacity"},
            "UNICEF_CP": {"status": "expired"},
            "CTFMR": {"status": "accepted"},
        }
        for role, changes in states.items():
            report.referrals.filter(role=role).update(answered_at=now, released_at=now, **changes)
        page = read(lead, page_of(report))
        for text in (
            "They do not help. Find somebody else who can.",
            "Declined: No capacity now.",
            "Ended without an answer",
            "Accepted",
        ):
            assert text in page

    def test_who_decided_and_why_is_for_the_lead(self, lead, as_role, report, packet):
        lead.post(url(packet), AGREED)
        said = "Released by Person of CPA"
        groups = {
            role: as_role(role).get(page_of(report)).context["groups"]
            for role in ("CPA", "HUMAN_RIGHTS", "UNPOL_OFFICER")
        }
        assert {role: said in str(shown) for role, shown in groups.items()} == {
            "CPA": True,
            "HUMAN_RIGHTS": False,
            "UNPOL_OFFICER": False,
        }


def test_the_pages_take_the_same_statements_with_few_referrals_and_with_many(lead, report, packet):
    address = f"/reports/{report.reference}/release/"
    report.referrals.exclude(role__in=["CPA", "PSS_PROVIDER", "UNICEF_CP"]).update(position=99)
    lead.get(page_of(report))
    few = {"referral": [str(packet.uuid)]}
    before = [
        statements(lead, page_of(report)),
        statements(lead, url(packet)),
        statements(lead, address, few),
    ]
    grow(report, 30)
    many = {"referral": [str(each.uuid) for each in report.referrals.filter(gate="cp_lead")]}
    after = [
        statements(lead, page_of(report)),
        statements(lead, url(packet)),
        statements(lead, address, many),
    ]
    assert len(many["referral"]) >= 10
    assert before == after
    assert max(after[1:]) <= 20
