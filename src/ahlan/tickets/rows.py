"""What a list shows of each ticket: a value with all that is seen, and the row drawn from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from ahlan.core.numerals import day_and_clock
from ahlan.core.panels import draw_rows
from ahlan.core.templatetags.ahlan import when
from ahlan.tickets.lists import View
from ahlan.tickets.models import Priority, Ticket


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `panels`, `when` and `more` are HTML; `wakes` and `when` are told in the reader's way."""

    number: int
    view: str
    is_open: bool
    who: str
    unread: bool
    internal: bool
    panels: str
    priority: int
    priority_name: str
    wakes: str
    when: str
    subject: str
    preview: str
    assignee: str
    more: str


def rows_of(
    request: HttpRequest, tickets: Sequence[Ticket], view: View, *, opened: int | None
) -> list[SafeString]:
    """The rows of tickets that a list has read and marked, drawn. `opened`: the number of the one that stands open."""
    panels = draw_rows("ticket.row", request, tickets)
    language = get_language() or ""
    return [_drawn(_line(one, view, panels.get(one.pk, ""), opened), language) for one in tickets]


def _line(ticket: Ticket, view: View, panels: str, opened: int | None) -> Line:
    shows = view.saved.shows if view.saved else []
    named = ticket.assignee is not None and view.key != "mine"
    return Line(
        number=ticket.number,
        view=view.key,
        is_open=ticket.number == opened,
        who=str(ticket.customer.primary),
        unread=ticket.unread,  # type: ignore[attr-defined]
        internal=ticket.internal,
        panels=panels,
        priority=ticket.priority,
        priority_name=str(Priority(ticket.priority).label) if ticket.priority > Priority.NORMAL else "",
        wakes=day_and_clock(ticket.wakes_at) if ticket.snoozed and ticket.wakes_at else "",
        when="" if ticket.snoozed else when(ticket.last_message_at, "short"),
        subject=ticket.subject,
        preview=ticket.preview,
        assignee=str(ticket.assignee) if named else "",
        more=render_to_string("tickets/_row_more.html", {"row": ticket, "shows": shows}) if shows else "",
    )


@lru_cache(maxsize=4096)
def _drawn(line: Line, language: str) -> SafeString:
    """A list asks for its rows whenever something changes, and nearly all of them are as they were."""
    url = reverse("tickets:ticket", args=[line.number])
    html = {name: mark_safe(getattr(line, name)) for name in ("panels", "when", "more")}  # noqa: S308 -- drawn by templates
    return render_to_string("tickets/_row.html", {"row": line, "url": url, **html})
