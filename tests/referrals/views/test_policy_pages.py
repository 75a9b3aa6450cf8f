"""The policy's pages: who reads them, what they cost, and what they say while nothing is stored."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.roles import Role
from referrals.models import PolicyDraft, PolicySwitch
from referrals.workflow.policies import store_version
from referrals.workflow.switching import in_force
from tests.referrals.policy_texts import stored_version
from tests.referrals.policy_versions import (
    administrator,
    another_text,
    safe_version,
)
from tests.referrals.views.policy_pages import REASON, address, proposed, read


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
            PolicySwitch.objects.create(
                version=version, proposed_by=author, proposed_at=timezone.now(), reason="Agreed."
            )
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
