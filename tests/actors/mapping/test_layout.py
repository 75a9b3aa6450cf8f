"""The picture of the relation map can be read: nothing lies on anything else, whatever it shows."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from actors.mapping.layout import BOX_HEIGHT, BOX_WIDTH, TALLEST, Box, draw, wrapped

WORDS = st.sampled_from(["UNICEF", "Hearth and Haven", "Ministry of Social Affairs and Equality"])
ACTORS = st.dictionaries(
    st.integers(1, 60), st.tuples(st.integers(0, 5), WORDS), min_size=1, max_size=40
)


@st.composite
def networks(pick):
    actors = pick(ACTORS)
    ends = st.tuples(st.sampled_from(sorted(actors)), st.sampled_from(sorted(actors)))
    lines = pick(st.lists(ends.filter(lambda pair: pair[0] != pair[1]), max_size=60))
    return actors, lines


def overlap(one: Box, other: Box) -> bool:
    return abs(one.x - other.x) < BOX_WIDTH and abs(one.y - other.y) < BOX_HEIGHT


def points_of(path: str) -> list[tuple[float, float]]:
    """Points along a path of `M`, `C` and `L` steps, twenty to a step."""
    at, found = (0.0, 0.0), []
    for step, numbers in re.findall(r"([MCL])([^MCL]+)", path):
        values = [float(number) for number in re.split(r"[ ,]", numbers)]
        given_points = list(zip(values[::2], values[1::2], strict=True))
        if step == "M":
            at = given_points[0]
        else:
            corners = [at, *given_points]
            found += [_along(corners, part / 20) for part in range(21)]
            at = given_points[-1]
    return found


def _along(corners: list[tuple[float, float]], part: float) -> tuple[float, float]:
    while len(corners) > 1:
        corners = [
            tuple(a + (b - a) * part for a, b in zip(one, other, strict=True))
            for one, other in pairwise(corners)
        ]
    return corners[0]


def is_behind(point: tuple[float, float], box: Box) -> bool:
    across, down = point[0] - box.x, point[1] - box.y
    return 0.5 < across < BOX_WIDTH - 0.5 and 0.5 < down < BOX_HEIGHT - 0.5


@given(networks())
def test_no_box_lies_on_another_and_all_are_inside(network):
    drawing = draw(*network)
    boxes = drawing.boxes
    assert sorted(box.key for box in boxes) == sorted(network[0])
    assert not any(overlap(a, b) for n, a in enumerate(boxes) for b in boxes[:n])
    assert all(box.x > 0 and box.x + BOX_WIDTH < drawing.width for box in boxes)
    assert all(box.y > 0 and box.y + BOX_HEIGHT < drawing.height for box in boxes)


@given(networks())
def test_no_line_runs_behind_a_box_or_leaves_the_picture(network):
    drawing = draw(*network)
    assert [curve.number for curve in drawing.curves] == list(range(len(network[1])))
    for curve in drawing.curves:
        for point in points_of(curve.path):
            assert not any(is_behind(point, box) for box in drawing.boxes)
            assert 0 < point[0] < drawing.width
            assert 0 < point[1] < drawing.height


@given(networks())
def test_each_line_ends_at_the_boxes_it_is_between(network):
    drawing = draw(*network)
    at = {box.key: box for box in drawing.boxes}
    for curve, ends in zip(drawing.curves, network[1], strict=True):
        points = points_of(curve.path)
        for point, key in zip((points[0], points[-1]), ends, strict=True):
            box = at[key]
            assert point[0] in (box.x, box.x + BOX_WIDTH)
            assert box.y < point[1] < box.y + BOX_HEIGHT


@given(networks())
def test_the_same_network_always_looks_the_same(network):
    actors, lines = network
    backwards = dict(reversed(actors.items()))
    assert draw(backwards, lines) == draw(actors, lines)


def test_groups_stand_from_left_to_right_and_a_tall_one_takes_several_columns():
    tall = {number: (1, f"Actor {number:02d}") for number in range(TALLEST + 1)}
    drawing = draw({99: (0, "The first")} | tall, [])
    columns = sorted({box.x for box in drawing.boxes})
    assert [sum(box.x == x for box in drawing.boxes) for x in columns] == [1, 6, 5]
    assert [heading.group for heading in drawing.headings] == [0, 1]
    assert [heading.x for heading in drawing.headings] == columns[:2]


def test_actors_come_to_stand_beside_those_they_are_related_to():
    actors = {1: (0, "A"), 2: (0, "B"), 3: (1, "C"), 4: (1, "D")}
    rows = {box.key: box.y for box in draw(actors, [(1, 4), (2, 3)]).boxes}
    assert rows[1] == rows[4] != rows[2] == rows[3]


def test_nothing_to_draw_is_a_small_empty_picture():
    drawing = draw({}, [])
    assert (drawing.boxes, drawing.curves, drawing.headings) == ((), (), ())


def test_a_label_takes_two_lines_and_what_does_not_fit_is_cut():
    assert wrapped("UNICEF") == ("UNICEF",)
    assert wrapped("Northern Reach Trauma Centre") == ("Northern Reach", "Trauma Centre")
    cut = wrapped("Ministry of Social Affairs and Gender Equality")
    assert cut == ("Ministry of Social", "Affairs and Gender…")
    assert wrapped("A" * 50) == ("A" * 19 + "…",)
    assert wrapped("儿" * 12) == ("儿" * 9 + "…",)
    assert wrapped("") == ("",)
