"""Who may: who is in a segment for whoever sees customers; setting one up by permission."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from ahlan.feedback.segments.models import Segment
from ahlan.staff.models import Agent

VIEW, MANAGE = "tickets.view", "feedback.manage"


def segments_for(agent: Agent, permission: str = VIEW) -> QuerySet[Segment]:
    """Raises PermissionDenied."""
    if not agent.may(permission):
        raise PermissionDenied
    return Segment.objects.all()


def segment_for(agent: Agent, pk: int, permission: str = VIEW) -> Segment:
    """Raises Http404, PermissionDenied."""
    found = segments_for(agent, permission).filter(pk=pk).first()
    if found is None:
        raise Http404("no such segment")
    return found
