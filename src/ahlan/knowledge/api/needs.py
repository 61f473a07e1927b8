"""What customers searched in vain."""

from datetime import datetime
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import In, Key, Listed, Out, Ref, all_of
from ahlan.knowledge.actions import needs as verbs
from ahlan.knowledge.api.articles import ArticleOut, _section, told
from ahlan.knowledge.api.room import READ, WRITE, knowledge
from ahlan.knowledge.models import Need
from ahlan.knowledge.policies import WRITE as MAY_WRITE
from ahlan.knowledge.policies import article_for, need_for
from ahlan.knowledge.queries import needs_of
from ahlan.knowledge.views.needs import SHOWN, since
from ahlan.staff.models import Agent
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest


class SearchNeedOut(Out):
    id: int
    language: str
    wordings: Annotated[
        list[str], Field(description="Some of them, as they were typed.", examples=[["gift wrapping"]])
    ]
    n: Annotated[int, Field(description="How often, ever.")]
    latest_at: datetime
    assignee: Ref | None
    article: Annotated[Ref | None, Field(description="What answers it, or will.")]
    is_closed: bool


class SearchNeedCounted(SearchNeedOut):
    met: Annotated[int, Field(description="How often in the period.")]
    nothing: int
    unhelpful: int
    ticket: int


class NeedAssigneeIn(In):
    agent: Annotated[Key | None, Field(description="Null is nobody.")]


class NeedAnswerIn(In):
    section: Key


def _facts(one: Need) -> SearchNeedOut:
    return SearchNeedOut(
        id=one.pk, language=one.language, wordings=one.wordings, n=one.n, latest_at=one.latest_at,
        assignee=Ref.to(one.assignee), article=Ref(id=one.article.pk, name=one.article.key) if one.article else None,
        is_closed=one.closed_at is not None,
    )  # fmt: skip


@knowledge.reads("/article-needs", READ)
def list_needs(
    request: ApiRequest,
    language: Literal["", "en", "he", "ar", "fi", "fa", "ru"] = "",
    state: Annotated[Literal["", "mine", "closed"], Field(description="The open ones without.")] = "",
    days: Annotated[int, Field(ge=1, le=3660, description="The period, up to today.")] = 30,
) -> Listed[SearchNeedCounted]:
    """List what customers searched in vain. The hundred most frequent of the period."""
    must(request.user, MAY_WRITE)

    def tell(one: Need) -> SearchNeedCounted:
        counted = {name: getattr(one, name) for name in ("met", "nothing", "unhelpful", "ticket")}
        return SearchNeedCounted(**_facts(one).model_dump(), **counted)

    return all_of(
        needs_of(since=since(days), language=language, state=state, agent=request.user)[:SHOWN], tell
    )


@knowledge.writes("PUT", "/article-needs/{int:pk}/assignee", WRITE)
def assign_need(request: ApiRequest, pk: Key, given: NeedAssigneeIn) -> SearchNeedOut:
    """Let a need be somebody's task."""
    found = need_for(request.user, pk)
    to = Agent.objects.active().filter(pk=given.agent).first() if given.agent else None
    if given.agent and to is None:
        raise wrong("agent", _("There is no such agent."))
    verbs.assign_need(found, to, actor=request.user.actor)
    return _facts(need_for(request.user, pk))


@knowledge.writes("POST", "/article-needs/{int:pk}/article", WRITE)
def answer_need(request: ApiRequest, pk: Key, given: NeedAnswerIn) -> ArticleOut:
    """Begin the article that will answer a need."""
    made = verbs.begin_answer(need_for(request.user, pk), _section(given.section), agent=request.user)
    return told(article_for(request.user, made.pk))


@knowledge.writes("POST", "/article-needs/{int:pk}/closure", WRITE)
def close_need(request: ApiRequest, pk: Key) -> SearchNeedOut:
    """Close a need. It opens again when it is looked for in vain."""
    verbs.close_need(need_for(request.user, pk), agent=request.user)
    return _facts(need_for(request.user, pk))


@knowledge.writes("DELETE", "/article-needs/{int:pk}/closure", WRITE)
def open_need(request: ApiRequest, pk: Key) -> SearchNeedOut:
    """Open a need again."""
    verbs.close_need(need_for(request.user, pk), False, agent=request.user)
    return _facts(need_for(request.user, pk))
