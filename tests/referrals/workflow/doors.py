"""One button, pressed on its page and over the API, and what came of it in the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.messages import constants, get_messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm
from django.test import Client
from rest_framework.test import APIClient

from actors.models import Scope
from actors.roles import Role
from actors.scopes import make_token
from referrals.forms.correct import CorrectionForm
from referrals.models import Referral, Report, Task

Values = Mapping[str, object]
API = "/api/v1"


@dataclass(frozen=True)
class Situation:
    """What somebody has before them: a report, one of its recipients, its task, another report."""

    report: Report
    referral: Referral
    task: Task
    other: Report
    uuid: UUID


@dataclass(frozen=True)
class Button:
    """Where it stands on the pages and in the API, and what is sent with it to both.

    `by` is the role that may press it, nothing for the recipient it is about; `gates` are those of
    the recipients it is for. `page_only` is what the page sends besides to say which button it
    was; `sent_by_program` is for what the API takes in another shape. A page that `keeps_text` is
    not left when somebody was faster, and says so at its top.
    """

    page: Callable[[Situation], str]
    api: Callable[[Situation], str]
    sent: Callable[[Situation], Values] = field(default=lambda at: {})
    page_only: Values = field(default_factory=dict)
    sent_by_program: Callable[[Situation], Values] | None = None
    is_correction: bool = False
    keeps_text: bool = False
    by: str = Role.CPA
    gates: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Outcome:
    """What whoever pressed was told: done, already done by whom, refused where, or not there."""

    kind: str
    said: str = ""
    refused: Mapping[str, list[str]] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()

    def agrees_with(self, other: Outcome) -> bool:
        """The same answer; what one of them has no field for stands at its top."""
        known = self.fields | other.fields
        return (self.kind, self.said, _at(self.refused, known)) == (
            other.kind,
            other.said,
            _at(other.refused, known),
        )


class Page:
    """The door of somebody with a browser."""

    def __init__(self, user):
        self.client = Client()
        self.client.force_login(user)

    def press(self, button: Button, at: Situation) -> Outcome:
        self.client.cookies.pop("messages", None)
        path, sent = button.page(at), {**button.sent(at), **button.page_only}
        if not button.is_correction:
            outcome = _of_page(self.client.post(path, _typed(sent)))
            return _stayed(outcome) if button.keeps_text else outcome
        form = CorrectionForm(report=at.report)
        known = {name: form[name].value() for name in form.fields}
        values = _typed({name: v for name, v in known.items() if v not in (None, False, "")} | sent)
        shown = self.client.post(path, values | {"show": "1"})
        if shown.status_code != 200:
            return _of_page(shown)
        return _of_page(
            self.client.post(path, values | {"apply": "1", "seen": shown.context["seen"]})
        )


class Program:
    """The door of a program that acts for somebody."""

    def __init__(self, user):
        self.client = APIClient()
        token = make_token(user=user, scopes=[Scope.REPORTS])
        self.client.credentials(HTTP_AUTHORIZATION=f"Token {token}")

    def press(self, button: Button, at: Situation) -> Outcome:
        path, sent = button.api(at), (button.sent_by_program or button.sent)(at)
        if not button.is_correction:
            return _of_api(self._post(path, sent))
        facts = {name: value for name, value in sent.items() if name != "reason"}
        shown = self._post(f"{path}preview/", facts)
        if shown.status_code != 200:
            return _of_api(shown)
        return _of_api(self._post(path, {**sent, "seen": shown.data["seen"]}))

    def _post(self, path: str, sent: Values):
        return self.client.post(API + path, sent, format="json")


def _typed(values: Values) -> dict[str, object]:
    """As a browser sends it: ticks are "on"."""
    return {name: "on" if value is True else value for name, value in values.items()}


def _of_page(answer) -> Outcome:
    if answer.status_code == 404:
        return Outcome("not there")
    if answer.status_code == 302:
        said = list(get_messages(answer.wsgi_request))
        warnings = [str(each) for each in said if each.level == constants.WARNING]
        is_done = any(each.level == constants.SUCCESS for each in said) or _only_unreachable(said)
        return Outcome("done") if is_done else Outcome("already", " ".join(warnings))
    assert answer.status_code == 422, (answer.status_code, answer.content[:300])
    forms = list(_refused_forms(answer.context))
    refused: dict[str, list[str]] = {}
    for form in forms:
        for name, errors in form.errors.items():
            refused.setdefault("" if name == NON_FIELD_ERRORS else name, []).extend(errors)
    return Outcome("refused", "", refused, frozenset().union(*(form.fields for form in forms)))


def _stayed(outcome: Outcome) -> Outcome:
    """Refused at no field: somebody was faster."""
    if outcome.kind != "refused" or set(outcome.refused) != {""}:
        return outcome
    return Outcome("already", " ".join(outcome.refused[""]))


def _only_unreachable(said: list) -> bool:
    """Done as well, though nobody could be written to."""
    return any(str(each).startswith(("Kept, but", "Stored, but", "Added. It")) for each in said)


def _of_api(answer) -> Outcome:
    if answer.status_code == 404:
        return Outcome("not there")
    if answer.status_code in (200, 201):
        return Outcome("done")
    errors = {
        "" if name == "non_field_errors" else name: [str(each["message"]) for each in found]
        for name, found in answer.data["errors"].items()
    }
    if answer.status_code == 409:
        return Outcome("already", " ".join(errors[""]))
    assert answer.status_code == 400, (answer.status_code, answer.data)
    return Outcome("refused", "", errors)


def _refused_forms(context) -> Iterator[BaseForm]:
    """Every form of a page that was sent and refused, each once."""
    seen: set[int] = set()
    for layer in context:
        for values in layer.dicts:
            yield from _forms_in(values, seen)


def _forms_in(value: object, seen: set[int]) -> Iterator[BaseForm]:
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, BaseForm):
        if value.is_bound and value.errors:
            yield value
    elif isinstance(value, dict):
        for each in list(value.values()):
            yield from _forms_in(each, seen)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _forms_in(each, seen)


def _at(refused: Mapping[str, list[str]], known: frozenset[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, words in refused.items():
        found.setdefault(name if name in known else "", []).extend(words)
    return {name: sorted(words) for name, words in found.items()}
