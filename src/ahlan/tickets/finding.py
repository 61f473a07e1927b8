"""What the command palette finds among tickets: the one of a number, what one has at hand, and what search finds."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ahlan.core.palette import MOST, Hit, finds, fits
from ahlan.search.finding import Hit as SearchHit
from ahlan.search.finding import find
from ahlan.staff.models import Agent
from ahlan.tickets.lists import BUILT_IN, number_in, page_of, views_of
from ahlan.tickets.models import Ticket
from ahlan.tickets.policies import tickets_of

AT_HAND = 100  # one's own open tickets that are looked through


@finds(gettext_lazy("Tickets"), order=10)
def tickets(request: HttpRequest, words: str) -> Iterable[Hit]:
    """The ticket of that number; without one, of one's own open tickets those whose subject or customer fits, then all."""
    agent = request.user
    if not isinstance(agent, Agent) or not agent.may("tickets.view"):
        return
    number = number_in(words)
    if number is not None:
        yield from map(_hit, tickets_of(agent).select_related("customer__merged_into").filter(pk=number))
        return
    mine = page_of(agent, BUILT_IN[0], size=AT_HAND).items
    fitting = [one for one in mine if fits(words, one.subject, one.customer.primary)]
    yield from map(_hit, fitting[:MOST])
    if words and len(fitting) < MOST:
        known = {ticket.pk for ticket in fitting}
        results = find(words, agent, kinds=["ticket"], size=MOST, typing=True)
        yield from (_found(hit) for one in results.found for hit in one.hits if hit.group_id not in known)


@finds(gettext_lazy("Lists"), order=30)
def lists(request: HttpRequest, words: str) -> Iterable[Hit]:
    """Lists by name: the built-in ones, one's teams', and saved ones."""
    agent = request.user
    if not words or not isinstance(agent, Agent):
        return
    for view in views_of(agent):
        if fits(words, view.name):
            yield Hit(view.name, reverse("tickets:view", args=[view.key]), view.icon)


def _found(hit: SearchHit) -> Hit:
    return Hit(hit.shown.title, hit.shown.url, hit.shown.icon, hit.shown.hint)


def _hit(ticket: Ticket) -> Hit:
    title = ticket.subject or _("(no subject)")
    return Hit(
        title, ticket.get_absolute_url(), "message-square", f"#{ticket.number} · {ticket.customer.primary}"
    )
