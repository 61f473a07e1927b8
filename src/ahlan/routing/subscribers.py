"""What routing does as things happen: the queue is kept within each verb, and moves by a job right after."""

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from ahlan.events.jobs import enqueue
from ahlan.events.models import Event
from ahlan.events.subscribe import after, within
from ahlan.events.timers import when_due
from ahlan.routing.actions import queue
from ahlan.routing.models import Plan
from ahlan.routing.queries import has_plans, next_move
from ahlan.staff.models import Agent, Availability
from ahlan.tickets.conditions import name_another

GATHER = "ahlan.routing.subscribers.gather_tickets"


@within(
    "ticket.opened", "message.received", "message.queued", "note.written",
    "ticket.assigned", "ticket.transferred", "ticket.state_changed", "ticket.closed", "ticket.reopened",
    "ticket.priority_changed", "ticket.tagged", "ticket.status_changed", "ticket.type_changed", "ticket.fields_changed", "ticket.marked_spam", "ticket.deleted", "ticket.restored",
    "ticket.segments_changed", "assistant.took_up", "assistant.handed_over",
)  # fmt: skip
def keep_queue(event: Event) -> None:
    queue.keep(event)


@within(
    "agent.presence_changed", "agent.changed", "agent.teams_changed", "agent.skills_set", "team.changed", "role.changed",
    "hours.week_set", "hours.week_dropped", "hours.day_set", "hours.day_removed", "hours.holidays_set",
    "hours.holidays_dropped", "hours.made_default",
)  # fmt: skip
def look_at_the_queue(event: Event) -> None:
    """Somebody may be able to take what nobody could."""
    if event.facts.get("presence", Availability.AVAILABLE) == Availability.AVAILABLE and has_plans():
        queue.nudge()


@within("plan.saved", "plan.moved", "plan.deleted")
def gather_anew(event: Event) -> None:
    enqueue(GATHER)


@task()
def gather_tickets() -> None:
    """Look at every open ticket without an assignee."""
    queue.gather()


@when_due(next_move, priority=40, title=_("Give out waiting tickets"))
def move_the_queue() -> None:
    queue.move_queue()


@after("agent.presence_changed", title=_("Take back what nobody has touched"))
def take_back(event: Event) -> None:
    if event.facts["presence"] == Availability.OFFLINE:
        queue.take_back(Agent.objects.get(pk=event.subject_id))


@within("tag.merged")
def ask_for_the_other_tag(event: Event) -> None:
    name_another(Plan.objects.all(), "tags", str(event.subject_id), str(event.facts["into"]))
