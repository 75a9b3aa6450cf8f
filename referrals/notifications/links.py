"""What a partner's link says, and which code opens it. Both are worked out from the link's uuid
and the portal's key, and kept nowhere: a stolen database opens nothing.

A key that was in use before (`SECRET_KEY_FALLBACKS`) still opens what was made with it.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from referrals.models import Notification, PartnerLink

LINK_SALT = "referrals.partner.link"
CODE_SALT = "referrals.partner.code"
SIGNED_WITH = 20  # bytes; 160 bits cannot be guessed
DIGITS = 6
CODE_STEP = "code-"


def token_of(link: PartnerLink) -> str:
    """The words of the link, for an address: the uuid and what only the portal's key can make."""
    return _token(link.uuid, settings.SECRET_KEY)


def read_token(token: str) -> tuple[UUID, bool]:
    """The uuid a token names, and whether the portal made it. A made-up one names one, too, so
    that it costs as much work as a true one.
    """
    try:
        named = urlsafe_b64decode(token)[:16]
    except ValueError:
        named = b""
    uuid = UUID(bytes=named.ljust(16, b"\0"))
    is_ours = [constant_time_compare(token, _token(uuid, key)) for key in _keys()]
    return uuid, any(is_ours)


def code_of(link: PartnerLink, number: int) -> str:
    """The one-time code that was the so manieth sent for this link."""
    return _code(link, number, settings.SECRET_KEY)


def is_code(link: PartnerLink, typed: str) -> bool:
    """Whether this is the code sent last. How old it is and how often one missed is not asked."""
    codes = [_code(link, link.codes_sent, key) for key in _keys()]
    return any(constant_time_compare(typed, code) for code in codes)


def code_step(link: PartnerLink, number: int) -> str:
    """What names the message with this code among those about one referral."""
    return f"{CODE_STEP}{link.pk}-{number}"


def code_in(notice: Notification) -> str:
    """The code this message carries; empty where it carries none."""
    if not notice.step.startswith(CODE_STEP):
        return ""
    pk, number = notice.step.removeprefix(CODE_STEP).split("-")
    return code_of(PartnerLink.objects.get(pk=pk), int(number))


def link_behind(notice: Notification) -> PartnerLink | None:
    """The link by which this notice's reader gets in; None for who signs in."""
    if notice.referral_id is None or notice.contact_id is None:
        return None
    return PartnerLink.objects.filter(
        referral=notice.referral_id, contact=notice.contact_id
    ).first()


def hotp(key: bytes, counter: int) -> str:
    """A one-time code as in RFC 4226, section 5.3."""
    digest = hmac.new(key, counter.to_bytes(8, "big"), hashlib.sha1).digest()
    begin = digest[-1] & 0x0F
    number = int.from_bytes(digest[begin : begin + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def _keys() -> Iterator[str]:
    yield settings.SECRET_KEY
    yield from settings.SECRET_KEY_FALLBACKS


def _token(uuid: UUID, key: str) -> str:
    signature = salted_hmac(LINK_SALT, uuid.bytes, secret=key, algorithm="sha256").digest()
    return urlsafe_b64encode(uuid.bytes + signature[:SIGNED_WITH]).decode()


def _code(link: PartnerLink, number: int, key: str) -> str:
    secret = salted_hmac(CODE_SALT, link.uuid.bytes, secret=key, algorithm="sha256").digest()
    return hotp(secret, number)
