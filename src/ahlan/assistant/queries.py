"""Reads: what bots hold, and what became of what they took up. Bot time and bot-solved stand here, apart from people's figures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, Sum

from ahlan.assistant.bots import bots
from ahlan.assistant.models import HOLDS, Conversation, Reason, Stands, Use
from ahlan.channels.models import Inbox
from ahlan.core.clock import now

DAYS = 30
MOST_INBOXES = 500


def held_by_bots(tickets: Sequence[int]) -> set[int]:
    """Those that a bot has in hand: one query, none where no bot is on."""
    if not tickets or not bots():
        return set()
    held = Conversation.objects.filter(ticket__in=tickets, state__in=HOLDS)
    return set(held.values_list("ticket", flat=True))


@dataclass
class Tally:
    """What became of conversations: `taken` up, of which `answered` with an article, `solved`, handed over, still going on."""

    taken: int = 0
    answered: int = 0
    solved: int = 0
    handed: int = 0
    going: int = 0

    def add(self, state: str, n: int, answered: int) -> None:
        self.taken += n
        self.answered += answered
        self.solved += n if state == Stands.SOLVED else 0
        self.handed += n if state == Stands.HANDED else 0
        self.going += n if state in HOLDS else 0


@dataclass
class Summary:
    """Of the conversations begun within `days`. `bot_time`: the mean of those that have ended; None without any."""

    days: int
    whole: Tally = field(default_factory=Tally)
    languages: dict[str, Tally] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    bot_time: timedelta | None = None


def summary(days: int = DAYS) -> Summary:
    """Two queries, however many there were."""
    found = Conversation.objects.filter(began_at__gte=now() - timedelta(days=days))
    told = Summary(days)
    groups = found.order_by().values_list("language", "state", "reason")
    for language, state, reason, n, answered in groups.annotate(
        n=Count("pk"), answered=Count("pk", filter=Q(answers__gt=0))
    ):
        for tally in (told.whole, told.languages.setdefault(language, Tally())):
            tally.add(state, n, answered)
        if state == Stands.HANDED:
            told.reasons[Reason(reason).value] += n
    lasted = ExpressionWrapper(F("ended_at") - F("began_at"), output_field=DurationField())
    told.bot_time = found.filter(ended_at__isnull=False).aggregate(mean=Avg(lasted))["mean"]
    return told


def inboxes_with_bots() -> list[tuple[Inbox, Any]]:
    """Every inbox with its bot that is on, or None."""
    on = bots()
    return [(one, on.get(one.pk)) for one in Inbox.objects.filter(is_active=True)[:MOST_INBOXES]]


def help_given(days: int = DAYS) -> list[dict[str, Any]]:
    """How often agents were helped, by kind, and the tokens of it."""
    found = Use.objects.filter(asked_at__gte=now() - timedelta(days=days), state=Use.State.DONE)
    return [
        dict(one)
        for one in found.order_by("kind").values("kind").annotate(n=Count("pk"), tokens=Sum("tokens"))
    ]
