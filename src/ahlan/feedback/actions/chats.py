"""Verb that keeps what a visitor says at the end of a chat: a thumb up is the best of a CSAT answer, a thumb down the worst."""

from typing import Any

from django.db import transaction

from ahlan.channels.chat.models import Chat
from ahlan.core.clock import now
from ahlan.feedback.actions.answering import change_answer, put_down
from ahlan.feedback.actions.asking import author_of
from ahlan.feedback.actions.instruments import make_ready
from ahlan.feedback.models import Answer, Source, Survey, Trigger
from ahlan.feedback.queries import latest, versions, waiting_for
from ahlan.tickets.conditions import matching
from ahlan.tickets.models import Ticket

BEST, WORST = 5, 1


@transaction.atomic
def take_chat_rating(chat: Chat, number: int | None) -> Answer | None:
    """Within the rating. A later thumb changes the answer."""
    if not versions():
        make_ready()  # nobody has started the house yet
    version, key = latest("csat"), f"chat:{chat.pk}"
    given = {"score": BEST if (chat.rating or 0) > 0 else WORST, "comment": chat.rating_word}
    known = Answer.objects.filter(row_key=key, source=Source.CHAT).first()
    if known is not None:
        Answer.objects.filter(pk=known.pk).update(locked_at=None)
        return change_answer(known, given, finished=True)
    ticket = (
        Ticket.objects.select_related("inbox", "team", "customer__merged_into").filter(pk=number or 0).first()
    )
    facts: dict[str, Any] = {"inbox": chat.inbox, "channel": chat.inbox.channel, "row_key": key, "at": now()}
    if ticket is not None:
        customer = ticket.customer.primary
        facts |= {
            "ticket": ticket, "customer": customer, "organisation": customer.organisation, "team": ticket.team,
            "agent_id": author_of(ticket), "language": ticket.language, "survey": _survey_for(ticket),
        }  # fmt: skip
    return put_down(version, given, source=Source.CHAT, **facts)


def _survey_for(ticket: Ticket) -> Survey | None:
    """The first that asks at the end of such chats by a thumb."""
    waiting = [one for one in waiting_for(Trigger.CHAT) if one.key == "csat" and not one.anonymous]
    fits = matching(ticket, {one.pk: one.conditions for one in waiting}) if waiting else set()
    return next((one for one in waiting if one.pk in fits), None)
