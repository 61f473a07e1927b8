"""The verb that takes in a log of calls."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import BinaryIO

from django.db import transaction
from django.utils import translation

from ahlan.channels.models import Inbox
from ahlan.dialer.actions import BadCall, Course, record_call
from ahlan.dialer.models import Outcome, Way
from ahlan.events.history import history
from ahlan.importers.mapping import CallMapping
from ahlan.importers.naming import SYSTEM, Names, customer_of, inbox_of
from ahlan.importers.reading import BadRow, Report, Row, moment, rows_of, value, whole

BATCH = 200  # calls in one transaction
HALF_A_DAY = timedelta(hours=12)
LONG = 2 * 3600  # seconds of talk that make a call doubtful
WAYS = {"": Way.IN, "in": Way.IN, "inbound": Way.IN, "out": Way.OUT, "outbound": Way.OUT}
YES = frozenset({"1", "true", "yes", "y"})

Progress = Callable[[int, int], None]


def import_calls(
    file: BinaryIO,
    mapping: CallMapping,
    report: Report,
    *,
    dry: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Calls out of a log. Safe to repeat, and to go on with after it was stopped anywhere; nobody hears of it.

    `dry`: everything is done and undone. `progress` is told rows done and bytes read. Raises BadMapping.
    """
    caller = Caller(mapping)
    rows = rows_of(file, mapping.layout, caller.needed(), report)
    with translation.override("en"):
        while some := list(islice(rows, BATCH)):
            with transaction.atomic():
                for row in some:
                    _take(caller, row, report)
                if dry:
                    transaction.set_rollback(True)
            if dry:
                caller.forget()
            if progress is not None:
                progress(report.rows, some[-1].read)
    return report


def _take(caller: "Caller", row: Row, report: Report) -> None:
    try:
        with transaction.atomic():
            new = caller.take(row)
    except (BadRow, BadCall) as why:
        caller.forget()
        report.refuse(row, str(why))
    else:
        report.taken += new
        report.known += not new


class Caller:
    """Tells calls to the desk, by one mapping."""

    def __init__(self, mapping: CallMapping) -> None:
        self.mapping, self.layout = mapping, mapping.layout
        self.names = Names(self.layout.source, agents=mapping.agents)
        self.place: Inbox | None = None

    def forget(self) -> None:
        self.names.forget()
        self.place = None

    def needed(self) -> set[str]:
        """The columns the mapping names."""
        other = {"layout", "outcomes", "inbox", "agents", "customers", "unqueued", "gap", "others"}
        named = {getattr(self.mapping, one) for one in CallMapping.__slots__ if one not in (*other, "id")}
        return {one for one in named if one} | set(self.mapping.id)

    def take(self, row: Row) -> bool:
        """Keep one call; whether it is new. Raises BadRow, BadCall."""
        course, doubts = self.course(row)
        of, source = self.of, self.layout.source
        way = of(row, self.mapping.direction).casefold()
        if way not in WAYS:
            raise BadRow(f"“{way[:40]}” is no direction")
        who = of(row, self.mapping.customer) if self.mapping.customers else ""
        with history(course.ended_at):
            if self.mapping.inbox and self.place is None:
                self.place = inbox_of(self.mapping.inbox)
            _call, new = record_call(
                source, self.name(row), course, actor=SYSTEM, direction=WAYS[way], inbox=self.place,
                transferred=of(row, self.mapping.transferred).casefold() in YES,
                agent=self.names.agent(of(row, self.mapping.agent)),
                customer=customer_of(f"{source} {who}" if who.isdecimal() else who, source) if who else None,
                priority=self._whole(row, self.mapping.priority), kind=of(row, self.mapping.kind), doubts=doubts,
            )  # fmt: skip
        return new

    def of(self, row: Row, column: str) -> str:
        return value(row.cells, column, self.layout)

    def name(self, row: Row) -> str:
        """What the source calls it. Raises BadRow."""
        parts = [row.cells[one].strip() for one in self.mapping.id]
        if not all(parts):
            raise BadRow("names no call")
        return " ".join(parts)

    def course(self, row: Row) -> tuple[Course, list[str]]:
        """How it went, and what of it could not be believed. Raises BadRow.

        The wait counts as the source counted it: the queue is left so many seconds after it was entered. Where clocks of the source
        differ by less than `gap`, the later step gives way to the earlier; a time of day half a day earlier is of the next day.
        """
        outcome, mapping = self._outcome(row), self.mapping
        doubts = []
        offered = self._moment(row, mapping.offered_at, None, sure=True)
        if offered is None:
            raise BadRow("tells no time at which it began")
        waited = self._whole(row, mapping.queue_seconds)
        queued = self._moment(row, mapping.queued_at, offered, sure=bool(waited)) if waited != 0 else None
        if queued is not None and queued < offered:
            self._near(queued, offered)
            offered, doubts = queued, ["clock"]
        left = queued + timedelta(seconds=waited) if queued is not None and waited else None
        menu = self._whole(row, mapping.menu_seconds)
        if menu is not None and menu < 0:
            menu, doubts = None, [*doubts, "menu"]
        talk, hold, wrap = (
            self._whole(row, one) or 0
            for one in (mapping.talk_seconds, mapping.hold_seconds, mapping.wrap_seconds)
        )
        if outcome == Outcome.ABANDONED and queued is None:
            outcome = mapping.unqueued or outcome
        if outcome != Outcome.ANSWERED:
            end = left or self._after(self._moment(row, mapping.ended_at, offered), queued or offered)
            return Course(offered, end, outcome, queued, None, menu), doubts
        answered = left or self._after(self._moment(row, mapping.answered_at, offered), queued or offered)
        spoken = answered + timedelta(seconds=talk + hold)
        ended = (
            self._after(self._moment(row, mapping.ended_at, offered), answered)
            if mapping.ended_at
            else spoken
        )
        if talk > LONG:
            doubts.append("long")
        return Course(offered, ended, outcome, queued, answered, menu, talk, hold, wrap), doubts

    def _outcome(self, row: Row) -> str:
        said = self.of(row, self.mapping.outcome)
        found = self.mapping.outcomes.get(said, self.mapping.others)
        if not found:
            raise BadRow(f"the mapping does not say what the outcome “{said[:40]}” means")
        return found

    def _moment(
        self, row: Row, column: str, after: datetime | None, *, sure: bool = False
    ) -> datetime | None:
        """An instant of the row; one that has only a time of day is of the row's day, or of the night after it.

        `sure`: there is one, though what stands there may mean nothing elsewhere, as midnight does.
        """
        said = row.cells.get(column, "").strip() if sure else self.of(row, column)
        if not said:
            return None
        if not self.mapping.date:
            return moment(said, self.layout)
        found = moment(f"{self.of(row, self.mapping.date)} {_padded(said)}", self.layout)
        if after is not None and found < after - HALF_A_DAY:
            local = found.astimezone(self.layout.zone) + timedelta(days=1)
            found = local.astimezone(UTC)
        return found

    def _after(self, given: datetime | None, earlier: datetime) -> datetime:
        if given is None or given >= earlier:
            return given or earlier
        self._near(given, earlier)
        return earlier

    def _near(self, one: datetime, two: datetime) -> None:
        if abs(one - two) > timedelta(seconds=self.mapping.gap):
            raise BadRow("its times are not in order, and too far apart for clocks that differ")

    def _whole(self, row: Row, column: str) -> int | None:
        said = row.cells.get(column, "").strip() if column else ""
        return whole(said) if said else None


def _padded(clock: str) -> str:
    """An hour of one figure becomes one of two."""
    return clock if clock[1:2] != ":" else f"0{clock}"
