"""What a file's columns mean: a mapping in TOML, read into plain values. Pure.

Every key is known: one that is not is refused with its name, so that a slip of the pen is not passed over.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

READY = Path(__file__).parent / "mappings"
MEANINGS = ("opened", "assigned", "open", "waiting", "on_hold", "closed", "reopened", "ignored")
PRIORITIES = {"low": 1, "normal": 2, "high": 3, "urgent": 4}
OUTCOMES = ("answered", "abandoned", "callback", "failed", "left_menu")
FIELD_KINDS = ("text", "number")
STAYING = ("inactive", "active")


class BadMapping(ValueError):
    """The mapping cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file is written. `nothing`: what stands in a column that is empty."""

    source: str
    zone: ZoneInfo
    format: str = ""
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    nothing: frozenset[str] = frozenset({""})


@dataclass(frozen=True, slots=True)
class InboxOf:
    """Where it lies: an inbox that is here, by its address, or one made for it."""

    address: str
    name: str = ""
    active: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an activity does to a ticket.

    `status`: the desk's own word for it, made where it is not there. `last`: of several rows one after another, the last one counts.
    `needs`: it counts only where this column is filled.
    """

    does: str
    status: str = ""
    last: bool = False
    needs: str = ""


@dataclass(frozen=True, slots=True)
class TagWhen:
    column: str
    value: str
    tag: str


@dataclass(frozen=True, slots=True)
class FieldFrom:
    name: str
    column: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class EventMapping:
    """An event log. Columns by what they hold; "" where there is none. Texts are templates of columns, as in "Case {CaseID}"."""

    layout: Layout
    inbox: InboxOf
    activities: Mapping[str, Meaning]
    case: str
    activity: str
    at: str
    agent: str = ""
    team: str = ""
    customer: str = ""
    priority: str = ""
    opened_at: str = ""
    subject: str = ""
    text: str = ""
    agents: str = "inactive"
    priorities: Mapping[str, int] = field(default_factory=dict)
    tags: tuple[TagWhen, ...] = ()
    fields: tuple[FieldFrom, ...] = ()
    others: Meaning | None = None


@dataclass(frozen=True, slots=True)
class CallMapping:
    """A log of calls. `id`: the columns that name a call together. `date`: the column of the day, where the others hold times of day alone.

    `queue_seconds`: how long it waited; 0 there means it came into no queue. `gap`: so many seconds the clocks of the source may differ.
    """

    layout: Layout
    outcomes: Mapping[str, str]
    id: tuple[str, ...]
    outcome: str
    offered_at: str
    date: str = ""
    queued_at: str = ""
    queue_seconds: str = ""
    answered_at: str = ""
    ended_at: str = ""
    menu_seconds: str = ""
    talk_seconds: str = ""
    hold_seconds: str = ""
    wrap_seconds: str = ""
    agent: str = ""
    customer: str = ""
    priority: str = ""
    kind: str = ""
    direction: str = ""
    transferred: str = ""
    agents: str = "inactive"
    customers: bool = True
    inbox: InboxOf | None = None
    unqueued: str = ""
    gap: int = 600
    others: str = ""


def read_event_mapping(place: str) -> EventMapping:
    """Raises BadMapping."""
    told = _told(place, "events")
    columns, texts = told.pop("columns", {}), told.pop("ticket", {})
    _only(
        columns, {"case", "activity", "at", "agent", "team", "customer", "priority", "opened_at"}, "columns"
    )
    _only(texts, {"subject", "text"}, "ticket")
    _columns(columns, "case", "activity", "at")
    given = told.pop("activities", {})
    others = given.pop("*", None)
    mapping = EventMapping(
        layout=_layout(told), inbox=_inbox(told.pop("inbox", None)),
        activities={str(key): _meaning(one, key) for key, one in given.items()},
        others=_meaning(others, "*") if others is not None else None,
        priorities={key: _one_of(one, PRIORITIES, f"priorities.{key}") for key, one in told.pop("priorities", {}).items()},
        tags=tuple(_made(TagWhen, one, "tags") for one in told.pop("tags", ())),
        fields=tuple(_made(FieldFrom, one, "fields") for one in told.pop("fields", ())),
        agents=_staying(told), **columns, **texts,
    )  # fmt: skip
    _only(told, set(), "")
    for one in mapping.fields:
        if one.kind not in FIELD_KINDS:
            raise BadMapping(f"A field is of kind {' or '.join(FIELD_KINDS)}, not “{one.kind}”.")
    if not (mapping.activities or mapping.others):
        raise BadMapping("The mapping says of no activity what it means.")
    return mapping


def read_call_mapping(place: str) -> CallMapping:
    """Raises BadMapping."""
    told = _told(place, "calls")
    columns = told.pop("columns", {})
    known = set(CallMapping.__slots__) - {
        "layout",
        "outcomes",
        "inbox",
        "agents",
        "customers",
        "unqueued",
        "gap",
        "others",
    }
    _only(columns, known, "columns")
    named = columns.pop("id", ())
    columns["id"] = tuple(
        _text(one, "columns.id", needed=True) for one in ([named] if isinstance(named, str) else named)
    )
    if not columns["id"]:
        raise BadMapping("“columns.id” is missing: what names a call, so that none is taken twice.")
    _columns({key: one for key, one in columns.items() if key != "id"}, "outcome", "offered_at")
    given = told.pop("outcomes", {})
    others, unqueued = given.pop("*", ""), told.pop("unqueued", "")
    outcomes = {str(key): _word(one, OUTCOMES, f"outcomes.{key}") for key, one in given.items()}
    if not outcomes:
        raise BadMapping("The mapping says of no outcome what it means.")
    mapping = CallMapping(
        layout=_layout(told), outcomes=outcomes, agents=_staying(told),
        customers=bool(told.pop("customers", True)), inbox=_inbox(told.pop("inbox")) if "inbox" in told else None,
        unqueued=_word(unqueued, OUTCOMES, "unqueued") if unqueued else "",
        others=_word(others, OUTCOMES, "outcomes.*") if others else "", gap=int(told.pop("gap", 600)), **columns,
    )  # fmt: skip
    _only(told, set(), "")
    return mapping


def _told(place: str, what: str) -> dict[str, Any]:
    """The table of a file, or of one that comes with the house by its name."""
    path = Path(place)
    if not path.exists() and re.fullmatch(r"[\w-]+", place):
        path = READY / f"{place}.toml"
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        ready = ", ".join(sorted(one.stem for one in READY.glob("*.toml")))
        raise BadMapping(
            f"{place} cannot be read: {error.strerror}. There come with Ahlan: {ready}."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadMapping(f"{place} is not TOML: {error}.") from None
    if told.pop("maps", what) != what:
        raise BadMapping(f"{place} is not a mapping of {what}.")
    return told


def _layout(told: dict[str, Any]) -> Layout:
    source = _text(told.pop("source", None), "source", needed=True)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", source):
        raise BadMapping(
            "`source` is a short name in small letters, figures and dashes: what is taken is known by it."
        )
    try:
        zone = ZoneInfo(_text(told.pop("zone", None), "zone", needed=True))
    except (KeyError, ValueError, OSError):
        raise BadMapping(
            "`zone` names a time zone, as in “Europe/Helsinki”: times without one cannot be told."
        ) from None
    delimiter = told.pop("delimiter", ",")
    if not isinstance(delimiter, str) or len(delimiter) != 1:
        raise BadMapping("`delimiter` is one character.")
    nothing = told.pop("nothing", [])
    return Layout(
        source, zone, _text(told.pop("format", ""), "format"), _encoding(told.pop("encoding", "utf-8-sig")), delimiter,
        frozenset({"", *(str(one) for one in nothing)}),
    )  # fmt: skip


def _encoding(name: Any) -> str:
    try:
        "".encode(_text(name, "encoding"))
    except LookupError:
        raise BadMapping(f"There is no encoding “{name}”.") from None
    return str(name)


def _inbox(told: Any) -> InboxOf:
    if not isinstance(told, dict):
        raise BadMapping("[inbox] says where it all lies: its address, and a name where it is to be made.")
    made = _made(InboxOf, told, "inbox")
    if "@" not in made.address:
        raise BadMapping("The address of the inbox is a mail address.")
    return cast(InboxOf, made)


def _staying(told: dict[str, Any]) -> str:
    return _word(told.pop("agents", "inactive"), STAYING, "agents")


def _meaning(told: Any, activity: str) -> Meaning:
    given = {"does": told} if isinstance(told, str) else told
    made = _made(Meaning, given, f"activities.{activity}")
    _word(made.does, MEANINGS, f"activities.{activity}")
    if made.status and made.does not in ("open", "waiting", "on_hold", "closed"):
        raise BadMapping(f"“{made.does}” of activity “{activity}” has no status.")
    return cast(Meaning, made)


def _made(kind: type[Any], told: Any, where: str) -> Any:
    if not isinstance(told, dict):
        raise BadMapping(f"{where} is a table.")
    _only(told, set(kind.__slots__), where)
    try:
        return kind(**told)
    except TypeError as error:
        raise BadMapping(f"{where}: {str(error).rpartition('()')[2].strip()}.") from None


def _only(told: dict[str, Any], known: set[str], where: str) -> None:
    if not isinstance(told, dict):
        raise BadMapping(f"[{where}] is a table.")
    for key in told:
        if key not in known:
            raise BadMapping(f"Nobody knows “{f'{where}.{key}'.lstrip('.')}”.")


def _columns(told: dict[str, Any], *needed: str) -> None:
    for one in needed:
        _text(told.get(one), f"columns.{one}", needed=True)
    for key, one in told.items():
        _text(one, f"columns.{key}")


def _text(value: Any, where: str, *, needed: bool = False) -> str:
    if not isinstance(value, str) or (needed and not value):
        raise BadMapping(f"“{where}” is missing, or not a text.")
    return value


def _word(value: Any, known: tuple[str, ...], where: str) -> str:
    if value not in known:
        raise BadMapping(f"“{where}” is one of {', '.join(known)}, not “{value}”.")
    return str(value)


def _one_of(value: Any, known: dict[str, int], where: str) -> int:
    return known[_word(value, tuple(known), where)]
