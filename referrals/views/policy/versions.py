"""The policy for those who answer for it: its versions, and one of them as sentences."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from actors.models import User
from actors.permissions import sees_a_whole_directory
from referrals.forms.switching import SwitchForm
from referrals.models import PolicyDraft, PolicyProof, PolicySwitch, PolicyVersion
from referrals.permissions import (
    can_confirm_policy,
    can_decide_policy,
    can_read_policy,
    can_write_policy,
)
from referrals.policy_file import read_text
from referrals.routing import PolicyError
from referrals.routing.terms import Terms
from referrals.views.policy.parts import rule_parts, section_parts, word_parts
from referrals.views.policy.proofs import proof_words
from referrals.views.policy.states import Switches, VersionState
from referrals.workflow.policies import compiled_version
from referrals.workflow.proving import proof_of, proofs_of

BODIES = ("body", "based_on__body")
POINTED_TO = ("guards", "section-")  # parts whose entries a proof may name


@login_required
@require_safe
def list_versions(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, what is in force, drafts, and every version."""
    check_reader(request.user)
    switches = Switches()
    versions = list(PolicyVersion.objects.select_related("author", "based_on").defer(*BODIES))
    proofs = proofs_of(versions)
    standing = switches.in_force
    context = {
        "waiting": [
            _proposal(request.user, switch, proofs.get(switch.version_id))
            for switch in switches.waiting
        ],
        "in_force": standing,
        "proof": proof_words(proofs.get(standing.version_id)) if standing else {},
        "versions": [
            {
                "version": version,
                "state": switches.state_of(version),
                "proof": proof_words(proofs.get(version.pk)),
            }
            for version in versions
        ],
        "drafts": PolicyDraft.objects.select_related("author", "based_on").defer(*BODIES),
        "can_write": can_write_policy(request.user),
        "can_try": sees_a_whole_directory(request.user),
    }
    return render(request, "referrals/policy/list.html", context)


@login_required
@require_safe
def show_version(request: HttpRequest, number: int) -> HttpResponse:
    """One version: where it stands, whether it is safe, and every rule as sentences."""
    return version_page(request, readable_version(request.user, number), SwitchForm())


@login_required
@require_safe
def download(request: HttpRequest, number: int) -> HttpResponse:
    """The policy file of a version, as it is stored."""
    version = readable_version(request.user, number)
    name = {"Content-Disposition": f'attachment; filename="policy-{number}.yaml"'}
    return HttpResponse(version.body, content_type="text/plain; charset=utf-8", headers=name)


def check_reader(user: User) -> None:
    """404 for whoever may not read the policy: to them it does not exist."""
    if not can_read_policy(user):
        raise Http404


def readable_version(user: User, number: int) -> PolicyVersion:
    """The version with this number; 404 where there is none or it is not theirs to read."""
    check_reader(user)
    described = PolicyVersion.objects.select_related("author", "based_on")
    return get_object_or_404(described.defer("based_on__body"), number=number)


def read_version(version: PolicyVersion) -> tuple[dict[str, object], Terms]:
    """The policy file as plain data, and its words.

    Raises PolicyError where this release cannot use what an earlier one has stored.
    """
    terms = compiled_version(version.pk).policy.terms
    return read_text(version.body, f"policy {version.number}")[0], terms


def version_page(request: HttpRequest, version: PolicyVersion, form: SwitchForm) -> HttpResponse:
    """The page of one version; 422 where something was refused at its field in `form`."""
    switches, proof = Switches(), proof_of(version)
    state, rules = switches.state_of(version), _rules(version)
    context = {
        "version": version,
        "state": state,
        "in_force": switches.in_force,
        "waiting": _proposal(request.user, state.waiting, proof) if state.waiting else None,
        "proof": proof_words(proof, rules.get("codes", ())),
        "replays": version.replays.select_related("against").defer("against__body"),
        "form": form,
        **rules,
        **_verbs(request.user, state, proof),
    }
    status = 422 if form.errors else 200
    return render(request, "referrals/policy/version.html", context, status=status)


def _verbs(user: User, state: VersionState, proof: PolicyProof | None) -> dict[str, object]:
    """What this person can do with the version now. Going back proves it where need be."""
    writes, has_failed = can_write_policy(user), bool(proof and not proof.passed)
    is_new = not state.spells and not state.waiting
    was_in_force = bool(state.spells) and not state.is_in_force
    return {
        "can_write": writes,
        "can_prove": proof is None and can_decide_policy(user),
        "can_propose": writes and proof is not None and proof.passed and is_new,
        "can_return": writes and not has_failed and was_in_force,
    }


def _proposal(user: User, switch: PolicySwitch, proof: PolicyProof | None) -> dict[str, object]:
    """A proposal that waits for somebody, and whether that is this person."""
    has_failed = bool(proof and not proof.passed)
    return {
        "switch": switch,
        "has_failed": has_failed,
        "can_confirm": can_confirm_policy(user, switch) and not has_failed,
        "can_decline": can_decide_policy(user),
        "is_own": user.pk in (switch.proposed_by_id, switch.version.author_id),
        "is_proposer": user.pk == switch.proposed_by_id,
    }


def _rules(version: PolicyVersion) -> dict[str, object]:
    """The policy as sentences, and the codes a proof may point to."""
    try:
        mapping, terms = read_version(version)
    except PolicyError as error:
        return {"unreadable": str(error)}
    rules = [*section_parts(mapping, terms), *rule_parts(mapping, terms)]
    pointed_to = (part for part in rules if part.key.startswith(POINTED_TO))
    return {
        "rules": rules,
        "words": word_parts(mapping, terms),
        "codes": {entry.code for part in pointed_to for entry in part.entries},
    }
