"""Reading and writing YAML: the routing policy and the scenarios it is checked with."""

from functools import cache, lru_cache
from pathlib import Path

import yaml

from referrals.routing import PolicyError, compile_policy
from referrals.routing.proof import read_invariants

STANDARD = Path(__file__).parent / "policies" / "standard.yaml"
INVARIANTS = STANDARD.with_name("invariants.yaml")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, ten times as fast
# Far beyond any policy: repeated references make a few lines stand for millions of entries.
LONGEST, MOST_ENTRIES = 1_000_000, 200_000
WIDTH, ONE_LINE = 100, 80  # characters


class FileRefused(ValueError):
    """A file that cannot be used. The text names the file and, where it can, the line."""


@cache
def standard_policy():
    """The policy the portal ships, compiled once per process."""
    return load_policy(STANDARD)


def load_policy(path):
    """Compile the policy file at `path`.

    Raises FileRefused naming file, line, row, field and the nearest valid word.
    """
    return _compiled(read_mapping(path), path)


@lru_cache(maxsize=8)
def load_text(text, name):
    """Compile the text of a policy file. Raises FileRefused as `load_policy`, with `name`."""
    return _compiled(read_text(text, name), name)


def load_invariants(policy, path=INVARIANTS):
    """The invariants in the file at `path`, in the words of `policy`.

    Raises FileRefused naming file, line, invariant, field and the nearest valid word.
    """
    mapping, lines = read_mapping(path)
    try:
        return read_invariants(mapping, policy)
    except PolicyError as error:
        raise FileRefused(f"{path}:{line_of(error.path, lines)}: {error}") from error


def _compiled(read, name):
    mapping, lines = read
    try:
        return compile_policy(mapping)
    except PolicyError as error:
        raise FileRefused(f"{name}:{line_of(error.path, lines)}: {error}") from error


def read_mapping(path):
    """Return (the mapping in the YAML file at `path`, {path of keys: line number}).

    Raises FileRefused as `read_file` and `read_text`.
    """
    return read_text(read_file(path), path)


def read_file(path):
    """The text of the file at `path`. Raises FileRefused for one that is missing or unreadable."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise FileRefused(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FileRefused(f"{path}: is not UTF-8 text") from error


def read_text(text, name):
    """Return (the mapping in the YAML `text`, {path of keys: line number}).

    Raises FileRefused naming `name` for a text that is too long, not YAML, not a mapping, or has
    a key twice (YAML would silently keep the last).
    """
    if len(text) > LONGEST:
        raise FileRefused(f"{name}: is longer than {LONGEST:,} characters")
    try:
        loader = LOADER(text)
        root = loader.get_single_node()
        lines = _line_numbers(root, name)
        mapping = loader.construct_document(root) if root else None
    except RecursionError as error:
        raise FileRefused(f"{name}: is nested too deeply") from error
    except yaml.YAMLError as error:
        raise FileRefused(f"{name}: is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(mapping, dict):
        raise FileRefused(f"{name}: must hold a mapping")
    return mapping, lines


def _line_numbers(root, name):
    lines = {}
    for at, line in _lines(root, (), name):
        lines[at] = line
        if len(lines) > MOST_ENTRIES:
            raise FileRefused(f"{name}: has more than {MOST_ENTRIES:,} entries")
    return lines


def _lines(node, at, name):
    """(path of keys, line) of everything below `node`."""
    yield at, node.start_mark.line + 1 if node else 1
    if isinstance(node, yaml.MappingNode):
        yield from _lines_of_mapping(node, at, name)
    elif isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            yield from _lines(item, (*at, position), name)
    elif node:
        _check_characters(node, name)


def _lines_of_mapping(node, at, name):
    seen = set()
    for key, value in node.value:
        word = str(key.value)
        if word in seen:
            line = key.start_mark.line + 1
            raise FileRefused(f"{name}:{line}: the key {word!r} is there twice")
        seen.add(word)
        _check_characters(key, name)
        yield from _lines(value, (*at, word), name)


def _check_characters(node, name):
    # The database can store no decision that carries it, so no report could be routed.
    if "\0" in node.value:
        raise FileRefused(f"{name}:{node.start_mark.line + 1}: holds a NUL character")


def line_of(at, lines):
    """The line of the longest known beginning of the path `at`."""
    while at not in lines:
        at = at[:-1]
    return lines[at]


def write_text(mapping):
    """The mapping of a policy file as YAML: keys in their order, small entries on one line."""
    return yaml.dump(mapping, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):
    """Lays out as the shipped file is laid out, and writes out what YAML would only refer to."""

    def ignore_aliases(self, data):
        return True

    def represent_mapping(self, tag, mapping, flow_style=None):
        return _laid_out(super().represent_mapping(tag, mapping, flow_style))

    def represent_sequence(self, tag, sequence, flow_style=None):
        return _laid_out(super().represent_sequence(tag, sequence, flow_style))


def _laid_out(node):
    node.flow_style = _length(node) <= ONE_LINE
    return node


def _length(node):
    """About how many characters a node takes on one line."""
    if isinstance(node, yaml.ScalarNode):
        return len(node.value) + len(", ")
    if isinstance(node, yaml.MappingNode):
        return sum(_length(part) for entry in node.value for part in entry)
    return sum(_length(item) for item in node.value)
