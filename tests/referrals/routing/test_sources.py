"""docs/routing.md names every row, guard and derived fact that no seed text is the source of."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[3] / "docs" / "routing.md"
NO_SEED = {"D", "P", "U"}


def named(kind):
    line = re.search(rf"^\| {kind} \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return set(re.findall(r"`(\w+)`", line[1]))


def without_seed(cited):
    return {
        name
        for name, citation in cited
        if {place.split()[0] for place in citation.split("; ")} <= NO_SEED
    }


@pytest.mark.parametrize("kind", ["rows", "guards", "derived facts"])
def test_what_rests_on_no_seed_text_is_named(kind, policy):
    cited = {
        "rows": [(row.id, row.citation) for row in policy.rows],
        "guards": [(guard.id, guard.notice.citation) for guard in policy.guards],
        "derived facts": [(fact.name, fact.source.citation) for fact in policy.derived],
    }
    assert named(kind) == without_seed(cited[kind])
