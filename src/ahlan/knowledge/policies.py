"""Who may read and write articles. Every agent reads; the permissions say who writes, and who sets up."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from ahlan.knowledge.models import Article, File, Need, Section, Translation
from ahlan.staff.models import Agent
from ahlan.staff.policies import must

Row = TypeVar("Row", bound=Model)
WRITE, MANAGE = "knowledge.write", "knowledge.manage"


def article_for(agent: Agent, pk: int, *permissions: str) -> Article:
    """Raises Http404, PermissionDenied."""
    must(agent, *permissions)
    found = Article.objects.select_related("section", "owner").prefetch_related("translations")
    return _one(found, pk)


def section_for(agent: Agent, pk: int) -> Section:
    """One section to be changed. Raises Http404, PermissionDenied."""
    must(agent, MANAGE)
    return _one(Section.objects.all(), pk)


def need_for(agent: Agent, pk: int) -> Need:
    """Raises Http404, PermissionDenied."""
    must(agent, WRITE)
    return _one(Need.objects.select_related("assignee", "article"), pk)


def _one(found: QuerySet[Row], pk: int) -> Row:
    thing = found.filter(pk=pk).first()
    if thing is None:
        raise Http404("no such thing")
    return thing


def translation_in(article: Article, language: str) -> Translation | None:
    return next((one for one in article.translations.all() if one.language == language), None)


def public_articles() -> QuerySet[Translation]:
    """What anybody may read."""
    return Translation.objects.filter(
        live__gt=0, article__archived_at=None, article__section__audience="customers"
    )


def file_for(agent: Agent | None, pk: int) -> tuple[File, bool]:
    """A file, and whether it may be seen by anybody: an article of its own is published to customers. Raises Http404."""
    found = _one(File.objects.all(), pk)
    is_public = public_articles().filter(article=found.article_id).exists()
    if not is_public and agent is None:
        raise Http404("no such file")
    return found, is_public
