"""Articles in several languages, each with its revisions; the sections they stand in; the help centre; what was searched in vain."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ahlan.channels.webform.models import Webform
from ahlan.core.clock import now
from ahlan.core.languages import INSTALLED
from ahlan.staff.models import Agent

SHOWN_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif")


def said(texts: dict[str, str], language: str) -> str:
    """A text in a language, else in the first it is written in; "" when there is none."""
    return texts.get(language) or next((texts[one] for one in INSTALLED if texts.get(one)), "")


class Audience(models.TextChoices):
    CUSTOMERS = "customers", _("Customers")
    AGENTS = "agents", _("Agents only")


class Section(models.Model):
    """Where articles stand. `names` and `about` by language; `key` is what a folder of an export is called."""

    key = models.SlugField(max_length=80, unique=True)
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.CUSTOMERS)
    names = models.JSONField(default=dict)
    about = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name_in(get_language() or "")

    def name_in(self, language: str) -> str:
        return said(self.names, language)

    @property
    def is_public(self) -> bool:
        return self.audience == Audience.CUSTOMERS


class Article(models.Model):
    """One answer. `language` is the original's; `kind` says from which template it was begun; `key` names it in an export."""

    key = models.SlugField(max_length=120, unique=True, allow_unicode=True)
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="articles", db_index=False)
    position = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=10)
    owner = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    review_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True)  # the review date of which the owner was told
    archived_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(fields=["section", "position", "id"], name="article_by_section"),
            models.Index(F("changed_at").desc(), F("id").desc(), name="article_by_change"),
            models.Index(fields=["owner"], name="article_by_owner"),
            models.Index(
                fields=["review_on"],
                condition=Q(review_on__isnull=False, archived_at=None),
                name="article_by_review",
            ),
        ]

    def __str__(self) -> str:
        found = self.wording
        return found.title if found else self.key

    @property
    def wording(self) -> "Translation | None":
        """The original's translation, else any. Costs no query where translations are prefetched."""
        known = {one.language: one for one in self.translations.all()}
        return known.get(self.language) or next(iter(known.values()), None)

    def get_absolute_url(self) -> str:
        return reverse("knowledge:article", args=[self.pk])


class Translation(models.Model):
    """An article in one language: what is being written, and what is published of it (`live_…`).

    `revision`: the number of the latest one, of which `title` and `text` are a copy. `live`: the number of the published one; 0 is
    none. `of`: the original's revision it was translated from, so that it can be told when that has moved on.
    """

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="translations", db_index=False
    )
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    live = models.PositiveIntegerField(default=0)
    live_title = models.CharField(max_length=200, blank=True)
    live_text = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True)  # first
    live_at = models.DateTimeField(null=True)  # last
    publish_at = models.DateTimeField(null=True)  # will be
    helped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["article", "language"], name="translation_once")]
        indexes = [
            models.Index(
                fields=["publish_at"], condition=Q(publish_at__isnull=False), name="translation_to_publish"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_live(self) -> bool:
        return self.live > 0

    @property
    def has_draft(self) -> bool:
        return self.revision != self.live

    def is_older_than(self, original: "Translation") -> bool:
        return self.language != original.language and self.of < original.revision

    @property
    def slug(self) -> str:
        return slugify(self.live_title or self.title, allow_unicode=True)[:80].strip("-") or "article"

    def get_absolute_url(self) -> str:
        """The published page, for customers."""
        return reverse("knowledge:help_article", args=[self.language, self.article_id, self.slug])


class Revision(models.Model):
    """How a translation was worded once. Never changed."""

    translation = models.ForeignKey(
        Translation, on_delete=models.CASCADE, related_name="revisions", db_index=False
    )
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    author = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["translation", "number"], name="revision_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class File(models.Model):
    """A picture or an attachment of an article. The text names it by `attachment:<id>`."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.content_type in SHOWN_TYPES

    @property
    def url(self) -> str:
        return reverse("knowledge:file", args=[self.pk])


class Opinion(models.Model):
    """Whether an article helped one visitor, and his word why. `visitor` is a digest that leads to nobody."""

    translation = models.ForeignKey(
        Translation, on_delete=models.CASCADE, related_name="opinions", db_index=False
    )
    visitor = models.CharField(max_length=64)
    helped = models.BooleanField()
    word = models.TextField(blank=True)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["translation", "visitor"], name="opinion_once")]
        indexes = [models.Index("translation", F("id").desc(), name="opinion_by_translation")]

    def __str__(self) -> str:
        return "+" if self.helped else "-"


class HelpCentre(models.Model):
    """How the help centre presents itself; one row at most, and without one all is as it ships."""

    is_open = models.BooleanField(default=True)
    names = models.JSONField(default=dict)
    welcome = models.JSONField(default=dict)
    languages = models.JSONField(default=list)
    colour = models.CharField(max_length=7, blank=True)
    logo = models.CharField(max_length=64, blank=True)  # digest
    logo_type = models.CharField(max_length=20, blank=True)
    webform = models.ForeignKey(Webform, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return said(self.names, get_language() or "")


class Outcome(models.TextChoices):
    NOTHING = "nothing", _("Nothing found")
    UNHELPFUL = "unhelpful", _("Found, but did not help")
    TICKET = "ticket", _("Ended in a ticket")


class Need(models.Model):
    """What customers looked for in vain: the same words in other forms are one. `wordings`: some of them, as they were typed.

    `closed_at`: an article answers it, or somebody put it aside; looked for in vain again, it opens again.
    """

    key = models.CharField(max_length=255)
    language = models.CharField(max_length=10)
    wordings = models.JSONField(default=list)
    n = models.PositiveIntegerField(default=0)
    assignee = models.ForeignKey(
        Agent, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    article = models.ForeignKey(
        Article, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    made_at = models.DateTimeField(default=now)
    latest_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "key"], name="need_once")]
        indexes = [
            models.Index(F("n").desc(), F("id").desc(), name="need_open", condition=Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return str(self.wordings[0]) if self.wordings else self.key


class NeedDay(models.Model):
    """How often a need was met in vain on one day (UTC), by how it ended."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="days", db_index=False)
    on = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    n = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["need", "on", "outcome"], name="need_day_once")]
        indexes = [models.Index(fields=["on", "need"], name="need_by_day")]

    def __str__(self) -> str:
        return f"{self.on} {self.outcome}: {self.n}"
