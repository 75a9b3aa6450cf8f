"""The requests of the benchmark file scenario S04, over HTTP, as its worked example says."""

import io
from pathlib import Path

import pytest
import yaml

from actors.roles import Role
from benchmarks import counting
from benchmarks.load import WrongAnswer, press, raw_request, send
from benchmarks.officer import sign_in
from benchmarks.scenario import DISTRICT, FACTS, LEFT_ALONE, api_request, page_request
from benchmarks.targets import PORTAL, Target, is_created, is_sent
from referrals.models import Report

SCENARIOS = Path(__file__).parents[1] / "referrals" / "routing" / "scenarios.yaml"


@pytest.fixture
def port(live_server) -> int:
    return live_server.thread.port


def test_the_scenario_is_s04():
    worked = yaml.safe_load(SCENARIOS.read_text())
    s04 = next(each for each in worked["scenarios"] if each["id"] == "S04")
    stated = worked["defaults"]["report"] | s04["report"]

    assert stated["adm2"] == DISTRICT
    assert {name: stated[name] for name in FACTS} == FACTS
    assert s04["report"].keys() - {"adm2"} <= FACTS.keys()
    known = {name: value for name, value in LEFT_ALONE.items() if value and name in stated}
    assert {name: stated[name] for name in known} == known


@pytest.mark.parametrize("way", ["page", "api"])
def test_a_target_files_s04_each_time_anew(unmix, port, way):
    officer = sign_in(unmix.user(Role.UNPOL_OFFICER))
    target = {
        "page": lambda: Target("page", PORTAL, page_request(port, officer.session), is_sent),
        "api": lambda: Target("api", PORTAL, api_request(officer.token), is_created),
    }[way]()

    target.ask(port)
    target.ask(port)

    filed = list(Report.objects.all())
    assert len({report.uuid for report in filed}) == 2
    assert [report.referrals.count() for report in filed] == [16, 16]
    assert all(report.narrative for report in filed)


def test_any_other_answer_is_refused(unmix, port):
    stranger = Target("api", PORTAL, api_request("unknown"), is_created)
    with pytest.raises(WrongAnswer, match="api answered 401"):
        press(lambda: stranger.ask(port), connections=2, seconds=0.1)


def test_no_answer_is_refused():
    with pytest.raises(WrongAnswer, match="does not answer"):
        send(1, raw_request("GET", "/", {}))


def test_the_load_generator_keeps_so_many_requests_going():
    done = press(lambda: None, connections=2, seconds=0.05)
    assert done.rate == len(done.latencies) / done.seconds
    assert done.seconds >= 0.05


def test_the_counting_server_says_how_many_statements_a_request_took(transactional_db):
    said = {}
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/health/ready", "HTTP_HOST": "localhost"}
    environ |= {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
    environ["wsgi.input"] = io.BytesIO()

    counting.application(environ, lambda status, headers: said.update(headers, status=status))

    assert said["status"] == "200 OK"
    assert int(said["X-Statements"]) >= 1
