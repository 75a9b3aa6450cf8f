"""Who is told what, and who must not be: facts in, decision out.

Pure: the standard library only. The policy is data; this package knows no role and no violation.

    policy = compile_policy(mapping)
    decision = decide(policy.facts({"violations": ["abduction"], ...}), policy)
"""

from referrals.routing.deciding import decide
from referrals.routing.decision import Decision, Recipient
from referrals.routing.errors import FactsError, OverrideError, PolicyError
from referrals.routing.facts import Fact, Facts
from referrals.routing.policy import Policy, compile_policy

__all__ = [
    "Decision",
    "Fact",
    "Facts",
    "FactsError",
    "OverrideError",
    "Policy",
    "PolicyError",
    "Recipient",
    "compile_policy",
    "decide",
]
