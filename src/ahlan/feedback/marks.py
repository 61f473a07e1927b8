"""What an answer or an invitation is counted by several times over: its customer's segments, the ticket's articles, the themes in its words.

Kept as " segment:3 theme:7 ", so that both databases find one by its text. Of an anonymous answer nothing is marked: such groups overlap,
and what overlaps gives away who is in a small one.
"""

import re
from collections.abc import Iterable, Iterator

from ahlan.feedback.instruments.shape import Instrument
from ahlan.feedback.journal.queries import known_themes
from ahlan.feedback.journal.themes import themes_in
from ahlan.feedback.segments.queries import segment_ids_of
from ahlan.search.analyser import spoken
from ahlan.tickets.models import Direction, Message, Ticket

OVERLAPPING = ("segment", "article", "theme")
MOST = 50  # messages of a ticket that are looked through, and marks of a kind
_ARTICLE = re.compile(r"/help/[a-z]{2}/(\d{1,18})-")


def marks_of(facet: str, keys: Iterable[int]) -> str:
    """ " segment:3 segment:8 "; "" without any."""
    told = [f"{facet}:{key}" for key in sorted(set(keys))[:MOST]]
    return f" {' '.join(told)} " if told else ""


def mark(facet: str, key: str) -> str:
    """As it stands among others."""
    return f" {facet}:{key} "


def marked(marks: str) -> Iterator[tuple[str, str]]:
    """Facet and key of each."""
    for one in marks.split():
        facet, _colon, key = one.partition(":")
        yield facet, key


def joined(*parts: str) -> str:
    """Marks of several kinds as one text."""
    told = [one for part in parts for one in part.split()]
    return f" {' '.join(told)} " if told else ""


def without(facet: str, marks: str) -> str:
    return joined(*(f"{kind}:{key}" for kind, key in marked(marks) if kind != facet))


def segments_marked(customer: object) -> str:
    return marks_of("segment", segment_ids_of(customer))  # type: ignore[arg-type]


def articles_marked(ticket: Ticket | None) -> str:
    """The articles of the help centre that we sent the customer to. Words put into a reply leave no trace of theirs."""
    if ticket is None:
        return ""
    said = Message.objects.filter(ticket=ticket, direction=Direction.OUT, text__contains="/help/")
    texts = said.order_by("-id").values_list("text", flat=True)[:MOST]
    return marks_of("article", (int(key) for text in texts for key in _ARTICLE.findall(text)))


def words_in(instrument: Instrument, answers: dict[str, object]) -> str:
    """All that was written in it."""
    columns = (column for item in instrument.items if item.kind == "text" for column in item.columns)
    return "\n".join(text for column in columns if (text := str(answers.get(column) or "").strip()))


def themes_marked(words: str, language: str) -> str:
    return marks_of("theme", themes_in(words, language, known_themes())) if words else ""


def language_in(words: str, otherwise: str) -> str:
    return spoken(words, otherwise) if words else ""
