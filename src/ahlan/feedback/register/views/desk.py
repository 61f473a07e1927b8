"""Pages for those who look into complaints: the register, one complaint with its steps and letters."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core import keyset
from ahlan.core.clock import now
from ahlan.core.numerals import full_day
from ahlan.feedback.register import wording
from ahlan.feedback.register.actions import complaints as verbs
from ahlan.feedback.register.actions import letters
from ahlan.feedback.register.forms import LetterForm, NewComplaintForm, SortForm
from ahlan.feedback.register.models import Complaint, LetterKind, List, State
from ahlan.feedback.register.numbers import understood
from ahlan.feedback.register.policies import complaint_for, complaints_for
from ahlan.feedback.register.profiles import NotInForce, keys, latest, profile_of
from ahlan.feedback.register.queries import today
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.actions.answer import Unanswerable
from ahlan.tickets.policies import ticket_for
from ahlan.tickets.reach import OutOfReach

PAGE = 30
OVERDUE = "overdue"
ORDERS = {
    "": ("due_at", "id"),
    "answered": ("due_at", "id"),
    "closed": ("-due_at", "-id"),
    OVERDUE: ("due_at", "id"),
}


@login_required
@require_GET
def register(request: AgentRequest) -> HttpResponse:
    """All complaints the agent may see, the most urgent first. A whole number in `q` goes straight to its complaint."""
    state = request.GET.get("state", "")
    state = state if state in ORDERS else ""
    profile = request.GET.get("profile", "")
    profile = profile if profile in keys() else ""
    found = complaints_for(request.user)
    if (asked := request.GET.get("q", "")) and (one := found.filter(number=understood(asked) or "-").first()):
        return redirect("feedback:complaint", one.pk)
    if profile:
        found = found.filter(profile=profile)
    found = found.filter(state=state if state in State.values else State.OPEN)
    if state == OVERDUE:
        found = found.filter(due_at__lte=now())
    rows = found.select_related("ticket__assignee", "customer__merged_into", "cause", "outcome")
    page = keyset.page(rows, ORDERS[state], request.GET.get("after"), PAGE)
    context = {
        "page": page, "state": state, "profile": profile, "profiles": [(key, latest(key)) for key in keys()], "asked": asked,
        "address": f"?state={state}&profile={profile}&",
    }  # fmt: skip
    return render(request, "feedback/register/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_complaint(request: AgentRequest, number: int) -> HttpResponse:
    """Register a complaint about any ticket."""
    ticket = ticket_for(request.user, number, "tickets.change")
    form = NewComplaintForm(request.POST or None, ticket=ticket)
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.register_complaint(
                ticket, actor=request.user.actor, agent=request.user, **form.cleaned_data
            )
        except verbs.AlreadyOpen:
            form.add_error(None, _("This ticket has a complaint that is not closed yet."))
        except verbs.NotYet:
            form.add_error("received_on", _("This day lies ahead."))
        except NotInForce:
            form.add_error("profile", _("These deadlines did not hold yet on that day."))
        else:
            messages.success(request, _("Registered as %(number)s") % {"number": made.told})
            return redirect("feedback:complaint", made.pk)
    context = {
        "form": form, "title": _("Register a complaint"), "text": f"#{ticket.pk} {ticket.subject}", "submit": _("Register"),
        "cancel_url": ticket.get_absolute_url(),
    }  # fmt: skip
    return render(request, "core/form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def complaint(request: AgentRequest, pk: int) -> HttpResponse:
    """One complaint: what was said, its steps, and how it is sorted."""
    found = complaint_for(request.user, pk, *(["tickets.change"] if request.method == "POST" else []))
    form = SortForm(request.POST or None, complaint=found)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.sort_complaint(found, actor=request.user.actor, **form.cleaned_data)
        except verbs.Closed:
            form.add_error(None, _("It is closed. Open it again to change it."))
        except verbs.WrongTerm as wrong:
            form.add_error(wrong.field, _("This can be chosen no more."))
        else:
            messages.success(request, _("Saved."))
            return redirect("feedback:complaint", pk)
    context = {**standing(request, found), "form": form}
    return render(request, "feedback/register/complaint.html", context, status=422 if form.errors else 200)


def standing(request: AgentRequest, found: Complaint) -> dict[str, Any]:
    """What the steps and the acts beside them are drawn from."""
    profile = profile_of(found.profile, found.received_on)
    return {
        "complaint": found, "steps": list(found.steps.all()), "profile": profile, "letters": _letters(found),
        "may_change": request.user.may("tickets.change"), "may_reply": request.user.may("tickets.reply"),
    }  # fmt: skip


def _letters(found: Complaint) -> list[tuple[str, str]]:
    """Those that can be written now, the one that is due first."""
    if found.state != State.OPEN:
        return []
    acknowledged = any(one.kind == "acknowledge" and one.done_at for one in found.steps.all())
    short = (
        found.short_on is not None and today(profile_of(found.profile, found.received_on)) <= found.short_on
    )
    kinds = [] if acknowledged or found.round > 1 else [LetterKind.ACKNOWLEDGEMENT]
    kinds += [LetterKind.FINAL, LetterKind.HOLDING] + ([LetterKind.SHORT] if short else [])
    return [(kind.value, str(kind.label)) for kind in kinds]


@login_required
@require_http_methods(["GET", "POST"])
def letter(request: AgentRequest, pk: int, kind: str) -> HttpResponse:
    """A letter about it: worded by the house, changed by the agent, sent or printed."""
    found = complaint_for(request.user, pk, "tickets.reply")
    if kind not in letters.EVENTS:
        raise Http404("no such letter")
    holding = kind == LetterKind.HOLDING
    due = wording.next_of(found) if holding else wording.due_of(found)
    start = {"text": wording.letter_for(found, kind, agent=request.user, due=due), "next_on": due}
    form = LetterForm(request.POST or None, holding=holding, last=found.extended_on, initial=start)
    if request.method == "POST" and form.is_valid():
        said = _sent(request, found, kind, form)
        if said:
            messages.success(request, said)
            return redirect("feedback:complaint", pk)
    context = {"complaint": found, "form": form, "kind": LetterKind(kind).label, "language": found.language}
    return render(request, "feedback/register/letter.html", context, status=422 if form.errors else 200)


def _sent(request: AgentRequest, found: Complaint, kind: str, form: LetterForm) -> str:
    """What to tell when it has gone; "" with the reason in the form when it has not."""
    try:
        letters.send_letter(found, kind, agent=request.user, **form.cleaned_data)
    except verbs.NotSorted:
        form.add_error(None, _("Choose the outcome first: it stands in the letter."))
    except letters.TooLate as late:
        last = (
            _("The latest day is %(day)s.") % {"day": full_day(late.last)}
            if late.last
            else _("Choose today or a later day.")
        )
        form.add_error("next_on" if "next_on" in form.fields else None, last)
    except (verbs.Closed, letters.AlreadyAnswered):
        form.add_error(None, _("It was answered or closed meanwhile. Open it again to write anew."))
    except Unanswerable:
        form.add_error(None, _("There is no address to write to. Print the letter instead."))
    except OutOfReach as reason:
        form.add_error(None, str(reason))
    else:
        return (
            _("Put down as printed; the PDF is on the note.")
            if form.cleaned_data["how"] == letters.PAPER
            else _("Sent.")
        )
    return ""


@login_required
@require_POST
def step(request: AgentRequest, pk: int) -> HttpResponse:
    """Assessed, or investigated."""
    found = complaint_for(request.user, pk, "tickets.change")
    try:
        verbs.take_step(found, request.POST.get("kind", ""), agent=request.user)
    except verbs.NotSorted as missing:
        name = _("Severity") if missing.field == "severity" else List(missing.field).label
        messages.error(request, _("Choose this first: %(field)s") % {"field": name})
    except verbs.Closed:
        messages.error(request, _("It is closed. Open it again to change it."))
    except ValueError:
        return HttpResponse(status=422)
    return redirect("feedback:complaint", pk)


@login_required
@require_POST
def verified(request: AgentRequest, pk: int) -> HttpResponse:
    """Whether somebody has seen that the corrective action works."""
    found = complaint_for(request.user, pk, "tickets.change")
    try:
        verbs.verify_action(found, request.POST.get("on") == "1", agent=request.user)
    except verbs.NotSorted:
        messages.error(request, _("Choose this first: %(field)s") % {"field": List.ACTION.label})
    return redirect("feedback:complaint", pk)


@login_required
@require_POST
def closure(request: AgentRequest, pk: int) -> HttpResponse:
    """Close it; with `reopen`, open it again."""
    found = complaint_for(request.user, pk, "tickets.change")
    try:
        if request.POST.get("reopen"):
            verbs.reopen_complaint(found, actor=request.user.actor)
        else:
            verbs.close_complaint(found, actor=request.user.actor)
    except verbs.NotAnswered:
        messages.error(request, _("Answer it first, or choose that it was withdrawn."))
    except verbs.AlreadyOpen:
        messages.error(request, _("This ticket has a complaint that is not closed yet."))
    return redirect("feedback:complaint", pk)
