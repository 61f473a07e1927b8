"""An invitation as it goes on a wire: a mail whose first question is answered by one click, or one short message with the link.

It is no message of the ticket: the link in it is the customer's alone.
"""

from html import escape

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from ahlan.channels.contract import Address as Wire
from ahlan.channels.contract import Outbound
from ahlan.channels.models import Inbox
from ahlan.channels.registry import channel
from ahlan.core.clock import now
from ahlan.core.languages import said
from ahlan.core.numerals import number
from ahlan.customers.models import Address
from ahlan.feedback.instruments.shape import Item, Kind
from ahlan.feedback.links import address_of
from ahlan.feedback.models import Invitation

# A mail program reads styles in attributes alone.
PAGE = "font-family:sans-serif;font-size:16px;line-height:1.5;color:#1d2422"
STEP = (
    "display:inline-block;min-width:40px;margin:2px;padding:10px 4px;border:1px solid #888478;border-radius:6px;"
    "background:#ffffff;color:#0f5f5c;font-weight:bold;text-align:center;text-decoration:none"
)
SOFT = "font-size:13px;color:#515a56"


def outbound_of(
    one: Invitation, inbox: Inbox, address: Address, token: str, *, again: bool = False
) -> Outbound:
    """What is sent. In the customer's language, whoever asks for it."""
    wire = channel(inbox.channel)
    link, ticket = address_of(token), None if one.survey.anonymous else one.ticket
    with translation.override(one.language):
        mail = wire.abilities.subject
        text = _mail_text(one, link, again) if mail else _short(one, link)
        return Outbound(
            external_id=wire.new_id(inbox.address),
            sender=Wire(inbox.channel, inbox.address, inbox.name),
            reply_to=wire.reply_address(inbox.address, ticket.pk) if ticket else None,
            to=(Wire(address.kind, address.value, one.customer.primary.name),),
            subject=_subject(one) if mail else "",
            text=text,
            html=_html(one, link, again) if wire.abilities.html else "",
            written_at=now(),
            language=one.language,
            automatic=True,
            unsubscribe=f"{link}stop/",
            settings=inbox.for_its_wire,
        )


def _subject(one: Invitation) -> str:
    if one.ticket and one.ticket.subject:
        return _("How did we do? %(subject)s") % {"subject": one.ticket.subject}
    return _("How do we do?")


def _before(one: Invitation, again: bool) -> str:
    company = settings.COMPANY
    if again:
        return _("We asked you some days ago, and would still like to hear from you. One click is enough.")
    if one.ticket and one.ticket.subject:
        told = {"subject": one.ticket.subject, "company": company}
        return (
            _(
                "You wrote to %(company)s about “%(subject)s”, and we have closed it. One click tells us how it went."
            )
            % told
        )
    return _("One click tells %(company)s how we do.") % {"company": company}


def _hidden(one: Invitation) -> str:
    return _("Your answer is anonymous: it is not kept with your name.") if one.survey.anonymous else ""


def _mail_text(one: Invitation, link: str, again: bool) -> str:
    item = one.version.instrument.first
    asked = said(item.wording, one.language)
    lines = [_before(one, again), _hidden(one), asked]
    if item.kind == Kind.SCALE:
        lines += [f"{_step(item, step, one.language)}: {link}?v={step}" for step in item.steps]
        lines.append(_ends(item, one.language))
    else:
        lines.append(link)
    lines.append(_("If you do not want to be asked any more: %(link)s") % {"link": f"{link}stop/"})
    return "\n\n".join(line for line in lines if line)


def _step(item: Item, step: int, language: str) -> str:
    return said(item.named(step), language) or number(step)


def _ends(item: Item, language: str) -> str:
    if item.named(item.low):
        return ""
    low, high = (said(one, language) for one in item.ends)
    return f"{number(item.low)} = {low}, {number(item.high)} = {high}" if low and high else ""


def _html(one: Invitation, link: str, again: bool) -> str:
    item, language = one.version.instrument.first, one.language
    direction = "rtl" if translation.get_language_info(language)["bidi"] else "ltr"
    parts = [f"<p>{escape(line)}</p>" for line in (_before(one, again), _hidden(one)) if line]
    parts.append(f'<p dir="auto"><b>{escape(said(item.wording, language))}</b></p>')
    if item.kind == Kind.SCALE:
        steps = " ".join(
            f'<a href="{escape(link)}?v={step}" style="{STEP}">{escape(_step(item, step, language))}</a>'
            for step in item.steps
        )
        parts += [f"<p>{steps}</p>", f'<p style="{SOFT}">{escape(_ends(item, language))}</p>']
    else:
        parts.append(
            f'<p><a href="{escape(link)}" style="{STEP}">&nbsp; {escape(_("Answer"))} &nbsp;</a></p>'
        )
    stop = _("I do not want to be asked any more")
    parts.append(f'<p style="{SOFT}"><a href="{escape(link)}stop/">{escape(stop)}</a></p>')
    return f'<html lang="{language}" dir="{direction}"><body style="{PAGE}">{"".join(parts)}</body></html>'


def _short(one: Invitation, link: str) -> str:
    """One message, as short as it can be: it may be paid for."""
    asked = said(one.version.instrument.first.wording, one.language)
    return f"{asked} {link}"
