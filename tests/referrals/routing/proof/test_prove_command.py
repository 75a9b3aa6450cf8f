"""python -m referrals.prove: what was covered, each breach with an example, exit codes 0, 1, 2."""

import json
import re
import subprocess
import sys

import pytest
import yaml

from referrals.policy_file import INVARIANTS, read_mapping
from referrals.prove import main


@pytest.fixture
def run(tmp_path, capsys):
    """run(policy, *options) -> (exit code, stdout, stderr)."""

    def run(policy, *options):
        path = tmp_path / "policy.yaml"
        path.write_text(yaml.safe_dump(policy, sort_keys=False), encoding="utf-8")
        code = main(["--policy", str(path), *options])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def few(tmp_path):
    """A file with only these invariants of the shipped one."""

    def few(*names):
        kept = [i for i in read_mapping(INVARIANTS)[0]["invariants"] if i["id"] in names]
        path = tmp_path / "invariants.yaml"
        path.write_text(yaml.safe_dump({"invariants": kept}), encoding="utf-8")
        return ["--invariants", str(path)]

    return few


def test_it_needs_no_django_and_says_how_many_situations_it_covered():
    done = subprocess.run(
        [sys.executable, "-S", "-c", PROVE_WITHOUT_DJANGO, *sys.path],
        capture_output=True,
        text=True,
        check=True,
    )
    number = len(read_mapping(INVARIANTS)[0]["invariants"])
    said = re.fullmatch(
        rf"0 breaches of {number} invariants in ([\d,]+) situations \(\d+\.\d s\)\n", done.stdout
    )
    assert int(said[1].replace(",", "")) > 10**40
    assert done.stderr == ""


PROVE_WITHOUT_DJANGO = """
import sys
sys.path += [path for path in sys.argv[1:] if path]
sys.modules["django"] = None
from referrals.prove import main
sys.exit(main([]))
"""


def test_a_breach_is_told_with_the_smallest_example(mapping, run, few):
    for row in mapping["sections"][0]["rows"]:
        if row["id"] == "R05":
            row["when"] = {"all": ["flash", {"not": {"fact": "child_victims", "is": 1}}]}
    code, out, err = run(mapping, *few("FLASH_REACHES_LEADERSHIP"))
    assert code == 1
    assert out.startswith("3 breaches of 1 invariants in ")
    assert err.splitlines()[:3] == [
        "FLASH_REACHES_LEADERSHIP: A flash reaches the Office of the SRSG, the head of police and"
        " the operations centre at once. (UNPOL module 5, role-play 2; POC by UN Police, slide 30)",
        "  not told: SRSG_OFFICE",
        "  for example: child_victims: 1, srsg_request: true",
    ]


def test_json_has_every_breach_with_its_example(mapping, run, few):
    mapping["sections"][0]["rows"] = mapping["sections"][0]["rows"][1:]  # R01
    code, out, _err = run(mapping, "--json", *few("SUPERVISOR_TOLD"))
    found = json.loads(out)
    assert (code, found["invariants"], len(found["breaches"])) == (1, 1, 1)
    assert found["breaches"][0]["invariant"] == "SUPERVISOR_TOLD"
    assert found["breaches"][0]["example"] == {}
    assert found["breaches"][0]["set_aside"] == []


def test_a_policy_that_cannot_be_used_is_named_with_line_and_nearest_word(mapping, run):
    mapping["sections"][0]["rows"][0]["when"] = "flahs"
    code, out, err = run(mapping)
    assert (code, out) == (2, "")
    assert re.search(r"policy.yaml:\d+: R01: when: the fact 'flahs' is not known; .*'flash'", err)


def test_an_invariant_that_cannot_be_read_is_named_with_its_line(tmp_path, capsys):
    path = tmp_path / "invariants.yaml"
    path.write_text(
        "invariants:\n- id: NOBODY\n  text: Nobody.\n  source: [D]\n  when: always\n"
        "  nobody: {roles: [HOCP]}\n",
        encoding="utf-8",
    )
    assert main(["--invariants", str(path)]) == 2
    said = capsys.readouterr().err
    assert said == f"{path}:6: NOBODY: roles: 'HOCP' is not known; did you mean 'HOPC'?\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("invariants:\n- {id: A, text: A., source: [D]}\n", "needs one of told, nobody, guard"),
        ("invariants:\n- {id: A, text: A., source: [], tasks: have_a_deadline}\n", "at least one"),
        ("invariants:\n- {id: A, text: A., source: [D], rows: agre}\n", "did you mean 'agree'?"),
    ],
)
def test_an_invariant_needs_its_parts(tmp_path, capsys, text, said):
    path = tmp_path / "invariants.yaml"
    path.write_text(text, encoding="utf-8")
    assert main(["--invariants", str(path)]) == 2
    assert said in capsys.readouterr().err
