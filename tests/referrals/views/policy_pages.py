"""What tests of the policy's pages share: addresses, and a page as plain text."""

import html
import re

import yaml
from django.test import Client

from referrals.models import PolicySwitch, PolicyVersion
from referrals.policy_file import STANDARD
from referrals.workflow.switching import propose_switch
from tests.referrals.policy_versions import administrator

MAPPING = yaml.safe_load(STANDARD.read_text(encoding="utf-8"))
ROWS = [row for section in MAPPING["sections"] for row in section["rows"]]
REASON = {"reason": "Agreed in the coordination meeting."}


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


def cited(part: dict) -> str:
    """The source as the page cites it after its words."""
    return f"[{'; '.join(part['source'])}]"


def proposed(version: PolicyVersion, name: str = "Paula") -> PolicySwitch:
    return propose_switch(version=version, by=administrator(name), **REASON)
