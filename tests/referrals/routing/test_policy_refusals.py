"""A policy that cannot be used is refused with row, field and the nearest valid word."""

import pytest

from referrals.routing import PolicyError, compile_policy


def row(mapping, name):
    rows = [row for section in mapping["sections"] for row in section["rows"]]
    return next(row for row in rows if row["id"] == name)


def guard(mapping, name):
    return next(guard for guard in mapping["guards"] if guard["id"] == name)


def setting(find, *keys, value):
    """A damage: in the part that `find` picks, set what lies under `keys` to `value`."""

    def damage(mapping):
        part = find(mapping)
        for key in keys[:-1]:
            part = part[key]
        part[keys[-1]] = value

    return damage


def in_row(name, *keys, value):
    return setting(lambda mapping: row(mapping, name), *keys, value=value)


def in_guard(name, *keys, value):
    return setting(lambda mapping: guard(mapping, name), *keys, value=value)


def at_top(*keys, value):
    return setting(lambda mapping: mapping, *keys, value=value)


def without(find, key):
    return lambda mapping: find(mapping).pop(key)


def twice(mapping):
    mapping["sections"][0]["rows"].append(row(mapping, "R05"))


def guard_twice(mapping):
    mapping["guards"].append(guard(mapping, "CP_GATE"))


REFUSED = [
    # what a row may say
    (
        in_row("R05", "when", value="flahs"),
        "R05: when: the fact 'flahs' is not known; did you mean 'flash'?",
    ),
    (
        in_row("C_MILITARY_USE", "recipients", 1, "tie", value="last_stands"),
        "C_MILITARY_USE: tie: 'last_stands' is not known; did you mean 'first_stands'?",
    ),
    (
        in_row("V_ABDUCTION", "when", value={"fact": "violations", "includes": "abducted"}),
        "V_ABDUCTION: includes: 'abducted' is not known; did you mean 'abduction'?",
    ),
    (
        in_row("R05", "recipients", 0, "role", value="HOPK"),
        "R05: role: 'HOPK' is not known; did you mean 'HOPC'?",
    ),
    (
        in_row("R05", "recipients", 0, "gate", value="cp_leed"),
        "R05: gate: 'cp_leed' is not known; did you mean 'cp_lead'?",
    ),
    (
        in_row("R05", "recipients", 0, "redaction", value="RD4"),
        "R05: redaction: 'RD4' is not known; did you mean 'RD",
    ),
    (
        in_row("R05", "recipients", 0, "kind", value="infos"),
        "R05: kind: 'infos' is not known; did you mean 'info'?",
    ),
    (
        in_row("R03", "recipients", 0, "via", value="directly"),
        "R03: via: 'directly' is not known; did you mean 'direct'?",
    ),
    (
        in_row("R05", "recipients", 2, "deadline", value="flash"),
        "R05: deadline: 'flash' is not known; did you mean 'flash_note'?",
    ),
    (
        in_row("R05", "recipients", 0, "role", value="COMMUNITY_LEADER"),
        "R05: role: COMMUNITY_LEADER may be chosen by hand only, never by a row",
    ),
    (
        in_row("R05", "recipents", value=[]),
        "R05: recipents: the key 'recipents' is not known; did you mean 'recipients'?",
    ),
    (in_row("R05", "recipients", value=[]), "R05: recipients: needs recipients or tasks"),
    (in_row("R05", "recipients", value="HOPC"), "R05: recipients: must be a list, not 'HOPC'"),
    (in_row("R05", "reason", value=" "), "R05: reason: must be a text"),
    (in_row("R05", "source", value=[]), "R05: source: needs at least one source"),
    (
        in_row("R05", "source", value=["009 sl.1"]),
        "R05: source: the source '009' is not known; did you mean '00",
    ),
    (without(lambda mapping: row(mapping, "R05"), "source"), "R05: source: is missing"),
    (without(lambda mapping: row(mapping, "R05"), "when"), "R05: when: is missing"),
    (without(lambda mapping: mapping["sections"][0]["rows"][0], "id"), "id: is missing"),
    (twice, "R05: id: this id is used twice"),
    (
        at_top("sections", 0, "tracks", value=["standart"]),
        "'standart' is not known; did you mean 'standard'?",
    ),
    (at_top("sections", 0, "tracks", value="standard"), "tracks: must be a list"),
    (
        in_row("R05p", "tasks", 0, "due_minutes", value=-90),
        "R05p: due_minutes: must be a whole number, not -90",
    ),
    # conditions
    (in_row("R05", "when", value={}), "R05: when: must hold exactly one of all, any, not"),
    (in_row("R05", "when", value={"all": []}), "R05: all: needs at least one condition"),
    (in_row("R05", "when", value=None), "R05: when: must be a mapping, not None"),
    (in_row("R05", "when", value={"is": True}), "R05: is: 'is' needs a fact beside it"),
    (
        in_row("R05", "when", value={"fact": "violations", "contains": "abduction"}),
        "R05: contains: the key 'contains' is not known",
    ),
    (
        in_row("R05", "when", value={"fact": "violations", "is": "abduction"}),
        "R05: is: 'violations' is a list; compare it with includes, any_of, only, empty",
    ),
    (
        in_row("R05", "when", value={"fact": "perpetrator"}),
        "R05: when: needs one comparison of is, in",
    ),
    (
        in_row("R05", "when", value="perpetrator"),
        "R05: when: 'perpetrator' is a choice; say which value",
    ),
    (
        in_row("R05", "when", value={"fact": "child_victims", "at_least": "mass_treshold"}),
        "R05: at_least: the fact 'mass_treshold' is not known; did you mean 'mass_threshold'?",
    ),
    (
        in_row("R05", "when", value={"fact": "conflict_nexus", "is": False}),
        "R05: is: conflict_nexus: no without quotes is true or false",
    ),
    # guards
    (
        in_guard("CP_GATE", "left", "gates", 0, value="cp_led"),
        "CP_GATE: gates: 'cp_led' is not known; did you mean 'cp_lead'?",
    ),
    (in_guard("CP_GATE", "left", value={}), "CP_GATE: left: must say whom to pick"),
    (
        in_guard("HRDDP_BLOCK", "effect", value={"supress": []}),
        "HRDDP_BLOCK: supress: the key 'supress' is not known; did you mean 'suppress'?",
    ),
    (
        in_guard("HRDDP_BLOCK", "effect", value={"remove": "left"}),
        "HRDDP_BLOCK: remove: 'left' needs a selector under left",
    ),
    (
        in_guard("HRDDP_BLOCK", "effect", value={"suppress": ["HS_POLICE"]}),
        "HRDDP_BLOCK: suppress: 'HS_POLICE' is not known; did you mean 'HS_POLICE_",
    ),
    (
        in_guard("VITAL_INTEREST", "effect", "change", "gate", value="post_revue"),
        "VITAL_INTEREST: gate: 'post_revue' is not known; did you mean 'post_review'?",
    ),
    (
        in_guard("NO_INTERVIEW", "effect", "refuse", "values", value=["talk"]),
        "NO_INTERVIEW: values: 'talk' is not known; did you mean",
    ),
    (
        in_guard("CONFIDENTIALITY_FLOOR", "cases", 0, "left", value={"covered_by": "needs"}),
        "CONFIDENTIALITY_FLOOR: covered_by: as a fact that covers roles, 'needs' is not known",
    ),
    (
        in_guard("CP_GATE", "stage", value="gate"),
        "CP_GATE: stage: 'gate' is not known; did you mean 'gates'?",
    ),
    (
        in_guard("CP_GATE", "overridable", value="yes"),
        "CP_GATE: overridable: must be true or false, not 'yes'",
    ),
    (
        in_guard("CONSENT_REQUIRED", "when", value="always"),
        "CONSENT_REQUIRED: when: the key 'when' is not known",
    ),
    (guard_twice, "CP_GATE: id: this id is used twice"),
    # facts and derived facts
    (
        at_top("facts", "report", "facility", "type", value="choise"),
        "facility: type: 'choise' is not known; did you mean 'choice'?",
    ),
    (
        at_top("facts", "report", "facility", "default", value="scool"),
        "facility: default: 'scool' is not known; did you mean 'school'?",
    ),
    (
        without(lambda mapping: mapping["facts"]["report"]["facility"], "default"),
        "facility: default: is missing",
    ),
    (
        at_top("facts", "report", "conflict_nexus", "values", value=[True, False]),
        "conflict_nexus: values: must be a text, not True",
    ),
    (
        at_top("facts", "report", "has_cpa", value={"type": "bool"}),
        "has_cpa: the fact 'has_cpa' is declared twice",
    ),
    (
        at_top("facts", "report", "consent_scope", "covers", "legal", value=["LEGAL_AID"]),
        "consent_scope: legal: 'LEGAL_AID' is not known; did you mean 'LEGAL_AID_PROVIDER'?",
    ),
    (
        at_top("facts", "report", "flash", value={"type": "bool"}),
        "flash: 'flash' is already the name of a given fact",
    ),
    (
        at_top("derived", "mass", "when", value={"any": ["flash", "grave"]}),
        "goes in a circle: ",
    ),
    (at_top("derived", "flash", "when", value="flash"), "goes in a circle: flash -> flash"),
    (
        at_top("derived", "flash", value={"cases": [], "otherwise": "no", "source": ["D"]}),
        "flash: needs a when: a decision states it",
    ),
    (
        at_top("derived", "priority", value={"when": "always", "source": ["D"]}),
        "priority: needs cases: a decision states it",
    ),
    (at_top("derived", "priority", "otherwise", value=None), "priority: otherwise: must be a text"),
    (without(lambda mapping: mapping["derived"], "poc_phase"), "poc_phase: is missing"),
    (without(lambda mapping: mapping["derived"]["mass"], "source"), "mass: source: is missing"),
    # words
    (without(lambda mapping: mapping, "sections"), "sections: is missing"),
    (at_top("rows", value=[]), "rows: the key 'rows' is not known"),
    (
        at_top("gates", "cp_lead", "deadline", value="relase"),
        "deadline: 'relase' is not known; did you mean 'release'?",
    ),
    (
        at_top("deadlines", "release", "urgnt", value=10),
        "urgnt: the key 'urgnt' is not known; did you mean 'urgent'?",
    ),
    (
        without(lambda mapping: mapping["deadlines"]["acknowledge"], "urgent"),
        "urgent: is missing",
    ),
    (
        at_top("aliases", "CP_LEAD", 0, "role", value="CPX"),
        "role: 'CPX' is not known; did you mean 'CPA'?",
    ),
    (at_top("marks", "via", value="direct"), "via: must be a list, not 'direct'"),
    (at_top("kinds", "info", "rank", value="low"), "rank: must be a whole number, not 'low'"),
    (at_top("sources", 7, value="seven"), "the key 7 must be a word (put it in quotes)"),
]


@pytest.mark.parametrize(("damage", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_it_is_refused(damage, message, mapping):
    damage(mapping)
    with pytest.raises(PolicyError) as refused:
        compile_policy(mapping)
    assert message in str(refused.value)


@pytest.mark.parametrize("data", [None, [], "policy", 3])
def test_what_is_no_mapping_is_no_policy(data):
    with pytest.raises(PolicyError, match="must be a mapping"):
        compile_policy(data)


def test_the_error_carries_row_field_and_path(mapping):
    in_row("R05", "recipients", 0, "gate", value="open")(mapping)
    with pytest.raises(PolicyError) as refused:
        compile_policy(mapping)
    assert (refused.value.row, refused.value.field) == ("R05", "gate")
    assert refused.value.path == ("sections", 0, "rows", 5, "recipients", 0, "gate")
