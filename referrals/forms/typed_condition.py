"""Typing a condition of the policy into the fields of its form, and changing what was typed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from referrals.forms.policy_condition import ALWAYS, DEEPEST, Comparison
from referrals.forms.typed import Typed, drop, new_item, put, remove_item, rename
from referrals.routing import Fact


def type_condition(typed: Typed, name: str, condition: Any, facts: Mapping[str, Fact]) -> None:
    """Type a condition of the policy into the fields of `name`."""
    _type(typed, name, condition, facts, depth=0)


def _type(typed: Typed, name: str, condition: Any, facts: Mapping[str, Fact], depth: int) -> None:
    together, members = _taken_apart(condition)
    if together is None:
        _type_comparison(typed, name, condition, facts)
    elif depth == DEEPEST:
        put(typed, name, kept=json.dumps(condition))
    else:
        put(typed, name, together=together)
        for position, member in enumerate(members):
            _type(typed, f"{name}.{position}", member, facts, depth + 1)


def _taken_apart(condition: Any) -> tuple[str | None, list]:
    """(all | any | none, members) of a group; (None, []) of a comparison."""
    if isinstance(condition, str) or "fact" in condition:
        return None, []
    ((word, inner),) = condition.items()
    if word != "not":
        return word, inner
    if isinstance(inner, str) and inner != ALWAYS:
        return None, []
    several = inner.get("any", ()) if isinstance(inner, dict) else ()
    return "none", several if len(several) > 1 else [inner]


def _type_comparison(typed: Typed, name: str, condition: Any, facts: Mapping[str, Fact]) -> None:
    put(typed, name, **_chosen_for(condition, facts))
    form = Comparison(typed, name, facts, check=True)
    if not (form.is_valid() and form.condition == _plain(condition)):
        drop(typed, name)
        put(typed, name, kept=json.dumps(condition))


def _plain(condition: Any) -> Any:
    """{fact: flash, is: true} says the same as flash."""
    if isinstance(condition, dict) and isinstance(condition.get("is"), bool):
        name = condition["fact"]
        return name if condition["is"] else {"not": name}
    return condition


def _chosen_for(condition: Any, facts: Mapping[str, Fact]) -> dict[str, Any]:
    """What to choose in the fields of a comparison so that it says `condition`."""
    condition = _plain(condition)
    if isinstance(condition, str):
        return {"fact": condition, "how": "yes"}
    if "not" in condition:
        return {"fact": condition["not"], "how": "no"}
    ((how, value),) = ((word, value) for word, value in condition.items() if word != "fact")
    chosen = {"fact": condition["fact"], "how": how}
    kind = facts[condition["fact"]].type
    if how == "empty":
        return chosen | {"how": "nothing" if value else "something"}
    if value is None and kind in ("number", "text"):
        return chosen | {"how": "unknown"}
    if kind == "number":
        return chosen | ({"against": value} if isinstance(value, str) else {"number": value})
    values = ["" if one is None else one for one in (value if isinstance(value, list) else [value])]
    if kind == "text":
        return chosen | {"text": "\n".join(values)}
    return chosen | {"values": values, "order": " ".join(values)}


def add_condition(typed: Typed, name: str, *, together: str | None = None) -> str:
    """Add a comparison to the group `name`, or with `together` a group that holds one.

    What stands alone at `name` becomes the first of a group; one that is not chosen yet is
    replaced. Returns the name of the new comparison.
    """
    if f"{name}.together" in typed:
        name = new_item(typed, name)
    elif typed.get(f"{name}.fact", ALWAYS) not in ("", ALWAYS) or f"{name}.kept" in typed:
        rename(typed, name, f"{name}.0")
        put(typed, name, together="all")
        name = f"{name}.1"
    else:
        drop(typed, name)
    if together:
        put(typed, name, together=together)
        name = f"{name}.0"
    put(typed, name, fact="")
    return name


def remove_condition(typed: Typed, name: str) -> None:
    """Take a group or comparison away; without its root a condition always holds."""
    if name.rpartition(".")[2].isdigit():
        remove_item(typed, name)
    else:
        drop(typed, name)
        put(typed, name, fact=ALWAYS)
