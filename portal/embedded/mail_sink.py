"""An SMTP server that delivers to nobody: each message becomes one .eml file.

Runs as a program of its own: `mail_sink.py FOLDER SOCKET`, where SOCKET is the number of an
inherited listening socket, so that the address stays the same when the sink is restarted.
"""

import asyncio
import itertools
import os
import signal
import socket
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

STORED = "250 Stored, delivered to nobody"
_numbers = itertools.count()


class MailFolder:
    """Keeps messages in a folder; names sort by the time of arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Store one message (called by aiosmtpd); return the answer to the sender."""
        self.store(envelope.original_content or b"")
        return STORED

    def store(self, message: bytes) -> Path:
        """Write the message so that a reader sees all of it or nothing; return its path."""
        name = f"{time.time_ns():020d}-{os.getpid()}-{next(_numbers):06d}"
        unfinished = self.folder / f".{name}.part"
        unfinished.write_bytes(message)
        return unfinished.rename(self.folder / f"{name}.eml")


async def serve(folder: Path, listener: socket.socket) -> None:
    """Take mail on the socket until SIGTERM."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    keeper = MailFolder(folder)
    # A fixed name: else each session asks the name server for ours.
    server = await loop.create_server(lambda: SMTP(keeper, hostname="localhost"), sock=listener)
    await stopped.wait()
    server.close()


def main() -> None:
    """Serve with the folder and the socket given on the command line."""
    folder, descriptor = sys.argv[1:]
    asyncio.run(serve(Path(folder), socket.socket(fileno=int(descriptor))))


if __name__ == "__main__":
    main()
