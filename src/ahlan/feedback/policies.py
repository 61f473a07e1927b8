"""Who may: results for whoever may see what customers say, and of them the inboxes he sees; surveys for whoever may set them up."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from ahlan.feedback.models import Answer, Place, Recovery, Survey
from ahlan.staff.models import Agent
from ahlan.tickets.policies import inbox_ids_of

VIEW, MANAGE = "feedback.view", "feedback.manage"


def seen_inboxes(agent: Agent) -> list[int] | None:
    """None: all of them. What belongs to no inbox is everybody's."""
    return None if agent.sees_all_inboxes() else inbox_ids_of(agent)


def is_anonymous(key: str) -> bool:
    """Whether any survey has promised it of this instrument."""
    return key in anonymous_keys()


def anonymous_keys() -> set[str]:
    """The instruments of which some survey has promised it."""
    return set(Survey.objects.filter(anonymous=True).values_list("key", flat=True))


def answers_for(agent: Agent) -> QuerySet[Answer]:
    """Raises PermissionDenied."""
    if not agent.may(VIEW):
        raise PermissionDenied
    inboxes = seen_inboxes(agent)
    found = Answer.objects.all()
    return found if inboxes is None else found.filter(Q(inbox=None) | Q(inbox__in=inboxes))


def survey_for(agent: Agent, pk: int) -> Survey:
    """One to be set up. Raises Http404, PermissionDenied."""
    if not agent.may(MANAGE):
        raise PermissionDenied
    found = Survey.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("no such survey")
    return found


def place_for(agent: Agent, pk: int) -> Place:
    """Raises Http404, PermissionDenied."""
    if not agent.may(MANAGE):
        raise PermissionDenied
    found = Place.objects.select_related("survey").filter(pk=pk).first()
    if found is None:
        raise Http404("no such place")
    return found


def recoveries_for(agent: Agent) -> QuerySet[Recovery]:
    """Of the tickets an agent sees. Raises PermissionDenied."""
    if not agent.may("tickets.view"):
        raise PermissionDenied
    inboxes = seen_inboxes(agent)
    found = Recovery.objects.select_related(
        "answer__version", "answer__survey", "ticket", "customer", "agent"
    )
    return found if inboxes is None else found.filter(ticket__inbox__in=inboxes)


def recovery_for(agent: Agent, pk: int) -> Recovery:
    """Raises Http404, PermissionDenied."""
    found = recoveries_for(agent).filter(pk=pk).first()
    if found is None:
        raise Http404("no such low score")
    if not agent.may("tickets.change"):
        raise PermissionDenied
    return found
