"""An article put into a reply: its words, or the way to it."""

import re

from django.urls import reverse

from ahlan.core.reached import house_address
from ahlan.knowledge.folders import LINK
from ahlan.knowledge.models import Translation
from ahlan.knowledge.policies import public_articles

_NAMED = re.compile(r"(attachment|article):(\d{1,18})$")


def link_of(one: Translation) -> str:
    """Markdown that leads a customer to it."""
    return f"[{re.sub(r'[][]', '', one.live_title)}]({house_address()}{one.get_absolute_url()})"


def words_of(one: Translation) -> str:
    """Its text as a mail can hold it: what it names of our own, by whole addresses; pictures as links."""
    return LINK.sub(lambda found: _settled(found, one), one.live_text)


def _settled(found: re.Match[str], one: Translation) -> str:
    words, target = found[1].removeprefix("!"), _NAMED.match(found[2])
    if target is None:
        return found[0]
    if target[1] == "attachment":
        return f"{words}({house_address()}{reverse('knowledge:file', args=[int(target[2])])})"
    other = public_articles().filter(article=int(target[2]), language=one.language).first()
    return f"{words}({house_address()}{other.get_absolute_url()})" if other else words[1:-1]
