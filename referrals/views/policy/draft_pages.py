"""What all pages of a draft share: who may open it, and how one piece of it is edited."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from referrals.forms.policy_piece import DraftPolicy, PieceForm, change_typed
from referrals.forms.typed import Typed
from referrals.models import PolicyDraft
from referrals.permissions import can_write_policy
from referrals.policy_editing import NoSuchPiece
from referrals.policy_file import FileRefused
from referrals.routing import PolicyError
from referrals.workflow.drafting import mapping_of, save_draft
from referrals.workflow.errors import AlreadyDone, ChangedMeanwhile, moment

LOOK_FIRST = gettext_lazy(
    "What you typed is still here: look at the draft in another window, then save again if yours "
    "is to stand."
)


@method_decorator(login_required, name="dispatch")
class DraftView(View):
    """A page of one draft, `self.draft`; 404 for whoever does not write the policy."""

    def dispatch(self, request: HttpRequest, uuid: UUID, **at: str) -> HttpResponse:
        self.draft = _writable_draft(request, uuid)
        try:
            if self.draft is None:
                raise AlreadyDone(_("This draft was kept as a version or discarded."))
            return super().dispatch(request, **at)
        except AlreadyDone as gone:
            messages.warning(request, str(gone))
            return redirect("policies")
        except NoSuchPiece as error:
            raise Http404 from error
        except (FileRefused, PolicyError) as error:  # written for an earlier release
            messages.error(request, _("Mend the text of this draft first: %s") % error)
            return redirect("policy-draft-text", uuid)

    @cached_property
    def policy(self) -> DraftPolicy:
        """The draft, compiled. Raises FileRefused, PolicyError."""
        return DraftPolicy.compiled(mapping_of(self.draft))

    def posted_revision(self) -> int:
        """The revision that was on the screen; what is no number is older than any."""
        try:
            return int(self.request.POST.get("revision", ""))
        except ValueError:
            return -1

    def changed_meanwhile(self, advice: str) -> str:
        """Words for a draft that was saved elsewhere since; a second try goes over that."""
        self.draft.refresh_from_db(fields=["revision", "saved_at", "saved_by"])
        return _("%(name)s saved this draft elsewhere, %(at)s. %(advice)s") % {
            "name": self.draft.saved_by or _("Somebody"),
            "at": moment(self.draft.saved_at),
            "advice": advice,
        }

    def back(self, anchor: str = "") -> HttpResponse:
        """To the page of the draft."""
        return redirect(reverse("policy-draft", args=[self.draft.uuid]) + anchor)


def _writable_draft(request: HttpRequest, uuid: UUID) -> PolicyDraft | None:
    """The draft; None for one that went while somebody typed."""
    if not can_write_policy(request.user):
        raise Http404
    draft = PolicyDraft.objects.select_related("author", "based_on").filter(uuid=uuid).first()
    if draft is None and request.method != "POST":
        raise Http404
    return draft


class PieceView(DraftView):
    """A page that edits one piece. Each button but Save shows the form again, changed."""

    template = ""

    def stored(self) -> Typed:
        """The piece as the draft has it, as if it had been typed. Raises NoSuchPiece."""
        raise NotImplementedError

    def form(self, typed: Typed, *, check: bool = False) -> PieceForm:
        raise NotImplementedError

    def changed(self, form: PieceForm) -> tuple[dict, tuple]:
        """(the mapping with what the form says, the path of the piece in it).

        Raises PolicyError, NoSuchPiece.
        """
        raise NotImplementedError

    def anchor(self, form: PieceForm) -> str:
        """Where on the page of the draft the piece stands, for instance "#guards"."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **at: str) -> HttpResponse:
        return self.show(self.form(self.stored()), self.draft.revision)

    def post(self, request: HttpRequest, **at: str) -> HttpResponse:
        typed, do = Typed(dict(request.POST.lists())), request.POST.get("do", "")
        if do == "save":
            return self.save(self.form(typed, check=True))
        focus = change_typed(typed, do)
        form = self.form(typed)
        form.put_focus(focus)
        return self.show(form, self.posted_revision(), focus=focus)

    def save(self, form: PieceForm) -> HttpResponse:
        """Store the piece, or show at its field why not."""
        revision = self.posted_revision()
        if form.is_valid():
            mapping, path = self.changed(form)
            try:
                save_draft(
                    draft=self.draft, by=self.request.user, mapping=mapping, revision=revision
                )
            except PolicyError as error:
                form.refuse(error, path)
            except ChangedMeanwhile:
                form.refusals.append(self.changed_meanwhile(LOOK_FIRST))
                revision = self.draft.revision
            else:
                messages.success(self.request, _("Saved in the draft."))
                return self.back(self.anchor(form))
        return self.show(form, revision, status=422)

    def show(
        self, form: PieceForm, revision: int, *, focus: str = "", status: int = 200
    ) -> HttpResponse:
        context = {"form": form, "draft": self.draft, "revision": revision, "focus": focus}
        context |= self.more(form)
        return render(self.request, self.template, context, status=status)

    def more(self, form: PieceForm) -> dict[str, object]:
        """What the page shows beside the form."""
        return {}
