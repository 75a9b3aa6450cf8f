"""Each worked scenario, filed: everybody who is told can open it, and their desk."""

from pathlib import Path

import pytest

from actors.models import User
from referrals.models import Report
from referrals.models.reasons import PocPhase
from referrals.policy_file import read_mapping

SCENARIOS, _lines = read_mapping(Path(__file__).parents[1] / "routing" / "scenarios.yaml")
STATED = {each["id"]: each for each in SCENARIOS["scenarios"]}


def opened(client, user, report) -> dict[str, int]:
    """What the pages of a report answer this reader."""
    client.force_login(user)
    addresses = ("/desk/", "/desk/?show=all", f"/reports/{report.reference}/")
    return {address: client.get(address).status_code for address in addresses}


@pytest.mark.parametrize("row", STATED)
def test_everybody_who_is_told_can_open_it(unmix, client, row):
    facts = dict(STATED[row]["report"])
    for given_otherwise in ("adm2", "area", "perpetrator_org"):
        facts.pop(given_otherwise, None)
    report = unmix.file(facts=facts).report
    readers = [
        user
        for user in User.objects.order_by("pk")
        if Report.objects.visible_to(user).filter(pk=report.pk).exists()
    ]
    assert len(readers) > 1
    answers = {user.username: opened(client, user, report) for user in readers}
    refused = {name: pages for name, pages in answers.items() if set(pages.values()) - {200}}
    assert refused == {}


def test_a_lead_can_set_the_phases_that_the_rules_set():
    by_rules = {each["expect"]["poc_phase"] for each in STATED.values()}
    assert by_rules == set(PocPhase.values)
