"""Figures: medians of ratios taken inside rounds, and one line of JSON for programs."""

import json

import pytest

from benchmarks import __main__ as dispatcher
from benchmarks.figures import figures_of, ratios, say_figures
from benchmarks.load import Slice, WrongAnswer
from benchmarks.words import percentile

STATEMENTS = {"bare": 10, "page": 18, "api": 19}


def one_round(bare: int, page: int, api: int) -> dict[str, Slice]:
    """So many answers of 10 ms in one second."""
    counts = {"bare": bare, "page": page, "api": api}
    return {name: Slice(1.0, [0.01] * count, messages=count) for name, count in counts.items()}


@pytest.fixture
def runs():
    return {
        8: [one_round(100, 60, 50), one_round(50, 30, 30), one_round(200, 100, 120)],
        1: [one_round(100, 70, 80)],
    }


def test_ratios_are_taken_inside_a_round(runs):
    assert ratios(runs[8], "page") == [0.6, 0.6, 0.5]


def test_the_ratio_is_the_smaller_median(runs):
    figures = figures_of(runs, STATEMENTS)
    assert (figures["ratio"], figures["ratio_page"], figures["ratio_api"]) == (0.6, 0.6, 0.6)
    assert figures["ratio_api_range"] == [0.5, 0.6]
    assert figures["ratio_api_1_connection"] == 0.8
    assert (figures["statements"], figures["statements_api"]) == (18, 19)
    assert figures["page"]["connections_8"] == {
        "requests_per_second": 60,
        "p50_ms": 10,
        "p95_ms": 10,
        "messages": 1,
    }


def test_people_get_a_row_for_each_target(runs, capsys):
    say_figures(runs, STATEMENTS, {"reports": 1, "referrals": 16})
    said = capsys.readouterr().out
    assert "1 reports, 16 referrals" in said
    assert "0.60 (0.50..0.60)" in said


def test_slices_of_one_target_add_up():
    both = Slice(1.0, [0.1, 0.2], 2) + Slice(2.0, [0.3], 1)
    assert (both.rate, both.latencies, both.messages) == (1.0, [0.1, 0.2, 0.3], 3)


def test_percentiles():
    values = [float(number) for number in range(1, 101)]
    assert (percentile(values, 0.5), percentile(values, 0.95)) == (51, 96)
    assert percentile([7.0], 0.95) == 7


def test_json_ends_with_one_line_that_holds_ratio_and_statements(runs, monkeypatch, capsys):
    monkeypatch.setitem(dispatcher.BENCHMARKS, "file", lambda pace: figures_of(runs, STATEMENTS))
    assert dispatcher.main(["file", "--json"]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["benchmark"] == "file"
    assert {"ratio", "ratio_page", "ratio_api", "statements", "statements_api"} <= said.keys()


def test_a_wrong_answer_fails_the_run(monkeypatch, capsys):
    def refuse(pace):
        raise WrongAnswer("page answered 500")

    monkeypatch.setitem(dispatcher.BENCHMARKS, "file", refuse)
    assert dispatcher.main(["file", "--json"]) == 1
    assert "bench file: page answered 500" in capsys.readouterr().err


def test_ctrl_c_ends_quietly(monkeypatch, capsys):
    def interrupt(pace):
        raise KeyboardInterrupt

    monkeypatch.setitem(dispatcher.BENCHMARKS, "desk", interrupt)
    assert dispatcher.main([]) == 130
    assert capsys.readouterr() == ("", "")
