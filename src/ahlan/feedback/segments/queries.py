"""Reads of segments used in more than one place."""

from django.db.models import QuerySet

from ahlan.customers.models import Customer
from ahlan.events.definitions import Definitions
from ahlan.feedback.segments.models import Member, Segment

MOST_SEGMENTS = 50

segments = Definitions("segments", read=lambda: list(Segment.objects.all()[:MOST_SEGMENTS]), of=[Segment])


def segments_of(customer: Customer) -> list[Member]:
    """The segments he is in, by name; no question where the house has none."""
    return list(members_of(customer)) if segments() else []


def members_of(customer: Customer) -> QuerySet[Member]:
    kept = customer.merged_into_id or customer.pk
    return Member.objects.filter(customer=kept).select_related("segment").order_by("segment__name", "id")


def segment_ids_of(customer: Customer | None) -> list[int]:
    """Their keys in order, for what is counted by them."""
    if customer is None or not segments():
        return []
    kept = customer.merged_into_id or customer.pk
    return sorted(Member.objects.filter(customer=kept).values_list("segment", flat=True))
