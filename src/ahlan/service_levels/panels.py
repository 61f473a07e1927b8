"""What service levels hang on the desk: the next deadline on each row and at the head, all of them beside a ticket."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html

from ahlan.core.clock import now
from ahlan.core.numerals import apart
from ahlan.core.panels import panel, row_panel
from ahlan.service_levels.clocks import left
from ahlan.service_levels.models import Deadline, State
from ahlan.service_levels.queries import clock_of, deadlines_of, hours_of_ticket, next_of, promises_of
from ahlan.staff.models import Agent
from ahlan.tickets.held import hangs
from ahlan.tickets.models import Ticket

hangs(Deadline)


@panel("page.head", order=50)
def looks(request: HttpRequest, agent: Agent) -> str:
    """The chips stand on pages of other rooms."""
    return format_html('<link rel="stylesheet" href="{}">', static("service_levels/due.css"))


@row_panel("ticket.row", order=10)
def due_chips(request: HttpRequest, tickets: Sequence[Ticket]) -> dict[int, str]:
    """The next deadline of each ticket on a page of a list: one query."""
    found = deadlines_of([one.pk for one in tickets])
    told = {pk: next_of(rows) for pk, rows in found.items()}
    return {
        pk: render_to_string("service_levels/_chip.html", {"row": row}) for pk, row in told.items() if row
    }


@panel("ticket.head", order=10)
def next_deadline(request: HttpRequest, ticket: Ticket) -> str:
    row = next_of(promises_of(ticket))
    return render_to_string("service_levels/_head.html", {"row": row}) if row else ""


@panel("ticket.side", order=5)
def deadlines(request: HttpRequest, ticket: Ticket) -> str:
    lines = lines_of(ticket)
    return render_to_string("service_levels/_panel.html", {"ticket": ticket, "lines": lines}, request)


def lines_of(ticket: Ticket) -> list[dict[str, Any]]:
    """The promises of a ticket as they are read."""
    present = now()
    return [_line(ticket, row, present) for row in promises_of(ticket)]


def _line(ticket: Ticket, row: Deadline, present: datetime) -> dict[str, Any]:
    rest = None
    if row.state == State.PAUSED:
        rest = left(clock_of(row, *hours_of_ticket(ticket)), present)
    return {"row": row, "left": rest and apart(present + rest, present)}
