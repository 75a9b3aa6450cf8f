"""Several people at the same moment, each in a thread with a connection of their own."""

import threading
from collections.abc import Callable

from django.db import connections


def all_at_once(*verbs: Callable[[], object]) -> list[object]:
    """Run them together; what each gave or raised, in their order."""
    begin = threading.Barrier(len(verbs), timeout=20)
    outcomes: list[object] = [None] * len(verbs)

    def run(n: int, verb: Callable[[], object]) -> None:
        try:
            begin.wait()
            outcomes[n] = verb()
        except Exception as refused:
            outcomes[n] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
