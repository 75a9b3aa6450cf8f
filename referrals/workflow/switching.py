"""Which version is in force: proposed by one person, confirmed by another (four eyes).

Every change is one conditional update or happens under a lock on the version, so that of two
people pressing at once one wins and the other is told who did it.
"""

from __future__ import annotations

from time import monotonic

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actors.models import User
from referrals.models import PolicyReplay, PolicySwitch, PolicyVersion
from referrals.permissions import can_confirm_policy, can_decide_policy
from referrals.workflow.drafting import check_writer
from referrals.workflow.errors import AlreadyDone, NotAllowed, NotProven, PolicyRefused, moment
from referrals.workflow.policies import confirmed_switches, next_moment
from referrals.workflow.proving import prove_version
from referrals.workflow.replaying import run_replays, start_replay

PEOPLE = ("version", "version__author", "proposed_by", "confirmed_by", "declined_by")
REPLAYED_MONTHS = 12
FIRST_TURN = 1.0  # seconds
UNDECIDED = {"confirmed_at": None, "declined_at": None}


def in_force() -> PolicySwitch | None:
    """The switch that put the version in force there, with its version and people."""
    return confirmed_switches().select_related(*PEOPLE).first()


def open_switch(version: PolicyVersion) -> PolicySwitch:
    """The proposal of this version that waits for a decision.

    Raises:
        AlreadyDone: the newest one is decided; the text says by whom.
        PolicyRefused: it was never proposed.
    """
    switches = version.switches.select_related(*PEOPLE)
    newest = switches.filter(**UNDECIDED).first() or switches.first()
    if newest is None:
        message = _("Version %(number)s is not proposed. Propose it first.")
        raise PolicyRefused("version", "not_proposed", message % {"number": version.number})
    return _undecided(newest)


def propose_switch(*, version: PolicyVersion, by: User, reason: str) -> PolicySwitch:
    """Ask for a version to be switched on; it is proven first, and tried on stored reports.

    Raises:
        NotAllowed: this person does not write the policy.
        PolicyRefused: no reason.
        NotProven: the version breaks an invariant; carries the proof.
        AlreadyDone: it is proposed already, or in force.
    """
    check_writer(by)
    _check_reason(reason)
    check_proven(version)
    with transaction.atomic():
        _take_turns(version)
        _check_not_in_force(version)
        _check_not_proposed(version)
        switch = PolicySwitch.objects.create(
            version=version, reason=reason.strip(), proposed_by=by, proposed_at=timezone.now()
        )
    replay_before_switch(version, by)
    return switch


def confirm_switch(*, switch: PolicySwitch, by: User) -> PolicySwitch:
    """A second person puts the proposed version in force, at once and for every process.

    Raises:
        NotAllowed: this person proposed it, wrote the version, or may not confirm at all.
        NotProven: the version breaks an invariant of today; carries the proof.
        PolicyRefused: it is not replayed yet against what is in force; that begins then.
        AlreadyDone: it was decided before, by somebody named in the text.
    """
    switch = _undecided(_read_again(switch))
    _check_second_person(switch, by)
    check_proven(switch.version)
    _check_replayed(switch, by)
    return _decide(switch, confirmed_by=by, confirmed_at=next_moment())


def decline_switch(*, switch: PolicySwitch, by: User) -> PolicySwitch:
    """Close a proposal without switching. Who proposed it may so take it back.

    Raises:
        NotAllowed: this person is neither administrator nor adviser.
        AlreadyDone: it was decided before, by somebody named in the text.
    """
    check_decider(by)
    switch = _undecided(_read_again(switch))
    return _decide(switch, declined_by=by, declined_at=timezone.now())


def return_to_version(*, version: PolicyVersion, by: User, reason: str = "") -> PolicySwitch:
    """Put a version that was in force before in force again: one act of one person.

    It asks for nothing that could delay it; a reason given is kept.

    Raises:
        NotAllowed: this person does not write the policy.
        PolicyRefused: the version was never in force.
        NotProven: it breaks an invariant of today; carries the proof.
        AlreadyDone: it is in force.
    """
    check_writer(by)
    if not confirmed_switches().filter(version=version).exists():
        message = _("Version %(number)s was never in force. Propose it; a second person confirms.")
        raise PolicyRefused("version", "never_in_force", message % {"number": version.number})
    check_proven(version)
    with transaction.atomic():
        _take_turns(version)
        _check_not_in_force(version)
        at = next_moment()
        return PolicySwitch.objects.create(
            version=version,
            reason=reason.strip(),
            proposed_by=by,
            proposed_at=at,
            confirmed_by=by,
            confirmed_at=at,
            is_return=True,
        )


def check_decider(by: User) -> None:
    """Raise NotAllowed for whoever decides on no proposal at all."""
    if not can_decide_policy(by):
        raise NotAllowed(
            _("Administrators and child protection advisers decide on this. Ask one of them.")
        )


def check_proven(version: PolicyVersion) -> None:
    """Prove a version under the invariants in use. Raises NotProven, which carries the proof."""
    proof = prove_version(version)
    if not proof.passed:
        raise NotProven(proof)


def replay_before_switch(version: PolicyVersion, by: User) -> PolicyReplay:
    """Try a version on the reports of the last months; most missions have the answer at once.

    What is left after a moment goes on in the worker.
    """
    replay = start_replay(version=version, months=REPLAYED_MONTHS, by=by)
    end = monotonic() + FIRST_TURN
    run_replays(keep_going=lambda: monotonic() < end)
    replay.refresh_from_db()
    return replay


def _check_replayed(switch: PolicySwitch, by: User) -> None:
    """Raise PolicyRefused where nobody can see yet what would change."""
    version, now = switch.version, in_force()
    if version.replays.filter(finished_at__isnull=False, against=now.version).exists():
        return
    _undecided(_read_again(switch))  # somebody was faster, and it is in force itself
    replay_before_switch(version, by)
    message = _(
        "It is being replayed on the stored reports. Look on the page of version %(number)s at "
        "what would change, then confirm."
    )
    raise PolicyRefused("version", "not_replayed", message % {"number": version.number})


def _check_reason(reason: str) -> None:
    if not reason.strip():
        message = _("Write why this version should be in force: the reason is kept.")
        raise PolicyRefused("reason", "required", message)


def _take_turns(version: PolicyVersion) -> None:
    """Until the transaction ends, nobody else proposes or returns to this version."""
    PolicyVersion.objects.select_for_update(no_key=True).get(pk=version.pk)


def _check_not_in_force(version: PolicyVersion) -> None:
    now = in_force()
    if now and now.version_id == version.pk:
        raise AlreadyDone(
            _("Version %(number)s is in force since %(at)s, by %(name)s. Nothing is left to do.")
            % {
                "number": version.number,
                "at": moment(now.confirmed_at),
                "name": now.confirmed_by or _("the release"),
            }
        )


def _check_not_proposed(version: PolicyVersion) -> None:
    waiting = version.switches.filter(**UNDECIDED).select_related("proposed_by").first()
    if waiting:
        raise AlreadyDone(
            _(
                "%(name)s proposed version %(number)s, %(at)s. "
                "Confirm or decline that; who proposed it may decline it too."
            )
            % {
                "name": waiting.proposed_by,
                "number": version.number,
                "at": moment(waiting.proposed_at),
            }
        )


def _check_second_person(switch: PolicySwitch, by: User) -> None:
    check_decider(by)
    if can_confirm_policy(by, switch):
        return
    if by.pk == switch.proposed_by_id:
        message = _("You proposed this. Ask another administrator or an adviser to confirm it.")
    else:
        message = _("You wrote this. Ask another administrator or an adviser to confirm it.")
    raise NotAllowed(message)


def _read_again(switch: PolicySwitch) -> PolicySwitch:
    return PolicySwitch.objects.select_related(*PEOPLE).get(pk=switch.pk)


def _undecided(switch: PolicySwitch) -> PolicySwitch:
    """The switch itself. Raises AlreadyDone saying who decided what."""
    if switch.confirmed_at:
        message = _("%(name)s has switched version %(number)s on, %(at)s. Look what is in force.")
        name, at = switch.confirmed_by or _("The release"), switch.confirmed_at
    elif switch.declined_at:
        message = _("%(name)s has declined version %(number)s, %(at)s. Propose it anew if need be.")
        name, at = switch.declined_by, switch.declined_at
    else:
        return switch
    raise AlreadyDone(message % {"name": name, "number": switch.version.number, "at": moment(at)})


def _decide(switch: PolicySwitch, **decision: object) -> PolicySwitch:
    """Write the decision, unless somebody was faster: then AlreadyDone."""
    decided = PolicySwitch.objects.filter(pk=switch.pk, **UNDECIDED).update(**decision)
    return _read_again(switch) if decided else _undecided(_read_again(switch))
