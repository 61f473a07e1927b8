"""Tickets and what hangs on them, as the API tells them.

`tickets_told` reads all a page of tickets needs in a fixed number of queries; what a ticket gains is told there and in `TicketOut`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from ahlan.core.api.shapes import Out, Ref
from ahlan.tickets.api.own import StandsOut, fields_told
from ahlan.tickets.due import due_of
from ahlan.tickets.models import Attachment, Item, Later, Merge, Message, SavedView, Ticket
from ahlan.tickets.vocabulary import Vocabulary, vocabulary

RELATED = ("inbox", "customer__merged_into", "assignee", "team")
SAME = (
    "subject", "state", "priority", "removal", "language", "internal", "preview", "last_from_customer",
    "opened_at", "last_message_at", "first_answered_at", "closed_at",
)  # fmt: skip
MORE = (
    "snoozed", "wakes_at", "merged_into", "type", "status", "inbox__name", "customer__name", "customer__merged_into__name",
    "assignee__name", "assignee__email", "team__name",
)  # fmt: skip
Priority = Annotated[int, Field(ge=1, le=4, description="1 low, 2 normal, 3 high, 4 urgent.", examples=[3])]


class TicketOut(Out):
    number: Annotated[int, Field(examples=[4127])]
    subject: Annotated[str, Field(examples=["Refund for order 1182"])]
    state: Annotated[str, Field(description="open, waiting, on_hold or closed.", examples=["open"])]
    status: Annotated[Ref | None, Field(description="The finer word within the state; null: the plain one.")]
    type: Ref | None
    internal: Annotated[bool, Field(description="Whether a division of one's own company asked.")]
    priority: Priority
    removal: Annotated[
        str, Field(description="Empty, or why it is out of every list: spam, deleted, merged.", examples=[""])
    ]
    inbox: Ref
    customer: Ref
    assignee: Ref | None
    team: Ref | None
    tags: Annotated[list[str], Field(examples=[["refund"]])]
    fields: Annotated[
        dict[str, StandsOut],
        Field(
            description="By their ids: the desk's own fields of its type, and any other that something stands in.",
            examples=[{"3": {"name": "Colour", "kind": "choice", "value": {"id": 7, "name": "Blue"}}}],
        ),
    ]
    language: Annotated[str, Field(examples=["en"])]
    preview: Annotated[
        str, Field(description="The beginning of the last word.", examples=["the parcel came open"])
    ]
    last_from_customer: bool
    opened_at: datetime
    last_message_at: datetime
    first_answered_at: datetime | None
    closed_at: datetime | None
    snoozed_until: datetime | None
    due_at: Annotated[
        datetime | None, Field(description="The earliest promise to the customer that still runs.")
    ]
    merged_into: int | None
    url: Annotated[str, Field(description="Its page.", examples=["/tickets/4127/"])]


def tickets_told(numbers: Sequence[int]) -> list[TicketOut]:
    """These tickets, in this order: three queries, and three more where the desk has fields, however many."""
    rows = Ticket.objects.filter(pk__in=numbers).select_related(*RELATED).only(*SAME, *MORE)
    found = {one.pk: one for one in rows.prefetch_related("tags")}
    due = due_of(numbers) if numbers else {}
    fields, words = fields_told(found.values()), vocabulary()
    return [_told(found[pk], due.get(pk), fields[pk], words) for pk in numbers if pk in found]


def ticket_told(ticket: Ticket) -> TicketOut:
    """One ticket as it stands now."""
    return tickets_told([ticket.pk])[0]


def _told(
    ticket: Ticket, due_at: datetime | None, fields: dict[str, StandsOut], words: Vocabulary
) -> TicketOut:
    customer, status = ticket.customer.primary, words.statuses.get(ticket.status_id or 0)
    return TicketOut(
        number=ticket.pk,
        **{name: getattr(ticket, name) for name in SAME},
        inbox=Ref(id=ticket.inbox_id, name=ticket.inbox.name),
        customer=Ref(id=customer.pk, name=str(customer)),
        assignee=Ref.to(ticket.assignee),
        team=Ref.to(ticket.team),
        status=Ref.to(status if status and status.state == ticket.state else None),
        type=Ref.to(words.types.get(ticket.type_id or 0)),
        tags=[one.name for one in ticket.tags.all()],
        fields=fields,
        snoozed_until=ticket.wakes_at if ticket.snoozed else None,
        due_at=due_at,
        merged_into=ticket.merged_into_id,
        url=ticket.get_absolute_url(),
    )


class FileOut(Out):
    id: int
    name: Annotated[str, Field(examples=["receipt.pdf"])]
    content_type: Annotated[str, Field(examples=["application/pdf"])]
    size: Annotated[int, Field(description="Bytes.", examples=[20480])]
    message: Annotated[int | None, Field(description="The message it hangs on; null while it waits for one.")]

    @classmethod
    def of(cls, file: Attachment) -> "FileOut":
        return cls(
            id=file.pk,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            message=file.message_id,
        )


class PersonOut(Out):
    name: Annotated[str, Field(examples=["Noa"])]
    address: Annotated[str, Field(examples=["noa@example.org"])]


class MessageOut(Out):
    id: int
    direction: Annotated[str, Field(description="in, out or note.", examples=["in"])]
    author: Annotated[Ref | None, Field(description="The agent who wrote it.")]
    customer: Annotated[Ref | None, Field(description="The customer who wrote it.")]
    subject: str
    text: Annotated[str, Field(description="Markdown, of what we wrote.", examples=["The parcel came open."])]
    people: Annotated[dict[str, list[PersonOut]], Field(description="from, reply_to, to, cc, bcc.")]
    automatic: Annotated[str, Field(description="Why a machine wrote it; empty for a person.", examples=[""])]
    delivery: Annotated[
        str,
        Field(
            description="Of what goes out: queued, sending, handing, sent, unsure, failed, bounced.",
            examples=[""],
        ),
    ]
    delivery_error: Annotated[str, Field(examples=[""])]
    arrival: Annotated[
        str,
        Field(description="Of what was sent, where its wire tells: delivered, read.", examples=["delivered"]),
    ]
    kind: Annotated[
        str,
        Field(
            description="Empty for words and files; voice, video, sticker, location, contact, reaction, unsupported.",
            examples=[""],
        ),
    ]
    earlier_texts: Annotated[
        list[str], Field(description="What it said before it was edited.", examples=[[]])
    ]
    removed: Annotated[bool, Field(description="Whether the customer has deleted it since.")]
    reactions: Annotated[list[str], Field(examples=[["👍"]])]
    choices: Annotated[
        list[str], Field(description="Answers below it as buttons, on wires that have them.", examples=[[]])
    ]
    at: datetime
    sent_at: datetime | None
    attachments: list[FileOut]

    @classmethod
    def of(cls, message: Message) -> "MessageOut":
        """One read with author, customer and attachments."""
        same = (
            "direction",
            "subject",
            "text",
            "automatic",
            "delivery",
            "delivery_error",
            "arrival",
            "kind",
            "choices",
            "at",
            "sent_at",
        )
        return cls(
            id=message.pk,
            **{name: getattr(message, name) for name in same},
            author=Ref.to(message.author),
            customer=Ref.to(message.customer.primary) if message.customer else None,
            people={kind: people(pairs) for kind, pairs in message.addresses.items()},
            earlier_texts=[one["text"] for one in message.changes.get("edits", [])],
            removed="removed_at" in message.changes,
            reactions=list(message.changes.get("reactions", {}).values()),
            attachments=[FileOut.of(one) for one in message.attachments.all()],
        )


def people(pairs: Iterable[Sequence[Any]]) -> list[PersonOut]:
    return [PersonOut(name=str(name or ""), address=str(address or "")) for name, address in pairs]


class LaterOut(Out):
    id: int
    author: Ref
    text: str
    send_at: datetime
    then: Annotated[str, Field(description="A state, or the id of a status as text.", examples=["waiting"])]
    unless_answered: bool
    people: dict[str, list[PersonOut]]

    @classmethod
    def of(cls, later: Later) -> "LaterOut":
        return cls(
            id=later.pk, author=Ref(id=later.author_id, name=str(later.author)), text=later.text, send_at=later.send_at,
            then=later.then, unless_answered=later.unless_answered,
            people={kind: people(pairs) for kind, pairs in later.people.items()},
        )  # fmt: skip


class ItemOut(Out):
    id: int
    text: Annotated[str, Field(examples=["Ask the carrier"])]
    done_at: datetime | None
    done_by: Ref | None

    @classmethod
    def of(cls, item: Item) -> "ItemOut":
        return cls(id=item.pk, text=item.text, done_at=item.done_at, done_by=Ref.to(item.done_by))


class LinkOut(Out):
    id: int
    relation: Annotated[str, Field(description="split, part or related.", examples=["related"])]
    is_whole: Annotated[
        bool, Field(description="Of a part or a split: whether the other ticket is the one it belongs to.")
    ]
    ticket: Annotated[int, Field(description="The other ticket.", examples=[4100])]
    subject: str


class MergeOut(Out):
    id: int
    source: Annotated[int, Field(description="The ticket that went.")]
    into: Annotated[int, Field(description="Where its words lie now.")]
    merged_at: datetime

    @classmethod
    def of(cls, merge: Merge) -> "MergeOut":
        """One read with its source."""
        into = merge.source.merged_into_id or merge.target_id
        return cls(id=merge.pk, source=merge.source_id, into=into, merged_at=merge.merged_at)


class HappenedOut(Out):
    id: int
    kind: Annotated[str, Field(examples=["ticket.assigned"])]
    at: datetime
    actor: Annotated[str, Field(description="agent:5, customer:9, rule:2, system …", examples=["agent:5"])]
    facts: Annotated[dict[str, Any], Field(examples=[{"agent": 5, "before": None}])]
    words: Annotated[
        str,
        Field(
            description="The same as a sentence; empty for what is not shown to people.",
            examples=["Ada took the ticket"],
        ),
    ]


class ViewOut(Out):
    key: Annotated[str, Field(description="What `?view=` of the list of tickets takes.", examples=["view-3"])]
    name: str
    count: Annotated[int | None, Field(description="How many tickets; null where that is not kept.")]


class SavedViewOut(Out):
    id: int
    key: Annotated[str, Field(examples=["view-3"])]
    name: str
    owner: Ref | None
    team: Ref | None
    conditions: dict[str, Any]
    order: Annotated[str, Field(examples=["newest_word"])]
    shows: list[str]
    gathered: Annotated[bool, Field(description="Whether all its tickets have been found already.")]

    @classmethod
    def of(cls, view: SavedView) -> "SavedViewOut":
        same = ("key", "name", "conditions", "order", "shows", "gathered")
        return cls(
            id=view.pk,
            **{name: getattr(view, name) for name in same},
            owner=Ref.to(view.owner),
            team=Ref.to(view.team),
        )
