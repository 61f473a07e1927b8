"""Verbs that write to who complained: acknowledge, put off, answer; and the thanks for praise."""

from datetime import date

from django.db import transaction

from ahlan.core import files
from ahlan.core.clock import now
from ahlan.events.log import record
from ahlan.feedback.register.actions.complaints import Closed, NotSorted, finish, locked, mark_due, set_day
from ahlan.feedback.register.letterhead import pdf_of
from ahlan.feedback.register.models import Complaint, Compliment, LetterKind, State, Step, StepKind
from ahlan.feedback.register.profiles import profile_of
from ahlan.feedback.register.queries import today
from ahlan.feedback.register.wording import due_of, letter_for
from ahlan.staff.models import Agent
from ahlan.tickets.actions.answer import note, reply
from ahlan.tickets.actions.automatic import Unwelcome, write_by_itself
from ahlan.tickets.actions.work import current
from ahlan.tickets.models import Attachment, Message, Ticket
from ahlan.tickets.models import State as TicketState

PDF = "application/pdf"
Printed = tuple[str, int]  # digest and size of a PDF
FINAL = (LetterKind.SHORT, LetterKind.FINAL)
MAIL, ATTACHED, PAPER = (
    "mail",
    "attached",
    "paper",
)  # how a letter goes: as a reply, with the PDF attached, or printed
EVENTS = {
    LetterKind.ACKNOWLEDGEMENT: "complaint.acknowledged", LetterKind.HOLDING: "complaint.put_off",
    LetterKind.SHORT: "complaint.answered", LetterKind.FINAL: "complaint.answered",
}  # fmt: skip


class TooLate(ValueError):
    """The day lies behind, or beyond what the profile allows; `last` is the latest that may be, None when there is none."""

    def __init__(self, last: date | None) -> None:
        super().__init__(str(last))
        self.last = last


class AlreadyAnswered(Exception):
    """The final answer was given; it can be opened again."""


def send_letter(
    complaint: Complaint,
    kind: str,
    *,
    agent: Agent,
    text: str,
    how: str = MAIL,
    next_on: date | None = None,
    printed: Printed | None = None,
) -> Message:
    """Send a letter about a complaint as a reply on its ticket, or put it down as printed, and take the step it is.

    `next_on`: of a holding letter, the day by which he hears again; `printed`: its PDF, where it was drawn already. Raises Closed, AlreadyAnswered, NotSorted (an answer without an
    outcome), TooLate, and what `reply` raises.
    """
    letter = LetterKind(kind)
    printed = printed or print_letter(text, how, complaint.customer.primary.name)
    with transaction.atomic():
        held = locked(complaint)
        _refuse(held, letter, next_on)
        message = _say(held.ticket, agent, text, how, printed, name=f"{held.told}.pdf", waits=letter in FINAL)
        _take(held, letter, agent, message.pk, next_on)
        record(
            EVENTS[letter], held.ticket, actor=agent.actor, audience=held.ticket.audience, complaint=held.pk, letter=letter.value,
            message=message.pk, how=how,
        )  # fmt: skip
    return message


def print_letter(text: str, how: str, to: str) -> Printed | None:
    """The PDF, kept before any lock is held: drawing takes its time. Raises ValueError for a way there is not."""
    if how not in (MAIL, ATTACHED, PAPER):
        raise ValueError("no such way")
    return None if how == MAIL else files.keep(pdf_of(text, to=to))


def _refuse(held: Complaint, letter: LetterKind, next_on: date | None) -> None:
    if letter not in EVENTS:
        raise ValueError("no letter about a complaint")
    if held.state == State.CLOSED:
        raise Closed
    if held.state == State.ANSWERED:
        raise AlreadyAnswered
    present = today(profile_of(held.profile, held.received_on))
    if letter == LetterKind.HOLDING and (
        next_on is None or next_on < present or (held.extended_on and next_on > held.extended_on)
    ):
        raise TooLate(held.extended_on)
    if letter == LetterKind.SHORT and (held.short_on is None or present > held.short_on):
        raise TooLate(held.short_on)
    if letter in FINAL and held.outcome is None:
        raise NotSorted("outcome")


def _take(
    held: Complaint, letter: LetterKind, agent: Agent | None, message: int, next_on: date | None
) -> None:
    """Whatever we write acknowledges too."""
    finish(held, StepKind.ACKNOWLEDGE, agent=agent, message=message)
    if letter == LetterKind.HOLDING and next_on is not None:
        answer = Step.objects.get(complaint=held, kind=StepKind.ANSWER, round=held.round)
        Step.objects.create(
            complaint=held, kind=StepKind.HOLDING, round=held.round, done_at=now(), agent=agent, message=message, was_on=answer.due_on,
        )  # fmt: skip
        profile = profile_of(held.profile, held.received_on)
        set_day(answer, next_on, profile, profile.is_workday(held.subdivision))
        answer.save()
        mark_due(held)
    if letter in FINAL:
        finish(held, StepKind.ANSWER, agent=agent, message=message)
        held.state = State.ANSWERED
        held.save(update_fields=["state"])


def _say(
    ticket: Ticket, agent: Agent, text: str, how: str, printed: Printed | None, *, name: str, waits: bool
) -> Message:
    ticket = current(ticket)
    attached = [_file(ticket, agent, name, printed)] if printed else []
    if how == PAPER:
        return note(ticket, author=agent, text=text, files=attached)
    return reply(
        ticket, author=agent, text=text, files=attached, then=TicketState.WAITING if waits else ticket.state
    )


def _file(ticket: Ticket, agent: Agent, name: str, printed: Printed) -> Attachment:
    digest, size = printed
    return Attachment.objects.create(
        ticket=ticket, uploader=agent, name=name, size=size, digest=digest, content_type=PDF
    )


def attach_letter(ticket: Ticket, *, agent: Agent, text: str, printed: Printed | None = None) -> Attachment:
    """Words as a letter, a file of the agent's that goes with what he writes next."""
    printed = printed or files.keep(pdf_of(text, to=ticket.customer.primary.name))
    return _file(ticket, agent, f"{ticket.pk}.pdf", printed)


@transaction.atomic
def acknowledge_by_itself(complaint: Complaint) -> Message | None:
    """Say that it was received, at once and as a machine. None where nothing may be sent by itself."""
    held = locked(complaint)
    text = letter_for(held, LetterKind.ACKNOWLEDGEMENT, agent=None, due=due_of(held))
    try:
        message = write_by_itself(held.ticket, text=text, actor="system")
    except Unwelcome:
        return None
    finish(held, StepKind.ACKNOWLEDGE, agent=None, message=message.pk)
    record(
        "complaint.acknowledged", held.ticket, actor="system", audience=held.ticket.audience, complaint=held.pk,
        letter=LetterKind.ACKNOWLEDGEMENT.value, message=message.pk, how=MAIL,
    )  # fmt: skip
    return message


class Nobody(Exception):
    """Who praised us has left no way to be thanked by."""


def thank(
    compliment: Compliment, *, agent: Agent, text: str, how: str = MAIL, printed: Printed | None = None
) -> Message:
    """Thank who has praised us. Raises Nobody, and what `reply` raises."""
    printed = printed or print_letter(
        text, how, compliment.customer.primary.name if compliment.customer else ""
    )
    with transaction.atomic():
        found = Compliment.objects.select_for_update(of=("self",)).select_related(
            "ticket__inbox", "ticket__customer"
        )
        held = found.get(pk=compliment.pk)
        if held.ticket is None:
            raise Nobody
        message = _say(held.ticket, agent, text, how, printed, name=f"{held.ticket.pk}.pdf", waits=True)
        held.thanked_at, held.thanked_by, held.message = now(), agent, message.pk
        held.save(update_fields=["thanked_at", "thanked_by", "message"])
        record(
            "compliment.thanked", held.ticket, actor=agent.actor, audience=held.ticket.audience, compliment=held.pk, message=message.pk,
        )  # fmt: skip
    return message


def untake(message: int) -> None:
    """Thanks that were taken back before they had left. Part of taking them back."""
    Compliment.objects.filter(message=message).update(thanked_at=None, thanked_by=None, message=None)
