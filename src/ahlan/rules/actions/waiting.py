"""Verbs on silences: begin and end them as things happen to a ticket, find those of a new rule, act when one is over."""

from collections.abc import Iterable

from django.db import transaction

from ahlan.core.clock import now
from ahlan.events.jobs import enqueue
from ahlan.events.models import Job
from ahlan.rules.actions.running import run
from ahlan.rules.models import Rule, Wait
from ahlan.tickets.conditions import matching, query
from ahlan.tickets.models import Removal, Ticket

BATCH = 500  # tickets gathered in one transaction
KEEP = "ahlan.rules.subscribers.keep_waits"
AT_ONCE = 20  # tickets acted on in one transaction


def look_later(ticket_id: int) -> None:
    """Write the job that looks at a ticket's silences, unless one waits already. Part of the verb that changed it.

    The ticket is held meanwhile: a job that begins to look now sees what we have changed. One that has begun already
    may not have, so another follows it.
    """
    Ticket.objects.select_for_update().filter(pk=ticket_id).values_list("pk").first()
    key = f"waits:ticket:{ticket_id}"
    if not Job.objects.filter(unique_key=key, state=Job.State.READY, finished_at=None).exists():
        written = enqueue(KEEP, args=[ticket_id], unique_key=key, priority=-10)
        if written is None:
            enqueue(KEEP, args=[ticket_id], priority=-10)


@transaction.atomic
def keep_waits(ticket_id: int) -> None:
    """Begin, move or end the silences of a ticket. Safe to repeat."""
    rules = list(Rule.objects.filter(is_active=True).exclude(since=""))
    found = Ticket.objects.select_for_update(of=("self",)).select_related("team").filter(pk=ticket_id)
    ticket = found.first() if rules else None
    if ticket is None:
        return
    held = set() if ticket.removal else matching(ticket, {one.pk: one.conditions for one in rules})
    known = {one.rule_id: one for one in Wait.objects.filter(ticket=ticket)}
    for rule in rules:
        _set(rule, ticket, known.get(rule.pk), fits=rule.pk in held)


def _set(rule: Rule, ticket: Ticket, wait: Wait | None, *, fits: bool) -> None:
    """Write when the silence is over, where that has changed. One that was acted on is over for good."""
    done = wait is not None and wait.done_for is not None and wait.done_for == rule.begun_at(ticket)
    due_at = rule.over_at(ticket) if fits and not done else None
    if wait is None and due_at is not None:
        Wait.objects.create(rule=rule, ticket=ticket, due_at=due_at)
    elif wait is not None and wait.due_at != due_at:
        Wait.objects.filter(pk=wait.pk).update(due_at=due_at)


def gather_waits(rule: Rule) -> None:
    """Find the silences of a rule that was switched on, a batch in each transaction. Safe to repeat, and beside verbs."""
    before: int | None = None
    while True:
        with transaction.atomic():
            found = Ticket.objects.filter(query(rule.conditions), removal=Removal.NONE)
            if before is not None:
                found = found.filter(pk__lt=before)
            tickets = list(
                found.select_for_update(of=("self",)).select_related("team").order_by("-pk")[:BATCH]
            )
            _begin(rule, tickets)
        if len(tickets) < BATCH:
            return
        before = tickets[-1].pk


def _begin(rule: Rule, tickets: Iterable[Ticket]) -> None:
    current = Rule.objects.filter(pk=rule.pk, is_active=True, conditions=rule.conditions).first()
    if current is None:
        return  # changed meanwhile: another job finds what it now waits for
    known = {one.ticket_id: one for one in Wait.objects.filter(rule=rule, ticket__in=tickets)}
    fresh = []
    for ticket in tickets:
        due_at = current.over_at(ticket) if ticket.pk not in known else None
        if due_at is not None:
            fresh.append(Wait(rule=current, ticket=ticket, due_at=due_at))
        elif ticket.pk in known:
            _set(current, ticket, known[ticket.pk], fits=True)
    Wait.objects.bulk_create(fresh)


def act_on_due() -> int:
    """Act where a silence is over; returns how often. Safe to repeat, and by two at once."""
    total = 0
    while found := _act_on_some():
        total += found
    return total


@transaction.atomic
def _act_on_some() -> int:
    """A batch, the earliest first. A ticket somebody is just changing is left to him, or to the next look."""
    due = Wait.objects.filter(due_at__lte=now()).order_by("due_at")
    ids = list(due.values_list("ticket", flat=True)[:AT_ONCE])
    locked = Ticket.objects.select_for_update(skip_locked=True, of=("self",)).select_related("team")
    tickets = {one.pk: one for one in locked.filter(pk__in=ids).order_by("pk")}
    waits = list(due.filter(ticket__in=tickets).select_related("rule"))
    for wait in waits:
        _act(wait, Ticket.objects.select_related("team").get(pk=wait.ticket_id))
    return len(waits)


def _act(wait: Wait, ticket: Ticket) -> None:
    """Ask once more whether it still holds, note the silence as acted on, and act."""
    rule = wait.rule
    begun, over = rule.begun_at(ticket), rule.over_at(ticket)
    fits = rule.is_active and not ticket.removal and bool(matching(ticket, {rule.pk: rule.conditions}))
    if not fits or begun is None or over is None or over > now() or begun == wait.done_for:
        moved = over if fits and begun != wait.done_for else None
        Wait.objects.filter(pk=wait.pk).update(due_at=moved)
        return
    Wait.objects.filter(pk=wait.pk).update(due_at=None, done_for=begun)
    run(rule, ticket)
