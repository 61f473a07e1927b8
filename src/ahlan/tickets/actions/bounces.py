"""A delivery report finds the message it is about, and marks it and the address."""

from ahlan.channels.contract import Failure, Inbound
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
    ids = [wire_id(one) for one in (failure.message_id, *inbound.replies_to[:20]) if one]
    ours = Message.objects.select_related("ticket__customer__merged_into")
    return ours.filter(external_id__in=ids, direction=Direction.OUT).order_by("-id").first() if ids else None


def _mark(message: Message, failure: Failure) -> None:
    sent_to = {value for key in ("to", "cc", "bcc") for _, value in message.addresses.get(key, [])}
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
    record(
        "message.bounced", message.ticket, actor="system", audience=message.ticket.audience,
        message=message.pk, permanent=failure.permanent, status=failure.status, reason=failure.reason,
    )  # fmt: skip
