"""Reads used by more than one page."""

from django.db import connection
from django.db.models import QuerySet

from ahlan.customers.actions import normal
from ahlan.customers.models import Address

LAST_CHARACTER = "\U0010ffff"


def addresses_starting(words: str) -> QuerySet[Address]:
    """The mail addresses that begin with these words, by index on either database."""
    start = normal("email", words)
    if connection.vendor == "sqlite":  # its LIKE looks at every row
        return Address.objects.filter(kind="email", value__gte=start, value__lt=start + LAST_CHARACTER)
    return Address.objects.filter(kind="email", value__startswith=start)
