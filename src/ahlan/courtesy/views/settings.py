"""Settings of the way of service: the question before closing, and the technique cards."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ahlan.courtesy.actions import cards as verbs
from ahlan.courtesy.actions.way import set_question
from ahlan.courtesy.cards import Told, at_hand, cards
from ahlan.courtesy.forms import CardForm, QuestionForm
from ahlan.courtesy.policies import card_for
from ahlan.courtesy.ready_cards import Kind
from ahlan.courtesy.way import asks_before_closing
from ahlan.staff.requests import AgentRequest


@login_required
@permission_required("courtesy.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def settings(request: AgentRequest) -> HttpResponse:
    """The question before closing, and all cards."""
    form = QuestionForm(
        request.POST if request.method == "POST" else None, initial={"asks": asks_before_closing()}
    )
    if request.method == "POST" and form.is_valid():
        set_question(form.cleaned_data["asks"], actor=request.user.actor)
        messages.success(request, _("Saved."))
        return redirect("courtesy:settings")
    groups = [(kind.label, [one for one in at_hand() if one.kind == kind]) for kind in Kind]
    away = [one for one in cards() if one.archived_at]
    return render(request, "courtesy/settings.html", {"form": form, "groups": groups, "away": away})


@login_required
@permission_required("courtesy.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def card(request: AgentRequest, slug: str = "") -> HttpResponse:
    """Make a card, or change one."""
    found = card_for(request, slug) if slug else None
    form = CardForm(request.POST if request.method == "POST" else None, card=found)
    if request.method == "POST" and form.is_valid() and _save(request, found, form):
        messages.success(request, _("Saved."))
        return redirect("courtesy:settings")
    status = 422 if request.method == "POST" else 200
    return render(request, "courtesy/card.html", {"form": form, "card": found}, status=status)


def _save(request: AgentRequest, found: Told | None, form: CardForm) -> bool:
    given = {key: form.cleaned_data[key] for key in ("name", "kind") if key in form.fields}
    try:
        verbs.save_card(found, texts=form.texts(), actor=request.user.actor, **given)
    except verbs.TooManyCards:
        form.add_error(None, _("There are as many cards as can be kept. Change one that nobody needs."))
        return False
    return True


@login_required
@require_POST
def putting_away(request: AgentRequest, slug: str) -> HttpResponse:
    """Out of the composer; with `undo` back again."""
    found = card_for(request, slug)
    away = "undo" not in request.POST
    verbs.put_away(found, away, actor=request.user.actor)
    told = (
        _("“%(name)s” is put away. It stands at the end of this page.") if away else _("“%(name)s” is back.")
    )
    messages.success(request, told % {"name": found.name})
    return redirect("courtesy:settings")


@login_required
@require_POST
def original(request: AgentRequest, slug: str) -> HttpResponse:
    """Back to the words that came with the house; with `undo` back to those of the house."""
    found = card_for(request, slug)
    if found.ready and "undo" in request.POST:
        verbs.bring_words_back(found, actor=request.user.actor)
        messages.success(request, _("“%(name)s” has your words again.") % {"name": found.name})
    elif found.ready:
        verbs.restore_card(found, actor=request.user.actor)
        messages.success(request, _("“%(name)s” has its original words again.") % {"name": found.name})
    return redirect("courtesy:card", slug)
