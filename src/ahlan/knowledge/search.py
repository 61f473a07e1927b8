"""What search finds of articles: each published wording; visitors those for customers, agents all."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ahlan.core.languages import INSTALLED
from ahlan.core.numerals import language_name
from ahlan.knowledge.models import Article, Audience, Section, Translation
from ahlan.knowledge.policies import public_articles
from ahlan.knowledge.rendering import plain
from ahlan.search import actions
from ahlan.search.sources import EVERYTHING, BadFilter, Facets, Filter, Match, Shown, Source, Text, facet

KIND = "article"
AT_ONCE = 200  # articles


class Articles(Source):
    """`person`: an agent, or None for a visitor."""

    kind, title, icon, order, grams = KIND, gettext_lazy("Articles"), "book-open", 40, True

    def texts(self, after: int, limit: int) -> Sequence[Text]:
        return [_text(one) for one in _live().filter(pk__gt=after).order_by("pk")[:limit]]

    def open_to(self, person: Any) -> Facets | None:
        return EVERYTHING if person else (facet("for", Audience.CUSTOMERS.value),)

    def filters(self, person: Any) -> Mapping[str, Filter]:
        choices = [(code, language_name(code)) for code in INSTALLED]
        return {"in": Filter(gettext_lazy("Language"), _language, lambda: choices)} if person else {}

    def shown(self, person: Any, matches: Sequence[Match]) -> Mapping[int, Shown]:
        found = (_live() if person else public_articles()).filter(pk__in=[one.object_id for one in matches])
        return {one.pk: _shown(one, person) for one in found.select_related("article__section")}


def _live() -> QuerySet[Translation]:
    return Translation.objects.filter(live__gt=0, article__archived_at=None).select_related(
        "article__section"
    )


def _text(one: Translation) -> Text:
    assert one.live_at  # it is published
    return Text(
        object_id=one.pk, group_id=one.article_id, title=one.live_title, body=plain(one.live_text), at=one.live_at,
        language=one.language, facets={"for": [one.article.section.audience], "lang": [one.language]},
    )  # fmt: skip


def _shown(one: Translation, person: Any) -> Shown:
    url = f"{one.article.get_absolute_url()}?language={one.language}" if person else one.get_absolute_url()
    section = one.article.section.name_in(one.language)
    return Shown(one.live_title, url, Articles.icon, plain(one.live_text), section, one.live_at)


def _language(value: str) -> Facets:
    if value not in INSTALLED:
        raise BadFilter(_("“in:” knows %(known)s.") % {"known": ", ".join(INSTALLED)})
    return (facet("lang", value),)


def keep_found(article: Article) -> None:
    """Part of a verb: let its published wordings be found as they are now, and no other."""
    live = list(_live().filter(article=article.pk))
    known = article.translations.values_list("pk", flat=True)
    actions.remove(KIND, set(known) - {one.pk for one in live})
    actions.put(KIND, [_text(one) for one in live])


def keep_section_found(section: Section) -> None:
    """Part of a verb: who may find what stands in it has changed."""
    last = 0
    while ids := list(
        section.articles.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    ):
        actions.put(KIND, [_text(one) for one in _live().filter(article__in=ids)])
        last = ids[-1]
