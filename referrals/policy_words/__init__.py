"""The policy in words: what each of its codes is called, and its conditions as sentences."""

from referrals.policy_words.labels import (
    deadline_label,
    fact_label,
    gate_label,
    group_label,
    kind_label,
    mark_label,
    redaction_label,
    role_label,
    stage_label,
    value_label,
)
from referrals.policy_words.sentences import (
    Sentence,
    condition_sentence,
    fact_sentence,
    listed,
)

__all__ = [
    "Sentence",
    "condition_sentence",
    "deadline_label",
    "fact_label",
    "fact_sentence",
    "gate_label",
    "group_label",
    "kind_label",
    "listed",
    "mark_label",
    "redaction_label",
    "role_label",
    "stage_label",
    "value_label",
]
