"""A closed-loop load generator on plain sockets, so that it takes little of the machine.

A synchronous gunicorn worker closes each connection, so every request opens one, as with wrk.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

HOST = "127.0.0.1"
TIMEOUT = 30.0


class WrongAnswer(Exception):
    """A target did not do its work; a figure for that would mean nothing."""


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    head: str
    body: bytes

    def header(self, name: str) -> str:
        """Return the header's first value, empty if it is not there."""
        for line in self.head.split("\r\n"):
            key, _, value = line.partition(": ")
            if key.lower() == name.lower():
                return value
        return ""


@dataclass(frozen=True)
class Slice:
    """What one target did for some time: the seconds each answer took, and what it announced."""

    seconds: float
    latencies: list[float]
    messages: int = 0

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds

    def __add__(self, other: Slice) -> Slice:
        return Slice(
            self.seconds + other.seconds,
            self.latencies + other.latencies,
            self.messages + other.messages,
        )


def raw_request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """Return the bytes of a request that asks for the connection to be closed."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def send(port: int, request: bytes) -> Answer:
    """Send one request on a connection of its own and read all of the answer.

    Raises WrongAnswer when there is none.
    """
    parts = []
    try:
        with socket.create_connection((HOST, port), TIMEOUT) as connection:
            connection.sendall(request)
            while part := connection.recv(65536):
                parts.append(part)
    except OSError as problem:
        raise WrongAnswer(f"a server does not answer: {problem}") from problem
    head, _, body = b"".join(parts).partition(b"\r\n\r\n")
    status = head[9:12]
    return Answer(int(status) if status.isdigit() else 0, head.decode("latin-1"), body)


def press(ask: Callable[[], None], *, connections: int, seconds: float) -> Slice:
    """Call `ask` from so many threads, each at once after its last answer.

    Raises WrongAnswer, from `ask`.
    """
    start = time.perf_counter()

    def keep_asking() -> list[float]:
        taken = []
        while (before := time.perf_counter()) < start + seconds:
            ask()
            taken.append(time.perf_counter() - before)
        return taken

    with ThreadPoolExecutor(connections) as threads:
        asking = [threads.submit(keep_asking) for _thread in range(connections)]
        latencies = [latency for thread in asking for latency in thread.result()]
    return Slice(time.perf_counter() - start, latencies)
