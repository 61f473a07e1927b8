"""What the workspace's templates need beside `ahlan`: `{% load desk %}`."""

from collections.abc import Iterable
from typing import Any

from django import template

from ahlan.channels.contract import Explains
from ahlan.channels.registry import channel
from ahlan.tickets import bodies
from ahlan.tickets.models import Message

register = template.Library()
register.filter("body", bodies.body_of)
register.filter("has_remote_pictures", bodies.has_remote_pictures)

KINDS = ("team-", "view-")
CHECKS = ("dmarc", "spf", "dkim")
BAD = {"fail", "softfail", "permerror", "temperror"}


@register.filter
def of_kind(views: Iterable[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """The lists of teams ("team-"), the saved ones ("view-"), or with "" all others."""
    named = KINDS if not kind else (kind,)
    return [one for one in views if one["view"].key.startswith(named) == bool(kind)]


@register.filter
def people(addresses: dict[str, list[list[str]]], role: str) -> list[dict[str, str]]:
    """Those a message was from, to or in copy, as name and address."""
    return [{"name": name or value, "address": value} for name, value in addresses.get(role, [])]


@register.filter
def why(reason: str, channel_key: str) -> tuple[str, str]:
    """Why a message was not sent: a sentence in the reader's language, and what the other side said."""
    wire = channel(channel_key)
    return wire.sentence(reason) if isinstance(wire, Explains) else ("", reason)


@register.filter
def wire_name(kind: str) -> str:
    """What people call a kind of address."""
    try:
        return str(channel(kind).name)
    except LookupError:  # of a channel that is installed no more
        return kind


@register.filter
def doubtful(message: Message) -> list[str]:
    """The sender checks that failed, by their names; a message of our own has none."""
    return [check.upper() for check in CHECKS if message.authentication.get(check) in BAD]


@register.filter
def files_below(message: Message) -> list[Any]:
    """The attachments that are not drawn inside the text."""
    return [one for one in message.attachments.all() if not one.inline]
