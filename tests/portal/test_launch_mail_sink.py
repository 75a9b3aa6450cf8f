"""The demo's mail sink takes mail for anybody and keeps each message as a file."""

import contextlib
import smtplib
import subprocess
import sys
import time
from email import message_from_bytes

import pytest

from portal.embedded import mail_sink
from portal.embedded.listeners import listen, port_of


@pytest.fixture
def sink(tmp_path):
    """The sink as a process of its own; gives its port and its folder."""
    with listen(0) as listener:
        descriptor = listener.fileno()
        command = [sys.executable, "-P", mail_sink.__file__, str(tmp_path), str(descriptor)]
        process = subprocess.Popen(command, pass_fds=[descriptor])
        yield port_of(listener), tmp_path
        process.terminate()
        assert process.wait(10) == 0


def send(port: int, subject: str) -> None:
    with contextlib.closing(smtplib.SMTP("127.0.0.1", port, timeout=10)) as client:
        client.sendmail(
            "portal@x.invalid", ["ann@y.invalid"], f"Subject: {subject}\r\n\r\nHi ü\r\n".encode()
        )


def test_each_message_becomes_a_whole_file_and_names_sort_by_time(sink):
    port, folder = sink
    for number in range(3):
        send(port, f"Notice {number}")
        time.sleep(0.01)
    stored = [message_from_bytes(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]
    assert [message["Subject"] for message in stored] == ["Notice 0", "Notice 1", "Notice 2"]
    assert stored[0].get_payload(decode=True).decode() == "Hi ü\r\n"
    assert {path.suffix for path in folder.iterdir()} == {".eml"}


def test_a_reader_never_sees_an_unfinished_message(tmp_path, monkeypatch):
    keeper = mail_sink.MailFolder(tmp_path)
    monkeypatch.setattr(mail_sink.Path, "rename", lambda self, target: target)
    keeper.store(b"half")
    assert list(tmp_path.glob("*.eml")) == []
