"""Who may: the journal for whoever sees what customers say; a hint from any ticket one sees; themes and readers by permission."""

from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404

from ahlan.feedback.journal.models import Insight, Reader, Theme
from ahlan.feedback.links import LONGEST_TOKEN, digest_of
from ahlan.feedback.policies import seen_inboxes
from ahlan.staff.models import Agent

Row = TypeVar("Row", bound=Model)
VIEW, MANAGE = "feedback.view", "feedback.manage"


def insights_for(agent: Agent) -> QuerySet[Insight]:
    """What was noted, but for what others noted from tickets he does not see. Raises PermissionDenied."""
    if not agent.may(VIEW):
        raise PermissionDenied
    found, inboxes = (
        Insight.objects.select_related("theme", "agent", "ticket", "customer__merged_into"),
        seen_inboxes(agent),
    )
    return (
        found
        if inboxes is None
        else found.filter(Q(ticket=None) | Q(ticket__inbox__in=inboxes) | Q(agent=agent))
    )


def insight_for(agent: Agent, pk: int) -> Insight:
    """Raises Http404, PermissionDenied."""
    found = insights_for(agent).filter(pk=pk).first()
    if found is None:
        raise Http404("no such insight")
    return found


def may_change(agent: Agent, insight: Insight) -> bool:
    """Who noted it, and who sets up the journal."""
    return insight.agent_id == agent.pk or agent.may(MANAGE)


def own_insight(agent: Agent, pk: int) -> Insight:
    """One to be changed. Raises Http404, PermissionDenied."""
    found = insight_for(agent, pk)
    if not may_change(agent, found):
        raise PermissionDenied
    return found


def theme_for(agent: Agent, pk: int) -> Theme:
    """Raises Http404, PermissionDenied."""
    found = _managed(agent, Theme.objects.filter(pk=pk))
    if found is None:
        raise Http404("no such theme")
    return found


def reader_for(agent: Agent, pk: int) -> Reader:
    """Raises Http404, PermissionDenied."""
    found = _managed(agent, Reader.objects.filter(pk=pk))
    if found is None:
        raise Http404("no such reader")
    return found


def _managed(agent: Agent, found: QuerySet[Row]) -> Row | None:
    if not agent.may(MANAGE):
        raise PermissionDenied
    return found.first()


def reader_of(token: str) -> Reader:
    """Whose link it is. Raises Http404 for one that was withdrawn, or never given."""
    found = None
    if len(token) <= LONGEST_TOKEN:
        found = Reader.objects.filter(digest=digest_of(token, "reader"), withdrawn_at=None).first()
    if found is None:
        raise Http404("no such link")
    return found
