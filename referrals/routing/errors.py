"""What can be wrong with a policy or with facts, said so that the writer can mend it."""

import difflib


class PolicyError(ValueError):
    """A policy that cannot be used.

    `row` is the id of the row, guard or fact at fault, `field` the key inside it, `path` the keys
    from the top of the policy down to it (a reader of files turns it into a line number).
    """

    def __init__(self, problem, *, row=None, field=None, path=()):
        self.problem, self.row, self.field, self.path = problem, row, field, tuple(path)
        super().__init__(": ".join(str(part) for part in (row, field, problem) if part))


class FactsError(ValueError):
    """A fact that does not exist (`value` is None then) or a value it cannot have."""

    def __init__(self, problem, *, fact, value=None):
        self.problem, self.fact, self.value = problem, fact, value
        super().__init__(f"{fact}: {problem}")


def not_one_of(word, words):
    """Say that `word` is not among `words`, with the nearest of them: 'x' is not known; ..."""
    # YAML reads an unquoted yes or no as a boolean: show what the writer wrote.
    written = {True: "yes", False: "no"}[word] if isinstance(word, bool) else str(word)
    close = difflib.get_close_matches(written, list(words), n=1, cutoff=0)
    if not close:
        return f"{written!r} is not known; nothing is known here"
    if isinstance(word, bool) and written in words:
        return f"{written} without quotes is true or false; did you mean '{written}' in quotes?"
    return f"{written!r} is not known; did you mean {close[0]!r}?"


class OverrideError(ValueError):
    """A guard that may not be set aside, or that the policy does not know."""

    def __init__(self, guard, overridable):
        super().__init__(f"the guard cannot be set aside: {not_one_of(guard, overridable)}")
        self.guard = guard
