"""What visitors looked for in vain: grouped, counted, taken up, answered."""

import re
from datetime import UTC, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from ahlan.core.clock import now
from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.knowledge.actions.articles import actor_of, begin_article
from ahlan.knowledge.anonymous import without_names
from ahlan.knowledge.models import Article, Need, NeedDay, Section
from ahlan.knowledge.searching import LONGEST, answer_to, key_of
from ahlan.staff.models import Agent

MOST_WORDINGS = 8  # of a need
LOOKED_AT = 500  # open needs of a language, the greatest first
FORGOTTEN = timedelta(days=180)  # after which what one searched once is let go
_ANYTHING = re.compile(r"\w")


@transaction.atomic
def miss(words: str, language: str, outcome: str, *, before: str = "") -> Need | None:
    """Count what was looked for in vain, under the need it belongs to. None for what says nothing.

    `before`: how the same search has been counted already; it is then one search with two ends.
    """
    words = without_names(" ".join(clean(words[: LONGEST * 4]).split()))[:LONGEST].strip()
    key = key_of(words, language)
    if not key or not _ANYTHING.search(words):
        return None
    need, made = Need.objects.select_for_update().get_or_create(key=key, language=language)
    known = {one.casefold() for one in need.wordings}
    if words.casefold() not in known and len(need.wordings) < MOST_WORDINGS:
        need.wordings = [*need.wordings, words]
    reopened = need.closed_at is not None
    need.n, need.latest_at, need.closed_at = need.n + (not before), now(), None
    need.save()
    today: dict[str, Any] = {"need": need, "on": now().astimezone(UTC).date(), "outcome": outcome}
    NeedDay.objects.get_or_create(**today)
    NeedDay.objects.filter(**today).update(n=F("n") + 1)
    if made or reopened:
        kind = "need.met" if made else "need.reopened"
        record(kind, need, actor="visitor", audience="everyone", language=language, outcome=outcome)
    return need


@transaction.atomic
def begin_answer(need: Need, section: Section, *, agent: Agent) -> Article:
    """An article that will answer a need, named by its words; whoever begins it has the need."""
    held = Need.objects.select_for_update().get(pk=need.pk)
    article = begin_article(section, language=held.language, title=str(held)[:200], agent=agent)
    held.article, held.assignee = article, agent
    held.save()
    record("need.taken_up", held, actor=agent.actor, audience="everyone", article=article.pk)
    return article


@transaction.atomic
def assign_need(need: Need, assignee: Agent | None, *, actor: str) -> Need:
    """Let it be somebody's task, or nobody's."""
    held = Need.objects.select_for_update().get(pk=need.pk)
    to = assignee.pk if assignee else None
    if held.assignee_id != to:
        held.assignee = assignee
        held.save()
        record("need.assigned", held, actor=actor, audience="everyone", to=to)
    return held


@transaction.atomic
def close_need(
    need: Need, closed: bool = True, *, article: Article | None = None, agent: Agent | None = None
) -> Need:
    """It is answered (by an article), or nobody will answer it; or it is open again."""
    held = Need.objects.select_for_update().get(pk=need.pk)
    if (held.closed_at is not None) != closed:
        held.closed_at = now() if closed else None
        held.article = article or held.article
        held.save()
        facts = {"article": held.article_id} if closed else {}
        record(
            "need.closed" if closed else "need.reopened",
            held,
            actor=actor_of(agent),
            audience="everyone",
            **facts,
        )
    return held


def close_answered(language: str) -> int:
    """Close the needs whose searches now show, among the first, an article published since they were met; returns how many."""
    needs = Need.objects.filter(closed_at=None, language=language).order_by("-n", "-id")[:LOOKED_AT]
    answered = [
        (one, article) for one in needs if (article := answer_to(str(one), language, since=one.latest_at))
    ]
    for one, article in answered:
        close_need(one, article=article)
    return len(answered)


def forget_needs() -> int:
    """What was searched once, long ago, by one visitor, and taken up by nobody; returns how many."""
    old = Need.objects.filter(n__lte=1, latest_at__lt=now() - FORGOTTEN, assignee=None, article=None)
    return old.delete()[0]
