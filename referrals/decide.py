"""Decide the reports of a scenario file: python -m referrals.decide FILE [--check] [--explain]

Prints one line of JSON per scenario, in the words of its `expect`; with --explain a page of plain
words instead. With --check every difference from `expect` and every breach of `must_not` is named
on stderr and the exit code is 1. A file, policy or scenario that cannot be used is named on stderr
and the exit code is 2. Needs neither Django nor a database.
"""

import argparse
import json
import signal
import sys

from referrals.policy_file import STANDARD, FileRefused, line_of, load_policy, read_mapping
from referrals.routing import FactsError, PolicyError, decide
from referrals.routing.errors import not_one_of
from referrals.routing.node import Node

FILE_KEYS = ("schema_version", "defaults", "mission_profiles", "fixture")
SCENARIO_KEYS = (
    "title",
    "source",
    "mission_overrides",
    "report",
    "expect",
    "must_not",
    "reason",
)
STATED_KEYS = ("track", "priority", "ack_minutes", "classification", "flash", "poc_phase")
LIST_KEYS = ("recipients", "suppressed", "guards", "tasks")
RECIPIENT_KEYS = ("role", "kind", "gate", "redaction", "via", "assigned", "state")
# Facts of the directory that a scenario finds in the file's fixture, by the area of the report.
FROM_FIXTURE = ("hrddp", "roster")


class ScenarioFile:
    """The scenarios of one file, each with the defaults, mission and fixture it refers to."""

    def __init__(self, path, policy):
        """Raises FileRefused for a file that is not of the schema."""
        self.path, self._policy = path, policy
        mapping, self._lines = read_mapping(path)
        self._file = Node(mapping)
        try:
            self._file.mapping(needed=["scenarios"], allowed=FILE_KEYS)
            self.scenarios = [self._named(node) for node in self._file.at("scenarios").items()]
            if not self.scenarios:
                raise self._file.at("scenarios").refuse("is empty")
        except PolicyError as error:
            raise self.refusal(error) from error

    def refusal(self, error):
        return FileRefused(f"{self.path}:{line_of(error.path, self._lines)}: {error}")

    def facts(self, scenario):
        """The facts of a scenario. Raises FileRefused naming the scenario, fact and line."""
        try:
            return self._policy.facts(self._given(scenario))
        except PolicyError as error:
            raise self.refusal(error) from error
        except FactsError as error:
            place = (*scenario.path, "report", error.fact)
            line = line_of(place, self._lines)
            raise FileRefused(f"{self.path}:{line}: {scenario.row}: {error}") from error

    def _named(self, node):
        node = node.mapping().named(node.at("id").text())
        node.mapping(needed=["id", "mission"], allowed=SCENARIO_KEYS)
        if "must_not" in node:
            node.at("must_not").words(self._policy.terms.roles)
        if "expect" in node:
            node.at("expect").mapping(allowed=(*STATED_KEYS, *LIST_KEYS, "interlocutor"))
        return node

    def _given(self, scenario):
        """What the scenario says, over its mission's settings, over the file's defaults."""
        report = self._section("defaults", "report") | self._part(scenario, "report")
        mission = self._section("defaults", "mission") | self._profile(scenario)
        mission |= self._part(scenario, "mission_overrides")
        self._belong(mission, {"mission"}, "a mission setting")
        override = report.pop("roster_override", None)
        self._belong(report, {"report", "directory"}, "a fact of a report")
        found = self._found(report.get("adm2"), {"roster": override} if override else {})
        return mission | found | report

    def _section(self, *keys):
        """The mapping under `keys` of the file, empty where the file leaves it out."""
        node = self._file
        for key in keys:
            if key not in node:
                return {}
            node = node.at(key).mapping()
        return node.data

    def _part(self, scenario, key):
        return scenario.at(key).mapping().data if key in scenario else {}

    def _profile(self, scenario):
        name = scenario.at("mission").word(self._section("mission_profiles"))
        return self._section("mission_profiles", name)

    def _belong(self, given, groups, what):
        vocabulary = self._policy.vocabulary
        names = [name for name, fact in vocabulary.items() if fact.group in groups]
        for name in given:
            if name not in names:
                raise FactsError(f"is not {what}; {not_one_of(name, names)}", fact=name)

    def _found(self, area, known):
        """What the fixture says about the area, for the facts not `known` already."""
        found = dict(known)
        for name in FROM_FIXTURE:
            by_area = self._section("fixture", name)
            if name not in found and area not in by_area:
                raise FactsError(f"fixture.{name} {not_one_of(area, by_area)}", fact="adm2")
            found.setdefault(name, by_area.get(area))
        return found


def stated(decision):
    """The decision in the words of `expect`: a mapping that leaves out what is empty by nature."""
    line = {key: getattr(decision, key) for key in STATED_KEYS}
    line["recipients"] = [_recipient(recipient) for recipient in decision.recipients]
    line["suppressed"] = sorted(suppressed.role for suppressed in decision.suppressed)
    line["guards"] = sorted(guard.id for guard in decision.guards)
    if decision.tasks:
        line["tasks"] = [task.code for task in decision.tasks]
    if decision.interlocutor:
        line["interlocutor"] = decision.interlocutor
    return line


def _recipient(recipient):
    values = {key: getattr(recipient, key) for key in RECIPIENT_KEYS}
    return {key: value for key, value in values.items() if value is not None}


def differences(line, expect, must_not=()):
    """Sentences that say where `line` (see `stated`) is not what was expected."""
    for key in (*STATED_KEYS, "interlocutor"):
        if line.get(key) != expect.get(key):
            yield f"{key}: expected {expect.get(key)}, decided {line.get(key)}"
    for key in LIST_KEYS:
        yield from _list_differences(key, line.get(key) or [], expect.get(key) or [])
    told = {recipient["role"] for recipient in line["recipients"]}
    for role in must_not:
        if role in told:
            yield f"must_not: {role} is a recipient"


def _list_differences(key, decided, expected):
    for item in expected:
        if item not in decided:
            yield f"{key}: missing {json.dumps(item)}"
    for item in decided:
        if item not in expected:
            yield f"{key}: unexpected {json.dumps(item)}"


def explained(scenario, decision, gates):
    """The decision in plain words, with the rule, reason and source of each line."""
    flash = ", flash" if decision.flash else ""
    yield f"{scenario.row} {scenario.get('title', '')}".rstrip()
    yield (
        f"  {decision.track} track, {decision.priority}{flash}, {decision.classification},"
        f" phase {decision.poc_phase}; acknowledge within {decision.ack_minutes} minutes"
    )
    for each in decision.recipients:
        yield (
            f"  {each.role}: {each.kind}, {each.redaction}, {gates[each.gate].label}."
            f" {each.rule}: {each.reason} ({each.source})"
        )
    for each in decision.suppressed:
        yield f"  not {each.role}. {each.guard}: {each.reason} ({each.source})"
    for each in decision.tasks:
        yield f"  task {each.code} for {each.owner}, {each.due_minutes} minutes. {each.rule}"
    for each in decision.refused:
        yield f"  refused: {each.action}. {each.guard}: {each.text}"
    for each in decision.guards:
        yield f"  guard {each.id}: {each.reason} ({each.source})"


def main(arguments=None):
    """Run the command; return its exit code."""
    options = _options(arguments)
    try:
        policy = load_policy(options.policy)
        file = ScenarioFile(options.file, policy)
    except FileRefused as error:
        return _complain(error, 2)
    return max([_decide_one(scenario, file, policy, options) for scenario in file.scenarios])


def _options(arguments):
    parser = argparse.ArgumentParser(
        prog="python -m referrals.decide", description="Decide the reports of a scenario file."
    )
    parser.add_argument("file", help="a YAML file of scenarios")
    parser.add_argument("--check", action="store_true", help="compare with what they expect")
    parser.add_argument("--explain", action="store_true", help="say why, in plain words")
    parser.add_argument("--policy", default=STANDARD, help="another policy file")
    return parser.parse_args(arguments)


def _decide_one(scenario, file, policy, options):
    """Decide and print one scenario; return the exit code it asks for."""
    try:
        decision = decide(file.facts(scenario), policy)
    except FileRefused as error:
        return _complain(error, 2)
    line = stated(decision)
    if options.explain:
        text = "\n".join(explained(scenario, decision, policy.terms.gates))
    else:
        text = json.dumps({"id": scenario.row, **line})
    sys.stdout.write(f"{text}\n")
    return _check(scenario, line) if options.check else 0


def _check(scenario, line):
    if "expect" not in scenario:
        return _complain(f"{scenario.row}: nothing to check it against (no expect)", 0)
    found = list(differences(line, scenario.get("expect"), scenario.get("must_not", ())))
    return max([_complain(f"{scenario.row}: {each}", 1) for each in found], default=0)


def _complain(problem, code):
    sys.stderr.write(f"{problem}\n")
    return code


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # whoever reads us, such as head, may stop early
    sys.exit(main())
