"""The verb that keeps a call."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ahlan.channels.models import Inbox
from ahlan.core.rows import insert
from ahlan.core.text import clean
from ahlan.customers.models import Customer
from ahlan.dialer.models import Call, Outcome, Way
from ahlan.events.log import record
from ahlan.staff.models import Agent
from ahlan.tickets.models import Ticket

LONGEST = 7 * 24 * 3600  # seconds; a line left open over a week-end is one


class BadCall(ValueError):
    """What is told of a call cannot have been; the text says what, to a person."""


@dataclass(frozen=True, slots=True)
class Course:
    """How a call went: instants with their zone, lengths in seconds. `queued_at` None: it never waited in a queue."""

    offered_at: datetime
    ended_at: datetime
    outcome: str
    queued_at: datetime | None = None
    answered_at: datetime | None = None
    menu: int | None = None
    talk: int = 0
    hold: int = 0
    wrap: int = 0

    def check(self) -> None:
        """Raises BadCall."""
        if self.outcome not in Outcome.values:
            raise BadCall(_("There is no such outcome of a call."))
        if (self.answered_at is None) == (self.outcome == Outcome.ANSWERED):
            raise BadCall(_("A call has a moment of its answer when it was answered, and else none."))
        if self.queued_at is None and self.outcome == Outcome.ABANDONED:
            raise BadCall(
                _("Who hangs up while waiting has waited: the moment he came into the queue is missing.")
            )
        moments = [one for one in (self.offered_at, self.queued_at, self.answered_at, self.ended_at) if one]
        if moments != sorted(moments):
            raise BadCall(_("A call begins, waits, is answered and ends, in this order."))
        lengths = [
            self.menu or 0,
            self.talk,
            self.hold,
            self.wrap,
            (self.ended_at - self.offered_at).total_seconds(),
        ]
        if min(lengths) < 0 or max(lengths) > LONGEST:
            raise BadCall(_("A call lasts between no time and a week."))


def record_call(
    source: str,
    external_id: str,
    course: Course,
    *,
    actor: str,
    direction: str = Way.IN,
    transferred: bool = False,
    inbox: Inbox | None = None,
    agent: Agent | None = None,
    ticket: Ticket | None = None,
    customer: Customer | None = None,
    priority: int | None = None,
    kind: str = "",
    doubts: list[str] | None = None,
) -> tuple[Call, bool]:
    """Keep a call that is over, and whether it is new: told again by the same name, it stays as it was first told.

    Raises BadCall, and ValueError for a direction nobody knows.
    """
    source, external_id = clean(source).strip()[:60], clean(external_id).strip()[:120]
    if not (source and external_id):
        raise BadCall(_("A call is named by its system and its own name there."))
    known = Call.objects.filter(source=source, external_id=external_id).first()
    if known is not None:
        return known, False
    course.check()
    call = Call(
        source=source, external_id=external_id, direction=Way(direction).value, offered_at=course.offered_at, queued_at=course.queued_at,
        answered_at=course.answered_at, ended_at=course.ended_at, outcome=course.outcome, menu_seconds=course.menu, talk_seconds=course.talk,
        hold_seconds=course.hold, wrap_seconds=course.wrap, transferred=transferred, inbox=inbox, agent=agent, ticket=ticket,
        customer=customer.primary if customer else None, priority=priority, kind=clean(kind)[:40], doubts=sorted(doubts or []),
    )  # fmt: skip
    try:
        with transaction.atomic():
            insert(call)
            _tell(call, actor)
    except IntegrityError:  # somebody was quicker
        return Call.objects.get(source=source, external_id=external_id), False
    return call, True


def _tell(call: Call, actor: str) -> None:
    moments = {
        key: _said(getattr(call, key)) for key in ("offered_at", "queued_at", "answered_at", "ended_at")
    }
    record(
        "call.recorded", call, actor=actor, audience=call.audience, direction=call.direction, **moments, outcome=call.outcome,
        menu=call.menu_seconds, talk=call.talk_seconds, hold=call.hold_seconds, wrap=call.wrap_seconds, transferred=call.transferred,
        inbox=call.inbox_id, agent=call.agent_id, ticket=call.ticket_id, customer=call.customer_id, priority=call.priority, kind=call.kind,
    )  # fmt: skip


def _said(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
