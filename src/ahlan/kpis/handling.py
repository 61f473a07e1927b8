"""Reading the time that people worked on a ticket."""

from django.db.models import Sum

from ahlan.kpis.models import Fact
from ahlan.tickets.models import Ticket


def worked_on(ticket: Ticket) -> list[tuple[int, int]]:
    """(agent, seconds) of each who worked on it, the longest first."""
    rows = Fact.objects.filter(subject_id=ticket.pk, subject_kind="ticket", kind="worked").order_by()
    return sorted(rows.values_list("agent").annotate(sum=Sum("value")), key=lambda one: -one[1])
