"""What live chat does when something has happened elsewhere, and later."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ahlan.channels.chat import actions, letters
from ahlan.channels.chat.models import Chat
from ahlan.channels.chat.queries import next_mail
from ahlan.core.asking import kept
from ahlan.core.rows import update
from ahlan.events.models import Event
from ahlan.events.subscribe import after, within
from ahlan.events.timers import every, when_due


@within("message.received")
def learn_the_ticket(event: Event) -> None:
    """The desk has made a ticket of a chat's first words."""
    raw = event.facts.get("raw") if event.facts.get("channel") == "chat" else None
    chat = _without_a_ticket.first(raw) if raw else None
    if chat is not None:
        chat.ticket = event.subject_id
        update(chat, "ticket")


@kept
def _without_a_ticket(raw: int) -> QuerySet[Chat]:
    """The chat whose line it was, while nobody knows its ticket."""
    return Chat.objects.filter(said__raw=raw, ticket=None)


@within("ticket.closed")
def end_with_the_ticket(event: Event) -> None:
    for chat in Chat.objects.filter(ticket=event.subject_id, ended_at=None):
        actions.end(chat, by="agent")


@within("assistant.took_up")
def wait_for_nobody(event: Event) -> None:
    actions.put_aside(event.subject_id)


@within("assistant.handed_over")
def wait_for_people(event: Event) -> None:
    actions.take_back(event.subject_id)


@within("ticket.took_in")
def follow_a_merge(event: Event) -> None:
    """A chat whose ticket was merged into another goes on there."""
    Chat.objects.filter(ticket=event.facts["source"]).update(ticket=event.subject_id)


@after("chat.mail_queued", queue="mail", max_attempts=14, title=_("Mail what a visitor missed"))
def post(event: Event) -> None:
    letters.post_letter(event.facts["letter"])


@within("job.died")
def mind_a_dead_letter(event: Event) -> None:
    if event.facts.get("event_kind") == "chat.mail_queued":
        letters.fail_letter(Event.objects.get(pk=event.facts["event"]).facts["letter"])


@within("job.run_again")
def let_a_letter_go(event: Event) -> None:
    asked = Event.objects.filter(pk=event.facts.get("event"), kind="chat.mail_queued").first()
    if asked is not None:
        letters.requeue_letter(asked.facts["letter"])


@when_due(next_mail, title=_("Look for visitors who left"))
def mail_what_was_missed() -> None:
    letters.mail_what_was_missed()


@every(minutes=1)
def mind_the_queue_of_chats() -> None:
    while actions.abandon_left():
        pass


@every(days=1)
def forget_sessions() -> None:
    actions.forget_sessions()
