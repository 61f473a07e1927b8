"""Who may see a call: whoever sees its inbox, and whoever took it; one of no inbox, whoever sees all of them."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from ahlan.dialer.models import Call
from ahlan.staff.models import Agent
from ahlan.tickets.policies import inbox_ids_of

VIEW, RECORD = "tickets.view", "tickets.note"


def calls_of(agent: Agent) -> QuerySet[Call]:
    """Raises PermissionDenied."""
    if not agent.may(VIEW):
        raise PermissionDenied
    found = Call.objects.select_related("agent", "customer__merged_into", "inbox")
    return (
        found if agent.sees_all_inboxes() else found.filter(Q(inbox__in=inbox_ids_of(agent)) | Q(agent=agent))
    )


def call_for(agent: Agent, pk: int) -> Call:
    """Raises Http404, PermissionDenied."""
    found = calls_of(agent).filter(pk=pk).first()
    if found is None:
        raise Http404("no such call")
    return found
