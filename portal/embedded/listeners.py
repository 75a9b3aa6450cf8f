"""Listening sockets that are opened here and handed to the process that serves them.

The port is ours before anything is started, stays ours while a process is restarted, and
port 0 needs no guessing.
"""

import errno
import socket

from portal.embedded.errors import StartError

HOST = "127.0.0.1"
BACKLOG = 128


def listen(port: int) -> socket.socket:
    """Return a listening socket on the loopback interface; port 0 means any free one.

    Raises StartError that names the port when it is taken or not allowed.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as problem:
        listener.close()
        raise StartError(_why_not(port, problem)) from problem
    return listener


def port_of(listener: socket.socket) -> int:
    """Return the port the socket listens on."""
    return int(listener.getsockname()[1])


def _why_not(port: int, problem: Exception) -> str:
    taken = getattr(problem, "errno", None) == errno.EADDRINUSE
    reason = "is taken by another program" if taken else f"cannot be used ({problem})"
    return f"Port {port} {reason}: choose another with `--port N`, or any free one: `--port 0`."
