"""Reads used by more than one page."""

from django.db import connection
from django.db.models import Q, QuerySet

from ahlan.channels.registry import channels
from ahlan.customers.actions import normal
from ahlan.customers.models import Address, Customer, Organisation

LAST_CHARACTER = "\U0010ffff"


def addresses_starting(words: str) -> QuerySet[Address]:
    """The mail addresses that begin with these words, by index on either database."""
    start = normal("email", words)
    if connection.vendor == "sqlite":  # its LIKE looks at every row
        return Address.objects.filter(kind="email", value__gte=start, value__lt=start + LAST_CHARACTER)
    return Address.objects.filter(kind="email", value__startswith=start)


def has_divisions() -> bool:
    """Whether a division of one's own company asks this desk."""
    return Organisation.objects.filter(internal=True).exists()


def people_of(organisation: Organisation) -> QuerySet[Customer]:
    """Who belongs to an organisation, by himself or by whom he was merged into."""
    own = Q(organisation=organisation, merged_into=None)
    return Customer.objects.filter(own | Q(merged_into__organisation=organisation))


def family_of(customer: Customer) -> QuerySet[Customer]:
    """A customer and all who were merged into one with him."""
    kept = customer.primary.pk
    return Customer.objects.filter(Q(pk=kept) | Q(merged_into=kept))


def of_address(value: str) -> Customer | None:
    """Whose address this is, on whichever wire; by mail first, since that is what people have at hand."""
    found = Address.objects.select_related("customer__merged_into")
    mail = found.filter(kind="email", value=normal("email", value)).first()
    wires = [key for key in channels() if key != "email"]  # by kind, along the index
    other = mail or found.filter(kind__in=wires, value=normal("", value)).order_by("id").first()
    return other.customer if other else None
