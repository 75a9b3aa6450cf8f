"""How often one address may ask: each request counts once, and only where it came from."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from redis.exceptions import ConnectionError as CacheAway

from referrals.views.pace import Pace

PACE = Pace("test", 3)


@pytest.fixture(autouse=True)
def _empty():
    cache.clear()


@pytest.fixture
def ask(rf):
    def asked(address="192.0.2.1", pace=PACE, method="get", **headers) -> bool:
        return pace.allows(getattr(rf, method)("/", REMOTE_ADDR=address, **headers))

    return asked


def test_the_fourth_of_three_is_one_too_many_whatever_its_method(ask):
    methods = ("get", "post", "head", "get")
    assert [ask(method=method) for method in methods] == [True, True, True, False]


def test_another_address_and_another_page_count_apart(ask):
    assert [ask() for _step in range(4)][-1] is False
    assert ask("192.0.2.2")
    assert ask(pace=Pace("other", 3))


def test_it_begins_anew_after_its_time(ask):
    assert [ask() for _step in range(4)][-1] is False
    cache.delete("pace:test:192.0.2.1")  # what the cache does when the seconds are over
    assert ask()


def test_the_count_ends_by_itself(rf, monkeypatch):
    kept = {}
    monkeypatch.setattr(cache, "add", lambda key, value, timeout: kept.setdefault(key, timeout))
    Pace("test", 3, seconds=7).allows(rf.get("/", REMOTE_ADDR="192.0.2.1"))
    assert kept == {"pace:test:192.0.2.1": 7}


def test_one_customer_with_many_addresses_is_one(ask):
    addresses = [f"2001:db8::{n}" for n in range(1, 5)]
    assert [ask(address) for address in addresses] == [True, True, True, False]
    assert ask("2001:db8:0:1::1")


def test_what_a_client_claims_of_itself_counts_nothing(ask):
    claims = [{"HTTP_X_FORWARDED_FOR": f"192.0.2.{n}"} for n in range(10, 14)]
    assert [ask(**claim) for claim in claims] == [True, True, True, False]


def test_behind_a_proxy_the_address_it_saw_counts(ask, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    claims = [{"HTTP_X_FORWARDED_FOR": f"192.0.2.{n}"} for n in range(10, 14)]
    assert [ask(**claim) for claim in claims] == [True] * 4


def test_of_many_at_once_each_is_counted(rf):
    def press(_number) -> bool:
        return PACE.allows(rf.get("/", REMOTE_ADDR="192.0.2.1"))

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(press, range(40))) == 3


def test_without_the_cache_nobody_is_stopped(ask, monkeypatch):
    def away(*_given):
        raise CacheAway

    monkeypatch.setattr(cache, "add", away)
    assert [ask() for _step in range(5)] == [True] * 5
