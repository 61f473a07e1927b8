"""Pages for customers themselves: coming in by a link, and what they tell us about themselves."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core.reached import too_often
from ahlan.customers import actions, visits
from ahlan.customers.forms import AboutMeForm, WayInForm
from ahlan.customers.models import Customer

HOME = "/my/"  # what a customer sees first is the desk's, a room above
PER_HOUR = 20  # links asked for from one address of the network
More = ParamSpec("More")
Page = Callable[Concatenate[HttpRequest, Customer, More], HttpResponseBase]


def for_visitors(view: Page[More]) -> Callable[Concatenate[HttpRequest, More], HttpResponseBase]:
    """A page for a customer who has come in, in his language and time zone; anybody else is asked to come in first."""

    @never_cache
    @wraps(view)
    def page(request: HttpRequest, *given: More.args, **named: More.kwargs) -> HttpResponseBase:
        customer = visits.visitor_of(request)
        if customer is None:
            return redirect("customers:sign_in")
        with (
            translation.override(customer.language or translation.get_language()),
            timezone.override(_zone(customer)),
        ):
            return private(view(request, customer, *given, **named))

    return cast(Callable[Concatenate[HttpRequest, More], HttpResponseBase], page)


def private(response: HttpResponseBase) -> HttpResponseBase:
    """What no search engine shows.

    No other site learns its address by the policy of the whole house ("same-origin"); a stricter one would make browsers
    send `Origin: null` with its forms, which are refused then.
    """
    response["X-Robots-Tag"] = "noindex"
    return response


def _zone(customer: Customer) -> ZoneInfo | str:
    try:
        return ZoneInfo(customer.time_zone) if customer.time_zone else settings.TIME_ZONE
    except (ZoneInfoNotFoundError, ValueError):
        return str(settings.TIME_ZONE)


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a link. What is answered does not tell whether the address is known."""
    if request.method == "GET" and visits.visitor_of(request):
        return redirect(HOME)
    form = WayInForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(
            request, "customers/my/sign_in.html", {"form": form}, status=422 if form.errors else 200
        )
    network = request.META.get("REMOTE_ADDR", "")
    if too_often(f"way_in:{network}", PER_HOUR, 3600):
        return render(request, "customers/my/busy.html", status=429)
    language = translation.get_language() or ""
    visits.ask_way_in(form.cleaned_data["email"], language=language, network=network)
    return redirect("customers:link_sent")


@require_GET
def link_sent(request: HttpRequest) -> HttpResponse:
    minutes = int(visits.OPEN_FOR.total_seconds() // 60)
    return render(request, "customers/my/sent.html", {"minutes": minutes})


@never_cache
@require_http_methods(["GET", "POST"])
def way_in(request: HttpRequest, token: str) -> HttpResponseBase:
    """Where the link leads. It is used up by a click on the page alone: what looks through mail opens every link."""
    if request.method == "GET":
        way = visits.way_in_of(token)
        with translation.override((way and way.language) or translation.get_language()):
            return private(
                render(request, "customers/my/way_in.html", {"way": way}, status=200 if way else 410)
            )
    came = visits.come_in(token)
    if came is None:
        return private(render(request, "customers/my/way_in.html", {"way": None}, status=410))
    return visits.remember(redirect(HOME), came[1])


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """`everywhere`: in all his browsers."""
    customer = visits.visitor_of(request)
    if customer is not None and request.POST.get("everywhere"):
        visits.leave_everywhere(customer)
    visits.leave(request)
    return visits.forget(redirect("customers:sign_in"))


@for_visitors
@require_http_methods(["GET", "POST"])
def about_me(request: HttpRequest, customer: Customer) -> HttpResponse:
    """Name, language, time zone."""
    form = AboutMeForm(request.POST or None, instance=Customer.objects.get(pk=customer.pk))
    if request.method == "POST" and form.is_valid():
        actions.change(customer, actor=customer.actor, **form.cleaned_data)
        with translation.override(customer.language or translation.get_language()):
            messages.success(request, _("Saved."))
        return redirect("customers:about_me")
    context: dict[str, Any] = {"form": form, "customer": customer, "addresses": _addresses(customer)}
    return render(request, "customers/my/about_me.html", context, status=422 if form.errors else 200)


def _addresses(customer: Customer) -> list[str]:
    family = [customer.pk, *customer.merged.values_list("pk", flat=True)[:100]]
    found = customer.addresses.model.objects.filter(customer__in=family, kind="email")
    return list(found.values_list("value", flat=True)[:20])
