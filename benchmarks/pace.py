"""How long to measure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """Rounds, and the seconds each target gets in one, in so many turns.

    Short turns that take each other's place give all targets the same share of whatever else
    the machine is doing.
    """

    rounds: int = 5
    seconds: float = 5.0
    turns: int = 5
    warm_up: float = 2.0
