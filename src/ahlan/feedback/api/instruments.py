"""Instruments: what can be asked, in which words, and how it is scored."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.http import Http404
from pydantic import AfterValidator, Field

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import In, Language, Line, Listed, Out, all_of
from ahlan.core.text import clean
from ahlan.feedback.actions import instruments as verbs
from ahlan.feedback.api.room import feedback
from ahlan.feedback.editor import why
from ahlan.feedback.instruments.own import (
    LONGEST_WORDING,
    MOST_ITEMS,
    MOST_OPTIONS,
    BadInstrument,
    measure_of,
)
from ahlan.feedback.instruments.ready import READY
from ahlan.feedback.instruments.scores import Unscored
from ahlan.feedback.instruments.shape import Instrument, Item, Kind, Option
from ahlan.feedback.models import Version
from ahlan.feedback.policies import MANAGE, VIEW
from ahlan.feedback.queries import latest, versions
from ahlan.staff.models import Agent
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest

Kinds = Literal["scale", "choice", "choices", "text", "matrix", "points"]
InstrumentKey = Annotated[str, Field(max_length=40, pattern=r"^[\w-]+$", examples=["csat"])]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", examples=["speed"])]
Wording = Annotated[str, Field(max_length=LONGEST_WORDING, examples=["How was it?"]), AfterValidator(clean)]
Texts = Annotated[
    dict[Language, Wording], Field(max_length=6, description="By language.", examples=[{"en": "How was it?"}])
]
Step = Annotated[int, Field(ge=-100, le=100)]


def plain(texts: Mapping[Language, str]) -> dict[str, str]:
    return {str(code): text for code, text in texts.items()}


class InstrumentOption(Out):
    id: Annotated[str, Field(examples=["speed"])]
    label: Annotated[dict[str, str], Field(examples=[{"en": "Speed"}])]


class InstrumentWhen(Out):
    item: Annotated[str, Field(description="An earlier scale or choice.", examples=["came"])]
    answers: Annotated[list[str], Field(examples=[["yes"]])]


class InstrumentItem(Out):
    id: Annotated[str, Field(examples=["score"])]
    kind: Annotated[
        str, Field(description="scale, choice, choices, text, matrix or points.", examples=["scale"])
    ]
    wording: Annotated[dict[str, str], Field(examples=[{"en": "How was it?"}])]
    low: Annotated[int, Field(examples=[1])]
    high: Annotated[int, Field(examples=[5])]
    ends: Annotated[
        list[dict[str, str]],
        Field(
            description="What the lowest and the highest mean.", examples=[[{"en": "Bad"}, {"en": "Good"}]]
        ),
    ]
    options: Annotated[
        list[InstrumentOption],
        Field(description="Of choices; the rows of a matrix; what points are shared among."),
    ]
    when: Annotated[InstrumentWhen | None, Field(description="Asked only after these answers; null: always.")]
    required: bool

    @classmethod
    def of(cls, one: Item) -> "InstrumentItem":
        return cls(
            id=one.id, kind=str(one.kind), wording=dict(one.wording), low=one.low, high=one.high, ends=[dict(end) for end in one.ends],
            options=[InstrumentOption(id=opt.id, label=dict(opt.label)) for opt in one.options], required=one.required,
            when=InstrumentWhen(item=one.when[0], answers=list(one.when[1])) if one.when else None,
        )  # fmt: skip


class InstrumentOut(Out):
    key: Annotated[str, Field(examples=["csat"])]
    name: Annotated[str, Field(description="Its title, for the caller.", examples=["Satisfaction"])]
    number: Annotated[int, Field(description="Of its latest wording.", examples=[1])]
    score: Annotated[
        str, Field(description="share, net, mean, index, dimensions or none.", examples=["share"])
    ]
    columns: Annotated[
        list[str], Field(description="What answers are kept by, in order.", examples=[["score", "comment"]])
    ]
    is_own: bool
    is_archived: bool


class WholeInstrumentOut(InstrumentOut):
    title: Annotated[dict[str, str], Field(examples=[{"en": "Satisfaction"}])]
    items: list[InstrumentItem]


class InstrumentOptionGiven(In):
    id: Name
    label: Texts


class InstrumentWhenGiven(In):
    item: Name
    answers: Annotated[
        list[Annotated[Line, Field(max_length=40)]],
        Field(min_length=1, max_length=MOST_OPTIONS, examples=[["yes"]]),
    ]


class InstrumentItemGiven(In):
    id: Name
    kind: Kinds
    wording: Texts
    low: Step = 1
    high: Step = 5
    least: Annotated[Texts, Field(description="What the lowest means.")] = {}
    most: Annotated[Texts, Field(description="What the highest means.")] = {}
    options: Annotated[list[InstrumentOptionGiven], Field(max_length=MOST_OPTIONS, examples=[[]])] = []
    when: Annotated[InstrumentWhenGiven | None, Field(examples=[None])] = None
    required: bool = False

    def made(self) -> Item:
        options = tuple(Option(one.id, plain(one.label)) for one in self.options)
        when = (self.when.item, tuple(self.when.answers)) if self.when else None
        ends = (plain(self.least), plain(self.most))
        return Item(
            self.id,
            Kind(self.kind),
            plain(self.wording),
            self.low,
            self.high,
            ends,
            options,
            when,
            self.required,
        )


class InstrumentGiven(In):
    title: Texts
    items: Annotated[
        list[InstrumentItemGiven],
        Field(
            min_length=1,
            max_length=MOST_ITEMS,
            examples=[[{"id": "speed", "kind": "scale", "wording": {"en": "How quick were we?"}}]],
        ),
    ]
    score: Annotated[
        Literal["none", "mean", "share"],
        Field(description="The mean of its scales, or the share of the two best answers to the first one. Of one that came with the house it is fixed."),
    ] = "none"  # fmt: skip


class InstrumentChange(InstrumentGiven):
    seen: Annotated[
        int | None,
        Field(ge=0, le=2**31 - 1, description="The wording it changes: refused when there is a later one."),
    ] = None


def told(one: Version) -> dict[str, Any]:
    made = one.instrument
    return {
        "key": one.key, "name": str(one), "number": one.number, "score": made.measure.kind, "columns": list(made.columns),
        "is_own": one.key not in READY, "is_archived": one.archived_at is not None,
    }  # fmt: skip


def _whole(one: Version) -> WholeInstrumentOut:
    return WholeInstrumentOut(
        **told(one),
        title=dict(one.instrument.title),
        items=[InstrumentItem.of(item) for item in one.instrument.items],
    )


def may_see(agent: Agent) -> None:
    """Raises PermissionDenied."""
    if not agent.may(MANAGE):
        must(agent, VIEW)


def _made(key: str, given: InstrumentGiven) -> Instrument:
    """Raises Problem."""
    items = tuple(one.made() for one in given.items)
    try:
        return Instrument(
            key, plain(given.title), items, Unscored() if key in READY else measure_of(given.score, items)
        )
    except BadInstrument as error:
        raise wrong("score", why(error)) from None


def _saved(made: Instrument, agent: Agent, seen: int | None = None) -> Version:
    try:
        return verbs.save_instrument(made, actor=agent.actor, seen=seen)
    except BadInstrument as error:
        raise wrong("title" if error.reason == "title" else "items", why(error)) from None


@feedback.reads("/instruments", "settings:read")
def list_instruments(request: ApiRequest) -> Listed[InstrumentOut]:
    """List the instruments. The latest wording of each."""
    may_see(request.user)
    return all_of(versions(), lambda one: InstrumentOut(**told(one)))


@feedback.reads("/instruments/{str:key}", "settings:read")
def get_instrument(request: ApiRequest, key: InstrumentKey) -> WholeInstrumentOut:
    """Get an instrument. Its items in all languages."""
    may_see(request.user)
    return _whole(latest(key))


@feedback.writes("POST", "/instruments", "settings:write", makes="/instruments/{key}")
def make_instrument(request: ApiRequest, given: InstrumentGiven) -> WholeInstrumentOut:
    """Make a questionnaire of your own."""
    must(request.user, MANAGE)
    return _whole(_saved(_made(f"own-{secrets.token_hex(4)}", given), request.user))


@feedback.writes("PUT", "/instruments/{str:key}", "settings:write")
def word_instrument(request: ApiRequest, key: InstrumentKey, given: InstrumentChange) -> WholeInstrumentOut:
    """Word an instrument anew. Other words are a new wording, and a new series; of one that came with the house only words change."""
    must(request.user, MANAGE)
    latest(key)
    return _whole(_saved(_made(key, given), request.user, given.seen))


@feedback.writes("POST", "/instruments/{str:key}/archive", "settings:write")
def archive_instrument(request: ApiRequest, key: InstrumentKey) -> None:
    """Offer an instrument no more. Its results stay."""
    must(request.user, MANAGE)
    verbs.archive_instrument(latest(key), True, actor=request.user.actor)


@feedback.writes("DELETE", "/instruments/{str:key}/archive", "settings:write")
def bring_instrument_back(request: ApiRequest, key: InstrumentKey) -> None:
    """Offer an instrument again."""
    must(request.user, MANAGE)
    verbs.archive_instrument(latest(key), False, actor=request.user.actor)


def version_of(key: str, number: int | None) -> Version:
    """Raises Http404."""
    if number is None:
        return latest(key)
    found = Version.objects.filter(key=key, number=number).first()
    if found is None:
        raise Http404("no such wording")
    return found
