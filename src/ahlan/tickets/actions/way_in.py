"""The mail with the link by which a customer comes to his own pages."""

from email.utils import make_msgid

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ahlan.channels.contract import Address as Sender
from ahlan.channels.contract import NotSent, Outbound
from ahlan.channels.models import Inbox
from ahlan.channels.registry import channel
from ahlan.core.clock import now
from ahlan.core.reached import house_address
from ahlan.customers.models import Address, Customer, WayIn
from ahlan.customers.visits import OPEN_FOR, token_of
from ahlan.tickets.models import Ticket


def send_way_in(way: WayIn) -> None:
    """Mail the link to the address it was asked for, if that is a customer's. Raises NotSent when trying later may help.

    A mail too many is better than none: killed at the wrong moment it goes out again, with the same link.
    """
    known = (
        Address.objects.select_related("customer__merged_into").filter(kind="email", value=way.value).first()
    )
    if known is None or way.used_at or way.asked_at < now() - OPEN_FOR:
        return
    customer = known.customer.primary
    inbox = _inbox_of(customer)
    if inbox is None:
        return
    language = customer.language or way.language or inbox.language
    with translation.override(language):
        outbound = _mail(
            way,
            known,
            inbox,
            language,
            f"{house_address()}{reverse('customers:way_in', args=[token_of(way)])}",
        )
    try:
        channel(inbox.channel).send(outbound, committing=lambda: None)
    except NotSent as refusal:
        if not refusal.permanent:
            raise


def _mail(way: WayIn, known: Address, inbox: Inbox, language: str, link: str) -> Outbound:
    minutes = int(OPEN_FOR.total_seconds() // 60)
    good_for = ngettext(
        "The link opens once, within %(n)s minute.", "The link opens once, within %(n)s minutes.", minutes
    ) % {"n": minutes}
    asked = _("You asked to see your requests. This link opens them:")
    not_you = _("It was not you? Then there is nothing to do; nobody but you has the link.")
    text = f"{asked}\n\n{link}\n\n{good_for}\n\n{not_you}"
    wire = channel(inbox.channel)
    return Outbound(
        external_id=make_msgid(f"way-in-{way.pk}", domain=inbox.address.rpartition("@")[2] or "localhost"),
        sender=Sender(inbox.channel, inbox.address, inbox.name),
        to=(Sender("email", known.value, known.customer.name if known.customer.name != known.value else ""),),
        subject=_("Your link to your requests"),
        text=text,
        html=wire.render(text, language),
        written_at=now(),
        language=language,
        automatic=True,
        settings=inbox.for_its_wire,
    )


def _inbox_of(customer: Customer) -> Inbox | None:
    """The one he last had to do with, else the first there is."""
    mail = Inbox.objects.filter(channel="email", is_active=True)
    family = [customer.pk, *customer.merged.values_list("pk", flat=True)[:100]]
    last = Ticket.objects.filter(customer__in=family, inbox__in=mail).order_by("-last_message_at")
    return (mail.filter(pk__in=last.values("inbox")[:1]).first()) or mail.order_by("id").first()
