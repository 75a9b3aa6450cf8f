"""How reporting works in a mission, said on My contacts from its settings."""

import pytest

from actors.models import ReportingLine
from actors.roles import Role

PAGE = "/directory/contacts/"


@pytest.fixture
def officer(as_role):
    return as_role(Role.UNPOL_OFFICER)


def rules(client):
    return " ".join(client.get(PAGE).context["rules"])


def test_it_says_the_rules_that_hold_everywhere(officer):
    found = rules(officer)
    for words in (
        "your own supervisor and the focal point, both",
        "Do not interview",
        "Do not investigate",
        "only through the Child Protection Adviser",
        "in confidence",
    ):
        assert words in found


@pytest.mark.parametrize(
    ("line", "bypass", "said", "unsaid"),
    [
        (ReportingLine.FOCAL_POINT, True, "In an emergency your report reaches", "directly."),
        (ReportingLine.FOCAL_POINT, False, "In an emergency too: call", "reaches"),
        (ReportingLine.OFFICER, True, "You inform the Child Protection Adviser", "emergency"),
        (ReportingLine.BOTH, True, "and so do you, directly", "emergency"),
    ],
)
def test_the_rest_follows_the_missions_settings(unmix, as_role, line, bypass, said, unsaid):
    unmix.mission.reporting_line, unmix.mission.emergency_bypass = line, bypass
    unmix.mission.save()
    found = rules(as_role(Role.UNPOL_OFFICER)).replace("each directly.", "")
    assert said in found
    assert unsaid not in found


def test_without_an_adviser_it_names_human_rights(unmix, as_role):
    unmix.mission.has_cpa = False
    unmix.mission.save()
    found = rules(as_role(Role.UNPOL_OFFICER))
    assert "Human Rights leads for children" in found
    assert "Adviser" not in found


def test_the_missions_own_words_are_text(unmix, as_role):
    unmix.mission.reporting_line_words = "Call <b>first</b>.\n\nThen write."
    unmix.mission.save()
    assert (
        "<p>Call &lt;b&gt;first&lt;/b&gt;.</p>"
        in as_role(Role.UNPOL_OFFICER).get(PAGE).content.decode()
    )
