"""Finding one other ticket, to merge with or to link to."""

from django.db.models import Max, Q

from ahlan.staff.models import Agent
from ahlan.tickets.lists import number_in
from ahlan.tickets.models import Removal, Ticket
from ahlan.tickets.policies import tickets_of

SHOWN = 20
LOOKED_THROUGH = 5_000  # the newest tickets, for words in a subject


def candidates_for(agent: Agent, ticket: Ticket, words: str) -> list[Ticket]:
    """By number or words of the subject, of those this agent may see; without words the same customer's others."""
    seen = tickets_of(agent).filter(removal=Removal.NONE).exclude(pk=ticket.pk)
    if not words:
        family = {ticket.customer_id, ticket.customer.primary.pk}
        found = seen.filter(customer__in=family).order_by("-last_message_at")
    else:
        newest = Ticket.objects.aggregate(top=Max("pk"))["top"] or 0
        asked = Q(subject__icontains=words, pk__gt=newest - LOOKED_THROUGH)
        found = seen.filter(asked | Q(pk=number_in(words) or 0)).order_by("-pk")
    return list(found.select_related("customer__merged_into")[:SHOWN])
