"""Switching the policy: proven, proposed by one, confirmed by another, and back in one act."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, connections, transaction
from django.utils import timezone

from actors.models import User
from actors.roles import Role
from referrals.models import PolicyReplay, PolicySwitch, PolicyVersion
from referrals.policy_file import INVARIANTS
from referrals.workflow import policies, proving, switching
from referrals.workflow.errors import AlreadyDone, NotAllowed, NotProven, PolicyRefused
from referrals.workflow.policies import active_policy
from referrals.workflow.proving import proof_of
from referrals.workflow.switching import (
    confirm_switch,
    decline_switch,
    in_force,
    open_switch,
    propose_switch,
    return_to_version,
)
from tests.factories import UserFactory
from tests.referrals.policy_versions import (
    administrator,
    confirmed_row,
    safe_version,
    switch_on,
    unsafe_version,
)

pytestmark = pytest.mark.django_db

WHY = "The adviser asked for it."
UNPROVABLE = (
    "- id: PILOT_TOLD\n  text: The pilot is told.\n  source: [D]\n"
    "  when: always\n  told: [{roles: [PILOT]}]\n"
)


@pytest.fixture
def shipped() -> PolicyVersion:
    """Version 1, in force."""
    return PolicyVersion.objects.get(pk=active_policy().version_id)


@pytest.fixture
def adam() -> User:
    return administrator("Adam")


@pytest.fixture
def eve() -> User:
    return administrator("Eve")


@pytest.fixture
def version(shipped) -> PolicyVersion:
    """Version 2: safe, stored, never in force; somebody else wrote it."""
    return safe_version(author=administrator("Noor"))


@pytest.fixture
def proposed(version, adam) -> PolicySwitch:
    return propose_switch(version=version, by=adam, reason=WHY)


@pytest.fixture
def tighten(monkeypatch, tmp_path):
    """A function after which no version keeps the invariants of the release any more."""

    def tightened() -> None:
        path = tmp_path / "invariants.yaml"
        path.write_text(INVARIANTS.read_text(encoding="utf-8") + UNPROVABLE, encoding="utf-8")
        monkeypatch.setattr(proving, "INVARIANTS", path)

    return tightened


def test_a_proposal_is_proven_and_switches_nothing(proposed, version, adam):
    assert proof_of(version).passed
    assert (proposed.proposed_by, proposed.reason, proposed.confirmed_at) == (adam, WHY, None)
    assert active_policy().number == 1


def test_a_second_person_puts_it_in_force_at_once(proposed, eve, django_assert_num_queries):
    confirmed = confirm_switch(switch=proposed, by=eve)
    assert confirmed.confirmed_by == eve
    assert in_force() == confirmed
    assert active_policy().number == 2
    with django_assert_num_queries(1):
        active_policy()


def test_the_next_report_is_routed_by_the_version_switched_on(unmix, version):
    before = unmix.file().report
    switch_on(version)
    after = unmix.file().report
    assert [before.policy.number, after.policy.number] == [1, 2]


def test_a_return_is_one_act_of_one_person_and_is_followed(shipped, version, adam, unmix):
    switch_on(version)
    returned = return_to_version(version=shipped, by=adam, reason=WHY)
    assert (returned.is_return, returned.confirmed_by) == (True, adam)
    assert active_policy().number == 1
    assert unmix.file().report.policy == shipped


@pytest.mark.parametrize("role", [Role.CPA, Role.CPA_SENIOR])
def test_an_adviser_may_be_the_second_person(unmix, proposed, role):
    confirm_switch(switch=proposed, by=unmix.user(role))
    assert active_policy().number == 2


@pytest.mark.parametrize("role", [Role.HUMAN_RIGHTS, Role.UNPOL_OFFICER, Role.HOPC])
def test_others_neither_propose_nor_confirm_nor_decline_nor_return(unmix, shipped, proposed, role):
    person = unmix.user(role)
    verbs = [
        lambda: propose_switch(version=proposed.version, by=person, reason=WHY),
        lambda: confirm_switch(switch=proposed, by=person),
        lambda: decline_switch(switch=proposed, by=person),
        lambda: return_to_version(version=shipped, by=person, reason=WHY),
    ]
    for verb in verbs:
        with pytest.raises(NotAllowed, match="Ask one of them"):
            verb()
    assert (active_policy().number, PolicySwitch.objects.count()) == (1, 2)


def test_who_proposed_cannot_confirm(proposed, adam):
    with pytest.raises(NotAllowed, match=r"You proposed this\. Ask another"):
        confirm_switch(switch=proposed, by=adam)
    assert active_policy().number == 1


def test_who_wrote_the_version_cannot_confirm(proposed, version):
    with pytest.raises(NotAllowed, match=r"You wrote this\. Ask another"):
        confirm_switch(switch=proposed, by=version.author)
    assert active_policy().number == 1


def test_the_database_refuses_one_person_for_both(proposed, adam):
    waiting = PolicySwitch.objects.filter(pk=proposed.pk)
    with pytest.raises(IntegrityError, match="policy_switched_by_two"), transaction.atomic():
        waiting.update(confirmed_by=adam, confirmed_at=timezone.now())
    with pytest.raises(IntegrityError, match="policy_switched_by_two"), transaction.atomic():
        waiting.update(confirmed_at=timezone.now())


def test_the_database_refuses_the_author_as_second_person(shipped, proposed, version):
    waiting = PolicySwitch.objects.filter(pk=proposed.pk)
    with pytest.raises(IntegrityError, match="confirmed by its author"), transaction.atomic():
        waiting.update(confirmed_by=version.author, confirmed_at=timezone.now())


def test_the_database_lets_no_release_and_no_return_stand_in_for_a_second_person(
    shipped, proposed, version, adam
):
    with pytest.raises(IntegrityError, match="did not come with a release"), transaction.atomic():
        confirmed_row(version).save()
    with pytest.raises(IntegrityError, match="never in force"), transaction.atomic():
        confirmed_row(version, proposed_by=adam, confirmed_by=adam, is_return=True).save()


def test_a_version_that_fails_the_proof_cannot_be_proposed_and_the_proof_is_kept(shipped, adam):
    version = unsafe_version(author=adam)
    with pytest.raises(NotProven, match="Version 2 fails the proof") as refused:
        propose_switch(version=version, by=adam, reason=WHY)
    assert refused.value.proof == proof_of(version)
    assert "SUPERVISOR_TOLD" in {b["invariant"] for b in refused.value.proof.breaches}
    assert PolicySwitch.objects.count() == 1


@pytest.mark.parametrize("is_proven", [False, True])
def test_the_database_refuses_a_version_that_did_not_pass(shipped, adam, eve, is_proven):
    version = unsafe_version()
    if is_proven:
        proving.prove_version(version)
    with pytest.raises(IntegrityError, match="not proven"), transaction.atomic():
        confirmed_row(version, proposed_by=adam, confirmed_by=eve).save()
    waiting = PolicySwitch.objects.create(
        version=version, proposed_by=adam, proposed_at=timezone.now()
    )
    with pytest.raises(IntegrityError, match="not proven"), transaction.atomic():
        PolicySwitch.objects.filter(pk=waiting.pk).update(
            confirmed_by=eve, confirmed_at=timezone.now()
        )
    with pytest.raises(NotProven):
        confirm_switch(switch=waiting, by=eve)
    assert active_policy().number == 1


def test_an_old_proof_does_not_count_under_the_invariants_of_today(proposed, eve, adam, tighten):
    tighten()
    with pytest.raises(NotProven):
        confirm_switch(switch=proposed, by=eve)
    assert active_policy().number == 1


def test_nor_does_it_for_a_return(shipped, version, adam, tighten):
    switch_on(version)
    tighten()
    with pytest.raises(NotProven):
        return_to_version(version=shipped, by=adam, reason=WHY)
    assert active_policy().number == 2


def test_a_second_proposal_is_told_of_the_first(proposed, version, eve):
    with pytest.raises(AlreadyDone, match=r"Adam proposed version 2, .+ Confirm or decline"):
        propose_switch(version=version, by=eve, reason=WHY)


def test_what_is_in_force_is_neither_proposed_nor_returned_to(shipped, adam):
    for verb in (propose_switch, return_to_version):
        with pytest.raises(AlreadyDone, match=r"Version 1 is in force since .+ by the release"):
            verb(version=shipped, by=adam, reason=WHY)


def test_a_confirmed_or_declined_proposal_says_who_decided(proposed, version, adam, eve):
    decline_switch(switch=proposed, by=eve)
    for verb in (confirm_switch, decline_switch):
        with pytest.raises(AlreadyDone, match="Eve has declined version 2"):
            verb(switch=proposed, by=eve)
    again = propose_switch(version=version, by=adam, reason=WHY)
    confirm_switch(switch=again, by=eve)
    for verb in (confirm_switch, decline_switch):
        with pytest.raises(AlreadyDone, match="Eve has switched version 2 on"):
            verb(switch=again, by=eve)


def test_who_proposed_may_take_it_back(proposed, version, adam):
    assert open_switch(version) == proposed
    declined = decline_switch(switch=proposed, by=adam)
    assert (declined.declined_by, declined.confirmed_at) == (adam, None)
    with pytest.raises(AlreadyDone, match="Adam has declined"):
        open_switch(version)


def test_the_open_proposal_is_found_behind_a_later_return(shipped, version, adam):
    switch_on(version)
    return_to_version(version=shipped, by=adam, reason=WHY)
    waiting = propose_switch(version=version, by=adam, reason=WHY)
    return_to_version(version=version, by=adam, reason=WHY)
    assert open_switch(version) == waiting


def test_a_version_never_proposed_says_so(version):
    with pytest.raises(PolicyRefused, match=r"Version 2 is not proposed\. Propose it first"):
        open_switch(version)


def test_a_version_that_was_never_in_force_is_no_way_back(version, adam):
    with pytest.raises(PolicyRefused, match=r"was never in force\. Propose it") as refused:
        return_to_version(version=version, by=adam, reason=WHY)
    assert refused.value.field == "version"
    assert active_policy().number == 1


def test_a_proposal_needs_a_reason(version, adam):
    with pytest.raises(PolicyRefused) as refused:
        propose_switch(version=version, by=adam, reason="  ")
    assert (refused.value.field, refused.value.code) == ("reason", "required")


def test_a_switch_counts_also_where_another_servers_clock_was_ahead(proposed, shipped, eve):
    ahead = timezone.now() + timedelta(hours=1)
    confirmed_row(shipped).save()
    PolicySwitch.objects.filter(version=shipped).update(confirmed_at=ahead)
    confirm_switch(switch=proposed, by=eve)
    assert active_policy().number == 2


def test_the_list_of_switches_can_not_lose_one(proposed):
    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        PolicySwitch.objects.all().delete()


def at_once(*verbs) -> list[object]:
    """What each verb gave or raised, called in threads with connections of their own."""
    outcomes, barrier = [], threading.Barrier(len(verbs))

    def call(verb) -> None:
        try:
            barrier.wait(timeout=10)
            outcomes.append(verb())
        except AlreadyDone as error:
            outcomes.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=call, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_of_four_who_confirm_at_once_one_wins_and_the_others_are_told_who():
    policies.active_policy()
    switch = propose_switch(version=safe_version(), by=administrator("Adam"), reason=WHY)
    people = [UserFactory(is_staff=True) for _ in range(4)]
    outcomes = at_once(*[lambda p=p: confirm_switch(switch=switch, by=p) for p in people])
    (winner,) = [each for each in outcomes if isinstance(each, PolicySwitch)]
    told = {str(each) for each in outcomes if isinstance(each, AlreadyDone)}
    assert len(outcomes) == 4
    assert all(line.startswith(f"{winner.confirmed_by} has switched version 2 on") for line in told)
    assert PolicySwitch.objects.get(pk=switch.pk).confirmed_by == winner.confirmed_by
    assert active_policy().number == 2


@pytest.mark.django_db(transaction=True)
def test_of_four_who_return_or_propose_at_once_one_wins():
    shipped = PolicyVersion.objects.get(pk=active_policy().version_id)
    version = safe_version()
    people = [UserFactory(is_staff=True) for _ in range(4)]
    outcomes = at_once(
        *[lambda p=p: propose_switch(version=version, by=p, reason=WHY) for p in people]
    )
    assert sum(isinstance(each, PolicySwitch) for each in outcomes) == 1
    confirm_switch(switch=open_switch(version), by=administrator("Zoe"))
    outcomes = at_once(
        *[lambda p=p: return_to_version(version=shipped, by=p, reason=WHY) for p in people]
    )
    assert sum(isinstance(each, PolicySwitch) for each in outcomes) == 1
    assert len(outcomes) == 4
    assert PolicySwitch.objects.filter(is_return=True).count() == 1


class TestReplayBeforeSwitching:
    def test_proposing_tries_the_version_on_stored_reports(self, proposed, version, shipped):
        replay = version.replays.get()
        assert (replay.against, replay.months) == (shipped, 12)
        assert replay.finished_at is not None

    def test_nobody_confirms_before_the_replay_is_finished(
        self, proposed, version, eve, monkeypatch
    ):
        version.replays.update(finished_at=None, claimed_until=None)
        monkeypatch.setattr(switching, "run_replays", lambda keep_going: True)
        with pytest.raises(PolicyRefused, match="It is being replayed") as refused:
            confirm_switch(switch=proposed, by=eve)
        assert refused.value.code == "not_replayed"
        assert active_policy().number == 1
        assert version.replays.count() == 1

    def test_a_replay_against_what_is_no_longer_in_force_is_made_anew(
        self, proposed, version, shipped, adam, eve
    ):
        other = unsafe_version()
        PolicyReplay.objects.filter(version=version).update(against=other)
        with pytest.raises(PolicyRefused, match="then confirm"):
            confirm_switch(switch=proposed, by=eve)
        assert {replay.against for replay in version.replays.all()} == {other, shipped}
        assert confirm_switch(switch=proposed, by=eve).confirmed_by == eve
