"""Who may: the only way to get at somebody's token."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from ahlan.staff.models import Agent, ApiToken


def token_for(agent: Agent, pk: int) -> ApiToken:
    """One's own token; anybody's for who may change settings. Raises Http404."""
    found = ApiToken.objects.select_related("agent").filter(pk=pk).first()
    if found is None or not (found.agent_id == agent.pk or agent.may("settings.manage")):
        raise Http404("no such token")
    return found


def must(agent: Agent, *permissions: str) -> None:
    """Raises PermissionDenied."""
    if not all(agent.may(permission) for permission in permissions):
        raise PermissionDenied
