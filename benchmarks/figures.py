"""From rounds to figures: rates, latencies, and ratios taken inside each round."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from benchmarks.load import Slice
from benchmarks.words import percentile, say, say_table, with_range

Rounds = list[dict[str, Slice]]

FLOOR = "bare"
MANY, ONE = 8, 1


def figures_of(runs: Mapping[int, Rounds], statements: Mapping[str, int]) -> dict[str, object]:
    """Return the figures for programs; ratios are medians over the rounds at 8 connections."""
    page, api = (ratios(runs[MANY], name) for name in ("page", "api"))
    return {
        "ratio": round(min(median(page), median(api)), 3),
        "ratio_page": round(median(page), 3),
        "ratio_api": round(median(api), 3),
        "ratio_page_range": [round(min(page), 3), round(max(page), 3)],
        "ratio_api_range": [round(min(api), 3), round(max(api), 3)],
        "ratio_page_1_connection": round(median(ratios(runs[ONE], "page")), 3),
        "ratio_api_1_connection": round(median(ratios(runs[ONE], "api")), 3),
        "statements": statements["page"],
        "statements_api": statements["api"],
        "statements_bare": statements[FLOOR],
        **{
            name: {f"connections_{n}": _speed(rounds, name) for n, rounds in runs.items()}
            for name in statements
        },
    }


def ratios(rounds: Rounds, name: str) -> list[float]:
    """Return, for each round, how much of the floor's rate the target reached."""
    return [one[name].rate / one[FLOOR].rate for one in rounds]


def say_figures(
    runs: Mapping[int, Rounds], statements: Mapping[str, int], rows: Mapping[str, int]
) -> None:
    """Write a table for each number of connections."""
    say(f"Rows of one filing: {', '.join(f'{count} {what}' for what, count in rows.items())}\n")
    for connections, rounds in runs.items():
        say(f"Connections: {connections}; rounds: {len(rounds)}; median (range)")
        say_table([TITLES, *(_row(rounds, name, statements[name]) for name in statements)])
        say("")


TITLES = ("target", "requests/s", "p50 ms", "p95 ms", "SQL", "poke", "part of bare")


def _row(rounds: Rounds, name: str, statements: int) -> tuple[str, ...]:
    speed = _speed(rounds, name)
    return (
        name,
        with_range([one[name].rate for one in rounds], digits=0),
        f"{speed['p50_ms']:.1f}",
        f"{speed['p95_ms']:.1f}",
        str(statements),
        f"{speed['messages']:.2f}",
        with_range(ratios(rounds, name)),
    )


def _speed(rounds: Rounds, name: str) -> dict[str, float]:
    latencies = [latency for one in rounds for latency in one[name].latencies]
    messages = sum(one[name].messages for one in rounds)
    return {
        "requests_per_second": round(median(one[name].rate for one in rounds), 1),
        "p50_ms": round(1000 * percentile(latencies, 0.50), 2),
        "p95_ms": round(1000 * percentile(latencies, 0.95), 2),
        "messages": round(messages / len(latencies), 2),
    }
