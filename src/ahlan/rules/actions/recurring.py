"""Verbs on ticket templates and on tickets that come again: save, begin, end, and open what is due."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.customers.models import Customer
from ahlan.events.log import record
from ahlan.rules import timetable
from ahlan.rules.actions.shortcuts import fill_in, kind_of, told_to
from ahlan.rules.models import Recurrence, TicketTemplate
from ahlan.rules.variables import About, filled
from ahlan.staff.models import Agent, Team
from ahlan.tickets.actions.answer import Unanswerable
from ahlan.tickets.actions.automatic import Unwelcome
from ahlan.tickets.actions.opening import open_ticket
from ahlan.tickets.models import Ticket

MOST = 1_000  # recurrences in a house
AT_ONCE = 20


class TooManyRecurrences(Exception):
    """The house has as many as it can keep."""


@transaction.atomic
def save_template(
    template: TicketTemplate | None = None,
    *,
    name: str,
    fields: dict[str, Any],
    code: str = "",
    owner: Agent | None = None,
    team: Team | None = None,
    actor: str,
) -> TicketTemplate:
    """Make a template or change it. `fields`: those of the form of a new ticket. Raises TooManyShortcuts."""
    made = template or TicketTemplate()
    made.fields = fields
    fill_in(made, name, code, owner, team)
    record(kind_of(made, "ticket_template.saved"), made, actor=actor, audience=told_to(made))
    return made


@transaction.atomic
def begin_recurrence(
    template: TicketTemplate, customer: Customer, *, rule: str, starts: datetime, zone: str, actor: str
) -> Recurrence:
    """Let a template open a ticket at `starts`, on the wall of `zone`, and again by the RRULE; what is past is left out.

    Raises BadRule, TooManyRecurrences.
    """
    if Recurrence.objects.count() >= MOST:
        raise TooManyRecurrences
    kept = timetable.check(rule, starts, ZoneInfo(zone))
    made = Recurrence(
        template=template,
        customer=customer,
        rule=kept,
        starts=starts.isoformat(timespec="minutes"),
        zone=zone,
    )
    made.next_at = made.after(now())
    made.save()
    record("recurrence.begun", made, actor=actor)
    return made


@transaction.atomic
def end_recurrence(found: Recurrence, *, actor: str) -> None:
    """It comes no more; the tickets it has opened stay."""
    record("recurrence.ended", found, actor=actor)
    found.delete()


def open_due() -> int:
    """Open what is due; returns how many. Safe to repeat, and by two at once. What was missed comes once."""
    total = 0
    while _open_one():
        total += 1
    return total


@transaction.atomic
def _open_one() -> bool:
    """The ticket and the next time are one transaction."""
    due = Recurrence.objects.select_for_update(skip_locked=True, of=("self",)).filter(next_at__lte=now())
    found = due.select_related("template", "customer__merged_into").order_by("next_at").first()
    if found is None:
        return False
    try:
        with transaction.atomic():
            _open(found)
        found.failure, found.made = "", found.made + 1
    except Unwelcome as refusal:
        found.failure = refusal.reason
    except (Unanswerable, Inbox.DoesNotExist):
        found.failure = "nobody"
    except ValueError:  # a type, status or field of it was archived
        found.failure = "gone"
    found.next_at = found.after(now())
    found.save(update_fields=["failure", "made", "next_at"])
    if found.failure:
        record("recurrence.failed", found, actor="system", reason=found.failure)
    return True


def _open(found: Recurrence) -> Ticket:
    given = found.template.fields
    return open_ticket(
        Inbox.objects.get(pk=given["inbox"], is_active=True),
        found.customer,
        subject=given["subject"],
        text=given["text"],
        says=given["says"],
        team=Team.objects.filter(pk=given["team"] or 0).first(),
        priority=given["priority"],
        tags=[one for one in given["tags"].split(",") if one.strip()],
        then=given["then"],
        kind=given.get("kind"),
        values={int(pk): one for pk, one in given.get("values", {}).items()},
        fill=lambda text, ticket: filled(text, About(ticket)),
        actor=f"recurrence:{found.pk}",
    )
