"""Who may: what belongs to a ticket is reached through the ticket; praise on the wall is everybody's who works here."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from ahlan.feedback.policies import MANAGE, seen_inboxes
from ahlan.feedback.register.models import Complaint, Compliment, Term
from ahlan.feedback.register.queries import GONE, with_steps
from ahlan.staff.models import Agent
from ahlan.tickets.policies import ticket_for


def must_manage(agent: Agent) -> None:
    """Raises PermissionDenied."""
    if not agent.may(MANAGE):
        raise PermissionDenied


def complaints_for(agent: Agent) -> QuerySet[Complaint]:
    """Those on tickets the agent sees. Raises PermissionDenied."""
    if not agent.may("tickets.view"):
        raise PermissionDenied
    inboxes = seen_inboxes(agent)
    found = Complaint.objects.exclude(ticket__removal__in=GONE)
    return found if inboxes is None else found.filter(ticket__inbox__in=inboxes)


def complaint_for(agent: Agent, pk: int, *permissions: str) -> Complaint:
    """One on a ticket the agent sees. Raises Http404, PermissionDenied."""
    related = ("ticket", "customer__merged_into", "product", "stage", "cause", "outcome", "redress", "action")
    found = with_steps(Complaint.objects.select_related(*related).filter(pk=pk)).first()
    if found is None:
        raise Http404("no such complaint")
    ticket_for(agent, found.ticket_id, *permissions)
    return found


def compliments_for(agent: Agent) -> QuerySet[Compliment]:
    """Those on tickets the agent sees, those without a ticket, and those that praise him. Raises PermissionDenied."""
    if not agent.may("tickets.view"):
        raise PermissionDenied
    inboxes = seen_inboxes(agent)
    found = Compliment.objects.exclude(ticket__removal__in=GONE)
    if inboxes is None:
        return found
    his = Compliment.agents.through.objects.filter(agent_id=agent.pk).values("compliment_id")
    return found.filter(Q(ticket=None) | Q(ticket__inbox__in=inboxes) | Q(pk__in=his))


def compliment_for(agent: Agent, pk: int, *permissions: str) -> Compliment:
    """Raises Http404, PermissionDenied."""
    related = ("ticket", "customer__merged_into", "team")
    found = compliments_for(agent).select_related(*related).prefetch_related("agents").filter(pk=pk).first()
    if found is None:
        raise Http404("no such compliment")
    if not all(agent.may(permission) for permission in permissions):
        raise PermissionDenied
    if found.ticket_id is not None and permissions:
        ticket_for(agent, found.ticket_id, *permissions)
    return found


def wall() -> QuerySet[Compliment]:
    """What hangs on the wall, the latest first by id."""
    found = Compliment.objects.filter(shown_at__isnull=False).exclude(ticket__removal__in=GONE)
    return found.select_related("team").prefetch_related("agents")


def term_for(agent: Agent, pk: int) -> Term:
    """One to be changed. Raises Http404, PermissionDenied."""
    must_manage(agent)
    found = Term.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("no such entry")
    return found
