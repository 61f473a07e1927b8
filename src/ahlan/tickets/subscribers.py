"""What the desk does when something has happened elsewhere, and later."""

from datetime import datetime

from ahlan.channels.models import RawInbound
from ahlan.core.clock import now
from ahlan.events.models import Event
from ahlan.events.subscribe import after
from ahlan.tickets.actions import delivery, intake
from ahlan.tickets.actions.answer import delivery_key


@after("inbound.kept", queue="intake", atomic=True)
def understand(event: Event) -> None:
    intake.receive_raw(RawInbound.objects.select_related("inbox").get(pk=event.subject_id))


def _send_at(event: Event) -> datetime:
    given = event.facts.get("send_at")
    return datetime.fromisoformat(given) if given else now()


@after(
    "message.queued",
    queue="mail",
    delay=_send_at,
    unique_key=lambda event: delivery_key(event.facts["message"]),
    max_attempts=14,
)
def send(event: Event) -> None:
    delivery.deliver(event.facts["message"])
