"""A new ticket by hand."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ahlan.customers.actions import meet
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.actions.answer import Unanswerable
from ahlan.tickets.actions.opening import open_ticket
from ahlan.tickets.actions.work import FieldsMissing
from ahlan.tickets.fields import BadValue, Box, agents_for, boxes_of_new, check_needed
from ahlan.tickets.forms import NewTicketForm
from ahlan.tickets.models import Direction, Ticket
from ahlan.tickets.openings import filling, opening_for
from ahlan.tickets.reach import OutOfReach


@login_required
@require_http_methods(["GET", "POST"])
def new_ticket(request: AgentRequest) -> HttpResponse:
    """We write first, or note what somebody told us. `from` names what it begins with."""
    if not request.user.may("tickets.reply"):
        raise PermissionDenied
    start = opening_for(request.user, request.GET.get("from", ""))
    form = NewTicketForm(request.POST or None, agent=request.user, initial=start)
    boxes = boxes_of_new(
        _kind(request.POST.get("kind", start.get("kind"))), request.POST, start.get("values")
    )
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_open(request, form, _values(boxes)))
        except Unanswerable:
            form.add_error("text", _("There is nothing to send, or nobody to send it to."))
        except OutOfReach as refusal:
            form.add_error("to", str(refusal))
        except BadValue as error:
            form.add_error(None, str(error))
        except FieldsMissing as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "boxes": boxes, "agents": agents_for(boxes)}
    return render(
        request, "tickets/new_ticket.html", context, status=422 if request.method == "POST" else 200
    )


@login_required
@require_POST
def new_fields(request: AgentRequest) -> HttpResponse:
    """The fields of a new ticket, after its type was chosen."""
    boxes = boxes_of_new(_kind(request.POST.get("kind")), request.POST)
    return render(request, "tickets/_new_fields.html", {"boxes": boxes, "agents": agents_for(boxes)})


def _kind(given: object) -> int | None:
    text = str(given or "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _values(boxes: list[Box]) -> dict[int, list[str]]:
    """What is given. Raises BadValue where a field that is always required is empty."""
    check_needed(boxes)
    return {one.field.pk: one.given for one in boxes if one.given}


def _open(request: AgentRequest, form: NewTicketForm, values: dict[int, list[str]]) -> Ticket:
    given = form.cleaned_data
    person, inbox = given["to"], given["inbox"]
    return open_ticket(
        inbox,
        meet(person.kind, person.value, name=person.name),
        to=[(person.name, person.value)],
        subject=given["subject"],
        text=given["text"],
        says=Direction(given["says"]),
        author=request.user,
        team=given["team"],
        assignee=request.user if given["mine"] else None,
        priority=given["priority"],
        tags=form.tag_names(),
        kind=given.get("kind"),
        values=values,
        then=given["then"],
        fill=filling(request.user),
        actor=request.user.actor,
    )
