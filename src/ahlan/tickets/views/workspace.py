"""The workspace: lists, one list, one ticket. Every fragment is a named part of the page itself."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from ahlan.channels.registry import channel
from ahlan.core.asking import kept
from ahlan.core.clock import now
from ahlan.customers.queries import addresses_starting
from ahlan.staff.models import Agent
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.actions.merge import UNDOABLE
from ahlan.tickets.actions.work import mark_seen
from ahlan.tickets.held import look_at
from ahlan.tickets.links import links_of
from ahlan.tickets.lists import (
    DEFAULT,
    DIVISIONS,
    View,
    counts_of,
    found_view,
    number_in,
    page_of,
    view_named,
    views_of,
)
from ahlan.tickets.models import Attachment, Draft, Follow, Item, Merge, Message, Priority, State, Ticket
from ahlan.tickets.moments import snooze_choices
from ahlan.tickets.policies import ticket_for, tickets_of
from ahlan.tickets.reach import reach_of
from ahlan.tickets.rows import rows_of
from ahlan.tickets.timeline import scheduled_of, timeline_of
from ahlan.tickets.views.fields import fields_context
from ahlan.tickets.vocabulary import vocabulary, word_statuses

OTHERS = 6  # tickets of the same customer
MOST_SCHEDULED = 20  # shown on one ticket


@login_required
@require_GET
def workspace(request: AgentRequest) -> HttpResponse:
    """The first list that has something to do: mine, else the unassigned."""
    counts = counts_of(request.user, views_of(request.user))
    key = "mine" if counts.get("mine") else DEFAULT
    return redirect("tickets:view", view=key)


@login_required
@require_GET
def view(request: AgentRequest, view: str) -> HttpResponse:
    """One list; as a fragment when htmx asks: `part=views` the counts, `part=rows` the first page or the next."""
    return _listed(request, _view(request.user, view))


@login_required
@require_GET
def find(request: AgentRequest) -> HttpResponse:
    """`q`: a number leads to its ticket, the beginning of a customer's address to the list of his tickets, words to search."""
    words = request.GET.get("q", "").strip()[:200]
    if not words:
        return redirect("tickets:workspace")
    number = number_in(words)
    if number is not None and tickets_of(request.user).filter(pk=number).exists():
        return redirect("tickets:ticket", number=number)
    if number is None and not addresses_starting(words).exists():
        return redirect(f"{reverse('search:search')}?{urlencode({'q': words})}")
    return _listed(request, found_view(words))


def _listed(request: AgentRequest, chosen: View) -> HttpResponse:
    part = request.GET.get("part") if request.htmx else None
    if part == "views":
        return render(request, "tickets/_views.html", _views(request.user, chosen))
    if part == "rows":
        return render(request, "tickets/_list.html", _rows(request, chosen))
    return render(
        request, "tickets/workspace.html", {**_views(request.user, chosen), **_rows(request, chosen)}
    )


@login_required
@require_GET
def ticket(request: AgentRequest, number: int) -> HttpResponse:
    """One ticket in the workspace, or alone when htmx asks for it; looking at it marks it as seen."""
    found = ticket_for(request.user, number)
    if found.pk != number:  # it was merged
        return redirect(found)
    look_at(found)
    mark_seen(request.user, found)
    context = ticket_context(request, found)
    if request.htmx and request.GET.get("part") == "timeline":
        return render(request, "tickets/_timeline.html", context)
    if request.htmx:
        return render(request, "tickets/_ticket.html", context)
    key = request.GET.get("view", "")
    chosen = view_named(request.user, key) or _view(request.user, _home_of(request.user, found))
    return render(
        request,
        "tickets/workspace.html",
        {**_views(request.user, chosen), **_rows(request, chosen, opened=found.number), **context},
    )


def ticket_context(request: AgentRequest, ticket: Ticket) -> dict[str, Any]:
    """What `_ticket.html` needs."""
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 19 else None
    timeline = timeline_of(ticket, before=before)
    agent, words = request.user, vocabulary()
    if ticket.held is None:
        look_at(ticket)
    word_statuses([ticket])
    return {
        "ticket": ticket,
        "timeline": timeline,
        "tags": list(ticket.tags.all()) if ticket.holds(Ticket.tags.through) else [],
        "reach": reach_of(ticket),
        "copies": channel(ticket.inbox.channel).abilities.copies,
        "latest": timeline.latest if before is None else latest_of(ticket),
        "followers": followers_of(ticket),
        "items": list(ticket.items.select_related("done_by")) if ticket.holds(Item) else [],
        "links": links_of(agent, ticket),
        "merges": merges_of(ticket),
        "customer_tickets": other_tickets(agent, ticket),
        "draft": Draft.objects.filter(ticket=ticket, agent=agent).first() if ticket.holds(Draft) else None,
        "unsent_files": _unsent_files(ticket.pk, agent.pk),
        "scheduled": list(scheduled_of(ticket)[:MOST_SCHEDULED]),
        "statuses": words.statuses_in_order(),
        "has_own_statuses": bool(words.own_statuses),
        "types": words.standing_types,
        **fields_context(agent, ticket),
        "priorities": Priority.choices,
        "snooze_choices": snooze_choices(now()),
        "may": {name.partition(".")[2]: agent.may(name) for name in agent.role.permissions},
    }


@kept
def _unsent_files(ticket: int, uploader: int) -> QuerySet[Attachment]:
    return Attachment.objects.filter(ticket=ticket, message=None, uploader=uploader)


def latest_of(ticket: Ticket) -> int | None:
    """Its newest message's id."""
    return Message.objects.filter(ticket=ticket).order_by("-id").values_list("pk", flat=True).first()


def followers_of(ticket: Ticket) -> list[Agent]:
    """Those who follow it, the first fifty."""
    return (
        list(Agent.objects.filter(pk__in=ticket.follows.values("agent"))[:50]) if ticket.holds(Follow) else []
    )


def merges_of(ticket: Ticket) -> list[Merge]:
    """What was merged into this ticket and can be taken out again."""
    if not ticket.holds(Ticket):
        return []
    found = Merge.objects.filter(source__merged_into=ticket, undone_at=None, merged_at__gte=now() - UNDOABLE)
    return list(found.select_related("source").order_by("-merged_at")[:10])


def other_tickets(agent: Agent, ticket: Ticket) -> list[Ticket]:
    """The customer's latest other tickets, of those this agent may see."""
    family = {ticket.customer_id, ticket.customer.primary.pk}
    if len(family) == 1 and agent.may("tickets.view") and agent.sees_all_inboxes():
        return [one for one in _tickets_by(ticket.customer_id) if one.pk != ticket.pk][:OTHERS]
    found = tickets_of(agent).filter(customer__in=family, removal="").exclude(pk=ticket.pk)
    return list(found.only("subject", "state", "last_message_at").order_by("-last_message_at")[:OTHERS])


@kept
def _tickets_by(customer: int) -> QuerySet[Ticket]:
    found = Ticket.objects.filter(customer=customer, removal="")
    return found.only("subject", "state", "last_message_at").order_by("-last_message_at")[: OTHERS + 1]


def _view(agent: Agent, key: str) -> View:
    found = view_named(agent, key)
    if found is None:
        raise Http404("no such list")
    return found


def _home_of(agent: Agent, ticket: Ticket) -> str:
    """The list a ticket is most likely looked for in."""
    if ticket.removal:
        return ticket.removal
    if ticket.snoozed:
        return "snoozed"
    if ticket.state != State.OPEN:
        return str(ticket.state).replace("_", "-")
    if ticket.assignee_id == agent.pk:
        return "mine"
    return "open" if ticket.assignee_id else "unassigned"


def _views(agent: Agent, chosen: View) -> dict[str, Any]:
    views = views_of(agent)
    counts, own = counts_of(agent, views), _of_divisions(agent, views)
    return {
        "view": chosen,
        "views_url": _part_url(chosen, "views"),
        "views": [
            {
                "view": one,
                "count": counts.get(one.key, 0) - own.get(one.key, 0),
                "internal": own.get(one.key, 0),
                "url": _url(one),
            }
            for one in views
        ],
    }


def _of_divisions(agent: Agent, views: list[View]) -> dict[str, int]:
    """How many of each list come from divisions of one's own company: they are counted apart, but in their own list."""
    if not any(one.key == DIVISIONS for one in views):
        return {}
    countable = [one for one in views if one.count is None and one.key != DIVISIONS]
    return counts_of(agent, countable, internal=True)


def _url(view: View) -> str:
    if view.key == "find":
        return f"{reverse('tickets:find')}?{urlencode({'q': view.name})}"
    return reverse("tickets:view", args=[view.key])


def _part_url(view: View, part: str) -> str:
    """Where a fragment of the list comes from."""
    address = _url(view)
    return f"{address}{'&' if '?' in address else '?'}part={part}"


def _rows(request: AgentRequest, chosen: View, *, opened: int | None = None) -> dict[str, Any]:
    shown = page_of(request.user, chosen, after=request.GET.get("after", ""))
    return {
        "view": chosen,
        "rows_url": _part_url(chosen, "rows"),
        "page": shown,
        "rows": rows_of(request, shown.items, chosen, opened=opened),
    }
