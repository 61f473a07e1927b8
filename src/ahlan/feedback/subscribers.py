"""What surveys do when something has happened, and when a time has come."""

import time
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from ahlan.channels.chat.models import Chat
from ahlan.core.rows import fetch
from ahlan.events.jobs import enqueue
from ahlan.events.models import Event
from ahlan.events.subscribe import after, within
from ahlan.events.timers import every, when_due
from ahlan.feedback import counting
from ahlan.feedback.actions import answering, asking, recovering
from ahlan.feedback.actions.chats import take_chat_rating
from ahlan.feedback.models import Survey
from ahlan.feedback.register.actions import letters, noticing
from ahlan.feedback.register.actions.complaints import undo_steps
from ahlan.tickets.conditions import name_another
from ahlan.tickets.models import Ticket

LOOK_ON = "ahlan.feedback.subscribers.look_on"
THEMED_AT_ONCE, TURN = 200, 2.0  # answers in one transaction; seconds a job works


@within("ticket.closed")
def ask_about_it(event: Event) -> None:
    asking.plan_for(fetch(Ticket, event.subject_id))


@within("chat.rated")
def keep_the_rating(event: Event) -> None:
    take_chat_rating(
        Chat.objects.select_related("visitor", "inbox").get(pk=event.subject_id), event.facts.get("ticket")
    )


@when_due(asking.next_due, queue="mail", title=_("Send invitations to surveys"))
def send_invitations() -> None:
    asking.send_due()
    asking.remind_due()


@when_due(recovering.next_look, title=_("Open the work of low scores"))
def look_into_low_scores() -> None:
    recovering.look_into_due()


@when_due(noticing.next_look, title=_("Tell of deadlines of complaints"))
def tell_of_deadlines() -> None:
    noticing.notice_due()


@within("message.unsent")
def take_back_the_step(event: Event) -> None:
    undo_steps(event.facts["message"])
    letters.untake(event.facts["message"])


@every(days=1, offset=timedelta(hours=5), title=_("Plan surveys that ask again"))
def ask_again() -> None:
    asking.ask_again()
    asking.find_lost()


@after("theme.saved", "theme.archived", "theme.brought_back", title=_("Look for themes in what was written"))
def look_for_themes(event: Event) -> None:
    _look_on(0)


@task()
def look_on(behind: int) -> None:
    _look_on(behind)


def _look_on(behind: int) -> None:
    """A few at a time; what is left is for the next job."""
    until = time.monotonic() + TURN
    last: int | None = behind
    while last is not None and time.monotonic() < until:
        last = answering.theme_anew(last, THEMED_AT_ONCE)
    if last is not None:
        enqueue(LOOK_ON, args=[last])


@every(minutes=1, title=_("Fold the counts of answers"))
def fold_counts() -> None:
    while counting.fold() >= counting.FOLDED_AT_ONCE:
        pass


@within("tag.merged")
def ask_for_the_other_tag(event: Event) -> None:
    name_another(Survey.objects.all(), "tags", str(event.subject_id), str(event.facts["into"]))
