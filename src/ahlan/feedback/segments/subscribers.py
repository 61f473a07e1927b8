"""What segments do when something of a customer has changed, and each night."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from ahlan.events.models import Event
from ahlan.events.subscribe import within
from ahlan.events.timers import every, when_due
from ahlan.feedback.segments import actions
from ahlan.feedback.segments.models import Segment
from ahlan.rules.triggers import trigger
from ahlan.tickets.conditions import name_another

trigger("segments", _("the customer comes into a segment, or leaves one"), "ticket.segments_changed")


@within(
    "ticket.opened", "message.received", "message.queued", "ticket.state_changed", "ticket.closed", "ticket.reopened",
    "ticket.tagged", "ticket.marked_spam", "ticket.deleted", "ticket.restored", "ticket.merged", "ticket.unmerged",
    "ticket.split_off", "complaint.registered", "complaint.closed", "complaint.reopened", "compliment.registered",
    "recovery.opened", "recovery.ended", "recovery.taken_up",
)  # fmt: skip
def look_at_the_customer(event: Event) -> None:
    if event.subject_kind == "ticket":
        actions.stir("ticket", event.subject_id)


@within(
    "customer.changed",
    "customer.merged",
    "customer.unmerged",
    "customer.address_added",
    "customer.address_removed",
)
def look_at_him(event: Event) -> None:
    for pk in [event.subject_id, *event.facts.get("all", [])]:
        actions.stir("customer", pk)


@within("survey.answered", "survey.answer_changed")
def look_at_who_answered(event: Event) -> None:
    if event.facts.get("answer"):
        actions.stir("answer", event.facts["answer"])


@when_due(actions.next_look, title=_("See who is in which segment"))
def keep_members() -> None:
    actions.keep_members()


@every(days=1, offset=timedelta(hours=2), title=_("Look at everybody for the segments"))
def look_at_everybody() -> None:
    actions.measure_contact()
    actions.begin_sweep()


@within("tag.merged")
def ask_for_the_other_tag(event: Event) -> None:
    name_another(Segment.objects.all(), "tags", str(event.subject_id), str(event.facts["into"]))
