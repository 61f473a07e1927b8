"""Verbs by which the assistant is set up."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from ahlan.assistant.models import HOLDS, Bot, Conversation, House
from ahlan.core.clock import now
from ahlan.core.languages import INSTALLED
from ahlan.core.text import clean
from ahlan.events.log import record

LONGEST_GREETING = 500
SETTABLE = ("is_on", "name", "questionnaire", "tries", "when", "hours", "patience", "uses_model")


@transaction.atomic
def save_bot(bot: Bot, *, greetings: Mapping[str, str], actor: str, **values: Any) -> Bot:
    """Set the bot of an inbox up, or switch it on or off. What one that is switched off holds goes to people at once."""
    for key in SETTABLE:
        setattr(bot, key, values[key])
    bot.name = clean(bot.name).strip()[:60]
    said = {key: clean(greetings.get(key, "")).strip()[:LONGEST_GREETING] for key in INSTALLED}
    bot.greetings = {key: text for key, text in said.items() if text}
    bot.save()
    if not bot.is_on:
        Conversation.objects.filter(bot=bot, state__in=HOLDS).update(due_at=now())
    record("assistant.set", bot, actor=actor, audience="everyone", inbox=bot.inbox_id, on=bot.is_on)
    return bot


@transaction.atomic
def set_house(*, masks: bool, helps: bool, tokens_a_day: int, actor: str) -> House:
    """What holds for the whole house."""
    found = House.objects.first() or House()
    found.masks, found.helps, found.tokens_a_day = masks, helps, tokens_a_day
    found.save()
    record(
        "assistant.house_set",
        found,
        actor=actor,
        audience="everyone",
        masks=masks,
        helps=helps,
        tokens=tokens_a_day,
    )
    return found
