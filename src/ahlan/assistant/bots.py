"""The bots that are on, kept in each process, and whether one stands in front of an inbox now."""

from ahlan.assistant.models import Bot, House, When
from ahlan.calendars.queries import calendar_for
from ahlan.core.clock import now
from ahlan.events.definitions import Definitions

MOST = 1_000

bots = Definitions(
    "bots", read=lambda: {one.inbox_id: one for one in Bot.objects.filter(is_on=True)[:MOST]}, of=[Bot]
)
house = Definitions("assistant", read=lambda: House.objects.first() or House(), of=[House])


def on_duty(inbox_id: int) -> Bot | None:
    """The bot that stands there at this moment."""
    bot = bots().get(inbox_id)
    if bot is None or bot.when == When.ALWAYS:
        return bot
    is_open = calendar_for(bot.hours_id).is_open(now())
    return bot if is_open == (bot.when == When.WITHIN) else None
