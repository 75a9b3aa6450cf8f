"""Two people switch the policy on its pages; one brings an earlier version back."""

import re

import pytest

from actors.roles import Role
from referrals.models import PolicyDraft, PolicySwitch, PolicyVersion
from referrals.workflow.proving import prove_version
from referrals.workflow.switching import in_force
from tests.referrals.policy_versions import (
    safe_version,
    switch_on,
    unsafe_version,
)
from tests.referrals.views.policy_pages import REASON, address, plain, proposed, read


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
        assert "Version 2 fails the proof, so it cannot be switched on." in page
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
        page = plain(admin.post(address(before, "return/"), follow=True))
        assert "Version 1 is in force again." in page
        assert "Brought back by Adam." in page
        assert in_force().version == before

    def test_a_version_that_was_never_in_force_is_not_brought_back(self, as_admin, shipped):
        version = safe_version()
        answer = as_admin().post(address(version, "return/"), follow=True)
        assert "Version 2 was never in force." in plain(answer)
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
