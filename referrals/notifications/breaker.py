"""Leaving alone for a while what has just failed."""

from time import monotonic


class Breaker:
    """Remembers, in this process, what failed less than `pause` seconds ago.

    After the pause one more try finds out: it either works, or trips the breaker again.
    """

    def __init__(self, pause: float):
        self._pause = pause
        self._until: dict[str, float] = {}

    def trip(self, name: str) -> None:
        """It failed just now."""
        self._until[name] = monotonic() + self._pause

    def tripped(self) -> list[str]:
        """What should be left alone at this moment."""
        return [name for name, until in self._until.items() if until > monotonic()]
