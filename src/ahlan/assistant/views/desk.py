"""Beside a ticket: taking over from a bot, and help where one writes."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from ahlan.assistant.actions.conversation import hand_over
from ahlan.assistant.actions.help import NoHelp, ask_help, leave
from ahlan.assistant.models import Help, Reason, Use
from ahlan.assistant.policies import REPLY, use_for
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.models import Ticket
from ahlan.tickets.policies import ticket_for

WHY: dict[str, str | Promise] = {
    "off": _("The assistant cannot do that here."),
    "busy": _("You have asked for much already. Wait until some of it is there."),
    "no_text": _("There is no text yet. Write something first."),
    "no_words": _("Nothing has been said on this ticket yet."),
    "no_articles": _("Neither an article nor an earlier answer fits. Nothing was written."),
    "budget": _("The tokens of today are used up."),
    "slow": _("The language model took too long. Nothing is lost; try again in a moment."),
    "language": _("The language model answered in another language. Try again."),
}
FAILED = _("The language model gave no answer. Nothing is lost; try again in a moment.")


@login_required
@require_POST
def take_over(request: AgentRequest, number: int) -> HttpResponse:
    """From now on people speak with the customer, who is told so."""
    ticket = ticket_for(request.user, number, REPLY)
    hand_over(ticket, Reason.AGENT, tell=True)
    return redirect(ticket)


@login_required
@require_POST
def assistance(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for help with what is being written; a fragment that fills itself."""
    ticket = ticket_for(request.user, number, REPLY)
    kind = request.POST.get("help", "")
    if kind not in Help.values:
        return _shown(request, ticket, None, WHY["off"])
    try:
        use = ask_help(ticket, Help(kind), agent=request.user, text=request.POST.get("text", ""))
    except NoHelp as refusal:
        return _shown(request, ticket, None, WHY[refusal.why])
    return _shown(request, ticket, use)


@login_required
@require_http_methods(["GET", "POST"])
def given(request: AgentRequest, number: int, pk: int) -> HttpResponse:
    """What there is so far; POST leaves it."""
    ticket, use = use_for(request.user, number, pk)
    if request.method == "POST":
        leave(use)
        return HttpResponse()
    return _shown(request, ticket, use)


def _shown(request: AgentRequest, ticket: Ticket, use: Use | None, why: str | Promise = "") -> HttpResponse:
    if use is not None and use.state == Use.State.FAILED:
        why = WHY.get(use.why, FAILED)
    context = {
        "ticket": ticket, "use": use, "why": why, "goes_on": use is not None and use.state in (Use.State.WAITING, Use.State.WRITING),
        "replaces": use is not None and use.kind in (Help.TRANSLATE_OUT, Help.WARMER, Help.SHORTER),
    }  # fmt: skip
    return render(request, "assistant/_given.html", context)
