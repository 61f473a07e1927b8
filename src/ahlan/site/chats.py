"""What only the house can tell live chat: its business hours, and that whoever gets a chat by mail may answer by mail."""

from collections.abc import Sequence
from datetime import datetime

from ahlan.calendars.models import BusinessHours
from ahlan.calendars.queries import calendar_for
from ahlan.channels.chat.hours import told_by
from ahlan.channels.chat.models import Letter
from ahlan.core.clock import now
from ahlan.customers.actions import meet
from ahlan.events.models import Event
from ahlan.events.subscribe import within
from ahlan.tickets.models import Participant


def opens_at(hours_id: int) -> datetime | None:
    calendar = calendar_for(hours_id)
    return None if calendar.is_open(now()) else calendar.next_opening(now())


def choices() -> Sequence[tuple[int, str]]:
    return [(one.pk, str(one)) for one in BusinessHours.objects.order_by("name")[:200]]


told_by(opens_at, choices)


@within("chat.mail_queued")
def let_them_answer(event: Event) -> None:
    """The mail goes to this address and no other, so who answers it is no stranger to the ticket."""
    letter = Letter.objects.select_related("chat__visitor").get(pk=event.facts["letter"])
    if letter.after and letter.chat.ticket:
        customer = meet("email", letter.to, name=letter.chat.visitor.name)
        Participant.objects.update_or_create(
            ticket_id=letter.chat.ticket, customer=customer, defaults={"copied": True}
        )
