"""A version is proven once under each file of invariants, and what was found is kept."""

import pytest
from django.db import InternalError, transaction

from referrals.models import PolicyProof
from referrals.policy_file import INVARIANTS, STANDARD
from referrals.routing.proof import prove
from referrals.workflow import proving
from referrals.workflow.policies import store_version
from referrals.workflow.proving import proof_of, proofs_of, prove_version
from tests.referrals.policy_versions import safe_version, unsafe_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def tighten(monkeypatch, tmp_path):
    """A function that adds lines to the invariants of the release."""

    def tightened(lines: str) -> None:
        path = tmp_path / "invariants.yaml"
        path.write_text(INVARIANTS.read_text(encoding="utf-8") + lines, encoding="utf-8")
        monkeypatch.setattr(proving, "INVARIANTS", path)

    return tightened


def test_the_shipped_policy_keeps_every_invariant():
    proof = prove_version(store_version(STANDARD.read_text(encoding="utf-8")))
    assert (proof.passed, proof.breaches) == (True, [])
    assert int(proof.situations) > 10**30


def test_a_breach_is_kept_with_a_smallest_example():
    proof = prove_version(unsafe_version())
    assert not proof.passed
    stored = PolicyProof.objects.get(pk=proof.pk)
    breach = next(b for b in stored.breaches if b["invariant"] == "SUPERVISOR_TOLD")
    assert breach["text"] == "The reporting officer's own supervisor is told at once, always."
    assert breach["detail"] == "not told: UNPOL_SUPERVISOR"
    assert breach["example"] == {}


def test_a_proof_that_is_stored_is_read_and_not_made_again(monkeypatch, django_assert_num_queries):
    version = safe_version()
    assert proof_of(version) is None
    first = prove_version(version)
    monkeypatch.setattr(proving, "prove", None)
    with django_assert_num_queries(1):
        assert prove_version(version) == first
    assert proof_of(version) == first


def test_one_text_is_proven_once_per_process(monkeypatch):
    calls = []
    monkeypatch.setattr(proving, "prove", lambda *given: calls.append(given) or prove(*given))
    with transaction.atomic():
        prove_version(safe_version())
        transaction.set_rollback(True)
    assert prove_version(safe_version()).passed
    assert len(calls) == 1


def test_proofs_of_many_versions_take_one_statement(django_assert_num_queries):
    versions = [safe_version(), unsafe_version()]
    expected = {version.pk: prove_version(version) for version in versions}
    with django_assert_num_queries(1):
        assert proofs_of(versions) == expected


def test_other_invariants_ask_for_another_proof(tighten):
    version = safe_version()
    first = prove_version(version)
    tighten("# Read again.\n")
    assert proof_of(version) is None
    second = prove_version(version)
    assert (second.passed, second.pk != first.pk) == (True, True)


def test_a_policy_without_a_word_of_the_invariants_is_not_proven(tighten):
    tighten(
        "- id: PILOT_TOLD\n  text: The pilot is told.\n  source: [D]\n"
        "  when: always\n  told: [{roles: [PILOT]}]\n"
    )
    proof = prove_version(safe_version())
    (breach,) = proof.breaches
    assert (proof.passed, breach["invariant"], breach["example"]) == (False, "PILOT_TOLD", None)
    assert "'PILOT' is not known" in breach["detail"]


def test_a_proof_can_be_neither_changed_nor_deleted():
    proof = PolicyProof.objects.filter(pk=prove_version(unsafe_version()).pk)
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        proof.update(passed=True, breaches=[])
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        proof.delete()
