"""What the house itself hangs on every page: the live stream's address, and a word when something has stopped."""

from collections.abc import Iterable
from time import monotonic

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html

from ahlan.core.panels import panel
from ahlan.events.live import live_token, narrows
from ahlan.events.queries import health
from ahlan.site.health import troubled_inboxes
from ahlan.staff.models import Agent
from ahlan.tickets.policies import inbox_ids_of

SILENT = 30.0  # seconds without a word from any worker
STARTED = monotonic()


@panel("page.head", order=10)
def live_address(request: HttpRequest, agent: Agent) -> str:
    """The stream carries only what this person may see."""
    token = live_token(agent.pk, audiences_of(agent))
    return format_html('<meta name="ahlan-live" content="/live/?token={}">', token)


def audiences_of(agent: Agent) -> list[str]:
    audiences = [f"inbox:{pk}" for pk in inbox_ids_of(agent)] + [agent.actor, "everyone"]
    return [*audiences, "jobs"] if agent.may("jobs.manage") else audiences


@narrows
def still_allowed(agent_id: int, audiences: frozenset[str]) -> Iterable[str]:
    """A right taken away ends with the next opening of the stream, though the token still names it."""
    agent = Agent.objects.active().select_related("role").filter(pk=agent_id).first()
    return audiences & set(audiences_of(agent)) if agent else ()


@panel("page.banner", order=10)
def what_has_stopped(request: HttpRequest, agent: Agent) -> str:
    """Nobody may believe that mail goes out while nothing sends it."""
    if monotonic() - STARTED < SILENT:  # the workers of a house that has just started are on their way
        return ""
    seen = health()
    if seen["worker_seen_seconds_ago"] is not None and seen["worker_seen_seconds_ago"] < SILENT:
        return ""
    return render_to_string("site/no_worker.html", {}, request)


@panel("page.banner", order=20)
def mailboxes_in_trouble(request: HttpRequest, agent: Agent) -> str:
    """Mail that does not come in or go out is told to whoever can mend it."""
    if not agent.may("jobs.manage"):
        return ""
    names = troubled_inboxes()
    return render_to_string("site/mail_trouble.html", {"names": names}, request) if names else ""
