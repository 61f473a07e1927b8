"""What search finds among those who ask: customers by name, address and what is noted, and their organisations."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ahlan.core.clock import now
from ahlan.customers.models import Customer, Organisation
from ahlan.search import actions
from ahlan.search.asking import read
from ahlan.search.finding import ids_of
from ahlan.search.sources import EVERYTHING, NOTHING, Facets, Match, Shown, Source, Text, source_of

MOST_ADDRESSES = 20  # of one customer


class Customers(Source):
    kind, title, icon, order = "customer", _("Customers"), "contact", 20
    scope = "customers:read"

    def texts(self, after: int, limit: int) -> Sequence[Text]:
        found = Customer.objects.filter(pk__gt=after).order_by("pk").prefetch_related("addresses")
        return [_customer(one) for one in found[:limit]]

    def open_to(self, person: Any) -> Facets | None:
        return EVERYTHING if person.has_perm("tickets.view") else NOTHING

    def shown(self, person: Any, matches: Sequence[Match]) -> Mapping[int, Shown]:
        found = Customer.objects.filter(pk__in=[one.object_id for one in matches])
        found = found.select_related("merged_into", "organisation").prefetch_related("addresses")
        return {one.pk: _shown(one) for one in found}


class Organisations(Source):
    kind, title, icon, order, grams = "organisation", _("Organisations"), "building-2", 30, True
    scope = "customers:read"

    def texts(self, after: int, limit: int) -> Sequence[Text]:
        return [
            _organisation(one) for one in Organisation.objects.filter(pk__gt=after).order_by("pk")[:limit]
        ]

    def open_to(self, person: Any) -> Facets | None:
        return EVERYTHING if person.has_perm("tickets.view") else NOTHING

    def shown(self, person: Any, matches: Sequence[Match]) -> Mapping[int, Shown]:
        found = Organisation.objects.filter(pk__in=[one.object_id for one in matches])
        return {
            one.pk: Shown(
                one.name, reverse("customers:organisation", args=[one.pk]), "building-2", hint=one.domain
            )
            for one in found
        }


def _customer(one: Customer, addresses: Iterable[str] | None = None) -> Text:
    if addresses is None:
        addresses = [address.value for address in one.addresses.all()[:MOST_ADDRESSES]]
    return Text(
        object_id=one.pk,
        group_id=one.merged_into_id or one.pk,
        title=one.name,
        body="\n".join([*addresses, one.note]),
        at=one.met_at,
        language=one.language,
    )


def _shown(one: Customer) -> Shown:
    addresses = ", ".join(address.value for address in one.addresses.all()[:3])
    text = f"{addresses}\n{one.note}" if one.note else addresses
    return Shown(
        str(one),
        reverse("customers:customer", args=[one.primary.pk]),
        "contact",
        text,
        str(one.organisation or ""),
    )


def _organisation(one: Organisation) -> Text:
    return Text(object_id=one.pk, title=one.name, body=one.domain, at=now())


def index_customers(ids: Iterable[int]) -> None:
    """Let these customers be found as they are now. Part of a verb."""
    found = Customer.objects.filter(pk__in=list(ids)).prefetch_related("addresses")
    actions.put("customer", [_customer(one) for one in found])


def index_new_customer(customer: Customer, address: str) -> None:
    actions.put("customer", [_customer(customer, [address])], new=True)


def index_family(customer: Customer) -> None:
    """Him and whoever is read as him, wherever the merging has put them."""
    same = Q(pk=customer.pk) | Q(merged_into=customer.pk)
    index_customers(Customer.objects.filter(same).values_list("pk", flat=True))


def index_organisation(organisation: Organisation) -> None:
    actions.put("organisation", [_organisation(organisation)])


def ids_named(name: str, most: int) -> set[int]:
    """The customers whose name or address holds all of these words."""
    source = source_of("customer")
    return set(ids_of(source, read(name), most)) if source else set()
