"""What the command palette finds among customers."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ahlan.core.palette import MOST, Hit, finds
from ahlan.customers.queries import addresses_starting

SHORTEST = 2  # characters; fewer fit too many


@finds(_("Customers"), order=20)
def customers(request: HttpRequest, words: str) -> Iterable[Hit]:
    """Whose mail address begins with the words. One query along its index."""
    if len(words) < SHORTEST or not request.user.has_perm("tickets.view"):
        return
    known = addresses_starting(words).select_related("customer__merged_into").order_by("value")
    for address in known[:MOST]:
        customer = address.customer.primary
        yield Hit(str(customer), reverse("customers:customer", args=[customer.pk]), "contact", address.value)
