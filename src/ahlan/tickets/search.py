"""What search finds of the desk: everything said in tickets that are in use, each ticket shown once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ahlan.channels.models import Inbox
from ahlan.core.asking import kept
from ahlan.core.languages import language_of
from ahlan.core.rows import just_written
from ahlan.customers.models import Customer
from ahlan.customers.queries import addresses_starting
from ahlan.search import actions
from ahlan.search.sources import (
    EVERYTHING,
    NOTHING,
    BadFilter,
    Facets,
    Filter,
    Match,
    Shown,
    Source,
    Text,
    facet,
)
from ahlan.staff.models import Agent
from ahlan.tickets.models import Attachment, Direction, Message, Removal, State, Tag, Ticket
from ahlan.tickets.policies import inbox_ids_of, inboxes_of

KIND = "ticket"
MOST_CUSTOMERS = 200  # whose tickets `from:` asks for
OFFERED = 8  # values of a filter
STANDING: Mapping[str, tuple[Any, Q]] = {  # `is:`
    "open": (State.OPEN.label, Q(state=State.OPEN, snoozed=False)),
    "waiting": (State.WAITING.label, Q(state=State.WAITING, snoozed=False)),
    "on-hold": (State.ON_HOLD.label, Q(state=State.ON_HOLD, snoozed=False)),
    "closed": (State.CLOSED.label, Q(state=State.CLOSED)),
    "snoozed": (pgettext_lazy("list of tickets", "Snoozed"), Q(snoozed=True)),
    "unassigned": (pgettext_lazy("list of tickets", "Unassigned"), Q(assignee=None)),
}


class Tickets(Source):
    kind, title, icon, order = KIND, gettext_lazy("Tickets"), "message-square", 10
    fades = 365

    def texts(self, after: int, limit: int) -> Sequence[Text]:
        said = Message.objects.filter(pk__gt=after, ticket__removal=Removal.NONE).order_by("pk")
        return [_text(one) for one in _read(said)[:limit]]

    def open_to(self, person: Agent) -> Facets | None:
        if not person.may("tickets.view"):
            return NOTHING
        if person.sees_all_inboxes():
            return EVERYTHING
        return tuple(facet("inbox", pk) for pk in inbox_ids_of(person))

    def filters(self, person: Agent) -> Mapping[str, Filter]:
        return {
            "is": Filter(gettext_lazy("State"), lambda value: _standing(person, value), _standings),
            "from": Filter(pgettext_lazy("filter of search", "From"), _customers),
            "tag": Filter(
                gettext_lazy("Tag"),
                lambda value: Ticket.objects.filter(tags__name__iexact=value),
                lambda: _names(Tag.objects.all()),
            ),
            "inbox": Filter(
                gettext_lazy("Inbox"), _inboxes, lambda: _names(inboxes_of(person).order_by("name"))
            ),
            "assignee": Filter(gettext_lazy("Assignee"), lambda value: _assigned(person, value)),
            "has": Filter(
                gettext_lazy("With"), _having, lambda: [("file", _("a file")), ("note", _("a note"))]
            ),
        }

    def shown(self, person: Agent, matches: Sequence[Match]) -> Mapping[int, Shown]:
        if not person.may("tickets.view"):
            return {}
        seen = Message.objects.filter(pk__in=[one.object_id for one in matches], ticket__removal=Removal.NONE)
        if not person.sees_all_inboxes():  # by the tickets found, never by all he may see
            seen = seen.filter(ticket__inbox__in=inbox_ids_of(person))
        wanted = (
            "text",
            "at",
            "direction",
            "ticket__subject",
            "ticket__customer__name",
            "ticket__customer__merged_into__name",
        )
        read = seen.select_related("ticket__customer__merged_into").only(*wanted)
        return {one.pk: _shown(one) for one in read}


def _shown(message: Message) -> Shown:
    ticket = message.ticket
    return Shown(
        title=ticket.subject or _("(no subject)"),
        url=f"{ticket.get_absolute_url()}#message-{message.pk}",
        icon="sticky-note" if message.direction == Direction.NOTE else "message-square",
        text=message.text,
        hint=f"#{ticket.number} · {ticket.customer.primary}",
        at=message.at,
    )


def _standing(person: Agent, value: str) -> QuerySet[Ticket]:
    if value == "mine":
        return Ticket.objects.filter(assignee=person)
    if value not in STANDING:
        raise BadFilter(_("“is:” knows %(known)s.") % {"known": ", ".join([*STANDING, "mine"])})
    return Ticket.objects.filter(STANDING[value][1])


def _standings() -> list[tuple[str, str]]:
    return [(key, str(name)) for key, (name, _asked) in STANDING.items()]


def _customers(value: str) -> Facets:
    """Whose address begins so, or whose name this is, and those who are read as the same person."""
    ids = set(addresses_starting(value).values_list("customer", flat=True)[:MOST_CUSTOMERS])
    if "@" not in value:
        ids |= _named(value)
    rows = Customer.objects.filter(Q(pk__in=ids) | Q(merged_into__in=ids)).values_list("pk", "merged_into")
    whole = {one for row in rows for one in row if one}
    others = Customer.objects.filter(merged_into__in=whole).values_list("pk", flat=True)
    return tuple(facet("customer", pk) for pk in sorted({*whole, *others[:MOST_CUSTOMERS]}))


def _named(value: str) -> set[int]:
    """The customers search finds by this name."""
    from ahlan.customers.search import ids_named  # noqa: PLC0415 -- that room's source must be ready

    return ids_named(value, MOST_CUSTOMERS)


def _inboxes(value: str) -> Facets:
    found = Inbox.objects.filter(Q(name__iexact=value) | Q(address__iexact=value)).values_list(
        "pk", flat=True
    )
    return tuple(facet("inbox", pk) for pk in found[:OFFERED])


def _assigned(person: Agent, value: str) -> QuerySet[Ticket]:
    if value == "me":
        return Ticket.objects.filter(assignee=person)
    named = Agent.objects.filter(Q(name__istartswith=value) | Q(email__istartswith=value))
    return Ticket.objects.filter(assignee__in=named.values("pk"))


def _having(value: str) -> QuerySet[Ticket]:
    if value == "file":
        return Ticket.objects.filter(pk__in=Attachment.objects.exclude(message=None).values("ticket"))
    if value == "note":
        return Ticket.objects.filter(pk__in=Message.objects.filter(direction=Direction.NOTE).values("ticket"))
    raise BadFilter(_("“has:” knows %(known)s.") % {"known": "file, note"})


def _names(rows: QuerySet[Any]) -> list[tuple[str, str]]:
    names = [str(name) for name in rows.values_list("name", flat=True)[:OFFERED]]
    return [(f'"{name}"' if " " in name else name, name) for name in names]


def _read(said: QuerySet[Message]) -> QuerySet[Message]:
    shown = (
        "text",
        "folds",
        "at",
        "ticket__subject",
        "ticket__inbox",
        "ticket__customer",
        "ticket__language",
    )
    return said.select_related("ticket").only(*shown, "ticket__removal")


def _text(message: Message) -> Text:
    ticket = message.ticket
    return Text(
        object_id=message.pk,
        group_id=ticket.pk,
        title=ticket.subject,
        body=message.text,
        at=message.at,
        language=language_of(message.own_text.strip()) or ticket.language,
        facets={"inbox": [ticket.inbox_id], "customer": [ticket.customer_id]},
    )


def index_messages(message_ids: Iterable[int], *, new: bool = False) -> None:
    """Let these be found as they are now; `new`: they have just been said. Part of a verb."""
    ids = list(message_ids)
    said = just_written(Message, ids[0]) if len(ids) == 1 else None
    found: Iterable[Message]
    if said is not None and said.ticket.removal == Removal.NONE:
        found = [said]
    elif len(ids) == 1:
        found = _in_use(ids[0])
    else:
        found = _read(Message.objects.filter(pk__in=ids, ticket__removal=Removal.NONE))
    actions.put(KIND, [_text(one) for one in found], new=new)


@kept
def _in_use(message: int) -> QuerySet[Message]:
    return _read(Message.objects.filter(pk=message, ticket__removal=Removal.NONE))


def forget_message(message_id: int) -> None:
    actions.remove(KIND, [message_id])


@transaction.atomic
def index_ticket(ticket_id: int) -> None:
    """Let everything said in a ticket be found where it lies now, or nothing of it when the ticket is out of use. Part of a verb."""
    if Ticket.objects.filter(pk=ticket_id).exclude(removal=Removal.NONE).exists():
        actions.remove_group(KIND, ticket_id)
        return
    said = list(Message.objects.filter(ticket=ticket_id).values_list("pk", flat=True))
    for start in range(0, len(said), actions.AT_ONCE):
        index_messages(said[start : start + actions.AT_ONCE])
