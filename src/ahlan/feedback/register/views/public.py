"""Pages for customers: complain or praise, follow by the tracking number, and one's own complaints."""

import secrets
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from ahlan.core.keyset import page
from ahlan.core.languages import INSTALLED
from ahlan.core.reached import too_often
from ahlan.customers.models import Customer
from ahlan.customers.my import for_visitors, private
from ahlan.feedback.register.actions import public as verbs
from ahlan.feedback.register.actions.complaints import AlreadyOpen
from ahlan.feedback.register.forms import PublicForm
from ahlan.feedback.register.models import Complaint, Source
from ahlan.feedback.register.numbers import understood
from ahlan.feedback.register.queries import GONE, house, own_complaints, with_steps
from ahlan.tickets.models import Ticket
from ahlan.tickets.portal import own_request

STAMP = signing.Signer(salt="register")
AN_HOUR = 3600
PER_HOUR = {"said": 10, "asked": 60}  # from one address of the network
SHOWN = 25


def _from(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _language(request: HttpRequest) -> str:
    given = request.POST.get("lang") or request.GET.get("lang", "")
    return given if given in INSTALLED else (translation.get_language() or "en")


def _key(request: HttpRequest) -> str:
    """What makes a doubled click one complaint: from our own form, else anew."""
    try:
        return str(STAMP.unsign(request.POST.get("stamp", "")))
    except signing.BadSignature:
        return secrets.token_hex(8)


@never_cache
@csrf_exempt  # nobody is signed in here, and where cookies are refused nothing may be lost
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest) -> HttpResponse:
    """Complain or praise. Open to everybody where the house wants it."""
    if not house().is_open:
        raise Http404("the register is not open")
    with translation.override(_language(request)):
        return private(_said(request))  # type: ignore[return-value]


def _said(request: HttpRequest) -> HttpResponse:
    form = PublicForm(request.POST or None, initial={"kind": _asked_kind(request)})
    if request.method != "POST" or not form.is_valid():
        return _form(request, form)
    if too_often(f"register:{_from(request)}", PER_HOUR["said"], AN_HOUR):
        form.add_error(None, _("This was sent very often from where you are. Please try again in an hour."))
        return _form(request, form, status=429)
    given = form.cleaned_data
    try:
        return _take(request, given, name=given["name"], address=given["email"], source=Source.LINK)
    except AlreadyOpen:
        form.add_error(None, _("You have complained about this already; it is being looked into."))
        return _form(request, form, status=409)
    except verbs.NotOpen:
        form.add_error(None, _("Nobody can take this at the moment. Please write to us by mail."))
        return _form(request, form, status=503)


def _asked_kind(request: HttpRequest) -> str:
    return "compliment" if request.GET.get("kind") == "compliment" else "complaint"


def _form(request: HttpRequest, form: PublicForm, status: int = 0, **more: Any) -> HttpResponse:
    stamp = request.POST.get("stamp") or STAMP.sign(secrets.token_hex(8))
    context = {"form": form, "stamp": stamp, "language": translation.get_language(), **more}
    status = status or (422 if form.errors else 200)
    return render(request, "feedback/register/say.html", context, status=status)


def _take(
    request: HttpRequest, given: dict[str, Any], *, name: str, address: str, source: str, about: Ticket | None = None, **more: Any
) -> HttpResponse:  # fmt: skip
    language, key = translation.get_language() or "en", _key(request)
    if given["kind"] == "compliment":
        verbs.praise(
            name=name,
            address=address,
            said=given["said"],
            language=language,
            key=key,
            source=source,
            about=about,
        )
        return render(request, "feedback/register/praised.html", {"language": language, **more})
    made = verbs.complain(
        name=name,
        address=address,
        said=given["said"],
        wanted=given["wanted"],
        language=language,
        key=key,
        source=source,
        about=about,
    )
    return render(
        request, "feedback/register/taken.html", {"complaint": _seen(made), "language": language, **more}
    )


def _seen(complaint: Complaint) -> Complaint:
    """With its steps, as its page shows it."""
    return with_steps(Complaint.objects.filter(pk=complaint.pk)).get()


@never_cache
@csrf_exempt  # the same
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """How a complaint stands, for who has its number. The number is posted: it stands in no address and no log."""
    with translation.override(_language(request)):
        return private(_followed(request))  # type: ignore[return-value]


def _followed(request: HttpRequest) -> HttpResponse:
    given, context = request.POST.get("number", "")[:100], {"language": translation.get_language()}
    if request.method != "POST":
        return render(request, "feedback/register/follow.html", context)
    context["given"] = given
    if too_often(f"register-follow:{_from(request)}", PER_HOUR["asked"], AN_HOUR):
        context["error"] = _("This was asked very often from where you are. Please try again in an hour.")
        return render(request, "feedback/register/follow.html", context, status=429)
    number = understood(given)
    found = (
        Complaint.objects.filter(number=number).exclude(ticket__removal__in=GONE)
        if number
        else Complaint.objects.none()
    )
    complaint = with_steps(found).first()
    if complaint is None:
        context["error"] = _("There is no complaint of this number. Look whether each sign is right.")
        return render(request, "feedback/register/follow.html", context, status=404)
    return render(request, "feedback/register/follow.html", {**context, "complaint": complaint})


@for_visitors
@require_GET
def mine(request: HttpRequest, customer: Customer) -> HttpResponse:
    """A customer's own complaints, the latest first."""
    shown = page(own_complaints(customer), ("-registered_at", "-id"), request.GET.get("after", ""), SHOWN)
    context = {"customer": customer, "page": shown, "place": "complaints", "is_open": house().is_open}
    return render(request, "feedback/register/mine.html", context)


@for_visitors
@require_http_methods(["GET", "POST"])
def say_as_visitor(request: HttpRequest, customer: Customer) -> HttpResponseBase:
    """Complain or praise without being asked for an address; `request`: about one of his requests."""
    about = _about(request, customer)
    more: dict[str, Any] = {"customer": customer, "place": "complaints", "about": about}
    form = PublicForm(request.POST or None, known=True, initial={"kind": _asked_kind(request)})
    address = verbs.address_of(customer)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, **more)
    if not address or too_often(f"register:{customer.pk}", PER_HOUR["said"], AN_HOUR):
        form.add_error(None, _("Nobody can take this at the moment. Please write to us by mail."))
        return _form(request, form, status=429, **more)
    try:
        return _take(
            request,
            form.cleaned_data,
            name=customer.name,
            address=address,
            source=Source.PORTAL,
            **more,
        )
    except AlreadyOpen:
        form.add_error(None, _("You have complained about this already; it is being looked into."))
    except verbs.NotOpen:
        form.add_error(None, _("Nobody can take this at the moment. Please write to us by mail."))
    return _form(request, form, status=409, **more)


def _about(request: HttpRequest, customer: Customer) -> Ticket | None:
    """The request of his it is about. Raises Http404 for another's."""
    given = request.POST.get("request") or request.GET.get("request", "")
    if not given:
        return None
    if not given.isdecimal() or len(given) > 18:
        raise Http404("no such request")
    found = own_request(customer, int(given))
    own = found.customer is not None and found.customer.pk == customer.primary.pk
    if not own or found.is_apart:  # what it went on in is somebody else's
        raise Http404("no such request")
    return found.ticket
