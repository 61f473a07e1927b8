"""Pages of canned replies and macros, and the picker that finds both while one writes."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core.panels import draw
from ahlan.rules import act_form
from ahlan.rules.actions import shortcuts as verbs
from ahlan.rules.acts import BadAct, words
from ahlan.rules.models import CannedReply, Macro, Run
from ahlan.rules.sentences import failures
from ahlan.rules.shortcut_forms import CannedReplyForm, ShortcutForm
from ahlan.rules.shortcuts import Found, may_change, of, search
from ahlan.rules.variables import VARIABLES, About, filled
from ahlan.staff.requests import AgentRequest, ApiRequest
from ahlan.tickets.policies import ticket_for
from ahlan.tickets.views.workspace import ticket_context

SHOWN = 200
PICKED = 8  # of each kind in the picker


def one_for(request: AgentRequest | ApiRequest, model: type[Found], pk: int) -> Found:
    """One that this person may change. Raises Http404, PermissionDenied."""
    found = of(model, request.user).filter(pk=pk).first()
    if found is None and request.user.may("replies.share"):
        found = model._default_manager.filter(pk=pk, owner=None).first()
    if found is None:
        raise Http404("no such thing")
    if not may_change(request.user, found):
        raise PermissionDenied
    return found


@login_required
@permission_required("tickets.reply", raise_exception=True)
@require_GET
def canned_list(request: AgentRequest) -> HttpResponse:
    """Canned replies at hand, searched by `q`."""
    q = request.GET.get("q", "")
    found = search(of(CannedReply, request.user), q).select_related("team").prefetch_related("texts")[:SHOWN]
    rows = [{"one": one, "may": may_change(request.user, one)} for one in found]
    return render(request, "rules/canned_list.html", {"found": rows, "q": q})


@login_required
@permission_required("tickets.reply", raise_exception=True)
@require_GET
def macro_list(request: AgentRequest) -> HttpResponse:
    """Macros at hand, searched by `q`."""
    q = request.GET.get("q", "")
    found = search(of(Macro, request.user), q).select_related("team")[:SHOWN]
    rows = [{"one": one, "may": may_change(request.user, one), "does": words(one.acts)} for one in found]
    return render(request, "rules/macro_list.html", {"found": rows, "q": q})


@login_required
@permission_required("tickets.reply", raise_exception=True)
@require_http_methods(["GET", "POST"])
def canned(request: AgentRequest, pk: int | None = None) -> HttpResponse:
    """Make a canned reply, or change one."""
    found = one_for(request, CannedReply, pk) if pk else None
    form = CannedReplyForm(request.POST or None, agent=request.user, found=found)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.save_canned_reply(found, texts=form.texts(), actor=request.user.actor, **form.chosen())
        except verbs.TooManyShortcuts:
            form.add_error(None, _too_many())
        else:
            messages.success(request, _("Saved."))
            return redirect("rules:canned")
    context = {"form": form, "found": found, "variables": VARIABLES.values()}
    return render(request, "rules/canned.html", context, status=422 if request.method == "POST" else 200)


@login_required
@permission_required("tickets.reply", raise_exception=True)
@require_http_methods(["GET", "POST"])
def macro(request: AgentRequest, pk: int | None = None) -> HttpResponse:
    """Make a macro, or change one."""
    found = one_for(request, Macro, pk) if pk else None
    posted = request.method == "POST"
    form = ShortcutForm(request.POST if posted else None, agent=request.user, found=found)
    rows = act_form.rows_of(found.acts if found else [{"act": "state", "value": []}])
    if posted:
        rows, well = act_form.checked(act_form.read(request.POST, "macro"), "macro")
        if form.is_valid() and well and _save_macro(request, found, form, rows):
            messages.success(request, _("Saved."))
            return redirect("rules:macros")
    context = {"form": form, "found": found, **act_form.builder(rows, "macro")}
    return render(request, "rules/macro.html", context, status=422 if posted else 200)


def _save_macro(
    request: AgentRequest, found: Macro | None, form: ShortcutForm, rows: list[act_form.Row]
) -> bool:
    if not rows:
        form.add_error(None, _("Say what the macro does: add an action."))
        return False
    try:
        verbs.save_macro(found, acts=act_form.given_in(rows), actor=request.user.actor, **form.chosen())
    except verbs.TooManyShortcuts:
        form.add_error(None, _too_many())
    except BadAct as error:
        form.add_error(None, str(error))
    else:
        return True
    return False


def _too_many() -> str:
    return _("There are as many as can be kept. Delete one that nobody needs.")


@login_required
@require_POST
def canned_removal(request: AgentRequest, pk: int) -> HttpResponse:
    return _remove(request, one_for(request, CannedReply, pk), "rules:canned")


@login_required
@require_POST
def macro_removal(request: AgentRequest, pk: int) -> HttpResponse:
    return _remove(request, one_for(request, Macro, pk), "rules:macros")


def _remove(request: AgentRequest, found: CannedReply | Macro, place: str) -> HttpResponse:
    verbs.delete_shortcut(found, actor=request.user.actor)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": found.name})
    return redirect(place)


@login_required
@require_GET
def picker(request: AgentRequest, number: int) -> HttpResponse:
    """What a slash in the composer brings up: canned replies and macros that fit `q`."""
    ticket = ticket_for(request.user, number, "tickets.reply")
    q = request.GET.get("q", "")
    canned = search(of(CannedReply, request.user), q).prefetch_related("texts")[:PICKED]
    context = {
        "ticket": ticket, "canned": [_option(one, request, ticket) for one in canned],
        "macros": [{"one": one, "tells": words(one.acts)} for one in search(of(Macro, request.user), q)[:PICKED]],
        "more": draw("composer.picker", request, {"ticket": ticket, "q": q.strip()[:80]}),
    }  # fmt: skip
    return render(request, "rules/_picker.html", context)


def _option(reply: CannedReply, request: AgentRequest, ticket: Any) -> dict[str, Any]:
    texts = {one.language: one.text for one in reply.texts.all()}
    text = texts.get(ticket.language) or texts.get("") or next(iter(texts.values()), "")
    return {"one": reply, "tells": filled(text, About(ticket, request.user))}


@login_required
@require_POST
def use(request: AgentRequest, number: int, pk: int) -> HttpResponse:
    """The words of a canned reply for this ticket, as plain text."""
    ticket = ticket_for(request.user, number, "tickets.reply")
    reply = get_object_or_404(of(CannedReply, request.user), pk=pk)
    words = verbs.use_canned_reply(reply, ticket, agent=request.user)
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


@login_required
@require_POST
def run(request: AgentRequest, number: int, pk: int) -> HttpResponse:
    """Run a macro on a ticket; the answer is the ticket, with a notice and the way back."""
    ticket = ticket_for(request.user, number, "tickets.reply")
    macro = get_object_or_404(of(Macro, request.user), pk=pk)
    made, failed = verbs.run_macro(macro, ticket, agent=request.user)
    told = _("“%(name)s” is done.") % {"name": macro.name}
    if failed:
        told = _("“%(name)s” ran. Not done: %(failed)s") % {"name": macro.name, "failed": failures(failed)}
    undo = reverse("rules:undo", args=[ticket.pk, made.pk])
    return _shown(request, number, told, undo)


@login_required
@require_POST
def undo(request: AgentRequest, number: int, pk: int) -> HttpResponse:
    """Take back one's own run of a macro."""
    ticket_for(request.user, number, "tickets.reply")
    made = get_object_or_404(Run, pk=pk, ticket=number, agent=request.user)
    done = verbs.undo_macro(made, agent=request.user)
    return _shown(request, number, _("Taken back.") if done else _("It was taken back already."), "")


def _shown(request: AgentRequest, number: int, told: str, undo: str) -> HttpResponse:
    """The ticket anew; where it is gone from sight or there is no htmx, its page with a message."""
    ticket = ticket_for(request.user, number)
    if not request.htmx:
        messages.success(request, told)
        return redirect(ticket)
    context = {**ticket_context(request, ticket), "told": told, "undo_url": undo}
    return render(request, "rules/_ran.html", context)
