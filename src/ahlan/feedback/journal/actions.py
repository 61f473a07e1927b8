"""Verbs of the journal: note what was heard, change it, take it back; themes; who may read along."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from ahlan.core.clock import now
from ahlan.core.languages import INSTALLED, language_of
from ahlan.core.text import clean
from ahlan.customers.models import Customer
from ahlan.events.log import record
from ahlan.feedback.journal.models import Insight, InsightWording, Reader, Source, Strength, Theme
from ahlan.feedback.journal.queries import MOST_THEMES, known_themes
from ahlan.feedback.journal.themes import themes_in
from ahlan.feedback.links import digest_of, new_token
from ahlan.staff.models import Agent
from ahlan.tickets.models import Ticket

LONGEST = 5_000  # characters of what was heard
MOST_WORDS, LONGEST_WORD = 50, 60  # of a theme in one language, and characters of each
MOST_READERS = 100
CHANGEABLE = ("theme", "source", "strength", "said", "heard_on")


class SaidNothing(ValueError):
    """An insight says something."""


class Retracted(Exception):
    """It was taken back; bring it back to change it."""


class TooManyThemes(Exception):
    """There are as many as can be kept."""


class TooManyReaders(Exception):
    """There are as many links as can be kept."""


class Nameless(ValueError):
    """A theme has a name in some language."""


@transaction.atomic
def note_insight(
    *, said: str, source: str, strength: int = Strength.WISHED, theme: Theme | None = None, heard_on: date | None = None,
    customer: Customer | None = None, ticket: Ticket | None = None, language: str = "", agent: Agent | None = None, actor: str,
) -> Insight:  # fmt: skip
    """Put down what somebody heard. Without a theme it gets the only one its words speak of. Raises SaidNothing, ValueError for a source or strength there is not."""
    said = _words(said)
    him = ticket.customer.primary if ticket else customer.primary if customer else None
    spoken = (language, language_of(said), ticket.language if ticket else "", him.language if him else "")
    language = next((one for one in spoken if one in INSTALLED), "en")
    made = Insight.objects.create(
        said=said, source=Source(source).value, strength=Strength(strength).value, theme=theme or _theme_of(said, language),
        heard_on=heard_on or now().date(), customer=him, ticket=ticket, language=language, agent=agent,
    )  # fmt: skip
    record("insight.noted", made, actor=actor, theme=made.theme_id, source=made.source)
    return made


def _words(said: str) -> str:
    said = clean(said).strip()[:LONGEST]
    if not said:
        raise SaidNothing
    return said


def _theme_of(said: str, language: str) -> Theme | None:
    found = themes_in(said, language, known_themes())
    return Theme.objects.filter(pk=found[0]).first() if len(found) == 1 else None


@transaction.atomic
def change_insight(insight: Insight, *, agent: Agent | None = None, actor: str, **values: Any) -> Insight:
    """Word or sort it anew; how it read before stays to be seen. Raises SaidNothing, Retracted, ValueError."""
    held = Insight.objects.select_for_update(of=("self",)).select_related("theme").get(pk=insight.pk)
    if held.retracted_at:
        raise Retracted
    values = _given(values)
    before = {name: getattr(held, name) for name in CHANGEABLE}
    changed = [name for name in CHANGEABLE if name in values and values[name] != before[name]]
    if changed:
        InsightWording.objects.create(insight=held, agent=agent, **before)
        for name in changed:
            setattr(held, name, values[name])
        held.save(update_fields=changed)
        record("insight.changed", held, actor=actor, fields=changed)
    return held


def _given(values: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Callable[[Any], Any]] = {"said": _words, "source": _source, "strength": _strength}
    return {name: read[name](value) if name in read else value for name, value in values.items()}


def _source(value: str) -> str:
    return Source(value).value


def _strength(value: int) -> int:
    return Strength(value).value


@transaction.atomic
def retract_insight(insight: Insight, retracted: bool = True, *, actor: str) -> Insight:
    """It counts no more, or again. Safe to repeat."""
    held = Insight.objects.select_for_update().get(pk=insight.pk)
    if bool(held.retracted_at) != retracted:
        held.retracted_at = now() if retracted else None
        held.save(update_fields=["retracted_at"])
        record("insight.retracted" if retracted else "insight.brought_back", held, actor=actor)
    return held


@transaction.atomic
def save_theme(
    theme: Theme | None, *, names: Mapping[Any, str], words: Mapping[Any, Iterable[str]], actor: str
) -> Theme:
    """Make one or change it. Raises Nameless, TooManyThemes."""
    if theme is None and Theme.objects.count() >= MOST_THEMES:
        raise TooManyThemes
    held = Theme.objects.select_for_update().get(pk=theme.pk) if theme else Theme()
    held.names = {code: name for code in INSTALLED if (name := clean(names.get(code, "")).strip()[:80])}
    if not held.names:
        raise Nameless
    held.words = {code: found for code in INSTALLED if (found := _phrases(words.get(code, ())))}
    held.save()
    record("theme.saved", held, actor=actor)
    return held


def _phrases(given: Iterable[str]) -> list[str]:
    found = (clean(one).strip()[:LONGEST_WORD] for one in given)
    return list(dict.fromkeys(one for one in found if one))[:MOST_WORDS]


@transaction.atomic
def archive_theme(theme: Theme, away: bool, *, actor: str) -> None:
    """It is looked for and offered no more, or again; what was sorted under it stays."""
    if bool(theme.archived_at) != away:
        theme.archived_at = now() if away else None
        theme.save(update_fields=["archived_at"])
        record("theme.archived" if away else "theme.brought_back", theme, actor=actor)


@transaction.atomic
def invite_reader(*, name: str, language: str, quotes: bool, actor: str) -> tuple[Reader, str]:
    """A link for somebody beyond the desk; returns it with its token, which is told this once. Raises TooManyReaders."""
    if Reader.objects.filter(withdrawn_at=None).count() >= MOST_READERS:
        raise TooManyReaders
    token = new_token()
    made = Reader.objects.create(
        name=clean(name)[:80], digest=digest_of(token, "reader"), language=language, quotes=quotes
    )
    record("reader.invited", made, actor=actor)
    return made, token


@transaction.atomic
def withdraw_reader(reader: Reader, *, actor: str) -> None:
    """The link leads nowhere any more. Safe to repeat."""
    if Reader.objects.filter(pk=reader.pk, withdrawn_at=None).update(withdrawn_at=now()):
        record("reader.withdrawn", reader, actor=actor)
