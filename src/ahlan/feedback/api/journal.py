"""What customers need: what was noted, themes, the month by theme, and who reads along."""

from datetime import date, datetime
from typing import Annotated, Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import (
    Cursor,
    In,
    Key,
    Language,
    Limit,
    Line,
    Listed,
    Out,
    Ref,
    Text,
    all_of,
    listed,
)
from ahlan.core.clock import now
from ahlan.core.reached import house_address
from ahlan.customers.policies import customer_for
from ahlan.feedback.api.room import feedback
from ahlan.feedback.journal import actions as verbs
from ahlan.feedback.journal.models import Insight, InsightWording, Reader, Theme
from ahlan.feedback.journal.policies import (
    MANAGE,
    VIEW,
    insight_for,
    insights_for,
    own_insight,
    reader_for,
    theme_for,
)
from ahlan.feedback.journal.queries import Row as BoardRow
from ahlan.feedback.journal.queries import board, month_of, themes
from ahlan.feedback.journal.views import ORDER, told
from ahlan.staff.models import Agent
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.policies import inbox_ids_of, ticket_for

Words = Annotated[list[Line], Field(max_length=verbs.MOST_WORDS)]
Said = Annotated[
    Text, Field(min_length=1, max_length=verbs.LONGEST, examples=["A pump that is quieter at night."])
]


class ThemeOut(Out):
    id: int
    names: Annotated[dict[str, str], Field(examples=[{"en": "Noise"}])]
    words: Annotated[dict[str, list[str]], Field(examples=[{"en": ["loud", "noise"]}])]
    archived_at: datetime | None

    @classmethod
    def of(cls, one: Theme) -> "ThemeOut":
        return cls(id=one.pk, names=one.names, words=one.words, archived_at=one.archived_at)


class InsightOut(Out):
    id: int
    said: str
    source: Annotated[
        str, Field(description="hint, interview, group, social or other.", examples=["interview"])
    ]
    strength: Annotated[int, Field(description="1 mentioned, 2 wished for, 3 badly missed.", examples=[2])]
    theme: Ref | None
    language: str
    heard_on: date
    ticket: Annotated[int | None, Field(description="Null as well where you do not see it.")]
    agent: Ref | None
    retracted_at: datetime | None

    @classmethod
    def of(cls, one: Insight, seen: set[int]) -> "InsightOut":
        same = ("said", "source", "strength", "language", "heard_on", "retracted_at")
        shown = one.ticket is not None and one.ticket.inbox_id in seen
        return cls(
            id=one.pk, theme=Ref.to(one.theme), agent=Ref.to(one.agent), ticket=one.ticket_id if shown else None,
            **{name: getattr(one, name) for name in same},
        )  # fmt: skip


class InsightWordingOut(Out):
    said: str
    source: str
    strength: int
    theme: Ref | None
    heard_on: date
    agent: Ref | None
    at: datetime

    @classmethod
    def of(cls, one: InsightWording) -> "InsightWordingOut":
        same = {name: getattr(one, name) for name in ("said", "source", "strength", "heard_on", "at")}
        return cls(theme=Ref.to(one.theme), agent=Ref.to(one.agent), **same)


class NeedRowOut(Out):
    theme: int | None
    name: str
    n: Annotated[int, Field(examples=[17])]
    before: Annotated[int, Field(description="In the span of as many days before.", examples=[12])]
    strength: Annotated[float | None, Field(description="The mean of what was noted.", examples=[2.4])]
    sources: Annotated[dict[str, int], Field(examples=[{"search": 12, "hint": 5}])]
    languages: Annotated[dict[str, int], Field(examples=[{"fi": 9, "ar": 8}])]
    quotes: list[str]

    @classmethod
    def of(cls, one: BoardRow, quotes: list[str]) -> "NeedRowOut":
        return cls(
            theme=one.theme, name=one.name, n=one.total, before=one.before, strength=one.strength, sources=dict(one.sources),
            languages=dict(one.languages), quotes=quotes,
        )  # fmt: skip


class ReaderOut(Out):
    id: int
    name: str
    language: str
    quotes: bool
    made_at: datetime

    @classmethod
    def of(cls, one: Reader) -> "ReaderOut":
        return cls(
            id=one.pk, **{name: getattr(one, name) for name in ("name", "language", "quotes", "made_at")}
        )


class NewReaderOut(ReaderOut):
    link: Annotated[str, Field(description="Told this once.", examples=["https://desk.example/n/…/"])]


class ThemeGiven(In):
    names: Annotated[dict[Language, Line], Field(examples=[{"en": "Noise"}])]
    words: Annotated[dict[Language, Words], Field(examples=[{"en": ["loud", "noise"]}])] = {}


class InsightWords(In):
    said: Said
    source: Literal["hint", "interview", "group", "social", "other"] = "interview"
    strength: Annotated[int, Field(ge=1, le=3, examples=[2])] = 2
    theme: Annotated[Key | None, Field(description="Without one its words decide.", examples=[None])] = None
    heard_on: Annotated[date | None, Field(description="Today without one.", examples=[None])] = None


class InsightGiven(InsightWords):
    customer: Annotated[Key | None, Field(examples=[None])] = None
    ticket: Annotated[Key | None, Field(examples=[None])] = None


class ReaderGiven(In):
    name: Annotated[Line, Field(min_length=1, max_length=80, examples=["Product"])]
    language: Language = "en"
    quotes: bool = True


def _theme(agent: Agent, pk: int | None) -> Theme | None:
    """Raises Problem."""
    found = next((one for one in themes().all if one.pk == pk), None)
    if pk and found is None:
        raise wrong("theme", _("There is no such theme."))
    return found


def _day(given: date | None) -> date:
    if given and not date(2000, 1, 1) <= given <= now().date():
        raise wrong("heard_on", _("Give a day that has been."))
    return given or now().date()


def _seen(agent: Agent) -> set[int]:
    return set(inbox_ids_of(agent))


@feedback.reads("/themes", "tickets:read")
def list_themes(request: ApiRequest) -> Listed[ThemeOut]:
    """List themes."""
    must(request.user, VIEW)
    return all_of(themes().all, ThemeOut.of)


@feedback.writes("POST", "/themes", "settings:write", makes="/themes")
def make_theme(request: ApiRequest, given: ThemeGiven) -> ThemeOut:
    """Make a theme."""
    must(request.user, MANAGE)
    return ThemeOut.of(verbs.save_theme(None, names=given.names, words=given.words, actor=request.user.actor))


@feedback.writes("PUT", "/themes/{int:pk}", "settings:write")
def change_theme(request: ApiRequest, pk: Key, given: ThemeGiven) -> ThemeOut:
    """Change a theme."""
    found = theme_for(request.user, pk)
    return ThemeOut.of(
        verbs.save_theme(found, names=given.names, words=given.words, actor=request.user.actor)
    )


@feedback.writes("POST", "/themes/{int:pk}/archive", "settings:write")
def archive_theme(request: ApiRequest, pk: Key) -> ThemeOut:
    """Put a theme away. What was sorted under it stays."""
    return _archived(request, pk, True)


@feedback.writes("DELETE", "/themes/{int:pk}/archive", "settings:write")
def bring_theme_back(request: ApiRequest, pk: Key) -> ThemeOut:
    """Bring a theme back."""
    return _archived(request, pk, False)


def _archived(request: ApiRequest, pk: int, away: bool) -> ThemeOut:
    found = theme_for(request.user, pk)
    verbs.archive_theme(found, away, actor=request.user.actor)
    return ThemeOut.of(found)


@feedback.reads("/insights", "tickets:read")
def list_insights(
    request: ApiRequest, theme: Key | None = None, cursor: Cursor = "", limit: Limit = 30
) -> Listed[InsightOut]:
    """List what was noted. The latest first; of one theme."""
    found, seen = insights_for(request.user), _seen(request.user)
    if theme:
        found = found.filter(theme=theme)
    return listed(found, lambda one: InsightOut.of(one, seen), order=ORDER, cursor=cursor, limit=limit)


@feedback.reads("/insights/{int:pk}", "tickets:read")
def get_insight(request: ApiRequest, pk: Key) -> InsightOut:
    """Get what was noted."""
    return InsightOut.of(insight_for(request.user, pk), _seen(request.user))


@feedback.reads("/insights/{int:pk}/wordings", "tickets:read")
def list_insight_wordings(request: ApiRequest, pk: Key) -> Listed[InsightWordingOut]:
    """List how an insight read before. The latest first."""
    found = insight_for(request.user, pk).wordings.select_related("agent", "theme")
    return all_of(found[:100], InsightWordingOut.of)


@feedback.writes("POST", "/insights", "tickets:write", makes="/insights/{id}")
def note_insight(request: ApiRequest, given: InsightGiven) -> InsightOut:
    """Note what a customer needs."""
    must(request.user, VIEW)
    if not given.said.strip():
        raise wrong("said", _("Say what it is."))
    ticket = ticket_for(request.user, given.ticket) if given.ticket else None
    customer = customer_for(request, given.customer) if given.customer else None
    made = verbs.note_insight(
        said=given.said, source=given.source, strength=given.strength, theme=_theme(request.user, given.theme), ticket=ticket,
        customer=customer, heard_on=_day(given.heard_on), agent=request.user, actor=request.user.actor,
    )  # fmt: skip
    return InsightOut.of(made, _seen(request.user))


@feedback.writes("PUT", "/insights/{int:pk}", "tickets:write")
def change_insight(request: ApiRequest, pk: Key, given: InsightWords) -> InsightOut:
    """Change what was noted. How it read before stays to be seen."""
    if not given.said.strip():
        raise wrong("said", _("Say what it is."))
    found = own_insight(request.user, pk)
    changed = verbs.change_insight(
        found, said=given.said, source=given.source, strength=given.strength, theme=_theme(request.user, given.theme),
        heard_on=_day(given.heard_on), agent=request.user, actor=request.user.actor,
    )  # fmt: skip
    return InsightOut.of(changed, _seen(request.user))


@feedback.writes("POST", "/insights/{int:pk}/retraction", "tickets:write")
def retract_insight(request: ApiRequest, pk: Key) -> InsightOut:
    """Take back what was noted. It counts nowhere any more."""
    return _retracted(request, pk, True)


@feedback.writes("DELETE", "/insights/{int:pk}/retraction", "tickets:write")
def bring_insight_back(request: ApiRequest, pk: Key) -> InsightOut:
    """Bring back what was taken back."""
    return _retracted(request, pk, False)


def _retracted(request: ApiRequest, pk: int, retracted: bool) -> InsightOut:
    verbs.retract_insight(own_insight(request.user, pk), retracted, actor=request.user.actor)
    return InsightOut.of(insight_for(request.user, pk), _seen(request.user))


@feedback.reads("/needs-by-theme", "tickets:read")
def list_needs_by_theme(
    request: ApiRequest,
    month: Annotated[str, Field(max_length=7, examples=["2026-11"])] = "",
    language: Language | None = None,
) -> Listed[NeedRowOut]:
    """List what customers need in a month, by theme. Without a month, in this one."""
    must(request.user, VIEW)
    on, until = month_of(month, now().date())
    found = told(board(on, until, language=language or "", quotes=True))
    return Listed(items=[NeedRowOut.of(one["row"], one["quotes"]) for one in found], next=None)


@feedback.reads("/needs-readers", "settings:read")
def list_readers(request: ApiRequest) -> Listed[ReaderOut]:
    """List who reads the monthly page by a link."""
    must(request.user, MANAGE)
    return all_of(Reader.objects.filter(withdrawn_at=None)[: verbs.MOST_READERS], ReaderOut.of)


@feedback.writes("POST", "/needs-readers", "settings:write", makes="/needs-readers")
def invite_reader(request: ApiRequest, given: ReaderGiven) -> NewReaderOut:
    """Make a link to the monthly page. It is told this once."""
    must(request.user, MANAGE)
    made, token = verbs.invite_reader(
        name=given.name, language=given.language, quotes=given.quotes, actor=request.user.actor
    )
    link = f"{house_address()}{reverse('feedback:needs_page', args=[token])}"
    return NewReaderOut(**ReaderOut.of(made).model_dump(), link=link)


@feedback.writes("DELETE", "/needs-readers/{int:pk}", "settings:write")
def withdraw_reader(request: ApiRequest, pk: Key) -> None:
    """Withdraw a link."""
    verbs.withdraw_reader(reader_for(request.user, pk), actor=request.user.actor)
