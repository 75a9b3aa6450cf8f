"""Filing in a browser: write, check who will know, send. What was typed is never lost."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from actors.models import Mission, User
from actors.standing import standing_of
from referrals.forms.filing import SEVERAL, ReportForm
from referrals.forms.versions import PAGE_FIELDS, LeftOver, carried_on, fit_draft, form_version
from referrals.models import Draft, Report
from referrals.models.choices import CONFIDED
from referrals.views.preview import preview_context
from referrals.views.similar import similar_context
from referrals.workflow.advising import advice_for
from referrals.workflow.drafts import DraftRefused, forget_draft, save_draft, typed_in
from referrals.workflow.filing import SentDifferently, file_report

# Binds a page to who opened it, so that text typed there is given back to nobody else.
OWNER_SALT = "referrals.filing.owner"
# What is no part of the report: `adds_to` is chosen anew on each check page.
NOT_FACTS = ("csrfmiddlewaretoken", "action", "owner", "adds_to")

SENT_BEFORE = gettext_lazy("You sent this report before. The change you made now was not stored.")
KEPT_BOTH = gettext_lazy(
    "This draft was changed elsewhere meanwhile. Both are kept: see “Not sent yet”."
)


@require_http_methods(["GET", "POST"])
def new_report(request: HttpRequest) -> HttpResponse:
    """The report form and its steps; one address, so that "back" works."""
    if not request.user.is_authenticated:
        return _signed_out(request)
    mission = mission_of(request.user)
    if mission is None:
        return render(request, "referrals/no_post.html", status=403)
    if request.method == "GET":
        return _open(request, mission)
    step = _STEPS.get(request.POST.get("action"), _check)
    return step(request, mission)


def typed_again(request: HttpRequest) -> HttpResponse:
    """The form as typed, when the page was open too long to be trusted; nothing was stored."""
    mission = mission_of(request.user)
    if mission is None:
        return render(request, "referrals/no_post.html", status=403)
    messages.warning(
        request, _("This page had been open for too long. Nothing was sent. Check and continue.")
    )
    return _page(
        request, ReportForm(request.POST, mission=mission, reporter=request.user), status=403
    )


def leave_the_reference(request: HttpRequest, report: Report) -> HttpResponse:
    """On to the page that shows the reference once; the report itself opens for others only."""
    request.session["sent_reference"] = report.reference
    return redirect("sent-in-confidence")


@login_required
def sent_in_confidence(request: HttpRequest) -> HttpResponse:
    """The reference of a report its reporter may not open again; shown once."""
    reference = request.session.pop("sent_reference", None)
    if reference is None:
        return redirect("my-reports")
    return render(request, "referrals/sent_in_confidence.html", {"reference": reference})


def _open(request: HttpRequest, mission: Mission) -> HttpResponse:
    """A fresh id, or an own draft: what still fits is filled in, the rest is shown beside it."""
    form = ReportForm(mission=mission, reporter=request.user)
    draft = _own_draft(request)
    if draft is None:
        form.initial = {"uuid": uuid.uuid4()}
        return _page(request, form)
    fitted = fit_draft(typed_in(draft), draft.form, form)
    form.initial = _as_initial(_query_dict(fitted.typed)) | {"uuid": draft.uuid}
    return _page(request, form, left_over=fitted.left_over, draft_version=draft.version)


def _check(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Show who will be told and why, or what to mend."""
    form = ReportForm(_unlinked(request.POST), mission=mission, reporter=request.user)
    if not form.is_valid():
        return _page(request, form, status=422)
    filing = form.filing()
    context = {"typed": _typed(request.POST), "owner": owner_token(request.user)}
    context |= preview_context(request.user, filing)
    context |= similar_context(request.user, filing, context.get("gated", ()))
    return render(request, "referrals/check.html", context)


def _edit(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Back from the check, everything still there."""
    return _page(
        request,
        ReportForm(initial=_as_initial(request.POST), mission=mission, reporter=request.user),
    )


def _save(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Keep the unfinished report and leave."""
    try:
        draft = _keep(request, request.user)
    except DraftRefused as refused:
        messages.error(request, str(refused))
        form = ReportForm(initial=_as_initial(request.POST), mission=mission, reporter=request.user)
        return _page(request, form, status=422)
    if _base(request) and str(draft.uuid) != request.POST.get("uuid"):
        messages.warning(request, KEPT_BOTH)
    else:
        messages.success(request, _("Saved. Nothing was sent. You can finish it from any device."))
    return redirect("my-reports")


def _send(request: HttpRequest, mission: Mission) -> HttpResponse:
    form = ReportForm(request.POST, mission=mission, reporter=request.user)
    if not form.is_valid():
        form.data = _unlinked(form.data)
        return _page(request, form, status=422)
    try:
        filed = file_report(reporter=request.user, filing=form.filing())
    except SentDifferently as earlier:
        messages.warning(request, SENT_BEFORE)
        if earlier.report.is_confided:
            return leave_the_reference(request, earlier.report)
        return redirect("report", reference=earlier.report.reference)
    forget_draft(
        owner=request.user,
        draft=form.cleaned_data["uuid"],
        known=_base(request),
        sent=_lists(request.POST),
    )
    if filed.report.is_confided:
        return leave_the_reference(request, filed.report)
    return redirect(reverse("report", args=[filed.report.reference]) + "?sent=1")


_STEPS = {"check": _check, "edit": _edit, "save": _save, "send": _send}


def _signed_out(request: HttpRequest) -> HttpResponse:
    """Keep what was typed for its owner, and come back to it after signing in."""
    here = reverse("new-report")
    if request.method == "POST":
        owner = owner_from(request.POST.get("owner", ""))
        if owner is not None:
            here = _kept_for(request, owner, here)
    return redirect(f"{reverse('account_login')}?{_query(next=here)}")


def _kept_for(request: HttpRequest, owner: User, here: str) -> str:
    """Where to go on after signing in, and a word about what was typed."""
    try:
        draft = _keep(request, owner)
    except DraftRefused as refused:
        messages.error(request, f"{_('You were signed out. Go back one page.')} {refused}")
        return here
    messages.warning(request, _("You were signed out. What you wrote is kept: sign in to go on."))
    return f"{here}?draft={draft.uuid}"


def _keep(request: HttpRequest, owner: User) -> Draft:
    """The page as a draft of its owner's."""
    return save_draft(
        owner=owner,
        typed=_answers(request.POST),
        form=request.POST.get("form_version", "")[:16] or form_version(),
        base=_base(request),
    )


def _base(request: HttpRequest) -> int | None:
    """The version of the draft the page was filled from; only a page without JavaScript says."""
    version = request.POST.get("draft_version", "")
    return int(version) if version.isdecimal() and len(version) < 10 else None


def _page(
    request: HttpRequest,
    form: ReportForm,
    status: int = 200,
    left_over: tuple[LeftOver, ...] = (),
    draft_version: int | str = "",
) -> HttpResponse:
    context = {
        "form": form,
        "owner": owner_token(request.user),
        "is_draft": "draft" in request.GET or "draft" in request.POST,
        "form_version": form_version(),
        "left_over": left_over or carried_on(_lists(request.POST)),
        "draft_version": draft_version or request.POST.get("draft_version", ""),
        "confided": " ".join(CONFIDED),
        "advice": advice_for(form.mission),
    }
    return render(request, "referrals/new_report.html", context, status=status)


def mission_of(user: User) -> Mission | None:
    """The mission this user files in; None without a post."""
    return next(iter(standing_of(user).missions_in_use()), None)


def _own_draft(request: HttpRequest) -> Draft | None:
    try:
        wanted = uuid.UUID(request.GET.get("draft", ""))
    except ValueError:
        return None
    return Draft.objects.filter(owner=request.user, uuid=wanted).first()


def _as_initial(typed: QueryDict) -> dict[str, object]:
    """Typed values as a form's initial ones: lists where the field takes several."""
    return {
        name: typed.getlist(name) if name in SEVERAL else typed.get(name)
        for name in typed
        if name not in NOT_FACTS
    }


def _unlinked(typed: QueryDict) -> QueryDict:
    """Without the earlier report that was chosen: the next check page asks again."""
    rest = typed.copy()
    rest.pop("adds_to", None)
    return rest


def _typed(post: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name in post if name not in NOT_FACTS for value in post.getlist(name)]


def _lists(post: QueryDict) -> dict[str, list[str]]:
    return {name: post.getlist(name) for name in post if name not in NOT_FACTS}


def _answers(post: QueryDict) -> dict[str, list[str]]:
    return {name: values for name, values in _lists(post).items() if name not in PAGE_FIELDS}


def _query_dict(typed: dict[str, list[str]]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in typed.items():
        query.setlist(name, values)
    return query


def _query(**values: str) -> str:
    query = QueryDict(mutable=True)
    query.update(values)
    return query.urlencode()


def owner_token(user: User) -> str:
    return signing.dumps(str(user.public_id), salt=OWNER_SALT)


def owner_from(token: str) -> User | None:
    """Who opened the page this was typed on; None for a token that is not ours."""
    try:
        public_id = signing.loads(token, salt=OWNER_SALT)
    except signing.BadSignature:
        return None
    return User.objects.filter(public_id=public_id, is_active=True).first()
