"""Answers, what they come to, and the work that low scores open."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import Cursor, In, Key, Limit, Line, Listed, Moment, Out, Ref, all_of, listed
from ahlan.core.clock import now
from ahlan.core.text import clean
from ahlan.feedback import reports
from ahlan.feedback.actions.answering import put_down
from ahlan.feedback.actions.asking import author_of
from ahlan.feedback.actions.recovering import end_work
from ahlan.feedback.api.instruments import InstrumentKey, version_of
from ahlan.feedback.api.room import feedback
from ahlan.feedback.asking_page import why
from ahlan.feedback.clusters import groups_by_language
from ahlan.feedback.instruments.checking import Refused
from ahlan.feedback.instruments.scores import FEWEST, Reading
from ahlan.feedback.instruments.shape import LONGEST_TEXT
from ahlan.feedback.models import Answer, Outcome, Recovery, Source
from ahlan.feedback.policies import (
    MANAGE,
    VIEW,
    answers_for,
    is_anonymous,
    recoveries_for,
    recovery_for,
    seen_inboxes,
)
from ahlan.feedback.queries import answers_of, latest
from ahlan.feedback.views.results import GROUPED
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.policies import ticket_for

Given = (
    Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(clean)]
    | int
    | list[Annotated[str, Field(max_length=40)]]
)
Number = Annotated[int | None, Field(ge=1, le=2**31 - 1, description="Of the wording; null: the latest.")]
Day = Annotated[date | None, Field(ge=date(1990, 1, 1), le=date(2200, 1, 1))]


class AnswerOut(Out):
    id: int
    instrument: Annotated[str, Field(examples=["csat"])]
    number: Annotated[int, Field(description="Of the wording it was asked in.", examples=[1])]
    answers: Annotated[dict[str, Any], Field(description="By column.", examples=[{"score": 5}])]
    score: Annotated[float | None, Field(examples=[5])]
    comment: str
    anonymous: Annotated[bool, Field(description="Then there is nothing of who, what about and by whom.")]
    answered_at: Annotated[datetime | None, Field(description="Null where anonymous.")]
    ticket: int | None
    agent: Ref | None
    team: Ref | None
    channel: str
    language: str
    source: Annotated[
        str, Field(description="invited, chat, place, kiosk, phone or import.", examples=["invited"])
    ]

    @classmethod
    def of(cls, one: Answer) -> "AnswerOut":
        hidden = one.anonymous
        return cls(
            id=one.pk, instrument=one.version.key, number=one.version.number, answers=one.answers, score=one.score, comment=one.comment,
            anonymous=hidden, answered_at=None if hidden else one.answered_at, ticket=None if hidden else one.ticket_id,
            agent=None if hidden else Ref.to(one.agent), team=None if hidden else Ref.to(one.team), channel="" if hidden else one.channel,
            language="" if hidden else one.language, source=one.source,
        )  # fmt: skip


class AnswerGiven(In):
    answers: Annotated[
        dict[Annotated[str, Field(max_length=40)], Given],
        Field(max_length=200, description="By column.", examples=[{"score": 5}]),
    ]
    key: Annotated[
        Line,
        Field(
            min_length=1,
            max_length=200,
            description="Names it: given again, nothing is added.",
            examples=["row-1"],
        ),
    ]
    answered_at: Annotated[Moment | None, Field(description="Null: now.")] = None
    ticket: Annotated[
        Key | None, Field(description="What it is about. Who answered that last is credited.")
    ] = None


class AnswerTaken(Out):
    id: Annotated[int | None, Field(description="Null: it was there already.")]


class ReadingOut(Out):
    score: Annotated[float | None, Field(examples=[72.0])]
    n: Annotated[int, Field(examples=[100])]
    low: Annotated[float | None, Field(description="Of its interval at 95 %.", examples=[62.5])]
    high: Annotated[float | None, Field(examples=[79.9])]
    method: Annotated[str | None, Field(examples=["Wilson"])]
    mean: Annotated[float | None, Field(examples=[3.86])]
    distribution: Annotated[dict[str, int], Field(examples=[{"5": 40}])]
    more: Annotated[
        dict[str, Any],
        Field(
            description="What the instrument tells beside: promoters, dimensions, weighted …", examples=[{}]
        ),
    ]

    @classmethod
    def of(cls, one: Reading) -> "ReadingOut":
        told = one.told()
        names = ("score", "n", "low", "high", "method")
        more = {key: value for key, value in told.items() if key in one.more}
        return cls(
            **{name: told[name] for name in names},
            mean=told.get("mean"),
            distribution=told.get("distribution", {}),
            more=more,
        )


class PointOut(Out):
    on: date
    until: date
    reading: Annotated[ReadingOut | None, Field(description="Null: too few to be shown.")]


class GroupOut(Out):
    key: Annotated[str, Field(examples=["3"])]
    name: Annotated[str, Field(examples=["Care"])]
    reading: Annotated[ReadingOut | None, Field(description="Null: too few to be shown.")]
    stands: Annotated[
        str,
        Field(
            description="Against all others: above, below, same (not distinguishable), or empty.",
            examples=["same"],
        ),
    ]


class ResultsOut(Out):
    instrument: Annotated[str, Field(examples=["csat"])]
    number: Annotated[int, Field(description="Of the wording.", examples=[1])]
    on: date
    until: date
    anonymous: Annotated[bool, Field(description="Whole weeks, and no groups under five.")]
    reading: Annotated[ReadingOut | None, Field(description="Null: too few to be shown.")]
    before: Annotated[
        str, Field(description="Against the time before: above, below, same, or empty.", examples=["same"])
    ]
    invited: int
    undelivered: int
    responded: int
    response_rate: Annotated[float | None, Field(description="In percent of those reached.", examples=[15.8])]
    series: list[PointOut]
    groups: list[GroupOut]


class WordGroupOut(Out):
    language: Annotated[str, Field(examples=["en"])]
    words: Annotated[list[str], Field(examples=[["lid", "fit"]])]
    n: Annotated[int, Field(description="In how many comments.", examples=[12])]


class LowScoreOut(Out):
    id: int
    ticket: int
    customer: Ref | None
    agent: Ref | None
    score: Annotated[float | None, Field(examples=[1])]
    comment: str
    outcome: Annotated[
        str, Field(description="recovered, lost, nothing, or empty while it is open.", examples=[""])
    ]
    due_at: datetime
    opened_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, one: Recovery) -> "LowScoreOut":
        return cls(
            id=one.pk, ticket=one.ticket_id, customer=Ref.to(one.customer), agent=Ref.to(one.agent), score=one.answer.score,
            comment=one.answer.comment, outcome=one.outcome, due_at=one.due_at, opened_at=one.opened_at, ended_at=one.ended_at,
        )  # fmt: skip


class OutcomeGiven(In):
    outcome: Annotated[Literal["recovered", "lost", "nothing"], Field(examples=["recovered"])]


def _reading(one: Reading | None) -> ReadingOut | None:
    return ReadingOut.of(one) if one else None


@feedback.reads("/instruments/{str:key}/results", "tickets:read")
def get_results(
    request: ApiRequest, key: InstrumentKey, number: Number = None, on: Day = None, until: Day = None,
    by: Literal["team", "agent", "inbox", "channel", "language", "organisation", "survey", "place", "segment", "article", "theme"] = "team",
) -> ResultsOut:  # fmt: skip
    """Get what answers come to. Of one wording over a time (90 days to today), with its interval, over time and by groups."""
    must(request.user, VIEW)
    version, last = version_of(key, number), until or now().date()
    first, anonymous = on or last - timedelta(days=89), is_anonymous(key)
    if not timedelta() <= last - first <= timedelta(days=5 * 366):
        raise wrong("on", why(Refused("range")), where="query")
    if anonymous:
        first, last = reports.whole_weeks(first, last)
    asked = reports.Asked(version, first, last, seen_inboxes(request.user), anonymous=anonymous)
    found = reports.report(asked)
    groups = [] if found.veiled else reports.split(asked, by)
    return ResultsOut(
        instrument=version.key, number=version.number, on=first, until=last, anonymous=anonymous, before=found.stands,
        reading=None if found.veiled else ReadingOut.of(found.reading), invited=found.rate.invited, undelivered=found.rate.undelivered,
        responded=found.rate.responded, response_rate=found.rate.percent,
        series=[PointOut(on=one.on, until=one.until, reading=_reading(one.reading)) for one in found.points],
        groups=[GroupOut(key=one.key, name=one.name, reading=_reading(one.reading), stands=one.stands) for one in groups],
    )  # fmt: skip


@feedback.reads("/instruments/{str:key}/words", "tickets:read")
def list_words(request: ApiRequest, key: InstrumentKey) -> Listed[WordGroupOut]:
    """List words that stand together in the latest comments, by language. They are counted, not understood."""
    must(request.user, VIEW)
    version = latest(key)
    found = answers_for(request.user).filter(version=version).exclude(spoken="").exclude(comment="")
    if is_anonymous(key) and len(found.values_list("pk")[:FEWEST]) < FEWEST:
        found = found.none()
    said = found.order_by("-answered_at", "-id").values_list("spoken", "comment")[:GROUPED]
    return Listed(
        items=[
            WordGroupOut(language=code, words=list(one.words), n=len(one.texts))
            for code, _texts, groups in groups_by_language(said)
            for one in groups
        ],
        next=None,
    )


@feedback.reads("/instruments/{str:key}/answers", "tickets:read")
def list_answers(
    request: ApiRequest, key: InstrumentKey, cursor: Cursor = "", limit: Limit = 30
) -> Listed[AnswerOut]:
    """List the answers to the latest wording. The latest first; anonymous ones from five on."""
    version = latest(key)
    found = answers_for(request.user).filter(version=version).select_related("version", "agent", "team")
    if is_anonymous(key) and len(found.values_list("pk")[:FEWEST]) < FEWEST:
        found = found.none()
    return listed(found, AnswerOut.of, order=("-answered_at", "-id"), cursor=cursor, limit=limit)


@feedback.writes(
    "POST", "/instruments/{str:key}/answers", "tickets:write", makes="/instruments/{key}/answers"
)
def take_answer(request: ApiRequest, key: InstrumentKey, given: AnswerGiven) -> AnswerTaken:
    """Take an answer that was given elsewhere. Once for each key."""
    must(request.user, MANAGE)
    facts: dict[str, Any] = {"row_key": sha256(f"key:{given.key}".encode()).hexdigest()}
    if given.ticket:
        ticket = ticket_for(request.user, given.ticket)
        customer = ticket.customer.primary
        facts |= {
            "ticket": ticket, "customer": customer, "organisation": customer.organisation, "team": ticket.team, "inbox": ticket.inbox,
            "channel": ticket.inbox.channel, "language": ticket.language, "agent_id": author_of(ticket),
        }  # fmt: skip
    try:
        own = put_down(latest(key), given.answers, source=Source.IMPORT, at=given.answered_at, **facts)
    except Refused as refused:
        raise wrong(f"answers.{refused.column}" if refused.column else "answers", why(refused)) from None
    return AnswerTaken(id=own.pk if own else None)


@feedback.reads("/tickets/{int:number}/answers", "tickets:read")
def list_ticket_answers(request: ApiRequest, number: Key) -> Listed[AnswerOut]:
    """List what was answered about a ticket. The latest first, a hundred at most."""
    found = answers_of(ticket_for(request.user, number)).select_related("version", "agent", "team")
    return all_of(found[:100], AnswerOut.of)


@feedback.reads("/low-scores", "tickets:read")
def list_low_scores(
    request: ApiRequest, cursor: Cursor = "", limit: Limit = 30, open: bool = True
) -> Listed[LowScoreOut]:
    """List the low scores. Those still to be looked into, or those that were; the latest first."""
    found = recoveries_for(request.user)
    found = found.filter(outcome="") if open else found.exclude(outcome="")
    return listed(found, LowScoreOut.of, cursor=cursor, limit=limit)


@feedback.writes("PUT", "/low-scores/{int:pk}/outcome", "tickets:write")
def end_low_score(request: ApiRequest, pk: Key, given: OutcomeGiven) -> LowScoreOut:
    """Say how a low score ended."""
    return LowScoreOut.of(end_work(recovery_for(request.user, pk), given.outcome, agent=request.user))


@feedback.writes("DELETE", "/low-scores/{int:pk}/outcome", "tickets:write")
def take_low_score_up(request: ApiRequest, pk: Key) -> LowScoreOut:
    """Look into a low score again."""
    return LowScoreOut.of(end_work(recovery_for(request.user, pk), Outcome.OPEN.value, agent=request.user))
