"""What must hold in every situation: read from a file beside the policy, checked on a policy
worked out for all situations at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

from referrals.routing.conditions import read_condition
from referrals.routing.node import Node
from referrals.routing.proof.diagrams import NONE
from referrals.routing.rows import named_once
from referrals.routing.selectors import read_selector

SAID = ("id", "text", "source")


@dataclass(frozen=True)
class Invariant:
    """`find` yields (situations, detail) of every breach on an Unfolded policy.

    `conditions` and `selectors` are what it looks at, so that situations it tells apart are.
    """

    id: str
    text: str
    source: str
    find: Callable
    conditions: tuple = ()
    selectors: tuple = ()


def read_invariants(mapping, policy):
    """The invariants in the mapping of their file, in the words of `policy`.

    Raises PolicyError, naming invariant, field and the nearest valid word; also when the policy
    lacks a fact, role or guard that an invariant speaks of: then it cannot be proven.
    """
    node = Node(mapping).mapping(needed=["invariants"], allowed=())
    reader, seen = _Reader(policy), set()
    return tuple(reader.read(named_once(item, seen)) for item in node.at("invariants").items())


class _Reader:
    def __init__(self, policy):
        self._policy = policy
        self._forms = {
            "told": (self._told, ("when", "told")),
            "nobody": (self._nobody, ("when", "nobody")),
            "guard": (self._guard, ("when", "guard", "who")),
            "tasks": (self._tasks, ("tasks",)),
            "guards": (self._guards, ("guards",)),
            "rows": (self._rows, ("rows",)),
        }

    def read(self, node):
        form = next((form for form in self._forms if form in node), None)
        if form is None:
            raise node.refuse(f"needs one of {', '.join(self._forms)}")
        read, keys = self._forms[form]
        node.mapping(needed=SAID, allowed=keys)
        source = self._policy.terms.cite(node.at("source"))
        find, conditions, selectors = read(node)
        text = node.at("text").text()
        return Invariant(node.row, text, source.text, find, conditions, selectors)

    def _when(self, node):
        return read_condition(node.at("when"), self._policy.all_facts)

    def _selector(self, node):
        return read_selector(node, self._policy.terms, self._policy.all_facts)

    def _told(self, node):
        when = self._when(node)
        wanted = [(self._selector(item), item.data) for item in node.at("told").items()]

        def find(unfolded):
            for selector, said in wanted:
                told = (here for _, here in unfolded.where_picked(selector))
                missed = unfolded.diagrams.without(
                    unfolded.where(when), unfolded.diagrams.any_of(told)
                )
                yield missed, f"not told: {', '.join(said.get('roles', ()))}"

        return find, (when,), tuple(selector for selector, _ in wanted)

    def _nobody(self, node):
        when, selector = self._when(node), self._selector(node.at("nobody"))

        def find(unfolded):
            for recipient, here in unfolded.where_picked(selector):
                yield (
                    unfolded.diagrams.both(unfolded.where(when), here),
                    f"{recipient.role}: {recipient.kind}, {recipient.gate},"
                    f" {recipient.redaction}, by row {recipient.rule}",
                )

        return find, (when,), (selector,)

    def _guard(self, node):
        when = self._when(node)
        guard = node.at("guard").text()  # one that the policy lacks is never at work
        who = self._selector(node.at("who")) if "who" in node else None

        def find(unfolded):
            wanted = unfolded.where(when)
            if who is None:
                yield unfolded.where_missing(guard, wanted), f"{guard} is not at work"
                return
            for recipient, here in unfolded.where_picked(who):
                missing = unfolded.where_missing(guard, unfolded.diagrams.both(wanted, here))
                yield missing, f"{guard} is not at work, and {recipient.role} is a recipient"

        return find, (when,), (who,) if who else ()

    def _tasks(self, node):
        node.at("tasks").word(["have_a_deadline"])
        return _find_tasks_without_deadline, (), ()

    def _guards(self, node):
        node.at("guards").word(["can_fire"])
        return _find_idle_guards, (), ()

    def _rows(self, node):
        if node.at("rows").word(["can_apply", "agree"]) == "can_apply":
            return _find_idle_rows, (), ()
        return _find_contradictions, (), ()


def _find_tasks_without_deadline(unfolded):
    for row in unfolded.policy.rows:
        for offer in row.tasks:
            where = unfolded.where_offered(row, offer)
            for priority, task in offer.by_priority.items():
                if task.due_minutes is None:
                    here = unfolded.diagrams.both(where, unfolded.where_priority(priority))
                    yield here, f"task {task.code} of row {row.id} at priority {priority}"


def _find_idle_rows(unfolded):
    """What can never apply: there is no situation to show."""
    for row in unfolded.policy.rows:
        if unfolded.where(row.condition) == NONE:
            yield None, f"row {row.id} can never apply"
            continue
        for offer in (*row.recipients, *row.tasks):
            if unfolded.where_offered(row, offer) == NONE:
                record = next(iter(offer.by_priority.values()))
                yield None, f"row {row.id} can never reach {_named(record)}"


def _named(record):
    return getattr(record, "role", None) or f"task {record.code} for {record.owner}"


def _find_idle_guards(unfolded):
    for guard, where in unfolded.fired.items():
        if not where:
            yield None, f"guard {guard} can never fire"


def _find_contradictions(unfolded):
    offers = [(row, offer) for row in unfolded.policy.rows for offer in row.recipients]
    for position, (row, offer) in enumerate(offers):
        for other_row, other in offers[position + 1 :]:
            one, two = (next(iter(each.by_priority.values())) for each in (offer, other))
            if one.role != two.role or one.kind != two.kind or row.id == other_row.id:
                continue
            if _asks(one) == _asks(two) or other.yields:
                continue
            where = unfolded.diagrams.both(
                unfolded.where_offered(row, offer), unfolded.where_offered(other_row, other)
            )
            yield (
                where,
                (
                    f"{one.role}: {row.id} says {one.gate}, {one.redaction};"
                    f" {other_row.id} says {two.gate}, {two.redaction}"
                ),
            )


def _asks(recipient):
    return recipient.gate, recipient.redaction, recipient.via, recipient.state
