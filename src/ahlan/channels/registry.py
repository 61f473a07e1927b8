"""The channels this installation has: its own, and those of other packages (entry-point group `ahlan.channels`)."""

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

from ahlan.channels.contract import Channel

OWN = {
    "email": "ahlan.channels.email.channel:Email",
    "chat": "ahlan.channels.chat.channel:LiveChat",
    "webform": "ahlan.channels.webform.channel:Webform",
    "telegram": "ahlan.channels.messaging.wires.telegram:Telegram",
    "whatsapp": "ahlan.channels.messaging.wires.whatsapp:WhatsApp",
    "messenger": "ahlan.channels.messaging.wires.page:Messenger",
    "instagram": "ahlan.channels.messaging.wires.page:Instagram",
    "sms": "ahlan.channels.messaging.wires.sms:Sms",
    "line": "ahlan.channels.messaging.wires.line:Line",
    "viber": "ahlan.channels.messaging.wires.viber:Viber",
    "vk": "ahlan.channels.messaging.wires.vk:Vk",
    "open": "ahlan.channels.messaging.wires.open:Open",
}


@cache
def channel(key: str) -> Channel:
    """The channel of that key. Raises LookupError for one that is not installed."""
    if key in OWN:
        module, name = OWN[key].split(":")
        made: Channel = getattr(import_module(module), name)()
        return made
    for entry in entry_points(group="ahlan.channels", name=key):
        return entry.load()()  # type: ignore[no-any-return]
    raise LookupError(f"no channel {key!r} is installed")


def channels() -> dict[str, Channel]:
    """Every installed channel by its key."""
    return {
        key: channel(key) for key in (*OWN, *(entry.name for entry in entry_points(group="ahlan.channels")))
    }
