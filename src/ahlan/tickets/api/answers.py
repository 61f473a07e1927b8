"""Opening a ticket and saying something in one: reply, note, forward, now or later; taking it back, sending it again."""

from dataclasses import replace
from typing import Annotated, Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.channels.contract import Address, NoAddress, WritesFirst
from ahlan.channels.models import Inbox
from ahlan.channels.registry import channel
from ahlan.core.api.problems import Problem, wrong
from ahlan.core.api.shapes import In, Key, Line, Listed, Moment, Text, all_of
from ahlan.customers.actions import meet
from ahlan.customers.models import Customer
from ahlan.staff.models import Agent, Team
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.actions import answer, delivery, later
from ahlan.tickets.actions.opening import open_ticket
from ahlan.tickets.api.listing import STATES, message_told
from ahlan.tickets.api.own import Values, bad_value, given_values
from ahlan.tickets.api.room import room
from ahlan.tickets.api.shapes import LaterOut, MessageOut, Priority, TicketOut, ticket_told
from ahlan.tickets.fields import BadValue, boxes_of_new, check_needed
from ahlan.tickets.forms import first_wires
from ahlan.tickets.models import Attachment, Message, State, Ticket
from ahlan.tickets.openings import filling
from ahlan.tickets.policies import inboxes_of, message_for, ticket_for
from ahlan.tickets.timeline import scheduled_of
from ahlan.tickets.vocabulary import vocabulary

Tags = Annotated[list[Line], Field(max_length=100, examples=[["refund"]])]
MOST_SCHEDULED = 100
Then = Annotated[
    STATES | Key, Field(description="The state afterwards, or the id of a status.", examples=["waiting"])
]


class Person(In):
    """Somebody by a mail address."""

    address: Annotated[Line, Field(max_length=254, examples=["noa@example.org"])]
    name: Annotated[Line, Field(examples=["Noa"])] = ""


People = Annotated[list[Person], Field(max_length=100, examples=[[]])]


class NewTicket(In):
    """A ticket we open: with the customer's id, or an address (he is met by it)."""

    inbox: Key
    customer: Annotated[Key | None, Field(examples=[None])] = None
    address: Person | None = None
    subject: Annotated[Line, Field(min_length=1, max_length=255, examples=["Refund for order 1182"])]
    text: Annotated[Text, Field(min_length=1, examples=["We have your order here."])]
    says: Annotated[
        Literal["out", "note"],
        Field(
            description="Whether the text goes to the customer, or is a note that only we read.",
            examples=["note"],
        ),
    ] = "out"
    then: Then = "waiting"
    priority: Priority = 2
    team: Annotated[Key | None, Field(examples=[None])] = None
    assignee: Annotated[Key | None, Field(examples=[None])] = None
    tags: Tags = []
    type: Annotated[Key | None, Field(examples=[None])] = None
    fields: Values = {}


class NewMessage(In):
    kind: Literal["reply", "note", "forward"]
    text: Annotated[
        Text, Field(description="Markdown. In a note, @Name tells somebody.", examples=["It is on its way."])
    ] = ""
    to: Annotated[People, Field(description="Of a reply: the one who asked, unless given.")] = []
    cc: People = []
    bcc: People = []
    files: Annotated[
        list[Key], Field(max_length=100, description="Attachments uploaded before.", examples=[[]])
    ] = []
    then: Then = "waiting"
    seen: Annotated[
        int | None,
        Field(
            ge=0,
            le=2**62,
            description="The latest message it was written against: refused when others spoke since.",
            examples=[None],
        ),
    ] = None


class NewLater(In):
    text: Annotated[Text, Field(examples=["Did it arrive?"])] = ""
    at: Annotated[Moment, Field(description="Within a year.")]
    to: People = []
    cc: People = []
    bcc: People = []
    files: Annotated[list[Key], Field(max_length=100, examples=[[]])] = []
    then: Then = "waiting"
    unless_answered: Annotated[bool, Field(description="Not if the customer writes before.")] = False


def pairs(people: list[Person], name: str) -> list[tuple[str, str]]:
    """Raises Problem for what is no mail address."""
    for n, one in enumerate(people):
        try:
            validate_email(one.address.strip())
        except ValidationError:
            raise wrong(f"{name}.{n}.address", _("This is not an e-mail address.")) from None
    return [(one.name, one.address.strip()) for one in people]


def agent_seeing(inbox: int, pk: int, field: str) -> Agent:
    """An agent who works here and sees the inbox. Raises Problem."""
    found = Agent.objects.active().select_related("role").filter(pk=pk).first()
    if found is None:
        raise wrong(field, _("There is nobody of this id."))
    if not inboxes_of(found).filter(pk=inbox).exists():
        raise wrong(field, _("This person does not see the inbox of the ticket."))
    return found


def team_seeing(inbox: int, pk: int, field: str) -> Team:
    found = Team.objects.filter(pk=pk).first()
    if found is None:
        raise wrong(field, _("There is no team of this id."))
    if not found.inboxes.filter(pk=inbox).exists():
        raise wrong(field, _("This team does not see the inbox of the ticket."))
    return found


@room.writes("POST", "/tickets", "tickets:write", makes="/tickets/{number}")
def open_a_ticket(request: ApiRequest, given: NewTicket) -> TicketOut:
    """Open a ticket. We write first, or note what somebody told us."""
    agent = request.user
    must(agent, "tickets.reply", *(["tickets.note"] if given.says == "note" else []))
    if given.assignee not in (None, agent.pk):
        must(agent, "tickets.assign")
    inbox = inboxes_of(agent).filter(pk=given.inbox, is_active=True, channel__in=first_wires()).first()
    if inbox is None:
        raise wrong("inbox", _("There is no such inbox."))
    team = team_seeing(inbox.pk, given.team, "team") if given.team else None
    kind, values = type_given(given.type), given_values(given.fields)
    boxes = boxes_of_new(kind, values={str(pk): list(one) for pk, one in values.items()})
    try:
        check_needed(boxes)
        customer, to = _customer(inbox, given)
        made = open_ticket(
            inbox, customer, to=to, subject=given.subject, text=given.text, says=given.says, author=agent, team=team,
            assignee=agent_seeing(inbox.pk, given.assignee, "assignee") if given.assignee else None,
            priority=given.priority, tags=given.tags, kind=kind, values=values, then=then_given(given.then), fill=filling(agent),
            actor=agent.actor,
        )  # fmt: skip
    except BadValue as error:
        raise bad_value(error) from None
    return ticket_told(made)


def type_given(pk: int | None) -> int | None:
    """Raises Problem for what is no type any more."""
    found = vocabulary().types.get(pk or 0)
    if pk is not None and (found is None or found.is_archived):
        raise wrong("type", _("There is no such type any more."))
    return pk


def then_given(then: str | int, field: str = "then") -> str:
    """The key of a state or a status. Raises Problem for what is none any more."""
    if then not in State.values and then not in [one.pk for one in vocabulary().own_statuses]:
        raise wrong(field, _("There is no such status any more."))
    return str(then)


def _customer(inbox: Inbox, given: NewTicket) -> tuple[Customer, list[tuple[str, str]]]:
    """Whom it is about, and where he is written to, where that is said. Raises Problem."""
    if (given.customer is None) == (given.address is None):
        raise wrong("customer", _("Give the customer’s id, or an address."))
    if given.address is not None:
        person = _person(inbox, given.address)
        return meet(person.kind, person.value, name=person.name), [(person.name, person.value)]
    found = Customer.objects.select_related("merged_into").filter(pk=given.customer or 0).first()
    if found is None:
        raise wrong("customer", _("There is no such customer."))
    return found.primary, []


def _person(inbox: Inbox, given: Person) -> Address:
    wire = channel(inbox.channel)
    assert isinstance(wire, WritesFirst)
    try:
        found = wire.address_in(given.address, inbox)
    except NoAddress as refusal:
        raise wrong("address.address", str(refusal)) from None
    return replace(found, name=given.name or found.name)


def _files(request: ApiRequest, ticket: Ticket, keys: list[int]) -> QuerySet[Attachment]:
    if not keys:
        return Attachment.objects.none()
    found = Attachment.objects.filter(pk__in=keys, ticket=ticket, message=None, uploader=request.user)
    if found.count() != len(set(keys)):
        raise wrong("files", _("There is no such file that waits for a message of yours."))
    return found


@room.writes(
    "POST", "/tickets/{int:number}/messages", "tickets:write", makes="/tickets/{number}/messages/{id}"
)
def say_something(request: ApiRequest, number: Key, given: NewMessage) -> MessageOut:
    """Reply, note or forward. A reply goes out after the author's seconds for undoing; until then it can be taken back."""
    ticket = ticket_for(request.user, number, "tickets.note" if given.kind == "note" else "tickets.reply")
    files = _files(request, ticket, given.files)
    to, cc, bcc = pairs(given.to, "to"), pairs(given.cc, "cc"), pairs(given.bcc, "bcc")
    if given.kind == "note":
        said = answer.note(ticket, author=request.user, text=given.text, files=files)
    elif given.kind == "forward":
        said = answer.forward(ticket, author=request.user, text=given.text, to=to, cc=cc, files=files)
    else:
        said = answer.reply(
            ticket,
            author=request.user,
            text=given.text,
            to=to,
            cc=cc,
            bcc=bcc,
            files=files,
            then=then_given(given.then),
            seen=given.seen,
        )
    return message_told(said)


@room.writes("DELETE", "/tickets/{int:number}/messages/{int:message}", "tickets:write")
def unsend_message(request: ApiRequest, number: Key, message: Key) -> None:
    """Take a reply back before it leaves. Its words go back among its author's drafts."""
    found = message_for(request.user, number, message, "tickets.reply")
    if answer.unsend(found, agent=request.user) is None:
        raise Problem(409, _("It has left already."))


@room.writes("POST", "/tickets/{int:number}/messages/{int:message}/sending", "tickets:write")
def send_again(request: ApiRequest, number: Key, message: Key) -> MessageOut:
    """Send again what failed or is in doubt."""
    found = message_for(request.user, number, message, "tickets.reply")
    delivery.resend(found, actor=request.user.actor)
    return message_told(Message.objects.get(pk=found.pk))


@room.writes("POST", "/tickets/{int:number}/messages/{int:message}/confirmation", "tickets:write")
def confirm_message(request: ApiRequest, number: Key, message: Key) -> MessageOut:
    """Say that a message in doubt has arrived."""
    found = message_for(request.user, number, message, "tickets.reply")
    delivery.confirm_sent(found, actor=request.user.actor)
    return message_told(Message.objects.get(pk=found.pk))


@room.reads("/tickets/{int:number}/scheduled", "tickets:read")
def list_scheduled(request: ApiRequest, number: Key) -> Listed[LaterOut]:
    """List the replies that wait for their moment. The next one first."""
    return all_of(scheduled_of(ticket_for(request.user, number))[:MOST_SCHEDULED], LaterOut.of)


@room.writes("POST", "/tickets/{int:number}/scheduled", "tickets:write", makes="/tickets/{number}/scheduled")
def send_a_reply_later(request: ApiRequest, number: Key, given: NewLater) -> LaterOut:
    """Have a reply sent at a moment to come. Until then it is no message."""
    ticket = ticket_for(request.user, number, "tickets.reply")
    files = _files(request, ticket, given.files)
    to, cc, bcc = pairs(given.to, "to"), pairs(given.cc, "cc"), pairs(given.bcc, "bcc")
    try:
        made = later.send_later(
            ticket, author=request.user, text=given.text, at=given.at, to=to, cc=cc, bcc=bcc, files=files,
            then=then_given(given.then), unless_answered=given.unless_answered,
        )  # fmt: skip
    except answer.Unanswerable:
        raise
    except ValueError:
        raise wrong("at", _("Choose a moment to come, within a year.")) from None
    return LaterOut.of(made)


@room.writes("DELETE", "/tickets/{int:number}/scheduled/{int:pk}", "tickets:write")
def hold_a_reply_back(request: ApiRequest, number: Key, pk: Key) -> None:
    """Do not send it. It goes back among its author's drafts."""
    ticket = ticket_for(request.user, number, "tickets.reply")
    found = scheduled_of(ticket).filter(pk=pk).first()
    if found is None:
        raise Http404("no such reply")
    if not later.hold_back(found, actor=request.user.actor):
        raise Problem(409, _("It has left already."))
