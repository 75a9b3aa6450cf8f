"""The API is described whole and without a warning."""

from io import StringIO

import pytest
import yaml
from django.core.management import call_command

DIRECTORY = "/api/v1/directory/"


@pytest.fixture(scope="module")
def description() -> dict:
    said = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=said)
    return yaml.safe_load(said.getvalue())


def test_everything_one_can_do_with_the_directory_has_a_summary(description):
    summaries = {
        f"{method} {path}": operation.get("summary")
        for path, methods in description["paths"].items()
        if path.startswith(DIRECTORY)
        for method, operation in methods.items()
    }
    assert len(summaries) > 100
    assert [name for name, summary in summaries.items() if not summary] == []
    assert summaries[f"get {DIRECTORY}services/"] == "Services: the list"
    assert summaries[f"delete {DIRECTORY}posts/{{id}}/"].startswith("Post: retire or delete one")


def test_no_primary_key_is_part_of_an_address_or_an_entry(description):
    for path, methods in description["paths"].items():
        if path.startswith(DIRECTORY) and "{id}" in path:
            (parameter,) = [
                p
                for p in methods["get" if "get" in methods else "post"]["parameters"]
                if p["name"] == "id"
            ]
            assert parameter["schema"]["format"] == "uuid"
    service = description["components"]["schemas"]["Service"]["properties"]
    assert service["id"]["format"] == "uuid"
    assert service["organization"] == {"type": "string", "format": "uuid"}
