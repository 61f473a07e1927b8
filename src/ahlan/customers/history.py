"""What happened to a customer, in plain sentences."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ahlan.customers.models import Customer
from ahlan.events.models import Event

SHOWN = 50
SENTENCES = {
    "customer.merged": _("Merged with another customer"),
    "customer.unmerged": _("Taken apart from another customer"),
    "customer.changed": _("Changed"),
    "customer.address_added": _("An address was added"),
    "customer.address_removed": _("An address was removed"),
    "customer.address_failed": _("Mail to an address comes back"),
}


def lines_of(customer: Customer) -> list[dict[str, Any]]:
    """The latest events, the newest first."""
    found = Event.objects.filter(subject_kind="customer", subject_id=customer.pk, kind__in=SENTENCES)
    return [{"at": event.at, "sentence": SENTENCES[event.kind]} for event in found.order_by("-id")[:SHOWN]]
