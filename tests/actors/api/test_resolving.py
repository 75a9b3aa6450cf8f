"""Who answers for a role in an area: the answer that filing gets, as far as the asker may know."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.roles import Role
from tests.actors.api.conftest import ROOT
from tests.factories import DutyShiftFactory, LeaveFactory


@pytest.fixture
def ask(reader):
    def asked(who: str, role: str, area: str = "QM0201", **more):
        return reader(who).get(f"{ROOT}resolve/", {"role": role, "area": area} | more)

    return asked


def test_the_answer_says_who_and_why_and_how_near(ask, unmix):
    answer = ask(Role.CPA, Role.UNPOL_CPFP_FIELD).json()
    post, user = unmix.posts[Role.UNPOL_CPFP_FIELD], unmix.user(Role.UNPOL_CPFP_FIELD)
    organization = unmix.organizations["UNMIX Police"]
    answer.pop("at")
    assert answer == {
        "role": "UNPOL_CPFP_FIELD",
        "area": "QM0201",
        "post": {"id": str(post.public_id), "title": str(post)},
        "organization": {"id": str(organization.public_id), "name": "UNMIX Police"},
        "people": [{"id": str(user.public_id), "name": user.name}],
        "cover": "holder",
        "why": "Holds the post; no shift says otherwise.",
        "distance": 1,
        "distance_in_words": "For Lakeside, which Port Sela lies in.",
    }


def test_a_shift_answers_first_and_leave_takes_somebody_out(ask, unmix):
    post, user = unmix.posts[Role.HOPC], unmix.user(Role.HOPC)
    DutyShiftFactory(post=post, user=user)
    LeaveFactory(user=user, begins_at=timezone.now() + timedelta(days=30))
    now = ask(Role.CPA, Role.HOPC).json()
    away = ask(Role.CPA, Role.HOPC, at=(timezone.now() + timedelta(days=31)).isoformat()).json()
    assert (now["cover"], now["distance_in_words"]) == ("shift", "For the whole mission.")
    assert (away["cover"], away["post"], away["people"]) == ("nobody", None, [])
    assert away["why"] == "Nobody answers for this role here."


def test_a_supervisor_is_the_askers_own(ask):
    assert ask(Role.UNPOL_OFFICER, Role.UNPOL_SUPERVISOR).json()["distance"] == 0
    assert ask(Role.CPA, Role.UNPOL_SUPERVISOR).json()["cover"] == "nobody"


def test_people_outside_the_mission_are_not_named_to_officers(ask):
    assert ask(Role.UNPOL_OFFICER, Role.PSS_PROVIDER).json()["people"] == []
    assert len(ask(Role.CPA, Role.PSS_PROVIDER).json()["people"]) == 1


@pytest.mark.parametrize("role", [Role.PSS_PROVIDER, Role.HS_POLICE_SPECIALISED])
def test_those_outside_the_mission_cannot_ask(ask, role):
    assert ask(role, Role.CPA).status_code == 404


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"role": "KING"}, "role"),
        ({"area": "QX"}, "area"),
        ({"at": "soon"}, "at"),
    ],
)
def test_a_question_nobody_can_answer_is_refused_at_its_field(ask, problems, asked, field):
    answer = ask(Role.CPA, **{"role": Role.HOPC} | asked)
    assert list(problems(answer)) == [field]


def test_an_answer_takes_few_statements(reader):
    adviser = reader(Role.CPA)
    with CaptureQueriesContext(connection) as captured:
        adviser.get(f"{ROOT}resolve/", {"role": Role.HOPC, "area": "QM0201"})
    resolving = [query for query in captured.captured_queries if "WITH clock" in query["sql"]]
    assert len(resolving) == 1
    assert len(captured) <= 10
