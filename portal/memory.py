"""How a process that answers pages looks for memory to free."""

import gc


def keep_what_is_loaded() -> None:
    """Leave what is loaded by now alone, and look through what comes after it less often.

    Going through all that is loaded takes a tenth of a second each time, in the middle of
    somebody's page. What a page makes is nearly all freed without looking for cycles; doing that
    after each 700 objects, as Python does unasked, is a twentieth of a list's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
