"""What a ticket's log comes to, as a pure fold: no database, no Django.

`step` takes the course of a ticket over one happening and says which facts that makes, changes or takes away. The verbs run it event
by event, `ahlan kpis rebuild` over the whole log, and both give the same facts. All times are whole microseconds since 1970 in UTC.

Business time is one running sum for each ticket (`open`): the open time since it began, each piece by the hours of the team it was
with. What lies between two moments is a difference of two readings of it, so that pieces and totals always agree.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

EPOCH, MICRO = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
SECOND = 1_000_000
DAY = 86_400 * SECOND
REPEAT = 7 * DAY  # within which another contact about the same means that the first one did not do
BACK = 14 * DAY  # within which a solved ticket may come back, and a new one is solved
CLOSED, OPEN = "closed", "open"
UNDOABLE = 3  # answers that can still be taken back
Mark = list[int]  # a moment and the reading of `open` at it

GOING = ("ticket.marked_spam", "ticket.deleted", "ticket.merged")
COMING = ("ticket.restored", "ticket.unmerged")
KINDS = (
    "ticket.opened", "ticket.split_off", "message.received", "message.queued", "message.unsent", "message.read_after_all", "note.written",
    "ticket.assigned", "ticket.transferred", "ticket.escalated", "ticket.state_changed", "ticket.closed", "ticket.reopened",
    "ticket.priority_changed", "ticket.type_changed", "ticket.internal_changed", "ticket.took_in", "ticket.gave_back", *GOING, *COMING,
    "assistant.took_up", "assistant.handed_over", "assistant.solved", "handling.counted", "survey.answered", "survey.answer_changed",
)  # fmt: skip
Measure = Callable[[int | None, int, int], int]  # open time of a team between two moments


class Happening(NamedTuple):
    """One event of the log. `pk` tells turns apart."""

    kind: str
    at: int
    actor: str
    facts: Mapping[str, Any]
    pk: int


class Fact(NamedTuple):
    """One thing that is counted. `value` and `business` are seconds, or what else its kind measures; `good` is a numerator."""

    at: int
    value: int | None = None
    business: int | None = None
    good: int = 0
    until: int | None = None
    agent: int | None = None
    team: int | None = None
    inbox: int | None = None
    language: str = ""
    priority: int = 2
    internal: bool = False
    customer: int | None = None
    topic: int | None = None
    bot: bool = False


Key = tuple[str, int]  # kind and turn
Changes = dict[Key, Fact | None]  # None: taken away


@dataclass
class Course:
    """A ticket as far as its log tells. `asked`: the oldest word of the customer that waits for an answer, with its message; `waits`: the same
    of each ticket that was merged into this one.

    `answers`: the latest, each with what waited before it, so that it can be taken back. `spent`: time in each state, plain and open.
    `solved`: the first time, `stands`: the present one. `earlier`, `repeat`: the contact before and after it about the same. `judged`: what was last said of
    its cohorts. `worked`: seconds people had it in front. `denied`: the customer says that his matter is not settled.
    """

    began: int | None = None
    at: int = 0
    open: int = 0
    state: str = OPEN
    gone: bool = False
    contact: bool = False
    agent: int | None = None
    team: int | None = None
    inbox: int | None = None
    language: str = ""
    priority: int = 2
    internal: bool = False
    customer: int | None = None
    topic: int | None = None
    asked: Mark | None = None
    waits: dict[str, Mark] = field(default_factory=dict)
    first_asked: Mark | None = None
    handed: Mark | None = None
    first_answer: int = 0
    replies: int = 0
    author: int | None = None
    answers: list[list[Any]] = field(default_factory=list)
    spent: dict[str, Mark] = field(default_factory=dict)
    solved: Mark | None = None
    stands: Mark | None = None
    returned: int | None = None
    returns: int = 0
    acted: Mark | None = None
    transfers: int = 0
    escalated: bool = False
    raised: bool = False
    by_bot: bool = False
    piece: int | None = None
    pieces: int = 0
    earlier: int | None = None
    repeat: int | None = None
    took: dict[str, int] = field(default_factory=dict)
    worked: int = 0
    denied: bool = False
    judged: list[Any] | None = None

    def told(self) -> dict[str, Any]:
        """As it is kept."""
        return dict(vars(self))


def step(course: Course, now: Happening, measure: Measure) -> Changes:
    """Take a course over one thing that happened; it is changed in place. What happened before it was opened means nothing."""
    changes: Changes = {}
    if now.kind == "ticket.opened":
        _open(course, now, measure, changes)
    if course.began is None:
        return changes
    _pass(course, now.at, measure)
    before = (course.state, course.team, course.agent)
    _acted(course, now, changes)
    if now.kind == "ticket.took_in":
        _took_in(course, now, measure)
    if act := _ACTS.get(now.kind):
        act(course, now, changes)
    if before != (course.state, course.team, course.agent):
        _piece(course, now.at, changes, before)
    if course.stands and now.kind in _RESOLVES:
        _resolve(course, changes)
    judge_contact(course, changes)
    return changes


def judge_contact(course: Course, changes: Changes) -> None:
    """The facts of a contact's cohorts. They hang on what comes before and after it, so whoever sets those asks for them too."""
    if course.began is None or not course.contact:
        return
    fact, cohorts = fact_of(course, course.began), _cohorts(course, course.began)
    judged = [*fact, cohorts]
    if judged == course.judged:
        return
    course.judged = judged
    for kind, good in cohorts.items():
        changes[kind, 0] = None if good is None else fact._replace(good=good)


def _cohorts(course: Course, began: int) -> dict[str, int | None]:
    """Whether the contact counts as done, by each way of counting. None: it is not in that population."""
    took = course.solved[0] - began if course.solved else None
    solved = took is not None and took <= BACK
    returned = (
        course.returned is not None
        and course.solved is not None
        and course.returned - course.solved[0] <= BACK
    )
    again = (course.returned, course.repeat, *course.took.values())
    at_once = (
        took is not None and took <= REPEAT and not any(one and 0 < one - began <= REPEAT for one in again)
    )
    alone = not (course.transfers or course.escalated or course.raised)
    first = course.earlier is None or began - course.earlier > REPEAT
    return {
        "contact": 0,
        "solved_share": int(solved),
        "successfully_solved": int(solved and not returned and not course.denied),
        "fcr": int(at_once) if first else None,
        "fcr_net": int(at_once) if first and not course.escalated else None,
        "fcr_strict": int(at_once and alone) if first else None,
    }


def fact_of(course: Course, at: int, **more: Any) -> Fact:
    return Fact(
        at=at, agent=course.agent, team=course.team, inbox=course.inbox, language=course.language, priority=course.priority,
        internal=course.internal, customer=course.customer, topic=course.topic, bot=course.by_bot,
    )._replace(**more)  # fmt: skip


def micro_of(text: str | None) -> int | None:
    """A moment as events write it."""
    return micro(datetime.fromisoformat(text)) if text else None


def micro(moment: datetime) -> int:
    return (moment - EPOCH) // MICRO


def moment(at: int) -> datetime:
    return EPOCH + at * MICRO


def _between(start: Mark, end: Mark) -> dict[str, Any]:
    return {"value": max(0, end[0] - start[0]) // SECOND, "business": max(0, end[1] - start[1]) // SECOND}


def _open(course: Course, now: Happening, measure: Measure, changes: Changes) -> None:
    facts = now.facts
    course.began = course.at = micro_of(facts.get("opened_at")) or now.at
    for name in ("agent", "team", "inbox", "customer"):
        setattr(course, name, facts.get(name))
    course.topic = facts.get("type")
    course.language, course.internal = facts.get("language") or "", bool(facts.get("internal"))
    course.priority = facts.get("priority") or 2
    course.state = CLOSED if facts.get("quiet") else OPEN
    course.contact = not facts.get("quiet") and (not facts.get("by_hand") or facts.get("says") == "note")
    if not facts.get("quiet"):
        course.piece = course.began
        changes["backlog", 0] = fact_of(course, course.began, value=0, good=1)


def _pass(course: Course, at: int, measure: Measure) -> None:
    """Let time go by in the state and the team it has been in."""
    if at <= course.at:
        return
    gone, counted = at - course.at, measure(course.team, course.at, at)
    spent = course.spent.setdefault(course.state, [0, 0])
    spent[0] += gone
    spent[1] += counted
    course.open += counted
    course.at = at


def _mark(course: Course) -> Mark:
    return [course.at, course.open]


def _acted(course: Course, now: Happening, changes: Changes) -> None:
    """The first thing a person of ours did makes a ticket one that was handled."""
    by, _, number = now.actor.partition(":")
    if by == "agent" and course.acted is None and now.kind != "handling.counted":
        course.acted = [course.at, int(number)]
        _handled(course, changes)


def _handled(course: Course, changes: Changes) -> None:
    if course.acted is None:
        return
    fact = fact_of(course, course.acted[0], agent=course.acted[1])
    changes["escalated", 0] = fact._replace(good=int(course.escalated))
    changes["raised", 0] = fact._replace(good=int(course.raised))
    changes["transferred", 0] = fact._replace(good=int(course.transfers > 0))
    changes["transfers", 0] = fact._replace(good=course.transfers)


def _piece(course: Course, at: int, changes: Changes, before: tuple[str, int | None, int | None]) -> None:
    """End the stretch it lay unsolved in one state, with one team and one person, and begin the next."""
    if course.piece is not None:
        state, team, agent = before
        whole = course.at - course.piece >= SECOND
        ended = fact_of(course, course.piece, until=at, team=team, agent=agent, good=int(state == OPEN))
        changes["backlog", course.pieces] = ended._replace(value=_age(course)) if whole else None
        course.pieces += 1
    course.piece = None if course.state == CLOSED else at
    if course.piece is not None:
        changes["backlog", course.pieces] = fact_of(
            course, at, value=_age(course), good=int(course.state == OPEN)
        )


def _age(course: Course) -> int:
    """How old it was when the present stretch began, in seconds."""
    return max(0, (course.piece or 0) - (course.began or 0)) // SECOND


def _asked(course: Course, message: int, at: Mark) -> None:
    if course.asked is None:
        course.asked = [*at, message]
    if course.first_asked is None:
        course.first_asked = at


def _oldest(course: Course) -> Mark | None:
    """The word that has waited longest, wherever it was said."""
    return min([*([course.asked] if course.asked else []), *course.waits.values()], default=None)


def _received(course: Course, now: Happening, changes: Changes) -> None:
    if not now.facts.get("automatic"):
        _asked(course, now.facts.get("message") or 0, _mark(course))


def _split_off(course: Course, now: Happening, changes: Changes) -> None:
    if now.facts.get("asks"):
        _asked(course, now.facts.get("message") or 0, [course.began or course.at, 0])


def _queued(course: Course, now: Happening, changes: Changes) -> None:
    """A person's public word to the customer answers what waits."""
    facts, (by, _, number) = now.facts, now.actor.partition(":")
    if by != "agent" or facts.get("forward") or facts.get("again") or facts.get("automatic"):
        return
    message, author, asked = facts.get("message") or 0, int(number), _oldest(course)
    course.answers = [*course.answers, [message, asked, course.author]][-UNDOABLE:]
    course.replies += 1
    course.author, course.by_bot = author, False
    if asked is None:
        return
    end = _mark(course)
    credited = fact_of(course, now.at, agent=author)
    if course.first_answer:
        changes["next_response", asked[2]] = credited._replace(**_between(asked, end))
    else:
        course.first_answer = message
        first = min(course.first_asked or asked[:2], asked[:2])
        changes["first_response", 0] = credited._replace(**_between(first, end))
        changes["team_response", 0] = credited._replace(**_between(max(first, course.handed or first), end))
    course.asked, course.waits = None, {}


def _unsent(course: Course, now: Happening, changes: Changes) -> None:
    """It never was: what it answered waits on."""
    taken = next((one for one in course.answers if one[0] == now.facts.get("message")), None)
    if taken is None:
        return
    message, asked, author = taken
    course.answers = [one for one in course.answers if one is not taken]
    course.replies -= 1
    course.author = author if course.answers == [] or course.answers[-1][0] < message else course.author
    if message == course.first_answer:
        course.first_answer = 0
        changes["first_response", 0] = changes["team_response", 0] = None
    elif asked:
        changes["next_response", asked[2]] = None
    course.asked = asked or course.asked


def _assigned(course: Course, now: Happening, changes: Changes) -> None:
    before, agent = now.facts.get("before"), now.facts.get("agent")
    by_person = now.actor.startswith("agent:")
    course.agent = agent
    if by_person and before and agent and before != agent:
        course.transfers += 1
        _handled(course, changes)


def _transferred(course: Course, now: Happening, changes: Changes) -> None:
    before, team = now.facts.get("before"), now.facts.get("team")
    course.team, course.agent = team, None
    if now.actor.startswith("agent:") and before and team and before != team:
        course.transfers += 1
        _handled(course, changes)


def _escalated(course: Course, now: Happening, changes: Changes) -> None:
    if now.facts.get("escalation") == "functional":
        course.escalated = True
    else:
        course.raised = True
    _handled(course, changes)


def _moved(course: Course, now: Happening, changes: Changes) -> None:
    was, course.state = course.state, now.facts.get("state", CLOSED)
    if course.state == CLOSED and was != CLOSED:
        course.by_bot = now.actor.startswith("bot:") and not course.replies
        course.stands = _mark(course)
        course.solved = course.solved or course.stands
    elif was == CLOSED and course.state != CLOSED:
        _reopened(course, now, changes)


def _reopened(course: Course, now: Happening, changes: Changes) -> None:
    stood, course.stands, course.by_bot = course.stands, None, False
    for kind in _OF_SOLVING:
        changes[kind, 0] = None
    if not now.actor.startswith("customer:") or stood is None:
        return
    if course.first_answer:
        course.asked, course.waits = None, {}  # nobody waited for that any more; his word begins anew
    if course.returned is None:
        course.returned = now.at
    if now.at - stood[0] <= BACK:
        course.returns += 1
    _back(course, changes)


def _back(course: Course, changes: Changes) -> None:
    if course.solved is None:
        return
    fact, solved = fact_of(course, course.solved[0], agent=course.author or course.agent), course.solved[0]
    back = course.returned is not None and course.returned - solved <= BACK
    changes["reopen", 0] = fact._replace(good=int(back))
    changes["reopens", 0] = fact._replace(good=course.returns)


_OF_SOLVING = (
    "resolution",
    "total_resolution",
    "requester_wait",
    "agent_work",
    "agent_wait",
    "on_hold",
    "one_touch",
    "handle",
    "handle_ticket",
)


def _resolve(course: Course, changes: Changes) -> None:
    """The facts of a solved ticket, dated by the solving that stands; credited is who last answered, else whose it is."""
    began, stands, solved = course.began, course.stands, course.solved
    if began is None or stands is None or solved is None:
        return
    fact = fact_of(course, stands[0], agent=course.author or course.agent)
    changes["first_resolution", 0] = fact._replace(at=solved[0], **_between([began, 0], solved))
    changes["resolution", 0] = fact._replace(**_between([began, 0], stands))
    worked, waited, held = (course.spent.get(one, [0, 0]) for one in (OPEN, "waiting", "on_hold"))
    for kind, parts in (
        ("total_resolution", (worked, waited, held)), ("requester_wait", (worked, held)), ("agent_work", (worked,)),
        ("agent_wait", (waited,)), ("on_hold", (held,)),
    ):  # fmt: skip
        plain, business = (sum(part[n] for part in parts) // SECOND for n in (0, 1))
        changes[kind, 0] = fact._replace(value=plain, business=business)
    changes["one_touch", 0] = fact._replace(good=int(course.replies == 1))
    if course.worked > 0:  # of what nobody was seen to work on, how long it took is not known
        for kind in ("handle", "handle_ticket"):
            changes[kind, 0] = fact._replace(value=course.worked, business=course.worked)
    if course.returned is None:
        _back(course, changes)


def _told(course: Course, now: Happening, changes: Changes) -> None:
    """The customer was asked whether his matter is settled."""
    if "settled" in now.facts:
        course.denied = not now.facts["settled"]


def _worked(course: Course, now: Happening, changes: Changes) -> None:
    """Somebody had it in front of him. What came along with a merged ticket counts for this one, but for nobody's time again."""
    seconds, ended = int(now.facts.get("seconds") or 0), micro_of(now.facts.get("ended_at")) or now.at
    course.worked += seconds
    if agent := now.facts.get("agent"):
        changes["worked", now.pk] = fact_of(course, ended, agent=agent, value=seconds, business=seconds)


def _set(name: str) -> Callable[[Course, Happening, Changes], None]:
    def act(course: Course, now: Happening, changes: Changes) -> None:
        setattr(course, name, now.facts.get(name if name != "topic" else "type"))

    return act


def _read_after_all(course: Course, now: Happening, changes: Changes) -> None:
    for name in ("customer", "inbox", "language", "internal"):
        if name in now.facts:
            setattr(course, name, now.facts[name])
    _asked(course, now.facts.get("message") or 0, [course.began or course.at, 0])


def _took_in(course: Course, now: Happening, measure: Measure) -> None:
    """What waited in the other ticket waits in this one, from when it was said; a later contact that lands here is a repeat."""
    came, asks = micro_of(now.facts.get("opened_at")), micro_of(now.facts.get("asks_at"))
    source = str(now.facts.get("source"))
    if came is not None:
        course.took[source] = came
    if asks is not None:
        since = min(asks, course.at)
        course.waits[source] = [
            since,
            course.open - measure(course.team, since, course.at),
            -now.pk,
        ]  # no message has such a number


def _gave_back(course: Course, now: Happening, changes: Changes) -> None:
    for kept in (course.took, course.waits):
        kept.pop(str(now.facts.get("source")), None)


def _went(course: Course, now: Happening, changes: Changes) -> None:
    course.gone = now.kind in GOING


def _handed(course: Course, now: Happening, changes: Changes) -> None:
    course.by_bot = False
    if not course.first_answer:
        course.handed = _mark(course)


_ACTS: dict[str, Callable[[Course, Happening, Changes], None]] = {
    "message.received": _received, "ticket.split_off": _split_off, "message.queued": _queued, "message.unsent": _unsent,
    "message.read_after_all": _read_after_all, "ticket.assigned": _assigned, "ticket.transferred": _transferred, "ticket.escalated": _escalated,
    "ticket.state_changed": _moved, "ticket.closed": _moved, "ticket.reopened": _moved, "ticket.priority_changed": _set("priority"),
    "ticket.type_changed": _set("topic"), "ticket.internal_changed": _set("internal"),
    "ticket.gave_back": _gave_back, "handling.counted": _worked, "survey.answered": _told, "survey.answer_changed": _told, "assistant.handed_over": _handed, **dict.fromkeys((*GOING, *COMING), _went),
}  # fmt: skip
_RESOLVES = ("ticket.closed", "ticket.state_changed", "message.queued", "message.unsent", "handling.counted")
