"""How long to measure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """Rounds, and seconds per target within a round."""

    rounds: int = 5
    seconds: float = 5.0
    warm_up: float = 2.0
