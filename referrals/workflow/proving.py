"""Proving a stored version against the invariants of this release, once."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from pathlib import Path

from referrals import routing
from referrals.models import PolicyProof, PolicyVersion
from referrals.policy_file import INVARIANTS, load_text, read_mapping
from referrals.routing import PolicyError
from referrals.routing.proof import Breach, prove, read_invariants


def prove_version(version: PolicyVersion) -> PolicyProof:
    """The proof of a version under the invariants in use, worked out where it is not stored.

    May take some seconds, for which a caller that holds a lock keeps others waiting.

    Raises:
        FileRefused: the stored text does not compile.
    """
    stored = proof_of(version)
    if stored:
        return stored
    sha256 = invariants_fingerprint()
    found = _find(version.body, sha256, prove)
    return PolicyProof.objects.get_or_create(
        version=version, invariants_sha256=sha256, defaults=found
    )[0]


def proof_of(version: PolicyVersion) -> PolicyProof | None:
    """The stored proof of a version under the invariants in use; one statement."""
    return proofs_of([version]).get(version.pk)


def proofs_of(versions: Iterable[PolicyVersion]) -> dict[int, PolicyProof]:
    """The stored proofs under the invariants in use, by the version's key; one statement."""
    proofs = PolicyProof.objects.filter(
        version__in=versions, invariants_sha256=invariants_fingerprint()
    )
    return {proof.version_id: proof for proof in proofs.select_related("version")}


def invariants_fingerprint() -> str:
    """Hex SHA-256 of the file of invariants in use and of the engine that reads the rules.

    A release that changes either proves every version anew before it is switched on again.
    """
    return hashlib.sha256(INVARIANTS.read_bytes() + _engine()).hexdigest()


@cache
def _engine() -> bytes:
    """The source of the engine: it cannot change while the process runs."""
    sources = sorted(Path(routing.__file__).parent.rglob("*.py"))
    return b"".join(source.read_bytes() for source in sources)


@lru_cache(maxsize=16)
def _find(body: str, _invariants_sha256: str, prover: Callable) -> dict[str, object]:
    """What `prover` says, as columns of PolicyProof; one text is proven once per process."""
    started = time.monotonic()
    policy = load_text(body, "policy")
    try:
        proof = prover(policy, read_invariants(read_mapping(INVARIANTS)[0], policy))
        situations, breaches = proof.situations, proof.breaches
    except PolicyError as error:
        situations, breaches = 0, (_cannot_be_asked(error),)
    return {
        "situations": str(situations),
        "milliseconds": round(1000 * (time.monotonic() - started)),
        "breaches": [breach.as_dict() for breach in breaches],
        "passed": not breaches,
    }


def _cannot_be_asked(error: PolicyError) -> Breach:
    """The policy lacks a role, fact or guard that an invariant speaks of."""
    return Breach(
        invariant=error.row or INVARIANTS.name,
        text="The policy has every role, fact and guard that the invariants speak of.",
        source="D",
        detail=str(error),
        example=None,
        set_aside=None,
    )
