"""python -m referrals.decide: one line per scenario, differences named, exit codes 0, 1 and 2."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from referrals.decide import main

SCENARIOS = Path(__file__).parent / "scenarios.yaml"


@pytest.fixture
def file():
    """The worked scenarios as data, cut to S07 (an area whose unit is cleared)."""
    data = yaml.safe_load(SCENARIOS.read_text(encoding="utf-8"))
    data["scenarios"] = [each for each in data["scenarios"] if each["id"] == "S07"]
    return data


@pytest.fixture
def run(tmp_path, capsys):
    """run(data, *options) -> (exit code, parsed lines of stdout, stderr)."""

    def run(data, *options):
        path = tmp_path / "scenarios.yaml"
        path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
        code = main([str(path), *options])
        out, err = capsys.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return run


def test_the_worked_scenarios_pass(capsys):
    assert main([str(SCENARIOS), "--check"]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line)["id"] for line in out.splitlines()][:3] == ["S01", "S02", "S04"]
    assert err == ""


def test_a_line_has_the_fields_of_expect(file, run):
    code, (line,), _ = run(file)
    expect = file["scenarios"][0]["expect"]
    assert code == 0
    assert line.keys() == {"id", *expect}
    assert {each["role"] for each in line["recipients"]} == {
        each["role"] for each in expect["recipients"]
    }


def test_without_expect_it_still_decides(file, run):
    del file["scenarios"][0]["expect"]
    code, lines, err = run(file, "--check")
    assert (code, len(lines)) == (0, 1)
    assert err == "S07: nothing to check it against (no expect)\n"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("priority", "routine", "S07: priority: expected routine, decided urgent"),
        ("flash", True, "S07: flash: expected True, decided False"),
        ("guards", ["CP_GATE"], 'S07: guards: unexpected "NO_INTERVIEW"'),
        ("suppressed", ["JOC"], 'S07: suppressed: missing "JOC"'),
        ("tasks", ["plan_of_action"], 'S07: tasks: missing "plan_of_action"'),
        ("interlocutor", "male", "S07: interlocutor: expected male, decided None"),
        ("recipients", [], 'S07: recipients: unexpected {"role": "UNPOL_SUPERVISOR"'),
    ],
)
def test_each_difference_is_named(field, value, message, file, run):
    file["scenarios"][0]["expect"][field] = value
    code, _, err = run(file, "--check")
    assert code == 1
    assert message in err


def test_a_missing_and_a_changed_recipient_are_named(file, run):
    file["scenarios"][0]["expect"]["recipients"][0]["redaction"] = "RD3"
    _, _, err = run(file, "--check")
    assert 'missing {"role": "UNPOL_CPFP_FIELD"' in err
    assert 'unexpected {"role": "UNPOL_CPFP_FIELD"' in err


def test_a_breach_of_must_not_is_named(file, run):
    file["scenarios"][0]["must_not"] = ["CPA"]
    code, _, err = run(file, "--check")
    assert (code, err) == (1, "S07: must_not: CPA is a recipient\n")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"report": {"violation": ["abduction"]}}, "did you mean 'violations'?"),
        ({"report": {"violations": ["abductions"]}}, "did you mean 'abduction'?"),
        ({"report": {"conflict_nexus": False}}, "did you mean 'no' in quotes?"),
        ({"report": {"has_cpa": False}}, "has_cpa: is not a fact of a report"),
        ({"report": {"adm2": "QM0109"}}, "adm2: fixture.hrddp 'QM0109' is not known"),
        ({"report": {"roster_override": "depty"}}, "roster: 'depty' is not known"),
        ({"report": []}, "report: must be a mapping"),
        ({"mission": "UNMIX-Z"}, "mission: 'UNMIX-Z' is not known; did you mean 'UNMIX-"),
        ({"mission_overrides": {"has_cpaa": True}}, "did you mean 'has_cpa'?"),
        ({"mission_overrides": {"adm2": "QM0101"}}, "adm2: is not a mission setting"),
        ({"must_not": ["CPAA"]}, "must_not: 'CPAA' is not known; did you mean 'CPA'?"),
        ({"expect": {"guard": []}}, "the key 'guard' is not known; did you mean 'guards'?"),
        ({"reports": {}}, "the key 'reports' is not known; did you mean 'report'?"),
    ],
)
def test_a_scenario_that_cannot_be_used_is_named_with_its_line(changes, message, file, run):
    file["scenarios"][0] |= changes
    code, lines, err = run(file, "--check")
    assert (code, lines) == (2, [])
    assert "scenarios.yaml:" in err
    assert "S07: " in err
    assert message in err
    assert err.count("\n") == 1


def test_an_area_nothing_is_known_about_is_refused_not_guessed(file, run):
    del file["fixture"]
    code, _, err = run(file)
    assert code == 2
    assert "S07: adm2: fixture.hrddp 'QM0101' is not known; nothing is known here" in err


def test_the_others_are_still_decided(file, run):
    (good,) = file["scenarios"]
    file["scenarios"] = [good | {"id": "BAD", "mission": "NOWHERE"}, good]
    code, lines, _ = run(file)
    assert (code, [line["id"] for line in lines]) == (2, ["S07"])


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("scenarios", [], "scenarios: is empty"),
        ("scenarios", {}, "scenarios: must be a list"),
        ("scenarios", [3], "must be a mapping"),
        ("scenarios", [{"mission": "UNMIX-A"}], "id: is missing"),
        ("scenario", [], "the key 'scenario' is not known; did you mean 'scenarios'?"),
    ],
)
def test_a_file_that_is_not_of_the_schema_is_refused(key, value, message, file, run):
    file[key] = value
    code, lines, err = run(file)
    assert (code, lines) == (2, [])
    assert message in err


def test_mission_overrides_and_the_roster_of_the_area_count(file, run):
    file["scenarios"][0] |= {"mission_overrides": {"reporting_line": "officer"}}
    file["scenarios"][0]["report"] |= {"roster_override": "none"}
    _, (line,), _ = run(file)
    by_role = {each["role"]: each for each in line["recipients"]}
    assert by_role["CPA"]["via"] == "direct"
    assert by_role["UNPOL_CPFP_HQ"]["kind"] == "action"


def test_a_missing_file_or_policy_is_one_clear_line(tmp_path, capsys):
    for arguments in (["nothing.yaml"], [str(SCENARIOS), "--policy", "nothing.yaml"]):
        assert main(arguments) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err == "nothing.yaml: No such file or directory\n"


def test_explained_in_plain_words(capsys):
    assert main([str(SCENARIOS), "--explain"]) == 0
    out, _ = capsys.readouterr()
    assert "UNPOL_SUPERVISOR: action, RD1, told at once. R01: Always told directly." in out
    assert "not HS_POLICE_SPECIALISED. UNKNOWN_PERP_HOLD: Nobody knows yet" in out
    assert "task plan_of_action for HOPC, 90 minutes." in out
    assert "refused: interview. NON_EXECUTIVE: Please do not take this step." in out


def test_it_runs_as_a_command_without_django():
    blocked = "import sys; sys.modules['django'] = None; sys.argv[0] = 'decide'\n"
    code = f"{blocked}import runpy; runpy.run_module('referrals.decide', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", code, str(SCENARIOS), "--check"], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 24
