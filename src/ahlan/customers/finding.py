"""What the command palette finds among customers."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ahlan.core.palette import MOST, Hit, finds
from ahlan.customers.queries import addresses_starting
from ahlan.search.finding import find

SHORTEST = 2  # characters; fewer fit too many


@finds(_("Customers"), order=20)
def customers(request: HttpRequest, words: str) -> Iterable[Hit]:
    """Whose mail address begins with the words, by one step along its index; then who is found by name, address or note."""
    if len(words) < SHORTEST or not request.user.has_perm("tickets.view"):
        return
    known = addresses_starting(words).select_related("customer__merged_into").order_by("value")
    met = set()
    for address in known[:MOST]:
        customer = address.customer.primary
        met.add(customer.pk)
        yield Hit(str(customer), reverse("customers:customer", args=[customer.pk]), "contact", address.value)
    if len(met) < MOST:
        results = find(words, request.user, kinds=["customer"], size=MOST, typing=True)
        for hit in (hit for one in results.found for hit in one.hits if hit.group_id not in met):
            yield Hit(hit.shown.title, hit.shown.url, hit.shown.icon, hit.shown.hint)
