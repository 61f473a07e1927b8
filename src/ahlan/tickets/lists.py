"""The lists of tickets: which there are, how many lie in each, and one page of one of them."""

from collections.abc import Callable
from dataclasses import dataclass
from heapq import merge
from operator import attrgetter
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ahlan.core.keyset import Page, cursor_after, page
from ahlan.customers.models import Customer
from ahlan.customers.queries import addresses_starting, has_divisions
from ahlan.staff.models import Agent, Team
from ahlan.tickets.conditions import BadCondition, query
from ahlan.tickets.models import (
    Follow,
    Listed,
    Mention,
    Removal,
    SavedView,
    Shows,
    Sight,
    State,
    Tally,
    Ticket,
)
from ahlan.tickets.policies import inbox_ids_of
from ahlan.tickets.sorting import ORDER, columns_of, mark_columns, sortable

PAGE = 30  # rows; two screens
MOST_VIEWS = 100  # saved ones in one person's rail
MOST_CUSTOMERS = 50  # whose tickets one search shows
MOST_UNSEEN = 100  # mentions counted
MOST_DIGITS = 18  # of a ticket's number
SHOWN = (
    "subject",
    "state",
    "priority",
    "preview",
    "last_message_at",
    "last_from_customer",
    "internal",
    "snoozed",
    "wakes_at",
    "type",
    "status",
    "customer__name",
    "customer__merged_into__name",
    "assignee__name",
    "assignee__email",
)
OF_ROWS, OF_LISTED = ("-at", "-ticket_id"), ("-key", "-ticket_id")


@dataclass(frozen=True, slots=True)
class View:
    """One list: `match` narrows tickets and tallies alike, so that the count is the list's.

    One `of_teams` is read by the index of teams. One of `rows` lists the tickets of an agent's own rows instead, the latest first; `count` tells its number.
    """

    key: str
    name: Any
    icon: str
    match: Callable[[Agent], Q]
    saved: SavedView | None = None
    order: tuple[str, ...] = ORDER
    rows: Callable[[Agent], QuerySet[Any]] | None = None
    count: Callable[[Agent], int] | None = None
    of_teams: bool = False

    @property
    def row_order(self) -> tuple[str, ...]:
        """What its cursors are written by."""
        if self.rows:
            return OF_ROWS
        return OF_LISTED if self.saved and self.saved.lasting else self.order


def _working(state: State, **more: object) -> Q:
    return Q(removal=Removal.NONE, snoozed=False, state=state, **more)


def _open(**more: object) -> Q:
    return _working(State.OPEN, **more)


def _mentions(agent: Agent) -> QuerySet[Any]:
    return Mention.objects.filter(agent=agent, ticket__removal=Removal.NONE)


def _unseen(agent: Agent) -> int:
    """How many tickets he was named in and has not looked at since; to a hundred."""
    return _visible(agent, _mentions(agent).filter(seen_at=None))[:MOST_UNSEEN].count()


def _followed(agent: Agent) -> QuerySet[Any]:
    return Follow.objects.filter(agent=agent, ticket__removal=Removal.NONE)


def _visible(agent: Agent, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of an agent's rows those whose tickets he may see (still)."""
    return rows if agent.sees_all_inboxes() else rows.filter(ticket__inbox__in=inbox_ids_of(agent))


def _team_ids(agent: Agent) -> list[int]:
    return list(agent.teams.order_by("pk").values_list("pk", flat=True))


DIVISIONS = "divisions"
BUILT_IN = (
    View("mine", pgettext_lazy("list of tickets", "Mine"), "user", lambda agent: _open(assignee_id=agent.pk)),
    View(
        "unassigned", pgettext_lazy("list of tickets", "Unassigned"), "inbox",
        lambda agent: _open(assignee_id=None),
    ),
    View(
        "my-teams", pgettext_lazy("list of tickets", "My teams"), "users",
        lambda agent: _open(team_id__in=_team_ids(agent)), of_teams=True,
    ),
    View(
        "mentions", pgettext_lazy("list of tickets", "Mentions"), "at-sign",
        lambda agent: Q(), rows=_mentions, count=_unseen,
    ),
    View(
        "followed", pgettext_lazy("list of tickets", "Followed"), "eye", lambda agent: Q(), rows=_followed,
        count=lambda agent: 0,
    ),
    View("open", pgettext_lazy("list of tickets", "All open"), "circle-dot", lambda agent: _open()),
    View(
        "waiting", pgettext_lazy("list of tickets", "Waiting"), "hourglass",
        lambda agent: _working(State.WAITING),
    ),
    View(
        "on-hold", pgettext_lazy("list of tickets", "On hold"), "pause",
        lambda agent: _working(State.ON_HOLD),
    ),
    View(
        "snoozed", pgettext_lazy("list of tickets", "Snoozed"), "alarm-clock",
        lambda agent: Q(removal=Removal.NONE, snoozed=True), order=("wakes_at", "id"),
    ),
    View(
        "closed", pgettext_lazy("list of tickets", "Closed"), "check",
        lambda agent: _working(State.CLOSED),
    ),
    View(
        DIVISIONS, pgettext_lazy("list of tickets", "Own divisions"), "building-2",
        lambda agent: _open(internal=True),
    ),
    View("spam", _("Spam"), "shield-alert", lambda agent: Q(removal=Removal.SPAM)),
    View("deleted", pgettext_lazy("list of tickets", "Bin"), "trash-2", lambda agent: Q(removal=Removal.DELETED)),
)  # fmt: skip
DEFAULT = "unassigned"


def found_view(words: str) -> View:
    """What a number or the beginning of a customer's address leads to; newest word first, like every list."""
    known = addresses_starting(words).values_list("customer", "customer__merged_into")[:MOST_CUSTOMERS]
    ids = {pk for pair in known for pk in pair if pk}
    merged = Customer.objects.filter(merged_into__in=ids).values("pk")
    number = number_in(words)
    match = Q(customer__in=ids) | Q(customer__in=merged) if ids else Q(pk=number or 0)
    return View("find", words, "search", lambda agent: Q(removal=Removal.NONE) & match)


def number_in(words: str) -> int | None:
    """The ticket number in "4127", "#4127" or "٤١٢٧"; None when there is none."""
    digits = words.strip().removeprefix("#").strip()
    return int(digits) if digits.isdecimal() and len(digits) <= MOST_DIGITS else None


def team_view(team: Team) -> View:
    return View(f"team-{team.pk}", team.name, "users", lambda agent: _open(team_id=team.pk))


def saved_view(saved: SavedView) -> View:
    """A view somebody has defined."""

    def match(agent: Agent) -> Q:
        try:
            return Q(removal=Removal.NONE) & query(saved.conditions, agent)
        except BadCondition:  # it asks for a property that is gone
            return Q(pk=None)

    return View(saved.key, saved.name, "list-filter", match, saved, columns_of(saved.order))


def saved_views_of(agent: Agent) -> QuerySet[SavedView]:
    """His own views, those of his teams, and everybody's."""
    mine = Q(owner=agent) | Q(team__in=agent.teams.all()) | Q(owner=None, team=None)
    return SavedView.objects.filter(mine).select_related("owner", "team")


def views_of(agent: Agent) -> list[View]:
    """The lists an agent has: the built-in ones, one for each of his teams, then the saved ones."""
    teams = [team_view(team) for team in agent.teams.all()]
    built_in = [one for one in BUILT_IN if one.key != DIVISIONS or has_divisions()]
    return [*built_in, *teams, *(saved_view(one) for one in saved_views_of(agent)[:MOST_VIEWS])]


def view_named(agent: Agent, key: str) -> View | None:
    """The list of this key, if he has it. One query, none for a built-in one."""
    kind, _dash, number = key.partition("-")
    pk = int(number) if number.isdecimal() and len(number) <= MOST_DIGITS else None
    if pk and kind == "team":
        team = agent.teams.filter(pk=pk).first()
        return team_view(team) if team else None
    if pk and kind == "view":
        saved = saved_views_of(agent).filter(pk=pk).first()
        return saved_view(saved) if saved else None
    return next((view for view in BUILT_IN if view.key == key), None)


def counts_of(agent: Agent, views: list[View], **only: object) -> dict[str, int]:
    """How many tickets lie in each list: one query, whatever their number, and one for mentions not seen.

    `only`: those of which that holds, as `internal=True`. A saved view that is looked up each time (see `SavedView`) has no count.
    """
    tallies = Tally.objects.filter(**only)
    if not agent.sees_all_inboxes():
        tallies = tallies.filter(inbox_id__in=inbox_ids_of(agent))
    counted = [view for view in views if not view.count and (view.saved is None or view.saved.lasting)]
    own = {view.key: view.count(agent) for view in views if view.count}
    sums = {f"v{i}": Sum("n", filter=_tallied(agent, view), default=0) for i, view in enumerate(counted)}
    found = tallies.aggregate(**sums)
    return own | {view.key: max(0, found[f"v{i}"]) for i, view in enumerate(counted)}


def _tallied(agent: Agent, view: View) -> Q:
    return Q(view_id=view.saved.pk) if view.saved else Q(view_id=None) & view.match(agent)


def page_of(agent: Agent, view: View, *, after: str = "", size: int = PAGE) -> Page[Ticket]:
    """One page of a list, in its order.

    Where an agent sees some inboxes only, each of them (for "my teams" each team) gives its page by its own index
    and the pages are merged: the cost grows with the inboxes he has, never with the tickets he may not see.
    """
    if view.rows or (view.saved and view.saved.lasting):
        found = _of_rows(agent, view, after, size)
        _mark(agent, view, found.items)
        return found
    related, shown = wanted(view.saved)
    tickets = Ticket.objects.filter(view.match(agent)).select_related(*related).only(*shown)
    if view.saved:
        tickets = sortable(tickets, view.saved.order)
    if view.saved and Shows.TAGS in view.saved.shows:
        tickets = tickets.prefetch_related("tags")
    pages = [page(tickets.filter(part), view.order, after, size) for part in _parts(agent, view)]
    found = pages[0] if len(pages) == 1 else merged(pages, view.order, size)
    _mark(agent, view, found.items)
    return found


def _mark(agent: Agent, view: View, tickets: list[Ticket]) -> None:
    """What a row tells beside what the ticket itself holds."""
    mark_unread(agent, tickets)
    if view.saved:
        mark_columns(tickets, view.saved.shows)


def _parts(agent: Agent, view: View) -> list[Q]:
    """What a list is read by: all at once, or one part for each team or inbox whose index gives its own page."""
    seen = Q() if agent.sees_all_inboxes() else Q(inbox_id__in=inbox_ids_of(agent))
    if view.of_teams:
        return [seen & Q(team_id=one) for one in _team_ids(agent)]
    if view.saved or agent.sees_all_inboxes():
        return [seen]
    return [Q(inbox_id=one) for one in inbox_ids_of(agent)]


def wanted(saved: SavedView | None) -> tuple[list[str], list[str]]:
    """The relations and fields of a ticket that a row needs."""
    related, shown = ["customer__merged_into", "assignee"], list(SHOWN)
    for more in (Shows.TEAM, Shows.INBOX):
        if saved and more in saved.shows:
            related.append(more.value)
            shown.append(f"{more.value}__name")
    return related, shown


def _of_rows(agent: Agent, view: View, after: str, size: int) -> Page[Ticket]:
    """A page of what `Listed` holds, or the agent's own rows, straight along their index."""
    if view.rows:
        rows = _visible(agent, view.rows(agent))
    else:
        rows = Listed.objects.filter(view=view.saved)
        if not agent.sees_all_inboxes():
            rows = rows.filter(inbox_id__in=inbox_ids_of(agent))
    order = view.row_order
    related, shown = wanted(view.saved)
    rows = rows.select_related(*(f"ticket__{name}" for name in related)).only(
        order[0].lstrip("-"), *(f"ticket__{name}" for name in shown)
    )
    if view.saved and Shows.TAGS in view.saved.shows:
        rows = rows.prefetch_related("ticket__tags")
    found = page(rows, order, after, size)
    return Page([row.ticket for row in found.items], found.next_cursor, found.previous_cursor)


def merged(pages: list[Page[Ticket]], order: tuple[str, ...], size: int) -> Page[Ticket]:
    """The pages of several inboxes as one. All columns of the order run the same way."""
    columns, falling = [name.lstrip("-") for name in order], order[0].startswith("-")
    rows = list(merge(*(one.items for one in pages), key=attrgetter(*columns), reverse=falling))
    more = len(rows) > size or any(one.next_cursor for one in pages)
    rows = rows[:size]
    return Page(rows, cursor_after(rows[-1], order) if more and rows else None, None)


def mark_unread(agent: Agent, tickets: list[Ticket]) -> None:
    """Unread: the customer spoke last, or the ticket woke by itself, and the agent has not looked since."""
    seen = dict(Sight.objects.filter(agent=agent, ticket__in=tickets).values_list("ticket_id", "seen_at"))
    for ticket in tickets:
        looked, asks = seen.get(ticket.pk), ticket.asks_since
        ticket.unread = asks is not None and (looked is None or looked < asks)  # type: ignore[attr-defined]
