"""Scenario S04 as an officer sends it: from the page, and over the API.

Attack on the children's ward of the city's main hospital, learnt from social workers on a joint
patrol with host-State police. All fictional.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlencode

from benchmarks.load import WrongAnswer, raw_request, send

# Stands in the requests where each one gets an id of its own, of the same length.
ANY_UUID = "00000000-0000-4000-8000-000000000000"

MISSION = "UNMIX"
DISTRICT = "QM0201"
FACTS = {
    "violations": ["attack_school_hospital"],
    "facility": "hospital",
    "conflict_nexus": "yes",
    "perpetrator": "unknown",
    "source": "social_worker",
    "patrol": "joint_host_state",
}
NARRATIVE = (
    "Social workers told the patrol that the children's ward of the main hospital was hit last "
    "night. Part of the roof has fallen in. Staff moved the children to another wing and ask for "
    "help. The patrol did not enter the ward and spoke to no child."
)
# What a browser sends of the fields that the officer left as they were.
LEFT_ALONE = {
    "harmful_practice": "none",
    "occurred_on": "",
    "boys": "",
    "girls": "",
    "children_unknown": "",
    "displacement": "none",
    "perpetrator_org": "",
    "interlocutor_preference": "na",
    "consent": "not_sought",
    "prior_interviews": "",
}
_CSRF_FIELD = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_CSRF_COOKIE = re.compile(r"csrftoken=(\w+)")


def page_request(port: int, session: str) -> bytes:
    """Open the form as a browser does and return the request that sends it."""
    cookie = f"sessionid={session}"
    form = send(port, raw_request("GET", "/reports/new/", {"Cookie": cookie}))
    field, secret = _CSRF_FIELD.search(form.body.decode()), _CSRF_COOKIE.search(form.head)
    if not field or not secret:
        raise WrongAnswer(f"no form at /reports/new/, but {form.status}")
    typed = {
        "csrfmiddlewaretoken": field[1],
        "action": "send",
        "uuid": ANY_UUID,
        "area": DISTRICT,
        "narrative": NARRATIVE,
        **FACTS,
        **LEFT_ALONE,
    }
    headers = {
        "Cookie": f"{cookie}; csrftoken={secret[1]}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return raw_request("POST", "/reports/new/", headers, urlencode(typed, doseq=True).encode())


def api_request(token: str) -> bytes:
    """Return the request that files over the API."""
    body = {
        "uuid": ANY_UUID,
        "mission": MISSION,
        "adm2": DISTRICT,
        "narrative": NARRATIVE,
        "children": {"boys": 0, "girls": 0, "unknown": 0},
        **FACTS,
    }
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
    return raw_request("POST", "/api/v1/reports/", headers, json.dumps(body).encode())


def bare_request(session: str) -> bytes:
    """Return the request to the bare view."""
    headers = {
        "Cookie": f"sessionid={session}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return raw_request("POST", "/", headers, urlencode({"uuid": ANY_UUID}).encode())
