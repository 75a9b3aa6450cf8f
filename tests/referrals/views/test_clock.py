"""Time in words."""

import pytest

from referrals.views.clock import span_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 min"),
        (60, "1 min"),
        (61, "2 min"),
        (-59, "1 min"),
        (-119, "1 min"),
        (2 * 3600 + 600, "2 h 10 min"),
        (3 * 3600, "3 h"),
        (47 * 3600, "47 h"),
        (3 * 86400, "3 d"),
        (-3 * 86400, "3 d"),
    ],
)
def test_a_span_reads_as_people_say_it(seconds, words):
    assert span_words(seconds) == words
