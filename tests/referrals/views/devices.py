"""A browser on a device, and what it sends."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

from django.test import Client

from referrals.forms.versions import form_version

JSON = "application/json"


def s04(**changes) -> dict[str, list[str]]:
    """S04 of the worked scenarios, as a page would send it."""
    typed = {
        "violations": ["attack_school_hospital"],
        "facility": ["hospital"],
        "area": ["QM0201"],
        "perpetrator": ["unknown"],
        "source": ["social_worker"],
        "patrol": ["joint_host_state"],
        "boys": ["2"],
        "narrative": ["Told by social workers.\nAt noon."],
    }
    return typed | changes


def put(browser: Client, typed, uuid: UUID | str | None = None, **more):
    """Send a report."""
    content = {"form": form_version(), "typed": typed} | more
    return browser.put(f"/reports/new/{uuid or uuid4()}/", json.dumps(content), JSON)


def patch(browser: Client, uuid: UUID, **change):
    """Save a draft."""
    content = {"base": 0, "form": form_version()} | change
    return browser.patch(f"/drafts/{uuid}/", json.dumps(content), JSON)
