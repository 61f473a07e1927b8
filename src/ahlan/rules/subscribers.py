"""When rules are called, and when a silence is over."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from ahlan.events.models import Event
from ahlan.events.subscribe import after, within
from ahlan.events.timers import when_due
from ahlan.rules.actions import bulk, recurring, running, tags, waiting
from ahlan.rules.listening import heard
from ahlan.rules.models import Recurrence, Rule, Wait
from ahlan.rules.triggers import listen
from ahlan.tickets.conditions import name_another
from ahlan.tickets.models import Tag

listen(running.call)


@after("rule.called", atomic=True, priority=20, title=_("Run rules"))
def run_rules(event: Event) -> None:
    running.follow(event)


@within(
    "message.received", "message.queued", "message.unsent", "note.written", "ticket.assigned", "ticket.transferred",
    "ticket.state_changed", "ticket.closed", "ticket.reopened", "ticket.priority_changed", "ticket.tagged", "ticket.segments_changed",
    "ticket.status_changed", "ticket.type_changed", "ticket.fields_changed",
    "ticket.marked_spam", "ticket.deleted", "ticket.restored", "service_level.warned", "service_level.breached",
)  # fmt: skip
def mind_waits(event: Event) -> None:
    """What a rule by time waits for begins and ends with what happens to the ticket: found by a job, for it has time."""
    if heard().waits:
        waiting.look_later(event.subject_id)


@task()
def keep_waits(ticket_id: int) -> None:
    """Begin, move or end the silences of a ticket."""
    waiting.keep_waits(ticket_id)


@task()
def gather_waits(rule_id: int) -> None:
    """Find the silences that a rule which was switched on waits for."""
    rule = Rule.objects.filter(pk=rule_id, is_active=True).exclude(since="").first()
    if rule is not None:
        waiting.gather_waits(rule)


def next_due() -> datetime | None:
    """When a silence is over next: one step along an index, however many there are."""
    due = Wait.objects.filter(due_at__isnull=False).order_by("due_at")
    return due.values_list("due_at", flat=True).first()


@when_due(next_due, priority=10, title=_("Act where nothing was heard for a time"))
def act_on_due() -> None:
    waiting.act_on_due()


def next_recurrence() -> datetime | None:
    """When a ticket opens itself next: one step along an index."""
    due = Recurrence.objects.filter(next_at__isnull=False).order_by("next_at")
    return due.values_list("next_at", flat=True).first()


@when_due(next_recurrence, title=_("Open tickets that come again"))
def open_recurring() -> None:
    recurring.open_due()


@task()
def go_on(bulk_id: int) -> None:
    """Do what somebody has started on many tickets, for a moment."""
    bulk.go_on(bulk_id)


@within("tag.renamed", "tag.merged")
def go_on_meaning_the_tag(event: Event) -> None:
    tag = Tag.objects.get(pk=event.facts.get("into", event.subject_id))
    name_another(Rule.objects.all(), "tags", str(event.subject_id), str(tag.pk))
    tags.rename_in_acts(event.facts["was"], tag.name)
