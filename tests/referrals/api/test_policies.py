"""The policy over the API: read by few, written by administrators, switched by two people."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from actors.models import Scope, User
from actors.roles import Role
from actors.scopes import make_token
from referrals.models import PolicyVersion
from referrals.policy_file import LONGEST, STANDARD
from referrals.workflow.policies import active_policy
from referrals.workflow.proving import prove_version
from tests.factories import UserFactory
from tests.referrals.policy_versions import (
    administrator,
    another_text,
    safe_version,
    switch_on,
    unsafe_version,
)

pytestmark = pytest.mark.django_db

POLICIES = "/api/v1/policies/"
WHY = {"reason": "Agreed in the meeting."}
STEPS = ("propose", "confirm", "decline", "return")


def signed_in(user: User) -> APIClient:
    token = make_token(user=user, scopes=[Scope.POLICIES])
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return api


@pytest.fixture(autouse=True)
def _shipped():
    """Version 1 is in force."""
    active_policy()


@pytest.fixture
def adam() -> APIClient:
    return signed_in(administrator("Adam"))


@pytest.fixture
def eve() -> APIClient:
    return signed_in(administrator("Eve"))


def step(api: APIClient, name: str, number: int = 2, **body):
    return api.post(f"{POLICIES}{number}/{name}/", body or WHY, format="json")


def problems(answer) -> dict[str, list[str]]:
    """The codes at each field."""
    return {name: [p["code"] for p in found] for name, found in answer.data["errors"].items()}


def test_the_list_says_which_version_is_in_force_and_which_are_proven(adam):
    safe_version()
    answer = adam.get(POLICIES)
    assert answer.status_code == 200
    told = [(v["number"], v["is_in_force"], v["is_proven"], v["author"]) for v in answer.data]
    assert told == [(2, False, None, None), (1, True, True, None)]
    assert "body" not in answer.data[0]


def test_one_version_comes_with_text_proof_and_switches(adam):
    switch_on(safe_version(author=administrator("Noor")))
    answer = adam.get(f"{POLICIES}2/").data
    assert (answer["body"], answer["author"], answer["is_in_force"]) == (
        another_text(),
        "Noor",
        True,
    )
    assert (answer["proof"]["passed"], answer["proof"]["breaches"]) == (True, [])
    (switch,) = answer["switches"]
    assert switch["reason"] == "Agreed in the meeting."
    assert switch["confirmed_by"] not in (None, switch["proposed_by"])
    missing = adam.get(f"{POLICIES}3/")
    assert (missing.status_code, missing.data["detail"]) == (
        404,
        "There is no version 3. See the list.",
    )


@pytest.mark.parametrize("role", [Role.CPA, Role.CPA_SENIOR, Role.HUMAN_RIGHTS])
def test_who_leads_on_child_protection_reads(unmix, role):
    reader = signed_in(unmix.user(role))
    assert [v["number"] for v in reader.get(POLICIES).data] == [1]
    assert reader.get(f"{POLICIES}1/").status_code == 200


@pytest.mark.parametrize("role", [Role.UNPOL_OFFICER, Role.HOPC, "UNICEF_CP"])
def test_for_others_nothing_is_there(unmix, role):
    outsider = signed_in(unmix.user(role))
    hidden = [outsider.get(POLICIES), outsider.get(f"{POLICIES}1/")]
    hidden += [outsider.post(POLICIES, {}, format="json")]
    hidden += [step(outsider, name, 1) for name in STEPS]
    assert {answer.status_code for answer in hidden} == {404}
    assert hidden[1].data == outsider.get(f"{POLICIES}9/").data


def test_nobody_reads_without_signing_in():
    assert APIClient().get(POLICIES).status_code == 401
    assert step(APIClient(), "confirm", 1).status_code == 401


def test_a_reader_who_may_not_act_is_told_whom_to_ask(unmix):
    safe_version()
    reader = signed_in(unmix.user(Role.HUMAN_RIGHTS))
    refused = [reader.post(POLICIES, {}, format="json")]
    refused += [step(reader, name) for name in STEPS]
    assert {answer.status_code for answer in refused} == {403}
    assert {answer.data["detail"].rsplit(". ", 1)[1] for answer in refused} == {
        "Ask one of them to make the change.",
        "Ask one of them.",
    }


def test_an_adviser_confirms_and_does_not_propose(unmix, adam):
    safe_version()
    adviser = signed_in(unmix.user(Role.CPA))
    assert step(adviser, "propose").status_code == 403
    assert step(adam, "propose").status_code == 200
    assert step(adviser, "confirm").data["is_in_force"] is True
    assert active_policy().number == 2


@pytest.mark.parametrize("media_type", ["application/yaml", "text/yaml"])
def test_a_file_becomes_a_proven_version_that_is_not_in_force(adam, media_type):
    answer = adam.post(f"{POLICIES}?note=Read+again.", another_text(), content_type=media_type)
    assert answer.status_code == 201
    told = {name: answer.data[name] for name in ("number", "author", "note", "based_on")}
    assert told == {"number": 2, "author": "Adam", "note": "Read again.", "based_on": 1}
    assert (answer.data["is_proven"], answer.data["is_in_force"]) == (True, False)
    assert PolicyVersion.objects.get(number=2).body == another_text()


def test_json_carries_a_file_as_well(adam):
    answer = adam.post(POLICIES, {"body": another_text(), "note": "x"}, format="json")
    assert (answer.status_code, answer.data["body"]) == (201, another_text())


def test_a_version_that_fails_the_proof_is_stored_and_says_so(adam):
    body = unsafe_text()
    answer = adam.post(POLICIES, {"body": body, "note": "Shorter."}, format="json")
    assert (answer.status_code, answer.data["is_proven"]) == (201, False)
    breaches = {breach["invariant"]: breach for breach in answer.data["proof"]["breaches"]}
    assert breaches["SUPERVISOR_TOLD"]["example"] == {}


def unsafe_text() -> str:
    """The shipped policy, in which the supervisor is told later."""
    text = STANDARD.read_text(encoding="utf-8")
    return text.replace(
        "{role: UNPOL_SUPERVISOR, kind: action, gate: none,",
        "{role: UNPOL_SUPERVISOR, kind: action, gate: cp_lead,",
    )


def test_a_refused_file_names_line_row_field_and_nearest_word(adam):
    text = STANDARD.read_text(encoding="utf-8").replace("role: JMAC,", "role: JMACC,")
    line = text[: text.index("JMACC")].count("\n") + 1
    answer = adam.post(POLICIES, {"body": text, "note": "x"}, format="json")
    assert answer.status_code == 400
    message = f"body:{line}: R05: role: 'JMACC' is not known; did you mean 'JMAC'?"
    assert answer.data["errors"] == {"body": [{"message": message, "code": "invalid"}]}
    assert PolicyVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "content_type", "expected"),
    [
        ('{"note": "x"}', "application/json", {"body": ["required"]}),
        ('{"body": 7, "note": "x"}', "application/json", {"body": ["invalid"]}),
        ('{"body": "", "note": "x"}', "application/json", {"body": ["invalid"]}),
        ("[]", "application/json", {"non_field_errors": ["invalid"]}),
        ("rows: [", "text/yaml", {"note": ["required"]}),
    ],
)
def test_a_wrong_body_is_refused_at_its_field(adam, sent, content_type, expected):
    answer = adam.post(POLICIES, sent, content_type=content_type)
    assert (answer.status_code, problems(answer)) == (400, expected)


def test_what_is_no_text_or_far_too_long_is_refused(adam):
    binary = adam.post(f"{POLICIES}?note=x", b"\xff\xfe\x00", content_type="text/yaml")
    assert (binary.status_code, binary.data["detail"]) == (400, "The file is not UTF-8 text.")
    longest = adam.post(f"{POLICIES}?note=x", "#" * (LONGEST + 1), content_type="text/yaml")
    assert "is longer than 1,000,000 characters" in str(longest.data)
    other = adam.post(POLICIES, "a,b", content_type="text/csv")
    assert other.status_code == 415


def test_a_text_that_is_stored_already_names_its_version(adam):
    body = STANDARD.read_text(encoding="utf-8")
    answer = adam.post(POLICIES, {"body": body, "note": "x"}, format="json")
    assert (answer.status_code, problems(answer)) == (409, {"version": ["already_done"]})
    assert "Version 1 has this very text" in answer.data["errors"]["version"][0]["message"]


def test_two_administrators_switch_and_one_returns(adam, eve):
    safe_version()
    proposed = step(adam, "propose").data
    assert (proposed["is_in_force"], proposed["switches"][0]["proposed_by"]) == (False, "Adam")
    assert step(eve, "confirm").data["is_in_force"] is True
    assert active_policy().number == 2
    returned = step(adam, "return", 1).data
    assert (returned["is_in_force"], returned["switches"][0]["is_return"]) == (True, True)
    assert active_policy().number == 1


def test_who_proposed_is_told_to_ask_another(adam):
    safe_version()
    step(adam, "propose")
    answer = step(adam, "confirm")
    assert (answer.status_code, answer.data["detail"]) == (
        403,
        "You proposed this. Ask another administrator or an adviser to confirm it.",
    )
    assert active_policy().number == 1


def test_a_version_that_fails_the_proof_is_refused_with_the_proof(adam, eve):
    version = unsafe_version()
    for name in ("propose", "confirm", "return"):
        answer = step(eve, name)
        assert answer.status_code in (400, 409)
    answer = step(adam, "propose")
    assert (answer.status_code, problems(answer)) == (409, {"version": ["not_proven"]})
    assert answer.data["proof"]["breaches"][0]["invariant"] == "SUPERVISOR_TOLD"
    assert not version.switches.exists()
    assert active_policy().number == 1


def test_what_cannot_be_done_now_says_what_to_do(adam, eve):
    safe_version()
    never = [step(adam, name) for name in ("confirm", "decline", "return")]
    assert [problems(answer)["version"] for answer in never] == [
        ["not_proposed"],
        ["not_proposed"],
        ["never_in_force"],
    ]
    assert problems(step(adam, "propose", reason=" ")) == {"reason": ["required"]}
    step(adam, "propose")
    assert problems(step(eve, "propose")) == {"version": ["already_done"]}
    step(eve, "decline")
    declined = step(eve, "confirm")
    assert (declined.status_code, problems(declined)) == (409, {"version": ["already_done"]})
    assert "Eve has declined version 2" in declined.data["errors"]["version"][0]["message"]


def test_reading_takes_as_many_statements_for_many_versions_as_for_few(adam):
    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert adam.get(address).status_code == 200
        return len(captured)

    few = (statements(POLICIES), statements(f"{POLICIES}1/"))
    for number in range(2, 12):
        version = PolicyVersion.objects.create(
            number=number,
            body=another_text(),
            sha256=f"{number}",
            author=UserFactory(),
            based_on_id=active_policy().version_id,
        )
    prove_version(version)
    for _ in range(5):
        switch_on(version)
        step(adam, "return", 1)
    assert (statements(POLICIES), statements(f"{POLICIES}1/")) == few


def test_the_schema_describes_every_step(adam):
    schema = adam.get("/api/v1/schema/").content.decode()
    for name in STEPS:
        assert f"{POLICIES}{{number}}/{name}/" in schema
