"""`./run demo` refuses to start by halves, and says what it started in one line of JSON."""

import io
import json
import os
import socket

import pytest

from portal.embedded.errors import StartError
from portal.launch import demo
from portal.launch.__main__ import _path, _port
from portal.launch.announcement import announce
from portal.launch.checks import _how_many
from portal.launch.commands import OWNER_COMMANDS, _for_command
from portal.launch.data_folder import DataFolder
from portal.launch.demo import run_demo

PEOPLE = [{"role": "CPA", "name": "Ann", "login": "ann", "password": "x", "api_token": "t"}]


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_taken_port_is_named_with_the_way_out_before_anything_is_started(taken_port, tmp_path):
    with pytest.raises(StartError, match=rf"Port {taken_port} is taken .* `--port N`"):
        run_demo(tmp_path / "data", taken_port, as_json=True)
    assert not (tmp_path / "data" / "postgres").exists()
    assert DataFolder(tmp_path / "data").claim()


def test_a_second_demo_on_the_same_data_says_where_the_first_is(tmp_path):
    first = DataFolder(tmp_path / "data")
    assert first.claim()
    first.write_record(kind="demo", url="http://127.0.0.1:8123")
    with pytest.raises(StartError, match=r"Already running at http://127.0.0.1:8123"):
        run_demo(tmp_path / "data", 0, as_json=True)


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StartError, match=r"cannot be written .* `--data DIR`"):
        run_demo(tmp_path / "file" / "data", 0, as_json=True)


def test_somebodys_own_folder_is_not_taken_for_data(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(StartError, match="in use for something else"):
        run_demo(tmp_path, 0, as_json=True)
    assert os.listdir(tmp_path) == ["letter.txt"]


def test_what_a_run_left_that_was_cut_off_does_not_count_and_its_sockets_go(tmp_path):
    sockets, own = tmp_path / "cp-portal-x", tmp_path / "letters"
    for place in (sockets, own):
        place.mkdir()
        with DataFolder(tmp_path / "data") as gone:
            assert gone.claim()
            gone.write_record(kind="demo", url="http://127.0.0.1:8123", sockets=str(place))
    with DataFolder(tmp_path / "data") as next_run:
        assert next_run.claim()
        assert next_run.record() == {}
    assert not sockets.exists()
    assert own.exists()


def test_with_json_standard_output_carries_exactly_one_line(capsys):
    announce("http://127.0.0.1:8123", PEOPLE, as_json=True)
    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {
        "url": "http://127.0.0.1:8123",
        "mail_url": "http://127.0.0.1:8123/demo/mail/",
        "people": PEOPLE,
    }


def test_a_person_is_shown_the_address_the_sign_ins_and_how_to_stop(capsys):
    deputy = {**PEOPLE[0], "name": "Deputy", "api_token": "hidden"}
    announce("http://127.0.0.1:8123", [*PEOPLE, deputy], as_json=False)
    shown = capsys.readouterr().out
    assert "http://127.0.0.1:8123/demo/mail/" in shown
    assert "CPA   Ann   ann    x" in shown
    assert "and 1 more in these roles" in shown
    assert "API token of ann: t" in shown
    assert "hidden" not in shown
    assert "Ctrl-C stops everything. All people and places are fictional." in shown


def test_the_people_are_read_from_the_last_line_of_seeding():
    output = io.BytesIO(b"Seeding ...\n" + json.dumps({"people": PEOPLE}).encode() + b"\n\n")
    assert demo._people(output) == PEOPLE


@pytest.mark.parametrize("printed", [b"", b"done\n", b'{"persons": []}\n'])
def test_seeding_that_names_nobody_is_an_error(printed):
    with pytest.raises(StartError, match="seed_demo"):
        demo._people(io.BytesIO(printed))


def test_paths_are_relative_to_where_the_person_is(monkeypatch):
    monkeypatch.setenv("RUN_CALLED_FROM", "/home/ann")
    assert str(_path("data")) == "/home/ann/data"
    assert str(_path("/data")) == "/data"


@pytest.mark.parametrize("typed", ["-1", "65536", "http"])
def test_a_port_that_is_none_is_refused(typed):
    with pytest.raises(Exception, match="from 0 to 65535"):
        _port(typed)


@pytest.mark.parametrize("command", sorted(OWNER_COMMANDS))
def test_schema_commands_run_as_the_owner(command):
    environment = {"DATABASE_URL": "app", "DATABASE_OWNER_URL": "owner"}
    assert _for_command(environment, [command])["DATABASE_URL"] == "owner"
    assert _for_command(environment, ["shell", command])["DATABASE_URL"] == "app"


@pytest.mark.parametrize(
    ("arguments", "added"),
    [
        ([], ["-n", "2"]),
        (["-k", "routing"], ["-n", "2"]),
        (["-n", "4"], []),
        (["-p", "no:xdist"], []),
        (["--pdb"], []),
        (["tests/portal/test_launch_demo.py::test_x"], []),
    ],
)
def test_tests_run_in_two_processes_unless_told_otherwise(arguments, added):
    assert _how_many(arguments) == added
