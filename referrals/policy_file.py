"""Reading YAML files: the routing policy and the scenarios it is checked with."""

from functools import cache
from pathlib import Path

import yaml

from referrals.routing import PolicyError, compile_policy

STANDARD = Path(__file__).parent / "policies" / "standard.yaml"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, ten times as fast


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
    mapping, lines = read_mapping(path)
    try:
        return compile_policy(mapping)
    except PolicyError as error:
        raise FileRefused(f"{path}:{line_of(error.path, lines)}: {error}") from error


def read_mapping(path):
    """Return (the mapping in the YAML file at `path`, {path of keys: line number}).

    Raises FileRefused for a file that is missing, unreadable, not YAML, not a mapping, or has a
    key twice (YAML would silently keep the last).
    """
    try:
        loader = LOADER(Path(path).read_text(encoding="utf-8"))
        root = loader.get_single_node()
        lines = dict(_lines(root, (), path))
        mapping = loader.construct_document(root) if root else None
    except OSError as error:
        raise FileRefused(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FileRefused(f"{path}: is not UTF-8 text") from error
    except RecursionError as error:
        raise FileRefused(f"{path}: is nested too deeply") from error
    except yaml.YAMLError as error:
        raise FileRefused(f"{path}: is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(mapping, dict):
        raise FileRefused(f"{path}: must hold a mapping")
    return mapping, lines


def _lines(node, at, path):
    """(path of keys, line) of everything below `node`."""
    yield at, node.start_mark.line + 1 if node else 1
    if isinstance(node, yaml.MappingNode):
        yield from _lines_of_mapping(node, at, path)
    elif isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            yield from _lines(item, (*at, position), path)


def _lines_of_mapping(node, at, path):
    seen = set()
    for key, value in node.value:
        word = str(key.value)
        if word in seen:
            line = key.start_mark.line + 1
            raise FileRefused(f"{path}:{line}: the key {word!r} is there twice")
        seen.add(word)
        yield from _lines(value, (*at, word), path)


def line_of(at, lines):
    """The line of the longest known beginning of the path `at`."""
    while at not in lines:
        at = at[:-1]
    return lines[at]
