"""Verbs on articles: begin, word, publish, schedule, take back, restore, arrange, put away; files; reviews."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from PIL import Image, UnidentifiedImageError

from ahlan.core import files
from ahlan.core.clock import now
from ahlan.core.languages import INSTALLED
from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.knowledge.models import Article, File, Revision, Section, Translation
from ahlan.knowledge.naming import key_for
from ahlan.knowledge.rendering import LONGEST
from ahlan.knowledge.search import keep_found
from ahlan.knowledge.shelf import outline
from ahlan.staff.models import Agent

LONGEST_TITLE = 200
MOST_REVISIONS = 1_000  # of one translation
MOST_FILES = 100  # of one article
LARGEST_FILE = 10 * 1024 * 1024  # bytes
MOST_PIXELS = 40_000_000  # of a picture; a browser unpacks it whole


class ChangedMeanwhile(Exception):
    """Somebody else has saved another wording since."""


class TooMany(Exception):
    """There are as many as can be kept."""


class BadFile(Exception):
    """The file is empty or too large, or a picture with more points than a browser can bear."""


def actor_of(agent: Agent | None) -> str:
    return agent.actor if agent else "system"


@transaction.atomic
def begin_article(
    section: Section, *, language: str, title: str, text: str = "", key: str = "", agent: Agent | None = None
) -> Article:
    """A new article with its original wording, not published. Raises ValueError without a title or in an unknown language."""
    article = Article.objects.create(
        section=section, language=_known(language), key=key_for(Article, key or title), owner=agent,
        position=(section.articles.aggregate(last=Max("position"))["last"] or 0) + 1,
    )  # fmt: skip
    record("article.begun", article, actor=actor_of(agent), audience="everyone", language=language)
    word(article, language, title=title, text=text, agent=agent)
    return article


@transaction.atomic
def word(
    article: Article,
    language: str,
    *,
    title: str,
    text: str,
    seen: int | None = None,
    still_of: bool = False,
    agent: Agent | None = None,
) -> Translation:
    """Word an article anew in one language; the wording before stays as a revision. Nothing when nothing is different.

    A translation counts as made from the original as it stands now; with `still_of` from the one before (a slip of the pen was
    mended). `seen`: the revision that was changed. Raises ValueError, ChangedMeanwhile, TooMany.
    """
    title, text = " ".join(clean(title).split()), clean(text).replace("\r\n", "\n").strip()
    if not title or len(title) > LONGEST_TITLE or len(text) > LONGEST:
        raise ValueError("an article has a title and is not endless")
    held = Article.objects.select_for_update().get(pk=article.pk)
    original = held.translations.filter(language=held.language).first()
    found = held.translations.filter(language=_known(language)).first()
    if found and seen is not None and seen != found.revision:
        raise ChangedMeanwhile
    found = found or Translation(article=held, language=language)
    if found.revision >= MOST_REVISIONS:
        raise TooMany
    of = original.revision if original and language != held.language and not still_of else found.of
    if (found.title, found.text, found.of) == (title, text, of) and found.pk:
        return found
    is_new = (found.title, found.text) != (title, text) or not found.pk
    found.title, found.text, found.of = title, text, of
    found.revision += is_new
    found.save()
    if is_new:
        Revision.objects.create(
            translation=found, number=found.revision, title=title, text=text, author=agent
        )
    _touch(held, "article.worded", agent, shown=False, language=language, revision=found.revision)
    return found


@transaction.atomic
def publish(translation: Translation, *, agent: Agent | None = None) -> Translation:
    """Let readers see the latest wording, from now on."""
    held = _held(translation)
    if held.live == held.revision and held.publish_at is None:
        return held
    held.live, held.live_title, held.live_text = held.revision, held.title, held.text
    held.publish_at, held.live_at = None, now()
    held.published_at = held.published_at or held.live_at
    held.save()
    _touch(held.article, "article.published", agent, language=held.language, revision=held.live)
    return held


@transaction.atomic
def schedule(translation: Translation, at: datetime | None, *, agent: Agent | None = None) -> Translation:
    """Publish at that moment whatever its wording is then; None: not any more. Raises ValueError for the past."""
    held = _held(translation)
    if at is not None and at <= now():
        raise ValueError("that moment is over")
    if held.publish_at != at:
        held.publish_at = at
        held.save()
        kind = "article.scheduled" if at else "article.unscheduled"
        _touch(held.article, kind, agent, language=held.language)
    return held


@transaction.atomic
def publish_due() -> int:
    """Publish what is due; returns how much. Safe to repeat."""
    due = Translation.objects.filter(publish_at__lte=now(), article__archived_at=None)[:100]
    return len([publish(one) for one in due])


@transaction.atomic
def take_back(translation: Translation, *, agent: Agent | None = None) -> Translation:
    """No reader sees it any more; its wording stays as a draft."""
    held = _held(translation)
    if held.is_live or held.publish_at:
        held.live, held.live_title, held.live_text, held.publish_at = 0, "", "", None
        held.save()
        _touch(held.article, "article.taken_back", agent, language=held.language)
    return held


def restore(translation: Translation, number: int, *, agent: Agent | None = None) -> Translation:
    """Word it as it was once; that is a new revision. Raises Revision.DoesNotExist."""
    was = translation.revisions.get(number=number)
    return word(
        translation.article, translation.language, title=was.title, text=was.text, still_of=True, agent=agent
    )


@transaction.atomic
def set_article(article: Article, *, agent: Agent | None = None, **given: Any) -> Article:
    """Set `section`, `owner`, `review_on` or `language` (of the original). Raises ValueError for a language it is not worded in."""
    held = Article.objects.select_for_update().get(pk=article.pk)
    language = given.get("language", held.language)
    if language != held.language and not held.translations.filter(language=language).exists():
        raise ValueError("the original must be worded")
    changed = [name for name, value in given.items() if getattr(held, name) != value]
    if changed:
        for name in changed:
            setattr(held, name, given[name])
        held.save()
        _touch(held, "article.set", agent, fields=sorted(changed))
    return held


@transaction.atomic
def review(article: Article, next_on: date | None, *, agent: Agent) -> Article:
    """It was looked through and is right; the next look is due on that day."""
    held = Article.objects.select_for_update().get(pk=article.pk)
    held.review_on = next_on
    held.save()
    _touch(held, "article.reviewed", agent)
    return held


@transaction.atomic
def put_away(article: Article, away: bool = True, *, agent: Agent | None = None) -> Article:
    """Out of every list and from all readers, or back again."""
    held = Article.objects.select_for_update().get(pk=article.pk)
    if (held.archived_at is not None) != away:
        held.archived_at = now() if away else None
        held.save()
        _touch(held, "article.put_away" if away else "article.brought_back", agent)
    return held


@transaction.atomic
def move(article: Article, steps: int, *, agent: Agent | None = None) -> Article:
    """So many places later in its section, or earlier when negative."""
    held = Article.objects.select_related("section").get(pk=article.pk)
    Section.objects.select_for_update().get(pk=held.section_id)
    ids = list(held.section.articles.order_by("position", "id").values_list("pk", flat=True))
    at = ids.index(held.pk)
    ids.insert(max(at + steps, 0), ids.pop(at))
    rows = [Article(pk=pk, position=n) for n, pk in enumerate(ids)]
    Article.objects.bulk_update(rows, ["position"], batch_size=200)
    _touch(held, "article.moved", agent)
    return held


def keep_file(
    article: Article, content: bytes, *, name: str, content_type: str, agent: Agent | None = None
) -> File:
    """Keep a picture or an attachment of an article; the same content under the same name is kept once.

    Raises BadFile, TooMany. A picture is what Pillow reads as one, whatever was said of it; its points are counted, not unpacked.
    """
    if not content or len(content) > LARGEST_FILE:
        raise BadFile
    kind = _kind(content) or content_type
    digest, size = files.keep(content)
    with transaction.atomic():
        held = Article.objects.select_for_update().get(pk=article.pk)
        name = clean(name).replace("/", "_").strip()[-255:] or "file"
        known = held.files.filter(digest=digest, name=name).first()
        if known:
            return known
        if held.files.count() >= MOST_FILES:
            raise TooMany
        made = File.objects.create(
            article=held, name=name, content_type=clean(kind)[:120], size=size, digest=digest
        )
        _touch(held, "article.file_kept", agent, file=made.pk)
    return made


@transaction.atomic
def drop_file(file: File, *, agent: Agent | None = None) -> None:
    """No article hands it out any more; what names it says its words alone."""
    held = Article.objects.select_for_update().get(pk=file.article_id)
    held.files.filter(pk=file.pk).delete()
    _touch(held, "article.file_dropped", agent, file=file.pk)


def _kind(content: bytes) -> str:
    """The type of a picture by its own bytes; "" for what is none that browsers are shown. Raises BadFile for a bomb."""
    try:
        with Image.open(BytesIO(content), formats=["PNG", "JPEG", "GIF", "WEBP", "AVIF"]) as picture:
            if picture.width * picture.height * getattr(picture, "n_frames", 1) > MOST_PIXELS:
                raise BadFile
            return str(Image.MIME[picture.format or ""])
    except Image.DecompressionBombError:
        raise BadFile from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError):
        return ""


def _held(translation: Translation) -> Translation:
    """The translation and its article, locked in the one order that all verbs keep."""
    article = Article.objects.select_for_update().get(pk=translation.article_id)
    held = Translation.objects.get(pk=translation.pk)
    held.article = article
    return held


def _touch(article: Article, kind: str, agent: Agent | None, *, shown: bool = True, **facts: Any) -> None:
    """Record it; the article was changed. What readers are shown is drawn anew, where they are `shown` any of it."""
    Article.objects.filter(pk=article.pk).update(changed_at=now())
    record(kind, article, actor=actor_of(agent), audience="everyone", **facts)
    keep_found(article)
    if shown:
        outline.changed()


def _known(language: str) -> str:
    if language not in INSTALLED:
        raise ValueError("a language we do not know")
    return language


def count_opinion(translation: Translation, helped: int, failed: int) -> None:
    """Part of a visitor's word: how many it helped, and how many it did not."""
    Translation.objects.filter(pk=translation.pk).update(
        helped=F("helped") + helped, failed=F("failed") + failed
    )
