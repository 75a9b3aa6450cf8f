"""API tokens for programs: of one person, for what is said, and for nothing else."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from knox.models import AuthToken
from rest_framework.test import APIClient

from actors.models import TokenScope
from tests.factories import UserFactory

REPORT = "/api/v1/reports/UNMIX-2026-00001/"


def issue(login: str, *options: str) -> str:
    said = StringIO()
    call_command("issue_api_token", login, *options, stdout=said)
    return said.getvalue().strip()


def program(token: str) -> APIClient:
    return APIClient(headers={"Authorization": f"Token {token}"})


def test_a_token_lets_a_program_in_as_its_person(db):
    UserFactory(username="patrol.app")
    token = issue("patrol.app", "--scope", "reports", "--scope", "policies", "--label", "Patrol")
    assert program(token).get(REPORT).status_code == 404
    scope = TokenScope.objects.get()
    assert (scope.scopes, scope.label) == (["policies", "reports"], "Patrol")
    assert scope.token.user.username == "patrol.app"


def test_a_token_does_not_reach_beyond_its_scopes(db):
    UserFactory(username="patrol.app")
    answer = program(issue("patrol.app", "--scope", "directory:read")).get(REPORT)
    assert answer.status_code == 403
    assert str(answer.data["detail"]) == "This token does not have the scope “reports”."


def test_a_token_made_before_there_were_scopes_has_none(db):
    _stored, token = AuthToken.objects.create(UserFactory())
    assert program(token).get(REPORT).status_code == 403


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ([], "Say what the token may do: --scope, one or more of reports, policies, directory:"),
        (["--scope", "everything"], "There is no scope 'everything'. There are: reports, "),
        (["--scope", "reports", "--label", "x" * 101], "at most 100 characters"),
    ],
)
def test_a_token_for_nothing_or_for_the_unknown_is_not_made(db, options, why):
    UserFactory(username="patrol.app")
    with pytest.raises(CommandError, match=why):
        issue("patrol.app", *options)
    assert not AuthToken.objects.exists()


@pytest.mark.parametrize("is_there", [True, False])
def test_nobody_or_somebody_who_left_gets_no_token(db, is_there):
    if is_there:
        UserFactory(username="left", is_active=False)
    with pytest.raises(CommandError, match="Nobody active signs in as 'left'"):
        issue("left", "--scope", "reports")


def test_the_help_lists_the_scopes(capsys):
    with pytest.raises(SystemExit):
        call_command("issue_api_token", "--help")
    assert "directory:write   Maintain the directory" in capsys.readouterr().out
