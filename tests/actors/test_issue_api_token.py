"""API tokens for programs."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from tests.factories import UserFactory


def test_a_token_lets_a_program_in_as_its_person(db):
    UserFactory(username="patrol.app")
    said = StringIO()
    call_command("issue_api_token", "patrol.app", stdout=said)
    api = APIClient(headers={"Authorization": f"Token {said.getvalue().strip()}"})
    assert api.get("/api/v1/reports/UNMIX-2026-00001/").status_code == 404


@pytest.mark.parametrize("is_there", [True, False])
def test_nobody_or_somebody_who_left_gets_no_token(db, is_there):
    if is_there:
        UserFactory(username="left", is_active=False)
    with pytest.raises(CommandError, match="Nobody active signs in as 'left'"):
        call_command("issue_api_token", "left")
