"""What the desk does when something has happened elsewhere, and later."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from ahlan.channels.models import Inbox, RawInbound
from ahlan.core.clock import now
from ahlan.core.rows import fetch
from ahlan.customers.models import Customer, Organisation, WayIn
from ahlan.customers.queries import family_of, people_of
from ahlan.events.history import is_history
from ahlan.events.log import record
from ahlan.events.models import Event
from ahlan.events.subscribe import after, within
from ahlan.events.timers import every, when_due
from ahlan.search.actions import count_new
from ahlan.search.actions import fill as fill_index
from ahlan.search.meaning import learn
from ahlan.tickets import search
from ahlan.tickets.actions import amend, delivery, fields, intake, later, snooze, views, way_in, work
from ahlan.tickets.actions.answer import delivery_key
from ahlan.tickets.models import Message, SavedView
from ahlan.tickets.tallies import fold

HELD = timedelta(minutes=1)  # so long what a flood brings waits at least


@after("inbound.kept", queue="intake", atomic=True)
def understand(event: Event) -> None:
    intake.receive_raw(fetch(RawInbound, event.subject_id))


@after("inbound.held", queue="intake", atomic=True, priority=-50, delay=lambda event: now() + HELD)
def understand_later(event: Event) -> None:
    """What somebody brought who brings very much: after everybody else has been heard."""
    intake.receive_raw(fetch(RawInbound, event.subject_id))


@after("message.files_wait", queue="files", max_attempts=6, title=_("Fetch the files of a message"))
def fetch_files(event: Event) -> None:
    amend.fetch_files(event.facts["message"])


@after("customer.unnamed", queue="files", max_attempts=5, title=_("Ask who a customer is"))
def ask_for_a_name(event: Event) -> None:
    intake.ask_for_a_name(Customer.objects.get(pk=event.subject_id), fetch(Inbox, event.facts["inbox"]))


def _send_at(event: Event) -> datetime:
    given = event.facts.get("send_at")
    return datetime.fromisoformat(given) if given else now()


@after(
    "message.queued",
    queue="mail",
    delay=_send_at,
    unique_key=lambda event: delivery_key(event.facts["message"]),
    max_attempts=14,
)
def send(event: Event) -> None:
    delivery.deliver(event.facts["message"])


@after("way_in.asked", queue="mail", max_attempts=5)
def send_a_way_in(event: Event) -> None:
    way_in.send_way_in(WayIn.objects.get(pk=event.subject_id))


@within("message.queued")
def send_at_once(event: Event) -> None:
    """On a wire on which somebody sits waiting."""
    if _send_at(event) <= now():
        delivery.deliver_at_once(event.facts["message"])


@within("inbound.at_once")
def understand_at_once(event: Event) -> None:
    intake.receive_raw(fetch(RawInbound, event.subject_id))


@after("message.unproved", queue="checks", max_attempts=4)
def prove(event: Event) -> None:
    message = Message.objects.select_related("raw", "inbox", "ticket").get(pk=event.facts["message"])
    intake.prove_origin(message)


@within("job.died")
def mind_a_dead_job(event: Event) -> None:
    """A reply that could not be sent bears it; what nobody could read waits to be filed as it came."""
    if event.facts.get("event_kind") not in (
        "message.queued",
        "message.files_wait",
        "inbound.kept",
        "inbound.held",
    ):
        return
    asked = Event.objects.get(pk=event.facts["event"])
    if asked.kind == "message.queued":
        delivery.fail(asked.facts["message"])
    elif asked.kind == "message.files_wait":
        amend.give_up_fetching(asked.facts["message"])
    else:
        record("inbound.unread", RawInbound(pk=asked.subject_id), actor="system")


@within("job.run_again")
def let_it_be_sent(event: Event) -> None:
    """Somebody lets failed work run again: a message that was given up may then go. Never one in doubt."""
    asked = Event.objects.filter(pk=event.facts.get("event")).first()
    if asked is not None and asked.kind == "message.queued":
        delivery.requeue(asked.facts["message"])


@when_due(snooze.next_waking, priority=50, title=_("Wake snoozed tickets"))
def wake_tickets() -> None:
    snooze.wake_due()


@when_due(later.next_due, title=_("Send replies that waited for their moment"))
def send_what_waited() -> None:
    later.send_due()


@every(minutes=5)
def mind_the_queue() -> None:
    """A message that waits without a job to send it gets one."""
    delivery.wake_forgotten()


@after("inbound.unread", queue="intake", atomic=True)
def file_what_nobody_understood(event: Event) -> None:
    intake.give_up_reading(RawInbound.objects.select_related("inbox").get(pk=event.subject_id))


@within(
    "message.received", "message.queued", "message.unsent", "note.written",
    "ticket.assigned", "ticket.transferred", "ticket.escalated", "ticket.state_changed", "ticket.closed", "ticket.reopened",
    "ticket.priority_changed", "ticket.tagged", "ticket.marked_spam", "ticket.deleted", "ticket.restored",
    "ticket.snoozed", "ticket.woken", "ticket.merged", "ticket.unmerged", "ticket.took_in", "ticket.gave_back",
    "ticket.split", "ticket.split_off", "ticket.internal_changed", "ticket.status_changed", "ticket.type_changed", "ticket.fields_changed",
    "ticket.segments_changed",
    history=True,
)  # fmt: skip
def keep_views(event: Event) -> None:
    """A ticket that changed fills its fields, joins the saved views it now fits, and leaves the others."""
    if not is_history():
        fields.fill_fields(event.subject_id)
    views.relist(event.subject_id)


@within(
    "message.received", "message.queued", "message.read_after_all", "message.amended", "note.written", history=True
)  # fmt: skip
def let_it_be_found(event: Event) -> None:
    if not event.facts.get("again"):
        search.index_messages(
            [event.facts["message"]], new=event.kind not in ("message.read_after_all", "message.amended")
        )


@within("message.unsent")
def forget_what_was_unsent(event: Event) -> None:
    search.forget_message(event.facts["message"])


@within(
    "ticket.marked_spam", "ticket.deleted", "ticket.restored", "ticket.merged", "ticket.unmerged", "ticket.took_in",
    "ticket.gave_back", "ticket.split", "ticket.split_off", history=True,
)  # fmt: skip
def let_it_be_found_where_it_lies(event: Event) -> None:
    search.index_ticket(event.subject_id)


@after("organisation.changed")
def mark_an_organisations_tickets(event: Event) -> None:
    """It became an own division, or is none any more."""
    found = Organisation.objects.get(pk=event.subject_id)
    work.mark_internal(people_of(found), internal=found.internal, actor=event.actor)


@after("customer.changed", "customer.merged", "customer.unmerged")
def mark_a_customers_tickets(event: Event) -> None:
    """Who goes to another organisation takes along what is not closed."""
    if event.kind == "customer.changed" and "organisation" not in event.facts["fields"]:
        return
    concerned = Customer.objects.filter(pk__in=[event.subject_id, *event.facts.get("all", [])])
    for one in concerned.select_related("organisation", "merged_into__organisation"):
        work.mark_internal(family_of(one), internal=one.primary.internal, actor=event.actor)


@task()
def gather_view(view_id: int) -> None:
    """Find what a new or changed view lists."""
    view = SavedView.objects.filter(pk=view_id).first()
    if view is not None:
        views.gather(view)


@every(minutes=1)
def mind_the_index() -> None:
    """Bring in what has never been brought in, count the words of what is new, and learn what it means."""
    while fill_index():
        pass
    while count_new():
        pass
    while learn():
        pass


@every(minutes=1, atomic=True)
def fold_tallies() -> None:
    fold()
