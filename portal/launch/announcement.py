"""What the demo prints once it is up: for a person, or one line for a program."""

import json
import sys
from typing import Any

from portal.launch.console import write

MAIL_PATH = "/demo/mail/"
COLUMNS = {"role": "Role", "name": "Name", "login": "Login", "password": "Password"}
# The two who play the main story get their API tokens shown; `--json` has everybody's.
WITH_TOKEN = ("UNPOL_OFFICER", "CPA")

People = list[dict[str, Any]]


def announce(url: str, people: People, as_json: bool) -> None:
    """Print where the portal is and how to sign in."""
    said = {"url": url, "mail_url": url + MAIL_PATH, "people": people}
    write(sys.stdout, json.dumps(said) if as_json else _for_a_person(url, people))


def _for_a_person(url: str, people: People) -> str:
    shown = _first_of_each_role(people)
    lines = [
        "",
        f"The portal      {url}",
        f"Mail it sent    {url}{MAIL_PATH}",
        "",
        *_table(shown),
        *_about_the_others(len(people) - len(shown)),
        "",
        *_tokens(shown),
        "",
        "Ctrl-C stops everything. All people and places are fictional.",
        "",
    ]
    return "\n".join(f"  {line}".rstrip() for line in lines)


def _first_of_each_role(people: People) -> People:
    first: dict[str, dict[str, Any]] = {}
    for person in people:
        first.setdefault(person["role"], person)
    return list(first.values())


def _table(people: People) -> list[str]:
    rows = [list(COLUMNS.values()), *([str(person[c]) for c in COLUMNS] for person in people)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    return ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in rows]


def _about_the_others(count: int) -> list[str]:
    return [f"and {count} more in these roles: `./run demo --json` lists everybody."] * (count > 0)


def _tokens(people: People) -> list[str]:
    return [
        f"API token of {person['login']}: {person['api_token']}"
        for person in people
        if person["role"] in WITH_TOKEN
    ]
