"""`manage.py import_directory`: the checks and words of the page, in a terminal."""

import io

import pytest
from django.core.management import CommandError, call_command

from actors.exchange.exporting import as_csv
from actors.models import Organization
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def command(mission, administrator, tmp_path):
    def command(rows, *flags, user=administrator.username, code="UNMIX"):
        path = tmp_path / "partners.csv"
        path.write_bytes(rows if isinstance(rows, bytes) else as_csv(rows))
        out, err = io.StringIO(), io.StringIO()
        asked = ["organizations", path, "--mission", code, "--user", user, *flags]
        try:
            call_command("import_directory", *asked, stdout=out, stderr=err)
        except CommandError as error:
            return str(error), err.getvalue()
        return out.getvalue().strip(), err.getvalue()

    return command


def test_it_checks_and_on_demand_applies(command):
    rows = [["name", "kind"], ["Hearth", "ngo_national"]]
    assert command(rows) == (
        "Checked, nothing is changed. Rows: 1; new: 1, changed: 0, as they are: 0.",
        "",
    )
    assert not Organization.objects.exists()
    assert command(rows, "--apply")[0] == "Applied. Rows: 1; new: 1, changed: 0, as they are: 0."
    assert Organization.objects.get().name == "Hearth"


def test_each_bad_row_is_a_line(command):
    said, errors = command([["name", "kind"], ["Hearth", "clup"], ["", "ngo_national"]], "--apply")
    assert said == "Refused: 2 problems. Nothing was changed."
    lines = errors.splitlines()
    assert lines[0].startswith("2: kind: “clup” is not on the list.")
    assert lines[1] == "3: name: This must not be empty."
    assert not Organization.objects.exists()


def test_only_an_administrator_of_a_mission_in_use_brings_files_in(command):
    UserFactory(username="officer")
    rows = [["name", "kind"], ["Hearth", "ngo_national"]]
    assert command(rows, user="officer")[0] == "No administrator signs in as officer."
    assert command(rows, code="UNNONE")[0] == "No mission in use has the code UNNONE."
