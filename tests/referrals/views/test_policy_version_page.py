"""A version of the policy as sentences, and whether it is safe."""

import html
import re

import pytest

from actors.roles import Role
from referrals.models import PolicyVersion
from referrals.views.policy.proofs import situations_words
from referrals.workflow.proving import prove_version
from tests.referrals.policy_texts import row_of, stored_version
from tests.referrals.policy_versions import (
    safe_version,
    unsafe_version,
)
from tests.referrals.views.policy_pages import (
    MAPPING,
    ROWS,
    address,
    cited,
    plain,
    read,
)


class TestTheRules:
    @pytest.fixture
    def page(self, as_admin, shipped) -> str:
        return as_admin().get(address(shipped)).content.decode()

    @pytest.fixture
    def articles(self, page) -> dict[str, str]:
        """What stands at each anchor, as text."""
        found = re.findall(r'<article class="rule" id="([^"]+)">(.*?)</article>', page, re.DOTALL)
        return {
            anchor: " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())
            for anchor, text in found
        }

    def test_every_row_stands_at_its_anchor_with_reason_and_source(self, articles):
        unsaid = [
            (row["id"], said)
            for row in ROWS
            for said in (row["reason"], cited(row))
            if said not in articles[row["id"]]
        ]
        assert unsaid == []

    def test_every_guard_stands_at_its_anchor_with_reason_text_and_source(self, articles):
        unsaid = [
            (guard["id"], said)
            for guard in MAPPING["guards"]
            for said in (guard["reason"], guard.get("officer_text", ""), cited(guard))
            if said not in articles[guard["id"]]
        ]
        assert unsaid == []

    def test_it_says_which_guards_may_be_set_aside(self, articles):
        said = {
            guard["id"]
            for guard in MAPPING["guards"]
            if "may set this guard aside" in articles[guard["id"]]
        }
        assert said == {guard["id"] for guard in MAPPING["guards"] if guard.get("overridable")}

    def test_every_fact_that_follows_stands_there_with_its_source(self, articles):
        derived = MAPPING["derived"].items()
        unsaid = [name for name, fact in derived if cited(fact) not in articles[f"fact-{name}"]]
        assert unsaid == []

    def test_a_row_says_who_is_told_how_and_when(self, articles):
        assert (
            "When Not: only an explosive hazard is reported"
            " Told Child protection lead For action · Told at once · sees: Everything (RD0)"
            " · directly Only when: Who informs the adviser: The officer, directly"
        ) in articles["R03"]
        assert (
            "Task Plan of action for the next 24 hours by Head of Police Component"
            in (articles["R05p"])
        )

    def test_a_guard_says_what_it_does_apart_from_when(self, articles):
        assert (
            "When The alleged perpetrator belongs to the host State"
            " Then Must not be told: Host-State specialised police unit; Host-State police;"
            " Host-State security forces"
        ) in articles["HOST_STATE_IMPLICATED"]
        assert (
            "If left recipients seeing “Service request (RS)”"
            " not behind the gate “Told at once, reviewed afterwards”"
            " Then Taken away: those recipients"
        ) in articles["CONSENT_REFUSED"]
        assert (
            "Changed for those recipients: sees: One coordination line (RD3)"
            in (articles["CONFIDENTIALITY_FLOOR"])
        )
        assert "Refused to the officer: Interview somebody" in articles["NO_INTERVIEW"]

    def test_the_deadlines_are_a_table(self, page):
        table = page.split('id="deadlines"')[1].split("</table>")[0]
        cells = re.findall(r"<td>(.*?)</td>", table)
        assert cells[:6] == ["30 min", "4 h", "24 h", "at once", "4 h", "24 h"]

    def test_the_index_leads_to_every_part(self, page):
        index = page.split('class="policy-index"')[1].split("</nav>")[0]
        anchors = re.findall(r'href="#([^"]+)"', index)
        assert [f'id="{anchor}"' in page for anchor in anchors] == [True] * len(anchors)
        assert len(anchors) == len(MAPPING["sections"]) + 5

    def test_no_anchor_is_there_twice(self, page):
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert sorted(ids) == sorted(set(ids))

    def test_the_file_is_had_as_it_is_stored(self, as_admin, shipped):
        answer = as_admin().get(address(shipped, "file/"))
        assert answer.content.decode() == shipped.body
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert answer["Content-Disposition"] == 'attachment; filename="policy-1.yaml"'

    def test_a_version_this_release_cannot_read_says_so_and_is_still_had_as_a_file(
        self, as_admin, shipped
    ):
        old = PolicyVersion.objects.create(number=2, body="name: of old\n", sha256="0" * 64)
        reader = as_admin()
        assert "This release cannot read this version any more." in read(reader, address(old))
        assert "cannot be read by this release" in read(reader, "/policy/compare/1/2/")
        assert reader.get(address(old, "file/")).content == b"name: of old\n"
        page = plain(reader.post(address(old, "prove/"), follow=True))
        assert "is missing" in page

    def test_what_an_author_writes_is_text_on_the_page(self, as_admin):
        version = stored_version(
            lambda policy: row_of(policy, "R01").update(reason="<script>alert(1)</script>"),
            note="<b>bold</b>",
        )
        page = as_admin().get(address(version)).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "&lt;b&gt;bold&lt;/b&gt;" in page
        assert "<script>alert" not in page


class TestTheProof:
    def test_a_proven_version_says_in_how_many_situations(self, as_admin, shipped):
        number = situations_words(shipped.proofs.get().situations)
        assert f"Proven No breach in {number} situations." in read(as_admin(), address(shipped))

    def test_a_number_nobody_could_read_is_a_power_of_ten(self):
        assert situations_words("4096") == "4,096"
        assert situations_words("14586271714539") == "1.45 \N{MULTIPLICATION SIGN} 10¹³"

    def test_a_version_that_is_not_proven_is_proven_on_request_then_proposed(self, as_admin):
        version, admin = safe_version(), as_admin()
        before = read(admin, address(version))
        assert ("Prove now" in before, "Propose to switch it on" in before) == (True, False)
        after = plain(admin.post(address(version, "prove/"), follow=True))
        assert ("Prove now" in after, "Propose to switch it on" in after) == (False, True)

    def test_a_failed_proof_shows_its_breaches_in_words_and_offers_no_switch(self, as_admin):
        version = unsafe_version()
        prove_version(version)
        page = read(as_admin(), address(version))
        assert "Fails the proof This version cannot be switched on." in page
        assert "The reporting officer's own supervisor is told at once, always." in page
        assert "Source: UNPOL module 5, key message 5.2" in page
        assert "then not told: UNPOL supervisor" in page
        assert "Propose to switch it on" not in page

    def test_a_breach_points_to_the_row_that_did_it_and_says_when(self, as_admin, shipped):
        def open_the_gate(policy):
            row_of(policy, "L_HOST_POLICE")["recipients"][0]["gate"] = "none"

        version = stored_version(open_the_gate)
        prove_version(version)
        answer = as_admin().get(address(version))
        assert "Alleged perpetrator: Armed group" in plain(answer)
        assert (
            "then Host-State specialised police unit: Request for a service, Told at once,"
            " Service request, by row L_HOST_POLICE"
        ) in plain(answer)
        proof = answer.content.decode().split('class="breaches"')[1].split("</ol>")[0]
        assert 'href="#L_HOST_POLICE"' in proof

    def test_what_can_never_happen_is_said_without_an_example(self, as_admin, shipped):
        version = stored_version(
            lambda policy: row_of(policy, "X_MEDIA").update(
                when={"all": ["hazard_only", {"not": "hazard_only"}]}
            )
        )
        prove_version(version)
        page = read(as_admin(), address(version))
        assert "row X_MEDIA can never apply" in page
        assert "For instance when" not in page

    def test_a_reader_who_decides_nothing_does_not_prove(self, as_role, shipped):
        version, reader = safe_version(), as_role(Role.HUMAN_RIGHTS)
        assert "Prove now" not in read(reader, address(version))
        assert reader.post(address(version, "prove/")).status_code == 404
