"""Verbs on complaints: register one, take its steps, sort it, close it and open it again."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from ahlan.core.clock import now
from ahlan.core.languages import INSTALLED, language_of
from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.feedback.register.deadlines import IsWorkday, end_of, start_of, workday_before
from ahlan.feedback.register.models import Complaint, Severity, Source, State, Step, StepKind, Term
from ahlan.feedback.register.numbers import new_number
from ahlan.feedback.register.profiles import Profile, profile_of
from ahlan.feedback.register.queries import house, today
from ahlan.staff.models import Agent
from ahlan.tickets.actions.work import current
from ahlan.tickets.models import Ticket

LONGEST = 10_000  # characters of what somebody says
WARNED = 3  # working days before an answer is due; a nearer deadline is told of when its day begins
SORTED_BY = ("product", "stage", "cause", "outcome", "redress", "action")
WRITTEN = ("said", "wanted", "found", "action_text")
FIELDS = (*SORTED_BY, *WRITTEN, "severity", "preventable")


class AlreadyOpen(Exception):
    """This ticket has a complaint that is not closed yet."""


class NotYet(ValueError):
    """The day of receipt lies ahead."""


class Closed(Exception):
    """It is closed; it can be opened again."""


class NotSorted(Exception):
    """The step needs something to be chosen first; `field` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class NotAnswered(Exception):
    """It can be closed when it is answered, or withdrawn."""


class WrongTerm(ValueError):
    """An entry of another list, or one that was put away; `field` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@transaction.atomic
def register_complaint(
    ticket: Ticket, *, source: str, actor: str, said: str = "", wanted: str = "", received_on: date | None = None,
    agent: Agent | None = None, profile: str = "", subdivision: str | None = None, language: str = "",
) -> Complaint:  # fmt: skip
    """Take up a complaint about a ticket, with all its deadlines. `received_on` defaults to today.

    Raises AlreadyOpen, NotYet, profiles.NotInForce, KeyError for a profile nobody knows.
    """
    ticket, chosen = current(ticket), house()
    key = profile or chosen.profile
    region = chosen.subdivision if subdivision is None else subdivision
    received = received_on or today(profile_of(key, date.max))
    held = profile_of(key, received)
    if received > today(held):
        raise NotYet(received)
    complaint = Complaint(
        ticket=ticket, customer=ticket.customer.primary, source=Source(source).value, profile=key, subdivision=region,
        language=_language(language, said, ticket), said=clean(said).strip()[:LONGEST], wanted=clean(wanted).strip()[:LONGEST],
        received_on=received, short_on=held.day_of("short", received, region), extended_on=held.day_of("extended", received, region),
        agent=agent, due_on=received, due_at=now(),
    )  # fmt: skip
    _number(complaint)
    kinds = (StepKind.ACKNOWLEDGE, StepKind.ASSESS, StepKind.INVESTIGATE, StepKind.ANSWER)
    for kind in kinds:
        _begin(complaint, kind, held, received)
    mark_due(complaint)
    record(
        "complaint.registered", ticket, actor=actor, audience=ticket.audience, complaint=complaint.pk,
        source=complaint.source, profile=key,
    )  # fmt: skip
    return complaint


def _language(given: str, words: str, ticket: Ticket) -> str:
    """The one it is answered in: the one used."""
    found = (given, language_of(words), ticket.language, ticket.customer.language, ticket.inbox.language)
    return next((one for one in found if one in INSTALLED), "en")


def _number(complaint: Complaint) -> None:
    """Save it under a number of its own. Raises AlreadyOpen."""
    if Complaint.objects.filter(ticket=complaint.ticket).exclude(state=State.CLOSED).exists():
        raise AlreadyOpen
    complaint.number = new_number()
    try:
        with transaction.atomic():
            complaint.save()
    except IntegrityError as error:  # somebody was quicker: two numbers alike do not come in a lifetime
        raise AlreadyOpen from error


def _begin(complaint: Complaint, kind: StepKind, profile: Profile, since: date) -> Step:
    promise = profile.steps.get(kind.value)
    step = Step(complaint=complaint, kind=kind, round=complaint.round, rule=promise.rule if promise else "")
    day = profile.day_of(kind.value, since, complaint.subdivision)
    if day is not None:
        set_day(step, day, profile, profile.is_workday(complaint.subdivision))
    step.save()
    return step


def set_day(step: Step, day: date, profile: Profile, is_workday: IsWorkday) -> None:
    """By when it is due, and when that must be noticed first: some working days ahead, or as its day begins. Part of a verb."""
    ahead = WARNED if (day - today(profile)).days > 2 * WARNED else 0
    near = start_of(workday_before(day, ahead, is_workday), profile.zone)
    ends = end_of(day, profile.zone)
    step.put_off(day, ends, near if near > now() else ends)


def mark_due(complaint: Complaint) -> None:
    """What is due next stands on the complaint. Part of a verb."""
    step = (
        Step.objects.filter(complaint=complaint, done_at=None, due_at__isnull=False)
        .order_by("due_at")
        .first()
    )
    if step is None or step.due_on is None or step.due_at is None or step.due_at == complaint.due_at:
        return
    complaint.due_on, complaint.due_at = step.due_on, step.due_at
    complaint.save(update_fields=["due_on", "due_at"])


def locked(complaint: Complaint) -> Complaint:
    """The row for whoever changes it: two take turns."""
    held = Complaint.objects.select_for_update(of=("self",)).select_related(
        "ticket__inbox", "ticket__customer", "outcome"
    )
    return held.get(pk=complaint.pk)


def finish(complaint: Complaint, kind: StepKind, *, agent: Agent | None, message: int | None = None) -> bool:
    """A step of the present round is done; False when it was already. Part of a verb."""
    waiting = Step.objects.filter(complaint=complaint, kind=kind, round=complaint.round, done_at=None)
    done = waiting.update(done_at=now(), agent=agent, message=message, look_at=None)
    mark_due(complaint)
    return bool(done)


def undo_steps(message: int) -> None:
    """A letter was taken back before it had left: what it did is not done. Part of taking it back."""
    for step in Step.objects.select_related("complaint").filter(message=message).order_by("-id"):
        complaint = locked(step.complaint)
        profile = profile_of(complaint.profile, complaint.received_on)
        is_workday = profile.is_workday(complaint.subdivision)
        if step.kind == StepKind.HOLDING:
            answer = complaint.steps.filter(kind=StepKind.ANSWER, round=step.round, done_at=None).first()
            if answer is not None and step.was_on is not None:
                set_day(answer, step.was_on, profile, is_workday)
                answer.save()
            step.delete()
        else:
            step.done_at = step.agent = step.message = None
            if step.due_on is not None:
                set_day(step, step.due_on, profile, is_workday)
            step.save()
            if step.kind == StepKind.ANSWER and complaint.state == State.ANSWERED:
                complaint.state = State.OPEN
                complaint.save(update_fields=["state"])
        mark_due(complaint)


@transaction.atomic
def sort_complaint(complaint: Complaint, *, actor: str, **given: Any) -> Complaint:
    """Set what it is sorted by and what was found: any of `FIELDS`. Raises Closed, WrongTerm."""
    held = locked(complaint)
    _refuse_closed(held)
    values = {name: _checked(name, value, held) for name, value in given.items() if name in FIELDS}
    changed = sorted(name for name, value in values.items() if getattr(held, name) != value)
    for name in changed:
        setattr(held, name, values[name])
    if changed:
        held.save(update_fields=changed)
        record(
            "complaint.sorted",
            held.ticket,
            actor=actor,
            audience=held.ticket.audience,
            complaint=held.pk,
            changed=changed,
        )
    return held


def _checked(name: str, value: Any, held: Complaint) -> Any:
    if name in WRITTEN:
        return clean(str(value)).strip()[:LONGEST]
    if name == "severity":
        return None if value is None else Severity(value).value
    if name == "preventable" or value is None:
        return value
    if (
        not isinstance(value, Term)
        or value.list != name
        or (value.archived_at and getattr(held, f"{name}_id") != value.pk)
    ):
        raise WrongTerm(name)
    return value


def _refuse_closed(held: Complaint) -> None:
    if held.state == State.CLOSED:
        raise Closed


NEEDS = {StepKind.ASSESS: "severity", StepKind.INVESTIGATE: "cause"}


@transaction.atomic
def take_step(complaint: Complaint, kind: str, *, agent: Agent) -> Complaint:
    """It is assessed, or investigated. Raises NotSorted while what the step comes to is not chosen, Closed, ValueError."""
    held, kind = locked(complaint), StepKind(kind)
    _refuse_closed(held)
    if kind not in NEEDS:
        raise ValueError(f"{kind} is done by a letter")
    if getattr(held, NEEDS[kind]) is None:
        raise NotSorted(NEEDS[kind])
    if finish(held, kind, agent=agent):
        record(
            "complaint.step_taken",
            held.ticket,
            actor=agent.actor,
            audience=held.ticket.audience,
            complaint=held.pk,
            step=kind.value,
        )
    return held


@transaction.atomic
def verify_action(complaint: Complaint, verified: bool, *, agent: Agent) -> Complaint:
    """Somebody has looked whether the corrective action works: only then is the cause dealt with. Raises NotSorted without an action."""
    held = locked(complaint)
    if held.action is None:
        raise NotSorted("action")
    if bool(held.verified_at) != verified:
        held.verified_at = now() if verified else None
        held.save(update_fields=["verified_at"])
        record(
            "complaint.verified", held.ticket, actor=agent.actor, audience=held.ticket.audience, complaint=held.pk, verified=verified,
        )  # fmt: skip
    return held


@transaction.atomic
def close_complaint(complaint: Complaint, *, actor: str) -> Complaint:
    """Done. Raises NotAnswered for one that is neither answered nor withdrawn."""
    held = locked(complaint)
    if held.state == State.CLOSED:
        return held
    withdrawn = held.outcome is not None and held.outcome.key == "withdrawn"
    if held.state != State.ANSWERED and not withdrawn:
        raise NotAnswered
    held.state, held.closed_at = State.CLOSED, now()
    held.save(update_fields=["state", "closed_at"])
    held.steps.filter(look_at__isnull=False).update(look_at=None)
    record("complaint.closed", held.ticket, actor=actor, audience=held.ticket.audience, complaint=held.pk)
    return held


@transaction.atomic
def reopen_complaint(complaint: Complaint, *, actor: str) -> Complaint:
    """Not content after all: answered anew, by when the profile says, counted from today. Raises AlreadyOpen."""
    held = locked(complaint)
    if held.state == State.OPEN:
        return held
    others = Complaint.objects.filter(ticket=held.ticket).exclude(state=State.CLOSED).exclude(pk=held.pk)
    if others.exists():
        raise AlreadyOpen
    profile = profile_of(held.profile, date.max)
    since = today(profile)
    held.state, held.closed_at, held.round = State.OPEN, None, held.round + 1
    held.short_on = None
    held.extended_on = profile.day_of("extended", since, held.subdivision)
    held.save(update_fields=["state", "closed_at", "round", "short_on", "extended_on"])
    _begin(held, StepKind.ANSWER, profile, since)
    mark_due(held)
    record("complaint.reopened", held.ticket, actor=actor, audience=held.ticket.audience, complaint=held.pk)
    return held
