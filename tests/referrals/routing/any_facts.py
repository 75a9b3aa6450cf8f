"""Random facts from the whole vocabulary of a policy, fast enough for ten thousand reports.

Every fact is read from a few bytes of one random string: drawing the facts one by one would take
ten times as long. Zero bytes stand for the simplest report, so that hypothesis shortens what it
finds to the facts that matter.
"""

from hypothesis import strategies as st

# Either side of each threshold: 1 earlier interview, 5 children, 72 hours.
NUMBERS = (0, 1, 2, 4, 5, 6, 71, 72, 73, 1000)
TEXTS = (None, "", "QM0101")


def facts_of(vocabulary):
    """A strategy for mappings that give every fact of `vocabulary` a value it may have."""
    size, read = reader_of(vocabulary)
    return st.binary(min_size=size, max_size=size).map(read)


def reader_of(vocabulary):
    """(how many bytes, a function from so many bytes to a mapping of all facts)."""
    readers = {name: _reader(fact) for name, fact in vocabulary.items()}

    def read(drawn):
        left = iter(drawn)
        is_quiet = next(left) % 2 == 0  # else nearly every report would be an emergency
        return {name: reader(left, is_quiet) for name, reader in readers.items()}

    return 1 + sum(1 + 2 * _mask_bytes(fact) for fact in vocabulary.values()), read


def subsets_of(words):
    """A strategy for subsets of a few `words`."""
    return st.integers(0, 2 ** len(words) - 1).map(lambda bits: _chosen(words, bits))


def _reader(fact):
    """A function from the bytes left and whether the report is quiet to a value of `fact`."""
    if fact.type == "bool":
        return lambda left, is_quiet: fact.default ^ (next(left) % (8 if is_quiet else 2) == 1)
    if fact.type == "list":
        return lambda left, is_quiet: _read_list(fact, left)
    values = {"number": NUMBERS, "text": TEXTS, "choice": fact.values}[fact.type]
    values = tuple(dict.fromkeys((fact.default, *values)))
    return lambda left, is_quiet: values[next(left) % len(values)]


def _read_list(fact, left):
    """The default, nothing, one, few or any of the words."""
    way = next(left) % 5
    words, size = fact.values, _mask_bytes(fact)
    one, other = (int.from_bytes([next(left) for _ in range(size)]) for _ in range(2))
    if way < 2:
        return () if way else fact.default
    if way == 2:
        return (words[one % len(words)],)
    return _chosen(words, one & other if way == 3 else one)


def _mask_bytes(fact):
    return (len(fact.values) + 7) // 8 if fact.type == "list" else 0


def _chosen(words, bits):
    return tuple(word for at, word in enumerate(words) if bits >> at & 1)
