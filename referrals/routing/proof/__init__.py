"""Proof that a policy keeps its invariants in every situation, before it is switched on.

Pure, as the engine is. Not samples: the policy is worked out once for all situations its
conditions can tell apart, as sets of situations.

    proof = prove(policy, read_invariants(mapping, policy))
    changes = compare_policies(old, new)
"""

from referrals.routing.proof.comparing import Change, compare_policies
from referrals.routing.proof.invariants import Invariant, read_invariants
from referrals.routing.proof.proving import Breach, Proof, prove

__all__ = [
    "Breach",
    "Change",
    "Invariant",
    "Proof",
    "compare_policies",
    "prove",
    "read_invariants",
]
