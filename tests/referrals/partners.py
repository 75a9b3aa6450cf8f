"""A partner without an account: Hearth and Haven is reached at a desk, and nobody signs in."""

from __future__ import annotations

import re

from django.test import Client

from actors.models import Contact, PostHolding
from actors.roles import Role
from referrals.models import Notification, PartnerLink, Referral
from referrals.notifications.links import code_of, token_of
from referrals.notifications.rendering import render
from referrals.workflow.release import ReleaseBasis, release_referral

DESK, SECOND = "desk@hearth.example", "night@hearth.example"
NARRATIVE = "Two boys at the ferry landing of the old mill."
ASKED = {"needs": ["psychosocial"], "consent": "given", "consent_scope": ["psychosocial"]}


def leave_the_desk_alone(unmix, *addresses: str, role: str = Role.PSS_PROVIDER, **fields):
    """Nobody holds the post of this role; its desk has these addresses."""
    post = unmix.posts[role]
    PostHolding.objects.filter(post=post).delete()
    for address in addresses or [DESK]:
        Contact.objects.create(post=post, address=address, **fields)


def proposed_to_partner(unmix, **changes) -> Referral:
    """A service for a child is asked of the partner; the CP lead has not decided yet."""
    facts = ASKED | changes.pop("facts", {})
    changes = {"boys": 2, "narrative": NARRATIVE} | changes
    report = unmix.file(facts=facts, **changes).report
    return report.referrals.get(role=Role.PSS_PROVIDER)


def refer_to_partner(unmix, **changes) -> Referral:
    """The same, released."""
    proposed = proposed_to_partner(unmix, **changes)
    basis = ReleaseBasis(reason="The child asked for somebody to talk to")
    release_referral(referral=proposed, by=unmix.user(Role.CPA), basis=basis)
    return Referral.objects.select_related("report__mission").get(pk=proposed.pk)


def link_of(referral: Referral) -> PartnerLink:
    return PartnerLink.objects.select_related("contact").get(
        referral=referral, contact__address=DESK
    )


def url_of(link: PartnerLink) -> str:
    return f"/p/{token_of(link)}/"


def mails(referral: Referral) -> list[tuple[str, str]]:
    """(address, body) of what is to be written about a referral, in order."""
    notices = Notification.objects.filter(referral=referral).order_by("pk")
    return [(notice.address, render(notice).body) for notice in notices]


def code_mailed(referral: Referral) -> str:
    """The code in the newest mail about a referral."""
    return re.search(r"^\d{6}$", mails(referral)[-1][1], re.MULTILINE).group()


def code_now(link: PartnerLink) -> str:
    link.refresh_from_db()
    return code_of(link, link.codes_sent)


def let_in(link: PartnerLink) -> Client:
    """A browser in which the code of this link was entered."""
    browser, url = Client(), url_of(link)
    browser.post(url, {"answer": "send"})
    answer = browser.post(url, {"answer": "open", "code": code_now(link)})
    assert answer.status_code == 303
    return browser
