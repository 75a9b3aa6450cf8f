"""Where each actor and each line of the relation map goes: columns of boxes, lines between them.

Pure and always the same for the same network. Boxes stand on one grid, so that between two rows
there is a free channel from side to side; a line to a column farther away runs there and never
behind a box. Lengths are in pixels.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from unicodedata import east_asian_width

BOX_WIDTH, BOX_HEIGHT = 140, 46
ACROSS, DOWN = 74, 26  # free space between columns and between rows
MARGIN, HEADING = 16, 30
TALLEST = 10  # boxes in a column
LETTERS = 20  # in a line of a label; two lines
LINE_HEIGHT = 15
SWEEPS = 4
CHANNEL_SLOTS = 5


@dataclass(frozen=True)
class Box:
    """One actor: its upper left corner, and its label in one or two lines."""

    key: int
    x: int
    y: int
    label: tuple[str, ...]

    @property
    def middle(self) -> int:
        return self.x + BOX_WIDTH // 2

    @property
    def texts(self) -> list[tuple[int, str]]:
        """Each line of the label with the height of its foot."""
        first = self.y + (BOX_HEIGHT - LINE_HEIGHT * len(self.label)) // 2 + LINE_HEIGHT - 4
        return [(first + LINE_HEIGHT * number, text) for number, text in enumerate(self.label)]


@dataclass(frozen=True)
class Curve:
    """One line, by its number in what was given, as the `d` of an SVG path."""

    number: int
    path: str


@dataclass(frozen=True)
class Heading:
    """The name of a group of columns."""

    group: int
    x: int
    y: int


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]
    headings: tuple[Heading, ...]


def draw(actors: Mapping[int, tuple[int, str]], lines: Sequence[tuple[int, int]]) -> Drawing:
    """Lay out actors, each in a group and with a label, and lines (origin, target) between them."""
    columns = _columns(actors, lines)
    at = {
        key: (column, row)
        for column, (_group, keys) in enumerate(columns)
        for row, key in enumerate(keys)
    }
    rows = max((len(keys) for _group, keys in columns), default=0)
    boxes = tuple(
        Box(key, _left(column), _top(row), wrapped(actors[key][1]))
        for key, (column, row) in at.items()
    )
    return Drawing(
        # Behind the last column there is room for the lines inside it.
        width=_left(len(columns)) + MARGIN,
        height=_top(rows) - DOWN // 2 + MARGIN,
        boxes=boxes,
        curves=tuple(_curves(at, lines)),
        headings=tuple(_headings(columns)),
    )


def wrapped(text: str) -> tuple[str, ...]:
    """A label in at most two lines; what does not fit is cut off with an ellipsis."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _breadth(longer) <= LETTERS or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    first, *rest = lines
    kept = [first, " ".join(rest)] if rest else [first]
    return tuple(_cut(line) for line in kept)


def _cut(line: str) -> str:
    if _breadth(line) <= LETTERS:
        return line
    while _breadth(line) > LETTERS - 1:
        line = line[:-1]
    return line.rstrip() + "…"


def _breadth(text: str) -> int:
    """How wide a text is, in letters; a Chinese sign counts two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _columns(
    actors: Mapping[int, tuple[int, str]], lines: Sequence[tuple[int, int]]
) -> list[tuple[int, list[int]]]:
    """(group, actors from the top) from left to right. Those who are related come to stand near
    each other: each is moved towards the middle of its neighbours, a few times over.
    """
    groups = defaultdict(list)
    for key in sorted(actors, key=lambda key: (actors[key][0], actors[key][1], key)):
        groups[actors[key][0]].append(key)
    neighbours = defaultdict(list)
    for origin, target in lines:
        neighbours[origin].append(target)
        neighbours[target].append(origin)
    height = {key: row / len(keys) for keys in groups.values() for row, key in enumerate(keys)}
    for _sweep in range(SWEEPS):
        for keys in groups.values():
            middle = {key: _mean([height[n] for n in neighbours[key]], height[key]) for key in keys}
            keys.sort(key=lambda key, middle=middle: (middle[key], actors[key][1], key))
            height |= {key: row / len(keys) for row, key in enumerate(keys)}
    return [(group, part) for group, keys in groups.items() for part in _parts(keys)]


def _mean(numbers: list[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise


def _parts(keys: list[int]) -> list[list[int]]:
    """A group that is too tall, as several columns of about the same height."""
    size = ceil(len(keys) / ceil(len(keys) / TALLEST))
    return [keys[start : start + size] for start in range(0, len(keys), size)]


def _headings(columns: list[tuple[int, list[int]]]) -> Iterable[Heading]:
    named = set()
    for column, (group, _keys) in enumerate(columns):
        if group not in named:
            named.add(group)
            yield Heading(group, _left(column), MARGIN + HEADING // 2)


def _left(column: int) -> int:
    return MARGIN + column * (BOX_WIDTH + ACROSS)


def _top(row: int) -> int:
    return MARGIN + HEADING + DOWN // 2 + row * (BOX_HEIGHT + DOWN)


def _curves(at: Mapping[int, tuple[int, int]], lines: Sequence[tuple[int, int]]) -> Iterable[Curve]:
    ports = _ports(at, lines)
    in_channel: Counter[int] = Counter()
    for number, (origin, target) in enumerate(lines):
        begin, end = ports[number]
        span = abs(at[origin][0] - at[target][0])
        if span == 0:
            path = _around(begin, end)
        elif span == 1:
            path = _across(begin, end)
        else:
            row = round(((begin[1] + end[1]) / 2 - _top(0)) / (BOX_HEIGHT + DOWN))
            slot = in_channel[row] % CHANNEL_SLOTS - CHANNEL_SLOTS // 2
            in_channel[row] += 1
            path = _through(begin, end, _top(row) - DOWN // 2 + 4 * slot)
        yield Curve(number, path)


def _ports(
    at: Mapping[int, tuple[int, int]], lines: Sequence[tuple[int, int]]
) -> list[tuple[tuple[int, float], tuple[int, float]]]:
    """Where each line leaves and arrives: spread along a side of the box, in the order of the
    other ends, so that they cross little.
    """
    sides = defaultdict(list)
    for number, (origin, target) in enumerate(lines):
        to_right = at[target][0] >= at[origin][0]
        from_right = at[origin][0] >= at[target][0]
        sides[origin, to_right].append((at[target][1], number, 0))
        sides[target, from_right].append((at[origin][1], number, 1))
    found = [[None, None] for _line in lines]
    for (key, is_right), ends in sides.items():
        column, row = at[key]
        x = _left(column) + (BOX_WIDTH if is_right else 0)
        for place, (_row, number, end) in enumerate(sorted(ends), start=1):
            found[number][end] = (x, _top(row) + BOX_HEIGHT * place / (len(ends) + 1))
    return [(begin, end) for begin, end in found]


def _across(begin: tuple[int, float], end: tuple[int, float]) -> str:
    """Into the next column."""
    half = (begin[0] + end[0]) / 2
    return f"M{_point(begin)}{_bend(half, begin, end)}"


def _around(begin: tuple[int, float], end: tuple[int, float]) -> str:
    """Within a column: out into the free space beside it and back."""
    out = begin[0] + min(ACROSS - 20, 20 + abs(end[1] - begin[1]) / 12)
    return f"M{_point(begin)}{_bend(out, begin, end)}"


def _through(begin: tuple[int, float], end: tuple[int, float], y: float) -> str:
    """Past other columns, in the channel at `y`."""
    step = ACROSS if begin[0] < end[0] else -ACROSS
    into, out = (begin[0] + step, y), (end[0] - step, y)
    down = _bend(begin[0] + step / 2, begin, into)
    up = _bend(end[0] - step / 2, out, end)
    return f"M{_point(begin)}{down}L{_point(out)}{up}"


def _bend(x: float, begin: tuple[float, float], end: tuple[float, float]) -> str:
    return f"C{_point((x, begin[1]))} {_point((x, end[1]))} {_point(end)}"


def _point(point: tuple[float, float]) -> str:
    return ",".join(f"{number:.1f}".removesuffix(".0") for number in point)
