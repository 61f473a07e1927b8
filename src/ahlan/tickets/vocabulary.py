"""The words a desk has made its own (types, statuses, fields), kept in each process: one short statement asks for all.

The key of a status is what menus, conditions and rules know it by: its id, or for a state's plain word the state.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch

from ahlan.events.definitions import Definitions
from ahlan.tickets.models import State, Status, Ticket, TicketType
from ahlan.tickets.models.own import Field, FieldOption

DEFAULT = ""  # the key of whichever status a state begins with


@dataclass(frozen=True)
class Vocabulary:
    """All there is, by its id and in its order; what is archived too."""

    types: dict[int, TicketType]
    statuses: dict[int, Status]
    fields: dict[int, Field]

    @cached_property
    def own_statuses(self) -> list[Status]:
        """Those to choose from beside the plain ones."""
        return [one for one in self.statuses.values() if not (one.is_plain or one.is_archived)]

    @cached_property
    def standing_fields(self) -> list[Field]:
        return [one for one in self.fields.values() if not one.is_archived]

    @cached_property
    def standing_types(self) -> list[TicketType]:
        return [one for one in self.types.values() if not one.is_archived]

    def plain_word(self, state: str) -> str:
        """A state's own word, as the desk has renamed it or as the reader's language says."""
        found = (one for one in self.statuses.values() if one.is_plain and one.state == state)
        return next((one.name for one in found), "") or str(State(state).label)

    def status_word(self, ticket: Ticket) -> str:
        found = self.statuses.get(ticket.status_id or 0)
        return found.name if found and found.state == ticket.state else self.plain_word(ticket.state)

    def statuses_in_order(self) -> list[tuple[str, str, str]]:
        """(key, word, state) of each to choose from."""
        return [
            choice
            for state in State.values
            for choice in (
                (state, self.plain_word(state), state),
                *((str(one.pk), one.name, state) for one in self.own_statuses if one.state == state),
            )
        ]

    def state_of(self, key: str) -> State:
        """The state a status is within. Raises ValueError for a key nobody knows, or of what is archived."""
        if key in State.values:
            return State(key)
        found = self.statuses.get(int(key))
        if found is None or found.is_archived or found.is_plain:
            raise ValueError("no such status")
        return State(found.state)

    def id_in(self, state: str, key: str) -> int | None:
        """What a ticket keeps that gets this status in this state."""
        if key != DEFAULT:
            return int(key) if key not in State.values else None
        return next((one.pk for one in self.own_statuses if one.is_default and one.state == state), None)


def _read() -> Vocabulary:
    fields = Field.objects.prefetch_related(Prefetch("options", FieldOption.objects.all()))
    return Vocabulary(
        {one.pk: one for one in TicketType.objects.all()},
        {one.pk: one for one in Status.objects.all()},
        {one.pk: one for one in fields},
    )


vocabulary = Definitions("own words", read=_read, of=[TicketType, Status, Field, FieldOption])


def word_statuses(tickets: Iterable[Ticket]) -> None:
    """Give each ticket its `.status_key`, `.status_word` and `.type_word`."""
    words = vocabulary()
    for one in tickets:
        own = words.statuses.get(one.status_id or 0)
        one.status_key = str(own.pk) if own and own.state == one.state else one.state  # type: ignore[attr-defined]
        one.status_word = words.status_word(one)  # type: ignore[attr-defined]
        one.type_word = words.types[one.type_id].name if one.type_id in words.types else ""  # type: ignore[attr-defined]
