"""Lines for the person who started us. Nothing breaks when nobody reads them any more."""

import contextlib
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO


class Console:
    """Writes progress to standard error and, once it has a file, to the launcher's log."""

    def __init__(self) -> None:
        self.log: Path | None = None

    def say(self, line: str) -> None:
        """Tell one line of progress or trouble."""
        write(sys.stderr, line)
        if self.log is not None:
            with contextlib.suppress(OSError), open(self.log, "a", encoding="utf-8") as file:
                file.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {line}\n")


def write(stream: TextIO, text: str) -> None:
    """Write a line; a reader that has gone away is noticed elsewhere (`StopRequests`)."""
    with contextlib.suppress(OSError):
        stream.write(f"{text}\n")
        stream.flush()
