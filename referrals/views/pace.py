"""How often one address on the network may ask, counted in the cache."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Network, ip_address

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

# A network gives a whole one of these to one customer, who changes addresses at will.
IPV6_PREFIX = 64


@dataclass(frozen=True)
class Pace:
    """So many requests of one kind within so many seconds, from the first one on."""

    name: str
    most: int
    seconds: int = 60

    def allows(self, request: HttpRequest) -> bool:
        """Count this request; False where it is one too many.

        A counter that is away stops nobody: what waits for them matters more than a limit.
        """
        key = f"pace:{self.name}:{_network(request)}"
        try:
            return _counted(key, self.seconds) <= self.most
        except (OSError, RedisError):
            return True


def _counted(key: str, seconds: int) -> int:
    """The number of requests under this key; of two at once each is counted."""
    if cache.add(key, 1, seconds):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # its time ran out between the two
        return 1


def _network(request: HttpRequest) -> str:
    """Where a request comes from, by the proxies the portal trusts."""
    address = get_adapter().get_client_ip(request)
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(IPv6Network((parsed, IPV6_PREFIX), strict=False))
