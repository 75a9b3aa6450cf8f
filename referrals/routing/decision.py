"""What a decision says. Frozen, comparable, and plain enough to be stored (`as_dict`)."""

from dataclasses import dataclass


def _plain(value):
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.as_dict() if isinstance(value, Stored) else value


class Stored:
    """A record that turns into what JSON knows."""

    @classmethod
    def made(cls, **fields):
        """A record of all its fields; a frozen dataclass's own way takes five times as long."""
        record = object.__new__(cls)
        vars(record).update(fields)
        return record

    def but(self, **fields):
        """The same record but for these fields."""
        return self.made(**{**vars(self), **fields})

    def as_dict(self):
        # vars() instead of dataclasses.asdict, which copies deeply and costs ten times as much
        return {name: _plain(value) for name, value in vars(self).items()}


@dataclass(frozen=True)
class Recipient(Stored):
    """A role that is told or proposed, and the row (`rule`) that says so.

    `due_minutes` run from filing to `deadline`; `waits_for` names the guards that hold it back
    although its gate may be opened (consent, the clearance of a host-State unit).
    """

    role: str
    kind: str
    gate: str
    redaction: str
    via: str | None
    assigned: str | None
    state: str | None
    rule: str
    reason: str
    source: str
    citation: str
    deadline: str | None
    due_minutes: int | None
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suppressed(Stored):
    """A role that a guard took out or that must not be told, for the CP lead to see."""

    role: str
    guard: str
    reason: str
    source: str
    citation: str


@dataclass(frozen=True)
class FiredGuard(Stored):
    """A guard at work: `reason` for the desk, `officer_text` for the person who files."""

    id: str
    reason: str
    officer_text: str | None
    source: str
    citation: str
    overridable: bool


@dataclass(frozen=True)
class Refusal(Stored):
    """A step the officer asked for and may not take."""

    action: str
    guard: str
    text: str


@dataclass(frozen=True)
class Task(Stored):
    """Something one role must do; `due_minutes` and `horizon_minutes` run from filing."""

    code: str
    label: str
    owner: str
    due_minutes: int | None
    horizon_minutes: int | None
    rule: str
    reason: str
    source: str
    citation: str


@dataclass(frozen=True)
class Decision(Stored):
    """Everything the policy says about one report, explained."""

    track: str
    priority: str
    ack_minutes: int
    classification: str
    flash: bool
    poc_phase: str
    recipients: tuple[Recipient, ...]
    suppressed: tuple[Suppressed, ...]
    guards: tuple[FiredGuard, ...]
    refused: tuple[Refusal, ...]
    tasks: tuple[Task, ...]
    interlocutor: str | None
