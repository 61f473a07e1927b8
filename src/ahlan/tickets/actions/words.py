"""Verbs on a desk's own words: save, move and archive types, statuses and fields. What is archived can be brought back."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ahlan.core.clock import now
from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.tickets.actions.views import gather_anew
from ahlan.tickets.conditions import BadCondition, Tree, check, is_lasting
from ahlan.tickets.fields import Given, parse
from ahlan.tickets.models import SavedView, State, Status, TicketType
from ahlan.tickets.models.own import Field, FieldOption, Kind, Own, Required
from ahlan.tickets.sorting import UP

MOST = 100  # of each, archived ones too
MOST_OPTIONS = 200  # of a field
KINDS: dict[type[Own], str] = {TicketType: "ticket_type", Status: "status", Field: "field"}
Option = tuple[int | None, str]  # its id, None for a new one, and its name


class NameTaken(Exception):
    """There is one of this name already; it may be archived."""


class TooManyWords(Exception):
    """There are as many as menus can offer."""


def among(word: Own) -> QuerySet[Any]:
    """Those it is ordered among: statuses within their state."""
    found: QuerySet[Any] = type(word)._default_manager.all()
    return found.filter(state=word.state, is_plain=False) if isinstance(word, Status) else found


def _keep(word: Own, name: str) -> None:
    """Give it a name of its own, and a new one its place. Raises ValueError for no name, NameTaken, TooManyWords."""
    word.name = " ".join(clean(name).split())[:80]
    if not word.name:
        raise ValueError("a name is needed")
    same: QuerySet[Any] = type(word)._default_manager.filter(name__iexact=word.name)
    same = same.filter(state=word.state) if isinstance(word, Status) else same
    if same.exclude(pk=word.pk).exists():
        raise NameTaken
    if word.pk is None:
        ordered = list(among(word).select_for_update())
        if len(ordered) >= MOST:
            raise TooManyWords
        word.place = ordered[-1].place + 1 if ordered else 0
    else:  # somebody may have moved it meanwhile
        word.refresh_from_db(fields=["place", "archived_at"])
    word.save()


def _tell(word: Own, what: str, actor: str) -> None:
    record(f"{KINDS[type(word)]}.{what}", word, actor=actor, audience="everyone")


@transaction.atomic
def save_type(found: TicketType | None = None, *, name: str, actor: str) -> TicketType:
    """Make a type of ticket, last in order, or rename one. Raises ValueError, NameTaken, TooManyWords."""
    made = found or TicketType()
    _keep(made, name)
    _tell(made, "saved", actor)
    return made


@transaction.atomic
def save_status(found: Status | None = None, *, name: str, state: str, actor: str) -> Status:
    """Make a status within a state, or rename one; it stays in its state. Raises ValueError, NameTaken, TooManyWords."""
    made = found or Status(state=State(state).value)
    _keep(made, name)
    _tell(made, "saved", actor)
    return made


@transaction.atomic
def name_plain(state: str, name: str, *, actor: str) -> Status | None:
    """Rename a state's plain status; "" gives it its own name back."""
    held = Status.objects.filter(state=State(state), is_plain=True).first()
    if not clean(name).strip():
        if held is not None:
            _tell(held, "saved", actor)
            held.delete()
        return None
    made = held or Status(state=State(state).value, is_plain=True)
    _keep(made, name)
    _tell(made, "saved", actor)
    return made


@transaction.atomic
def begin_with(state: str, status: Status | None, *, actor: str) -> None:
    """What a ticket gets that is put into the state; None: the plain one. Raises ValueError for one that cannot be given."""
    if status is not None and (status.state != state or status.is_plain or status.is_archived):
        raise ValueError("not to be given")
    before = Status.objects.select_for_update().filter(state=State(state), is_default=True).first()
    if before == status:
        return
    for one, on in ((before, False), (status, True)):
        if one is not None:
            one.is_default = on
            one.save(update_fields=["is_default"])
    told = status or before
    if told is not None:
        _tell(told, "made_default", actor)


@transaction.atomic
def move_word(word: Own, steps: int, *, actor: str) -> None:
    """Earlier (-1) or later (1) among those that are not archived; at an end nothing happens."""
    every = list(among(word).select_for_update())
    ordered = [one for one in every if not one.is_archived]
    place = next((n for n, one in enumerate(ordered) if one.pk == word.pk), 0)
    there = min(max(place + steps, 0), len(ordered) - 1)
    if word.is_archived or there == place:
        return
    ordered.insert(there, ordered.pop(place))
    for n, one in enumerate([*ordered, *(one for one in every if one.is_archived)]):
        if one.place != n:
            one.place = n
            one.save(update_fields=["place"])
    _tell(word, "moved", actor)


@transaction.atomic
def archive_word(word: Own, *, actor: str) -> None:
    """Offer it no more; tickets that have it keep it. The plain statuses stay for ever: ValueError."""
    if isinstance(word, Status) and word.is_plain:
        raise ValueError("a state keeps its plain status")
    word.refresh_from_db()
    if not word.is_archived:
        word.archived_at = now()
        if isinstance(word, Status):
            word.is_default = False
        word.save()
        _tell(word, "archived", actor)


@transaction.atomic
def bring_back(word: Own, *, actor: str) -> None:
    """Offer it again."""
    word.refresh_from_db()
    if word.is_archived:
        word.archived_at = None
        word.save()
        _tell(word, "brought_back", actor)


@transaction.atomic
def save_field(
    found: Field | None = None,
    *,
    name: str,
    kind: str,
    help: str = "",
    types: Sequence[int] = (),
    required: str = Required.NO,
    shown_when: Tree | None = None,
    required_when: Tree | None = None,
    filled_when: Tree | None = None,
    fill: Given = (),
    options: Sequence[Option] | None = None,
    actor: str,
) -> Field:
    """Make a field, last in order, or change one; its kind stays what it was.

    `options`: the choices in order, None to leave them; one that is not named is archived. `fill` empty: it is never filled by itself.
    Raises ValueError, BadCondition, BadValue, NameTaken, TooManyWords.
    """
    made = found or Field(kind=Kind(kind).value)
    made.help, made.required = clean(help)[:200], Required(required).value
    made.types = [one.pk for one in TicketType.objects.filter(pk__in=types)]
    made.shown_when, made.required_when, made.filled_when = (
        _lasting(one) for one in (shown_when, required_when, filled_when)
    )
    made.fill = []
    _keep(made, name)
    if options is not None and made.has_options:
        _set_options(made, options)
    if fill and parse(made, fill):
        made.fill = list(fill)
    made.save()
    _tell(made, "saved", actor)
    return made


def _lasting(tree: Tree | None) -> Tree:
    checked = check(tree or {"all": []})
    if not is_lasting(checked):
        raise BadCondition(_("Leave out conditions that ask for the hour or for “me”."))
    return checked


def _set_options(field: Field, options: Sequence[Option]) -> None:
    """Those named stand in this order; ids stay, so what tickets hold does too."""
    named = [(pk, text) for pk, one in options if (text := " ".join(clean(one).split())[:80])]
    if len(named) > MOST_OPTIONS:
        raise TooManyWords
    known = {one.pk: one for one in field.options.all()}
    before = {one.pk: one.place for one in known.values()}
    standing = set()
    for place, (pk, text) in enumerate(named):
        option = known.get(pk or 0) or FieldOption(field=field)
        option.name, option.place, option.archived_at = text, place, None
        option.save()
        standing.add(option.pk)
    for one in known.values():
        if one.pk not in standing and not one.is_archived:
            one.archived_at = now()
            one.save(update_fields=["archived_at"])
    if any(one.place != before[one.pk] for one in known.values()):
        for view in SavedView.objects.filter(order__in=[field.key, field.key + UP]):
            gather_anew(view)  # they are sorted by the places of the choices
