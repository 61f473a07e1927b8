"""A delivery report finds the message it is about, and marks it and the address."""

from collections.abc import Iterable

from ahlan.channels.actions import first_heard
from ahlan.channels.contract import Failure, Inbound, Returned
from ahlan.customers.actions import mark_failing
from ahlan.events.log import record
from ahlan.tickets.models import Delivery, Direction, Message
from ahlan.tickets.threading import wire_id


def take_bounce(inbound: Inbound) -> Message | None:
    """Mark what came back; returns the message of ours it is about, None when it is about none we know.

    Only a report about a message we really sent marks an address: else anybody could close one by forging one.
    """
    about = None
    for failure in inbound.failures:
        message = _about(failure, inbound)
        if message is None:
            continue
        about = about or message
        if failure.reason == "feedback":
            continue
        _mark(message, failure)
    return about


def _about(failure: Failure, inbound: Inbound) -> Message | None:
    return _ours((failure.message_id, *inbound.replies_to[:20]))


def _ours(named: Iterable[str]) -> Message | None:
    ids = [wire_id(one) for one in named if one]
    ours = Message.objects.select_related("ticket__customer__merged_into")
    return ours.filter(external_id__in=ids, direction=Direction.OUT).order_by("-id").first() if ids else None


def take_return(returned: Returned, ours: str) -> None:
    """A provider tells that the message `ours` came back, or was called spam. The same report twice is one."""
    failure, message = returned.failure, _ours([ours])
    if message is None or not first_heard(message.external_id, failure.message_id, returned.mark):
        return
    if failure.reason != "feedback":
        _mark(message, failure)
    elif failure.recipient in {one.casefold() for one in _sent_to(message)}:
        mark_failing("email", failure.recipient, failure.reason)
        _record(message, failure)


def _sent_to(message: Message) -> set[str]:
    return {value for key in ("to", "cc", "bcc") for _, value in message.addresses.get(key, [])}


def _mark(message: Message, failure: Failure) -> None:
    sent_to = _sent_to(message)
    recipient = failure.recipient.casefold()
    if recipient and recipient not in {one.casefold() for one in sent_to}:
        return  # about somebody we did not write to: a forwarded copy further on, or a forgery
    said = " ".join(part for part in (failure.status, failure.smtp_code, failure.reason) if part)
    if failure.permanent:
        left = Message.objects.filter(
            pk=message.pk, delivery__in=[Delivery.SENT, Delivery.UNSURE, Delivery.BOUNCED]
        )
        left.update(delivery=Delivery.BOUNCED, delivery_error=said[:500])
        for value in [recipient] if recipient else sent_to:
            mark_failing("email", value, said)
    _record(message, failure)


def _record(message: Message, failure: Failure) -> None:
    record(
        "message.bounced", message.ticket, actor="system", audience=message.ticket.audience,
        message=message.pk, permanent=failure.permanent, status=failure.status, reason=failure.reason,
    )  # fmt: skip
