"""The ladder of retries: ten seconds at first, hourly later, three days in all."""

import pytest

from referrals.notifications.retry import delay_after


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 10), (2, 30), (3, 120), (4, 300), (5, 900), (6, 1800), (7, 3600), (77, 3600)],
)
def test_delays_grow_and_are_spread_by_a_fifth(attempts, seconds):
    delays = [delay_after(attempts) for _try in range(200)]

    assert min(delays) >= 0.8 * seconds
    assert max(delays) <= 1.2 * seconds
    assert len(set(delays)) > 1


def test_gives_up_after_three_days():
    nominal = [delay_after(attempts) for attempts in range(1, 78)]

    assert None not in nominal
    assert 65 * 3600 < sum(nominal) < 79 * 3600
    assert delay_after(78) is None
