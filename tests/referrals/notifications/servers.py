"""Servers for the portal to talk to: real ones, some of them unwilling."""

import asyncio
import socket


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class MailServer:
    """Keeps what it takes; `answers` maps an address or a domain to its reply to RCPT."""

    def __init__(self):
        self.mail: list[tuple[str, bytes]] = []
        self.sessions = 0
        self.answers: dict[str, str] = {}
        self.delays: dict[str, float] = {}
        self.data_answer = "250 taken"
        self.cuts_after_data = False

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        domain = address.rpartition("@")[2]
        await asyncio.sleep(self.delays.get(domain, 0))
        answer = self.answers.get(address) or self.answers.get(domain) or "250 ok"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        if self.data_answer.startswith("250"):
            self.mail += [(address, envelope.content) for address in envelope.rcpt_tos]
        if self.cuts_after_data:
            server.transport.abort()
        return self.data_answer

    @property
    def addresses(self) -> list[str]:
        return [address for address, _content in self.mail]
