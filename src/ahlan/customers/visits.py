"""Customers who come in without a password: by a link sent to their address, and by what their browser keeps then.

A visit has nothing to do with the sign-in of agents: another cookie, another table; neither opens what the other does.
"""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from ahlan.core.clock import now
from ahlan.customers.actions import normal
from ahlan.customers.models import Address, Customer, Visit, WayIn
from ahlan.events.log import record

SIGNER = signing.Signer(salt="customer's way in")
COOKIE = "ahlan_visit"
OPEN_FOR = timedelta(minutes=30)  # a link
LASTS = timedelta(days=30)  # a visit
MOST_AN_HOUR = 5  # links to one address, asked for from one network
MOST_OF_ALL = 20  # to one address, from wherever: a stranger in one place locks nobody out
KEPT = timedelta(days=1)  # used links


@transaction.atomic
def ask_way_in(value: str, *, language: str, network: str = "") -> None:
    """Have a link sent to an address, if it is a customer's. `network`: where it is asked from.

    Does the same, and as much, for an address nobody has. Asked too often for one address, it does nothing.
    """
    value, place = normal("email", value), _place(network)
    lately = WayIn.objects.filter(value=value, asked_at__gte=now() - timedelta(hours=1))
    from_there = list(lately.values_list("asked_from", flat=True)[:MOST_OF_ALL])
    if len(from_there) >= MOST_OF_ALL or from_there.count(place) >= MOST_AN_HOUR:
        return
    way = WayIn.objects.create(value=value, language=language, asked_from=place)
    record("way_in.asked", way, actor="system")


def _place(network: str) -> str:
    """What is kept of a network: enough to know it again for a day, nothing to read."""
    return salted_hmac("way in asked from", network).hexdigest()[:16]


def token_of(way: WayIn) -> str:
    """What stands in the link."""
    return SIGNER.sign(str(way.pk))


def way_in_of(token: str) -> WayIn | None:
    """The way in a link leads to, while it is open and not used."""
    try:
        key = int(SIGNER.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return WayIn.objects.filter(pk=key, used_at=None, asked_at__gt=now() - OPEN_FOR).first()


@transaction.atomic
def come_in(token: str) -> tuple[Visit, str] | None:
    """Use a link up and begin a visit; returns it with what the browser is to keep. None for one that is no good any more.

    Two who use the same link at once: one comes in.
    """
    way = way_in_of(token)
    if way is None or not WayIn.objects.filter(pk=way.pk, used_at=None).update(used_at=now()):
        return None
    address = (
        Address.objects.select_related("customer__merged_into").filter(kind="email", value=way.value).first()
    )
    if address is None:
        return None
    kept = secrets.token_urlsafe(32)
    customer = address.customer.primary
    visit = Visit.objects.create(address=address, digest=_digest(kept), ends_at=now() + LASTS)
    record("customer.came_in", customer, actor=customer.actor, visit=visit.pk)
    return visit, kept


def visitor_of(request: HttpRequest) -> Customer | None:
    """Who this browser's visit is of; None without one, or when it is over."""
    visit = _visit_of(request)
    return visit.address.customer.primary if visit else None


@transaction.atomic
def leave(request: HttpRequest) -> None:
    """End this browser's visit."""
    if (visit := _visit_of(request)) is not None:
        visit.delete()


@transaction.atomic
def leave_everywhere(customer: Customer) -> int:
    """End every visit of a customer, whichever of his names it began with; returns how many."""
    primary = customer.primary
    own = Visit.objects.filter(Q(address__customer=primary) | Q(address__customer__merged_into=primary))
    ended, _rows = own.delete()
    record("customer.left_everywhere", customer.primary, actor=customer.actor, visits=ended)
    return ended


def remember(response: HttpResponse, kept: str) -> HttpResponse:
    """Have the browser keep the visit."""
    response.set_cookie(
        COOKIE, kept, max_age=LASTS, httponly=True, samesite="Lax", secure=settings.SECURE, path="/my/"
    )
    return response


def forget(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(COOKIE, path="/my/", samesite="Lax")
    return response


def trim_visits() -> None:
    """Clear away what is over."""
    WayIn.objects.filter(asked_at__lt=now() - KEPT).delete()
    Visit.objects.filter(ends_at__lt=now()).delete()


def _visit_of(request: HttpRequest) -> Visit | None:
    kept = request.COOKIES.get(COOKIE, "")
    if not kept:
        return None
    found = Visit.objects.select_related(
        "address__customer__organisation", "address__customer__merged_into__organisation"
    )
    return found.filter(digest=_digest(kept), ends_at__gt=now()).first()


def _digest(kept: str) -> str:
    return sha256(kept.encode()).hexdigest()
