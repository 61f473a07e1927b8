"""A customer's own pages: what he has asked, and going on with it."""

import secrets

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ahlan.channels.webform.models import Webform
from ahlan.core.examining import NotTaken, examine
from ahlan.core.forms import Files
from ahlan.core.keyset import page
from ahlan.core.sizes import WORDS, at_most
from ahlan.customers.models import Customer
from ahlan.customers.my import for_visitors
from ahlan.tickets.actions.work import close_ticket, reopen_ticket
from ahlan.tickets.models import State
from ahlan.tickets.portal import Request, own_file, own_request, requests_of, say_more
from ahlan.tickets.views.files import LARGEST, safe_file
from ahlan.tickets.views.portal import LONGEST

SHOWN = 25  # requests
FORMS = 6  # web forms offered to ask something new
FILES = Files(required=False)


@for_visitors
@require_GET
def my_requests(request: HttpRequest, customer: Customer) -> HttpResponse:
    """All of them, the one last spoken in first; `state=closed` those that are done."""
    closed = request.GET.get("state") == "closed"
    found = requests_of(customer).select_related("customer__merged_into", "merged_into")
    found = found.filter(stands=State.CLOSED) if closed else found.exclude(stands=State.CLOSED)  # type: ignore[misc]
    shown = page(found, ("-last_message_at", "-id"), request.GET.get("after", ""), SHOWN)
    forms = Webform.objects.filter(is_active=True)[:FORMS]
    context = {"customer": customer, "page": shown, "closed": closed, "forms": forms, "place": "requests"}
    return render(request, "tickets/my/requests.html", context)


@at_most(LARGEST + WORDS)
@for_visitors
@require_http_methods(["GET", "POST"])
def my_request(request: HttpRequest, customer: Customer, number: int) -> HttpResponse:
    """One of them, and a way to say more."""
    found = own_request(customer, number)
    if request.method == "POST" and _is_own(found, customer):
        try:
            files = [examine(one) for one in FILES.clean(request.FILES.getlist("files"))]
        except (ValidationError, NotTaken) as error:
            messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
            return _shown(request, customer, found, request.POST.get("text", ""), status=422)
        text = request.POST.get("text", "")[:LONGEST]
        if say_more(found, text, key=request.POST.get("key", "")[:40], files=files) is None:
            messages.error(request, _("There was nothing to send yet."))
        return redirect("tickets:my_request", number=number)
    return _shown(request, customer, found)


def _shown(
    request: HttpRequest, customer: Customer, found: Request, typed: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "customer": customer, "found": found, "own": _is_own(found, customer), "place": "requests",
        "key": secrets.token_hex(8), "closed": found.ticket and found.ticket.state == State.CLOSED,
    }  # fmt: skip
    return render(request, "tickets/my/request.html", {**context, "typed": typed}, status=status)


@for_visitors
@require_http_methods(["POST"])
def my_closure(request: HttpRequest, customer: Customer, number: int) -> HttpResponse:
    """Say that the need is met; with `reopen`, that it is not after all."""
    found = own_request(customer, number)
    if found.ticket is not None and _is_own(found, customer) and not found.is_apart:
        if request.POST.get("reopen"):
            reopen_ticket(found.ticket, actor=customer.actor)
            messages.success(request, _("Your request is open again."))
        else:
            close_ticket(found.ticket, actor=customer.actor)
            messages.success(request, _("Thank you. Your request is closed."))
    return redirect("tickets:my_request", number=number)


@for_visitors
@require_GET
def my_file(request: HttpRequest, customer: Customer, number: int, attachment: int) -> HttpResponseBase:
    """A file that came or went with one of the messages he may read."""
    return safe_file(own_file(own_request(customer, number), attachment))


def _is_own(found: Request, customer: Customer) -> bool:
    """His own, not a colleague's: those are read, and answered by who asked them."""
    return found.customer is not None and found.customer.pk == customer.pk
