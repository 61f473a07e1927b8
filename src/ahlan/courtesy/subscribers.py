"""The way of service takes itself from what is said."""

from ahlan.courtesy.actions import way
from ahlan.events.models import Event
from ahlan.events.subscribe import within


@within("message.queued", "message.received")
def follow(event: Event) -> None:
    way.follow(event)


@within(
    "message.unsent", "message.read_after_all", "ticket.took_in", "ticket.gave_back", "ticket.unmerged", "ticket.split", "ticket.split_off",
)  # fmt: skip
def work_out(event: Event) -> None:
    """Words have come or gone: it stands as the latest of those that are there say."""
    way.work_out(event.subject_id)
