"""Actions to begin a plan with: from the guidance, within the mandate, and safe for the child."""

import pytest

from actors.roles import Role
from referrals.workflow.action_templates import TEMPLATES, on_offer
from referrals.workflow.task_kinds import MILITARY_ALERT_ONLY


@pytest.fixture
def report(unmix):
    return unmix.file().report


class TestTemplates:
    def test_each_names_its_source_and_soldiers_only_alert_secure_escort_and_facilitate(self):
        assert all(template.source for template in TEMPLATES)
        soldiers = {t.code for t in TEMPLATES if t.component == Role.MILITARY_LIAISON}
        assert soldiers == {
            "military_alert",
            "military_secure",
            "military_escort",
            "military_facilitate",
        }
        assert len(MILITARY_ALERT_ONLY) == len(soldiers)

    def test_nothing_with_the_authorities_where_they_are_the_alleged_party(self, unmix, report):
        accused = unmix.file(facts={"perpetrator": "host_state_police"}).report
        joint = {template.code for template in TEMPLATES if template.joint}
        assert joint <= {template.code for template in on_offer(report)}
        assert not joint & {template.code for template in on_offer(accused)}

    def test_evidence_only_with_the_mandate(self, unmix, report):
        assert "team_evidence" not in {template.code for template in on_offer(report)}
        report.mission.evidence_mandate = True
        assert "team_evidence" in {template.code for template in on_offer(report)}
