"""The policy's pages: who reads it, what it says, and how two people switch it."""

import html
import re

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actors.roles import Role
from referrals.models import PolicyDraft, PolicySwitch, PolicyVersion
from referrals.policy_file import STANDARD
from referrals.workflow.policies import store_shipped_policy, store_version
from referrals.workflow.proving import prove_version
from referrals.workflow.switching import in_force, propose_switch
from tests.referrals.policy_texts import drop_row, guard_of, row_of, stored_version
from tests.referrals.policy_versions import (
    administrator,
    another_text,
    safe_version,
    switch_on,
    unsafe_version,
)

MAPPING = yaml.safe_load(STANDARD.read_text(encoding="utf-8"))
ROWS = [row for section in MAPPING["sections"] for row in section["rows"]]
REASON = {"reason": "Agreed in the coordination meeting."}


@pytest.fixture
def shipped(db) -> PolicyVersion:
    """The policy of this release, in force."""
    return store_shipped_policy()


@pytest.fixture
def as_admin(shipped):
    """A function from a name to a browser in which that administrator has signed in."""

    def signed_in(name: str = "Adam") -> Client:
        client = Client()
        client.force_login(administrator(name))
        return client

    return signed_in


def address(version: PolicyVersion, verb: str = "") -> str:
    return f"/policy/{version.number}/{verb}"


def read(client: Client, url: str) -> str:
    """The page's text: entities resolved, white space made plain."""
    answer = client.get(url)
    assert answer.status_code == 200
    return plain(answer)


def plain(answer) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return " ".join(text.split())


def proposed(version: PolicyVersion, name: str = "Paula") -> PolicySwitch:
    return propose_switch(version=version, by=administrator(name), **REASON)


class TestWhoReads:
    PAGES = ("/policy/", "/policy/1/", "/policy/1/file/", "/policy/compare/1/1/")

    @pytest.mark.parametrize("role", [Role.CPA, Role.CPA_SENIOR, Role.HUMAN_RIGHTS])
    def test_who_leads_on_child_protection_reads_it_and_finds_it_in_the_menu(
        self, as_role, shipped, role
    ):
        reader = as_role(role)
        assert [reader.get(page).status_code for page in self.PAGES] == [200] * 4
        assert 'href="/policy/"' in reader.get("/desk/").content.decode()

    def test_an_administrator_reads_it_and_finds_it_in_the_menu(self, as_admin):
        reader = as_admin()
        assert [reader.get(page).status_code for page in self.PAGES] == [200] * 4
        assert 'href="/policy/"' in reader.get("/delivery/").content.decode()

    @pytest.mark.parametrize(
        "role",
        [Role.UNPOL_OFFICER, Role.UNPOL_SUPERVISOR, Role.HOPC, Role.UNICEF_CP, Role.WHO],
    )
    def test_to_others_it_does_not_exist(self, as_role, shipped, role):
        stranger = as_role(role)
        assert [stranger.get(page).status_code for page in self.PAGES] == [404] * 4
        assert 'href="/policy/"' not in stranger.get("/reports/").content.decode()

    def test_nobody_reads_before_signing_in(self, client, shipped):
        for page in self.PAGES:
            assert client.get(page).url == f"/accounts/login/?next={page}"

    def test_what_changes_it_does_not_exist_to_others_either(self, as_role, shipped):
        version = safe_version()
        switch = proposed(version)
        stranger = as_role(Role.UNPOL_OFFICER)
        urls = [
            *(address(version, verb) for verb in ("prove/", "propose/", "return/")),
            f"/policy/switches/{switch.pk}/confirm/",
            f"/policy/switches/{switch.pk}/decline/",
            "/policy/drafts/new/",
        ]
        assert [stranger.post(url, REASON).status_code for url in urls] == [404] * 6
        assert in_force().version == shipped
        switch.refresh_from_db()
        assert (switch.declined_at, PolicyDraft.objects.count()) == (None, 0)

    def test_a_version_there_is_not_answers_404(self, as_admin):
        reader = as_admin()
        for page in ("/policy/99/", "/policy/99/file/", "/policy/compare/1/99/"):
            assert reader.get(page).status_code == 404


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

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
    def test_every_row_stands_at_its_anchor_with_reason_and_source(self, articles, row):
        assert row["reason"] in articles[row["id"]]
        assert f"[{'; '.join(row['source'])}]" in articles[row["id"]]

    @pytest.mark.parametrize("guard", MAPPING["guards"], ids=lambda guard: guard["id"])
    def test_every_guard_stands_at_its_anchor_with_reason_text_and_source(self, articles, guard):
        article = articles[guard["id"]]
        assert guard["reason"] in article
        assert guard.get("officer_text", "") in article
        assert f"[{'; '.join(guard['source'])}]" in article
        assert ("may set this guard aside" in article) == guard.get("overridable", False)

    @pytest.mark.parametrize("name", MAPPING["derived"])
    def test_every_fact_that_follows_stands_there_with_its_source(self, articles, name):
        assert f"[{'; '.join(MAPPING['derived'][name]['source'])}]" in articles[f"fact-{name}"]

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
        page = read(as_admin(), address(shipped))
        assert re.search(r"Proven No breach in \d\.\d\d × 10⁴\d situations\.", page)

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

    def test_a_reader_who_decides_nothing_does_not_prove(self, as_role, shipped):
        version, reader = safe_version(), as_role(Role.HUMAN_RIGHTS)
        assert "Prove now" not in read(reader, address(version))
        assert reader.post(address(version, "prove/")).status_code == 404


class TestProposing:
    @pytest.fixture
    def version(self, shipped) -> PolicyVersion:
        version = safe_version()
        prove_version(version)
        return version

    def test_without_a_reason_the_page_stays_and_says_so_at_the_field(self, as_admin, version):
        answer = as_admin().post(address(version, "propose/"), {"reason": "  "})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert page.count("Write why this version should be in force.") == 2  # on top, at the field
        assert 'aria-invalid="true"' in page
        assert "R05p" in page
        assert version.switches.count() == 0

    def test_too_long_a_reason_is_kept_on_the_page(self, as_admin, version):
        answer = as_admin().post(address(version, "propose/"), {"reason": "very " * 500})
        assert (answer.status_code, "very very" in answer.content.decode()) == (422, True)

    def test_the_proposer_sees_that_it_waits_for_somebody_else(self, as_admin, version):
        admin = as_admin()
        admin.post(address(version, "propose/"), REASON)
        page = read(admin, "/policy/")
        assert "Version 2 waits for a second person Proposed by Adam" in page
        assert REASON["reason"] in page
        assert "It waits for somebody else" in page
        assert ("Confirm version 2" in page, "Take it back" in page) == (False, True)
        assert in_force().version.number == 1

    def test_the_proposer_who_confirms_anyway_is_told_whom_to_ask(self, as_admin, version):
        admin = as_admin()
        admin.post(address(version, "propose/"), REASON)
        switch = version.switches.get()
        page = plain(admin.post(f"/policy/switches/{switch.pk}/confirm/", follow=True))
        assert "You proposed this. Ask another administrator or an adviser to confirm it." in page
        assert in_force().version.number == 1

    def test_only_administrators_propose_return_and_copy(self, as_role, version):
        adviser = as_role(Role.CPA)
        page = read(adviser, address(version))
        assert ["Propose to switch it on" in page, "Copy and edit" in page] == [False, False]
        said = plain(adviser.post(address(version, "propose/"), REASON, follow=True))
        assert "Administrators write the policy." in said
        assert adviser.post("/policy/drafts/new/").status_code == 404
        assert (version.switches.count(), PolicyDraft.objects.count()) == (0, 0)

    def test_proposing_twice_says_who_was_first(self, as_admin, version):
        proposed(version)
        page = plain(as_admin().post(address(version, "propose/"), REASON, follow=True))
        assert "Paula" in page
        assert version.switches.count() == 1

    def test_a_version_that_fails_the_proof_is_not_proposed(self, as_admin, shipped):
        version = unsafe_version()
        page = plain(as_admin().post(address(version, "propose/"), REASON, follow=True))
        assert "Version 2 fails the proof, so it cannot be in force." in page
        assert "The reporting officer's own supervisor is told at once, always." in page
        assert version.switches.count() == 0


class TestDeciding:
    @pytest.fixture
    def switch(self, shipped) -> PolicySwitch:
        return proposed(safe_version())

    def test_the_second_person_puts_it_in_force(self, as_role, switch):
        adviser = as_role(Role.CPA)
        before = read(adviser, "/policy/")
        assert ("Confirm version 2" in before, "Decline" in before) == (True, True)
        after = plain(adviser.post(f"/policy/switches/{switch.pk}/confirm/", follow=True))
        assert "Version 2 is in force." in after
        assert "Proposed by Paula, confirmed by Person of CPA." in after
        assert in_force().version == switch.version

    def test_a_second_administrator_confirms_as_well(self, as_admin, switch):
        as_admin("Sara").post(f"/policy/switches/{switch.pk}/confirm/")
        assert in_force().version == switch.version

    def test_the_author_of_the_version_does_not_confirm_it(self, shipped, as_admin):
        client = as_admin("Ann")
        author = client.get("/policy/").wsgi_request.user
        switch = proposed(safe_version(author=author))
        assert "Confirm version 2" not in read(client, "/policy/")
        client.post(f"/policy/switches/{switch.pk}/confirm/")
        assert in_force().version == shipped

    def test_human_rights_reads_and_does_not_decide(self, as_role, switch):
        reader = as_role(Role.HUMAN_RIGHTS)
        page = read(reader, "/policy/")
        assert "An administrator or an adviser decides about it." in page
        assert ["Confirm version 2" in page, "Decline" in page] == [False, False]
        reader.post(f"/policy/switches/{switch.pk}/confirm/")
        reader.post(f"/policy/switches/{switch.pk}/decline/")
        switch.refresh_from_db()
        assert (switch.confirmed_at, switch.declined_at) == (None, None)

    def test_declining_closes_the_proposal_and_is_kept(self, as_role, switch):
        adviser = as_role(Role.CPA)
        page = plain(adviser.post(f"/policy/switches/{switch.pk}/decline/", follow=True))
        assert "Version 2 is not switched on." in page
        assert "waits for a second person" not in page
        assert "Proposed by Paula, declined by Person of CPA" in read(adviser, "/policy/2/")
        assert in_force().version.number == 1

    def test_deciding_twice_says_who_was_first(self, as_role, as_admin, switch):
        as_role(Role.CPA).post(f"/policy/switches/{switch.pk}/decline/")
        answer = as_admin().post(f"/policy/switches/{switch.pk}/confirm/", follow=True)
        assert "Person of CPA has declined version 2" in plain(answer)
        assert in_force().version.number == 1

    def test_nothing_is_switched_by_looking(self, as_role, switch):
        adviser = as_role(Role.CPA)
        assert adviser.get(f"/policy/switches/{switch.pk}/confirm/").status_code == 405


class TestReturning:
    @pytest.fixture
    def before(self, shipped) -> PolicyVersion:
        """The version that was in force before the one that is."""
        switch_on(safe_version())
        return shipped

    def test_one_administrator_brings_back_a_version_that_was_in_force(self, as_admin, before):
        admin = as_admin()
        assert "Switch back to version 1" in read(admin, address(before))
        page = plain(admin.post(address(before, "return/"), REASON, follow=True))
        assert "Version 1 is in force again." in page
        assert "Brought back by Adam." in page
        assert in_force().version == before

    def test_without_a_reason_the_page_says_so_at_the_field(self, as_admin, before):
        answer = as_admin().post(address(before, "return/"))
        assert (answer.status_code, in_force().version.number) == (422, 2)
        assert "Write why this version should be in force." in plain(answer)

    def test_a_version_that_was_never_in_force_is_not_brought_back(self, as_admin, shipped):
        version = safe_version()
        answer = as_admin().post(address(version, "return/"), REASON)
        assert answer.status_code == 422
        assert "Version 2 was never in force." in plain(answer)
        assert REASON["reason"] in answer.content.decode()
        assert in_force().version == shipped

    def test_times_in_force_are_kept_in_view(self, as_admin, before):
        page = read(as_admin(), address(before))
        assert re.search(r"In force from .+ until .+\. It came with a release\.", page)


class TestDrafts:
    def test_copying_begins_a_draft_and_opens_it(self, as_admin, shipped):
        answer = as_admin().post("/policy/drafts/new/", {"based_on": 1})
        draft = PolicyDraft.objects.get()
        assert answer.url == f"/policy/drafts/{draft.uuid}/"
        assert (draft.based_on, draft.body) == (shipped, shipped.body)

    def test_an_administrator_finds_the_drafts_and_an_adviser_does_not(self, as_admin, as_role):
        admin = as_admin()
        admin.post("/policy/drafts/new/")
        page = read(admin, "/policy/")
        assert "Copy of version 1 begun by Adam" in page
        assert "Continue" in page
        assert "begun by Adam" not in read(as_role(Role.CPA), "/policy/")

    @pytest.mark.parametrize("number", ["99", "none"])
    def test_copying_what_is_not_there_begins_nothing_of_it(self, as_admin, number, shipped):
        answer = as_admin().post("/policy/drafts/new/", {"based_on": number})
        based_on = [draft.based_on for draft in PolicyDraft.objects.all()]
        expected = {"99": (404, []), "none": (302, [shipped])}
        assert (answer.status_code, based_on) == expected[number]


class TestComparing:
    def compared(self, client: Client, old: int, new: int) -> dict[str, str]:
        """{code: label} of everything the page names as not the same."""
        page = client.get(f"/policy/compare/{old}/{new}/").content.decode()
        found = re.findall(
            r'<article class="difference">.*?>(\w+)</span>\s*<code class="ref">(.*?)</code>',
            page,
            re.DOTALL,
        )
        return {html.unescape(code): label for label, code in found}

    def test_it_names_exactly_what_differs_and_counts_the_rest(self, as_admin):
        def edit(policy):
            row_of(policy, "R05")["recipients"][0]["redaction"] = "RD1"
            guard_of(policy, "MEDIA_LOCK")["reason"] = "No words to the media."
            policy["derived"]["mass"]["when"]["at_least"] = 3
            policy["deadlines"]["acknowledge"]["urgent"] = 120
            policy["facts"]["mission"]["mass_threshold"]["default"] = 3
            policy["roles"]["mission"]["members"]["RADIO_ROOM"] = "The radio room"
            drop_row(policy, "C_CHILD_LABOUR")

        stored_version(edit)
        client = as_admin()
        assert self.compared(client, 1, 2) == {
            "R05": "Changed",
            "MEDIA_LOCK": "Changed",
            "mass": "Changed",
            "acknowledge": "Changed",
            "mass_threshold": "Changed",
            "RADIO_ROOM": "Added",
            "C_CHILD_LABOUR": "Removed",
        }
        page = read(client, "/policy/compare/1/2/")
        assert "Added: 1 Changed: 5 Removed: 1 Unchanged:" in page
        assert f"Rows {len(ROWS) - 2} unchanged" in page
        assert "sees: The record without restricted parts (RD1)" in page
        assert self.compared(client, 2, 1)["C_CHILD_LABOUR"] == "Added"

    def test_only_the_sentences_that_differ_are_marked(self, as_admin):
        stored_version(
            lambda policy: row_of(policy, "R05")["recipients"][0].update(redaction="RD1")
        )
        page = as_admin().get("/policy/compare/1/2/").content.decode()
        marked = re.findall(r'class="unlike" data-mark="(.)">(.*?)</dd>', page, re.DOTALL)
        assert [(mark, "Head of Police Component" in text) for mark, text in marked] == [
            ("−", True),  # noqa: RUF001
            ("+", True),
        ]

    def test_the_order_of_rows_counts(self, as_admin):
        def swap(policy):
            rows = policy["sections"][0]["rows"]
            rows.insert(0, rows.pop(-1))

        stored_version(swap)
        client = as_admin()
        assert self.compared(client, 1, 2) == {"R06c": "Moved"}
        assert "Stood after R06b, now stands first." in read(client, "/policy/compare/1/2/")

    def test_a_row_under_another_heading_counts_a_new_heading_alone_does_not(self, as_admin):
        def edit(policy):
            policy["sections"][0]["title"] = "2.4 Rules for all"
            last = policy["sections"][1]["rows"].pop(-1)
            policy["sections"][2]["rows"].insert(0, last)

        stored_version(edit)
        assert self.compared(as_admin(), 1, 2) == {
            "X_CP_SUBCLUSTER": "Moved",
            "2.4 Base rules": "Removed",
            "2.4 Rules for all": "Added",
        }

    def test_another_track_changes_the_rows_under_it(self, as_admin):
        stored_version(lambda policy: policy["sections"][-2].update(tracks=["standard"]))
        assert self.compared(as_admin(), 1, 2) == {
            "X_WELFARE": "Changed",
            "2.5 Help for the officer": "Changed",
        }

    @pytest.mark.parametrize("part", MAPPING)
    def test_no_part_of_the_file_differs_unseen(self, as_admin, part):
        """Whatever is edited is shown: somebody confirms what they read here."""
        edits = {
            "name": lambda said: "another",
            "sources": lambda said: said | {"X": "another source"},
            "abbreviations": lambda said: said | {"app.": "appendix"},
            "roles": lambda said: (
                said | {"unpol": {"members": said["unpol"]["members"] | {"NEW": "New"}}}
            ),
            "kinds": lambda said: said | {"info": said["info"] | {"rank": 0}},
            "gates": lambda said: said | {"post_review": said["post_review"] | {"waits": True}},
            "redactions": lambda said: said | {"RN": "another notice"},
            "marks": lambda said: said | {"state": ["held", "lost"]},
            "deadlines": lambda said: said | {"release": {"emergency": 1}},
            "facts": lambda said: (
                said | {"mission": said["mission"] | {"has_cpa": {"type": "bool"}}}
            ),
            "derived": lambda said: said | {"grave": {"when": "always", "source": ["D"]}},
            "aliases": lambda said: said | {"CP_HEAD": said["CP_HEAD"][::-1]},
            "sections": lambda said: said[::-1],
            "guard_stages": lambda said: said[::-1],
            "guards": lambda said: said[:-1],
        }
        stored_version(lambda policy: policy.update({part: edits[part](policy[part])}))
        assert self.compared(as_admin(), 1, 2) != {}

    def test_versions_that_say_the_same_differ_in_nothing(self, as_admin):
        safe_version()
        client = as_admin()
        assert self.compared(client, 1, 2) == {}
        page = read(client, "/policy/compare/1/2/")
        assert "Nothing differs" in page
        assert 'href="/policy/compare/2/1/"' in client.get("/policy/compare/1/2/").content.decode()


class TestTheCost:
    def statements(self, client: Client, url: str) -> int:
        client.get(url)  # compiles what is compiled once
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    def test_the_list_asks_as_often_for_many_versions_as_for_one(self, as_admin, shipped):
        client = as_admin()
        few = self.statements(client, "/policy/")
        author = administrator("Many")
        for number in range(4):
            version = store_version(another_text(f"Comment {number}."), author=author)
            proposed(version, name=f"Paula{number}")
            client.post("/policy/drafts/new/")
        assert self.statements(client, "/policy/") == few

    def test_a_page_asks_as_often_for_many_rows_as_for_few(self, as_admin):
        def keep_few(policy):
            for section in policy["sections"]:
                section["rows"] = section["rows"][:1]

        stored_version(keep_few)
        client = as_admin()
        assert self.statements(client, "/policy/2/") == self.statements(client, "/policy/1/")
        assert self.statements(client, "/policy/compare/2/2/") == self.statements(
            client, "/policy/compare/1/2/"
        )


def test_before_anything_is_stored_the_page_says_what_would_be_here(client, db):
    client.force_login(administrator())
    assert "No version yet" in read(client, "/policy/")
