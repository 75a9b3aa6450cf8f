"""The import table of docs/house.md, held against the code, and the checker against breaches."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "docs" / "house.md"
OURS = ("actors", "referrals", "portal")
# Who may never be named, in an import or in a string such as "referrals.Report".
NEVER_NAMED = {"actors": ("referrals", "portal"), "referrals": ("portal",), "portal": ()}
CELERY_APP = "portal.celery"


@dataclass(frozen=True)
class Room:
    """One row of the table."""

    names: tuple[str, ...]
    layer: str
    may_import: frozenset[str]
    outside: frozenset[str] | None

    def allows(self, target: str | None, top: str) -> bool:
        """Whether it may import a room of ours (`target`) or a package from outside (`top`)."""
        if target is not None:
            return target in self.names or target in self.may_import
        return self.outside is None or top in self.outside or top in sys.stdlib_module_names


class House:
    """The table, asked by module name."""

    def __init__(self, text: str):
        rows = re.findall(r"^\| (\d|tool) \| (.+?) \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
        layers: dict[str, list[str]] = {}
        for layer, names, _ours, _outside in rows:
            layers.setdefault(layer, []).extend(_quoted(names))
        self.rooms = [_room(row, layers) for row in rows]
        self._by_name = {name: room for room in self.rooms for name in room.names}

    def name_of(self, module: str) -> str | None:
        """The room a module lies in: the longest name that begins it."""
        parts = module.split(".")
        names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
        return next((name for name in names if name in self._by_name), None)

    def room_of(self, module: str) -> Room | None:
        return self._by_name.get(self.name_of(module) or "")


def _quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def _room(row: tuple[str, str, str, str], layers: dict[str, list[str]]) -> Room:
    layer, names, ours, outside = row
    may_import = set(_quoted(ours))
    for first, last in re.findall(r"(?<![`\w])(\d)-(\d)", ours):
        for number in range(int(first), int(last) + 1):
            may_import.update(layers[str(number)])
    above = NEVER_NAMED.get(_quoted(names)[0].split(".")[0], ())
    may_import = {name for name in may_import if name.split(".")[0] not in above}
    known = {name for names in layers.values() for name in names}
    assert may_import <= known, f"docs/house.md: {names} may import rooms that have no row"
    from_outside = None if outside == "any locked package" else frozenset(_quoted(outside))
    return Room(tuple(_quoted(names)), layer, frozenset(may_import), from_outside)


class Tree:
    """The project's modules below a folder."""

    def __init__(self, root: Path):
        self.root = root
        self.files = {
            _module_name(path.relative_to(root)): path
            for package in OURS
            for path in sorted((root / package).rglob("*.py"))
        }

    def where(self, module: str, line: int) -> str:
        return f"{self.files[module].relative_to(self.root)}:{line}"

    def parsed(self, module: str) -> ast.Module:
        return ast.parse(self.files[module].read_text(encoding="utf-8"))

    def imports(self, module: str) -> Iterator[tuple[int, str, str]]:
        """(line, module imported, name taken from it or an empty string)."""
        for node in ast.walk(self.parsed(module)):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name, "") for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                source = self._absolute(module, node)
                for alias in node.names:
                    inner = f"{source}.{alias.name}"
                    is_module = inner in self.files
                    yield (
                        node.lineno,
                        inner if is_module else source,
                        "" if is_module else alias.name,
                    )

    def _absolute(self, module: str, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        is_package = self.files[module].name == "__init__.py"
        parts = module.split(".")
        base = parts[: len(parts) - node.level + is_package]
        return ".".join([*base, *([node.module] if node.module else [])])


def _module_name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def breaches(root: Path, house: House) -> list[str]:
    """Every breach of the table and of the rules below it, as `file:line: what`."""
    tree = Tree(root)
    return [
        f"{tree.where(module, line)}: {what}"
        for module in tree.files
        for check in CHECKS
        for line, what in check(tree, module, house)
    ]


def _rooms_are_kept(tree: Tree, module: str, house: House) -> Iterator[tuple[int, str]]:
    room = house.room_of(module)
    if room is None:
        if module not in OURS or tree.files[module].read_text().strip():
            yield 1, f"{module} lies in no room of docs/house.md"
        return
    for line, source, _name in tree.imports(module):
        top = source.split(".")[0]
        target = house.name_of(source) if top in OURS else None
        if top in OURS and target is None:
            target = source
        if not room.allows(target, top):
            yield line, f"{module} may not import {source}"


def _nobody_looks_up(tree: Tree, module: str, house: House) -> Iterator[tuple[int, str]]:
    """Strings count: a label such as "referrals.Report" is as good as an import."""
    above = NEVER_NAMED[module.split(".")[0]]
    for node in ast.walk(tree.parsed(module)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            named = re.match(r"(\w+)(\.[\w.]+)?$", node.value)
            if named and named[1] in above:
                yield node.lineno, f"{module} names {node.value}"


def _privates_stay_private(tree: Tree, module: str, house: House) -> Iterator[tuple[int, str]]:
    for line, source, name in tree.imports(module):
        is_private = name.startswith("_") and not name.startswith("__")
        if is_private and source.split(".")[0] in OURS:
            yield line, f"{module} imports {name}, which is private to {source}"


def _nothing_listens(tree: Tree, module: str, house: House) -> Iterator[tuple[int, str]]:
    for line, source, name in tree.imports(module):
        is_signal = "signals" in (*source.split("."), name) or source == "django.dispatch"
        is_celerys = module == CELERY_APP and source == "celery.signals"
        if is_signal and not is_celerys:
            yield line, f"{module} uses signals"


def _tasks_carry_ids(tree: Tree, module: str, house: House) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree.parsed(module)):
        if not isinstance(node, ast.FunctionDef) or not any(
            map(_makes_a_task, node.decorator_list)
        ):
            continue
        if not module.endswith(".tasks"):
            yield node.lineno, f"the task {node.name} belongs into tasks.py"
        given = node.args
        every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
        for argument in filter(None, every):
            if not re.search(r"(^|_)(id|uuid|pk)$", argument.arg):
                yield node.lineno, f"the task {node.name} carries {argument.arg}, which is no id"


def _makes_a_task(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in {"shared_task", "task"}


def _modules_have_subjects(tree: Tree, module: str, house: House) -> Iterator[tuple[int, str]]:
    if module.rsplit(".", 1)[-1] in {"utils", "util", "helpers", "common", "misc"}:
        yield 1, f"{module} says nothing about its subject"


CHECKS = (
    _rooms_are_kept,
    _nobody_looks_up,
    _privates_stay_private,
    _nothing_listens,
    _tasks_carry_ids,
    _modules_have_subjects,
)


@pytest.fixture(scope="module")
def house() -> House:
    return House(HOUSE.read_text(encoding="utf-8"))


def test_the_code_keeps_to_the_table_and_the_rules_below_it(house):
    assert breaches(ROOT, house) == []


def test_the_table_names_only_rooms_that_are_there_and_each_once(house):
    modules = Tree(ROOT).files
    names = [name for room in house.rooms for name in room.names]
    assert [name for name in names if name not in modules] == []
    assert len(names) == len(set(names))


def test_no_layer_may_import_one_above_it(house):
    layer_of = {name: room.layer for room in house.rooms for name in room.names}
    upward = [
        (room.names, name)
        for room in house.rooms
        for name in room.may_import
        if layer_of[name] > room.layer
    ]
    assert upward == []


PLANTED = [
    ("referrals/routing/bad.py", "import django", "may not import django"),
    ("referrals/routing/bad.py", "import yaml", "may not import yaml"),
    ("referrals/routing/bad.py", "from referrals.statuses import LET_IN", "may not import"),
    ("referrals/routing/bad.py", "from actors.roles import Role", "may not import actors.roles"),
    ("referrals/models/bad.py", "from referrals.workflow import filing", "may not import"),
    ("referrals/models/bad.py", "def f():\n    import referrals.views.desk", "views.desk"),
    ("referrals/models/bad.py", "from ..workflow.filing import file_report", "workflow.filing"),
    ("referrals/models/bad.py", "from .. import permissions", "may not import referrals"),
    ("referrals/api/bad.py", "from referrals.views import desk", "may not import"),
    ("referrals/views/bad.py", "import portal.settings", "may not import portal.settings"),
    ("actors/models/bad.py", "from actors.standing import Standing", "may not import"),
    ("actors/workflow/bad.py", "import referrals.models", "may not import referrals.models"),
    ("actors/workflow/bad.py", "LABEL = 'referrals.Report'", "names referrals.Report"),
    ("referrals/tasks.py", "NAME = 'portal'", "names portal"),
    ("portal/health.py", "from portal.launch import session", "may not import portal.launch"),
    ("portal/context.py", "import portal.demo.people", "may not import portal.demo.people"),
    ("portal/embedded/bad.py", "import django", "may not import django"),
    ("portal/launch/bad.py", "from portal.settings import BASE_DIR", "may not import"),
    ("referrals/forms/bad.py", "from referrals.workflow.filing import _store", "is private"),
    ("referrals/workflow/bad.py", "from django.db.models import signals", "uses signals"),
    ("referrals/workflow/bad.py", "from django.dispatch import receiver", "uses signals"),
    ("actors/apps.py", "from django.db.models.signals import post_save", "uses signals"),
    ("portal/health.py", "from celery.signals import worker_init", "uses signals"),
    ("referrals/tasks.py", "@shared_task\ndef send(report):\n    pass", "carries report"),
    (
        "referrals/tasks.py",
        "@shared_task(bind=True)\ndef send(**facts):\n    pass",
        "carries facts",
    ),
    ("referrals/workflow/bad.py", "@app.task\ndef send(row_id):\n    pass", "belongs into tasks"),
    ("referrals/workflow/utils.py", "", "says nothing about its subject"),
    ("referrals/escalation.py", "", "lies in no room"),
    ("actors/__init__.py", "from actors.models import User", "lies in no room"),
]


@pytest.mark.parametrize(("path", "code", "what"), PLANTED)
def test_a_planted_breach_is_named_with_file_and_line(house, tmp_path, path, code, what):
    _plant(tmp_path, path, f'"""Planted."""\n{code}\n')
    found = breaches(tmp_path, house)
    assert any(line.startswith(f"{path}:") and what in line for line in found), found


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("referrals/routing/good.py", "import re\nfrom referrals.routing import facts"),
        (
            "referrals/models/good.py",
            "from django.db import models\nfrom actors.models import User",
        ),
        ("referrals/tasks.py", "@shared_task\ndef send(report_id, pk):\n    pass"),
        ("portal/celery.py", "from celery.signals import worker_init"),
        ("portal/urls.py", "include('portal.demo.urls')"),
        ("actors/models/good.py", "HELP = 'People who get referrals, and their posts.'"),
    ],
)
def test_what_is_allowed_is_not_complained_of(house, tmp_path, path, code):
    _plant(tmp_path, path, f'"""Planted."""\n{code}\n')
    assert breaches(tmp_path, house) == []


def _plant(root: Path, path: str, code: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(code)
    for folder in (root / path).relative_to(root).parents:
        if folder != Path() and not (root / folder / "__init__.py").exists():
            (root / folder / "__init__.py").write_text("")
