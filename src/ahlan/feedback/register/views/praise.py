"""Pages of praise: register it, thank for it, say who is meant, hang it on the wall."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core import keyset
from ahlan.feedback.register.actions import compliments as verbs
from ahlan.feedback.register.actions import letters
from ahlan.feedback.register.forms import CreditForm, LetterForm, NewComplimentForm
from ahlan.feedback.register.models import LetterKind
from ahlan.feedback.register.policies import compliment_for, compliments_for
from ahlan.feedback.register.policies import wall as on_the_wall
from ahlan.feedback.register.wording import thanks_for
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.actions.answer import Unanswerable
from ahlan.tickets.policies import inbox_ids_of, ticket_for
from ahlan.tickets.reach import OutOfReach

PAGE = 30


@login_required
@require_GET
def compliments(request: AgentRequest) -> HttpResponse:
    """All praise the agent may see, the latest first; `mine`: what is meant for him."""
    mine = request.GET.get("mine") == "1"
    found = (
        compliments_for(request.user)
        .select_related("ticket", "team", "customer__merged_into")
        .prefetch_related("agents")
    )
    if mine:
        found = found.filter(agents=request.user)
    page = keyset.page(found, ("-id",), request.GET.get("after"), PAGE)
    context = {
        "page": page, "mine": mine, "address": "?mine=1&" if mine else "?", "seen": set(inbox_ids_of(request.user)),
        "may_change": request.user.may("tickets.change"),
    }  # fmt: skip
    return render(request, "feedback/register/compliments.html", context)


@login_required
@require_GET
def wall(request: AgentRequest) -> HttpResponse:
    """What hangs on the wall, for everybody who works here: the words, who is meant, and no customer's name."""
    page = keyset.page(on_the_wall(), ("-id",), request.GET.get("after"), PAGE)
    return render(request, "feedback/register/wall.html", {"page": page})


@login_required
@require_http_methods(["GET", "POST"])
def new_compliment(request: AgentRequest, number: int) -> HttpResponse:
    """Register praise from any ticket."""
    ticket = ticket_for(request.user, number, "tickets.change")
    form = NewComplimentForm(request.POST or None, ticket=ticket)
    if request.method == "POST" and form.is_valid():
        verbs.register_compliment(ticket, actor=request.user.actor, **form.cleaned_data)
        messages.success(request, _("Registered. Those who are meant are told."))
        return redirect(ticket.get_absolute_url())
    context = {
        "form": form, "title": _("Register praise"), "text": f"#{ticket.pk} {ticket.subject}", "submit": _("Register"),
        "cancel_url": ticket.get_absolute_url(),
    }  # fmt: skip
    return render(request, "core/form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def credit(request: AgentRequest, pk: int) -> HttpResponse:
    """Who is meant."""
    found = compliment_for(request.user, pk, "tickets.change")
    form = CreditForm(request.POST or None, compliment=found)
    if request.method == "POST" and form.is_valid():
        verbs.credit(found, actor=request.user.actor, **form.cleaned_data)
        return redirect("feedback:compliments")
    context = {"form": form, "title": _("Who is meant"), "text": found.said[:300], "cancel_url": ".."}
    return render(request, "core/form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def shown(request: AgentRequest, pk: int) -> HttpResponse:
    """On the wall, or off it."""
    verbs.hang(
        compliment_for(request.user, pk, "tickets.change"),
        request.POST.get("on") == "1",
        actor=request.user.actor,
    )
    return redirect("feedback:compliments")


@login_required
@require_http_methods(["GET", "POST"])
def thanks(request: AgentRequest, pk: int) -> HttpResponse:
    """Thank who has praised us."""
    found = compliment_for(request.user, pk, "tickets.reply")
    if found.ticket is None:
        raise Http404("nobody to thank")
    form = LetterForm(request.POST or None, initial={"text": thanks_for(found, agent=request.user)})
    if request.method == "POST" and form.is_valid():
        try:
            letters.thank(found, agent=request.user, **form.cleaned_data)
        except Unanswerable:
            form.add_error(None, _("There is no address to write to. Print the letter instead."))
        except OutOfReach as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Thanked."))
            return redirect("feedback:compliments")
    context = {"compliment": found, "form": form, "kind": LetterKind.THANKS.label, "language": found.language}
    return render(request, "feedback/register/letter.html", context, status=422 if form.errors else 200)
