"""Reads of articles for agents and for the help centre."""

import difflib
import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from ahlan.core.clock import now
from ahlan.core.languages import INSTALLED
from ahlan.knowledge.models import Article, File, Need, Outcome, Section, Translation
from ahlan.knowledge.policies import public_articles
from ahlan.staff.models import Agent

ORDER = ("-changed_at", "-id")
SHOWN = 300  # articles of a section on its page
STATES = ("published", "draft", "scheduled", "review", "missing", "older", "archived")
_PIECE = re.compile(r"\w+|\s+|[^\w\s]")
LONGEST_COMPARED = 40_000  # pieces; beyond this lines are compared, not words


def articles() -> QuerySet[Article]:
    """For lists: with what each row shows, in three queries however many there are."""
    return Article.objects.select_related("section", "owner").prefetch_related("translations")


def filtered(
    *, section: int = 0, state: str = "", language: str = "", owner: int = 0, words: str = ""
) -> QuerySet[Article]:
    """The articles of a list. `language` narrows every state but "archived" to the translation in it."""
    found = articles().filter(archived_at__isnull=state != "archived")
    if section:
        found = found.filter(section=section)
    if owner:
        found = found.filter(owner=owner)
    if words:
        found = found.filter(
            Exists(_of(language).filter(Q(title__icontains=words) | Q(live_title__icontains=words)))
        )
    return _in_state(found, state, language)


def _of(language: str) -> QuerySet[Translation]:
    mine = Translation.objects.filter(article=OuterRef("pk"))
    return mine.filter(language=language) if language else mine


def _in_state(found: QuerySet[Article], state: str, language: str) -> QuerySet[Article]:
    mine = _of(language)
    original = Translation.objects.filter(article=OuterRef("article"), language=OuterRef("article__language"))
    older = mine.exclude(language=OuterRef("language")).filter(
        Exists(original.filter(revision__gt=OuterRef("of")))
    )
    match state:
        case "published":
            return found.filter(Exists(mine.filter(live__gt=0)))
        case "draft":
            return found.filter(Exists(mine.exclude(live=F("revision"))))
        case "scheduled":
            return found.filter(Exists(mine.filter(publish_at__isnull=False)))
        case "review":
            return found.filter(review_on__lte=now().date())
        case "missing":
            return found.filter(~Exists(mine)) if language else found
        case "older":
            return found.filter(Exists(older))
    return found.filter(Exists(mine)) if language and state != "archived" else found


def in_section(section: Section, language: str) -> QuerySet[Translation]:
    """What the help centre shows of a section, in order."""
    found = public_articles().filter(article__section=section, language=language)
    return found.order_by("article__position", "article_id").defer("text", "live_text")


def beside(translation: Translation) -> dict[str, Translation]:
    """The published wordings of its article in every language, itself among them."""
    found = public_articles().filter(article=translation.article_id).defer("text", "live_text")
    return {one.language: one for one in sorted(found, key=lambda one: INSTALLED.index(one.language))}


def files_of(article_id: int) -> dict[int, File]:
    return {one.pk: one for one in File.objects.filter(article=article_id)[:100]}


@dataclass(frozen=True, slots=True)
class Difference:
    """Two wordings against each other, as HTML with <del> and <ins>."""

    title: SafeString
    text: SafeString


def compare(before: tuple[str, str], after: tuple[str, str]) -> Difference:
    """(title, text) each."""
    return Difference(_compared(before[0], after[0]), _compared(before[1], after[1]))


def _compared(before: str, after: str) -> SafeString:
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    if len(old) + len(new) > LONGEST_COMPARED:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    parts: list[str] = []
    for act, a, b, c, d in difflib.SequenceMatcher(
        None, old, new, autojunk=len(old) + len(new) > 4_000
    ).get_opcodes():
        if act == "equal":
            parts.append(escape("".join(old[a:b])))
            continue
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        parts.append(
            (f"<del>{escape(gone)}</del>" if gone else "") + (f"<ins>{escape(come)}</ins>" if come else "")
        )
    return mark_safe("".join(parts))  # noqa: S308 -- each piece is escaped


def needs_of(
    *, since: date, language: str = "", state: str = "", agent: Agent | None = None
) -> QuerySet[Need]:
    """Needs met since a day, the most frequent in that time first, each with its counts (`met`, and one for each outcome).

    `state`: "" for the open ones, "mine" for those of an agent, "closed".
    """
    met = Q(days__on__gte=since)
    counts = {
        outcome: Coalesce(Sum("days__n", filter=met & Q(days__outcome=outcome)), 0)
        for outcome in Outcome.values
    }
    found = Need.objects.filter(closed_at__isnull=state != "closed")
    if language:
        found = found.filter(language=language)
    if state == "mine":
        found = found.filter(assignee=agent)
    shown = found.annotate(**counts, met=Coalesce(Sum("days__n", filter=met), 0)).filter(met__gt=0)
    return shown.select_related("assignee", "article").order_by("-met", "-id")
