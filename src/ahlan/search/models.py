"""What is found: one row for each text, with the keys it is found by; the databases' own indexes hang on it."""

from django.db import models
from django.db.models import Q


class Document(models.Model):
    """One text. `object_id` is the thing it is, `group_id` the thing it is shown as (a message's ticket).

    `title`, `body`, `grams`: keys, parted by spaces, as `analyser` makes them. `facets`: keys that begin with "@" and tell
    where it belongs (`sources.facet`), so that a question of somebody who sees two inboxes is answered by the index alone.
    SQLite's FTS5 follows this table by triggers, PostgreSQL by a GIN index over the keys (see the migration); nobody
    writes either of them.
    """

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    group_id = models.BigIntegerField()
    language = models.CharField(max_length=10, blank=True)
    at = models.DateTimeField()
    facets = models.TextField(blank=True)
    title = models.TextField(blank=True)
    body = models.TextField(blank=True)
    grams = models.TextField(blank=True)
    length = models.PositiveIntegerField(default=0)  # words of title and body

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="document_once")]
        indexes = [models.Index(fields=["kind", "group_id"], name="document_by_group")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_id}"

    def all_keys(self) -> set[str]:
        """Words, stems and pieces."""
        return {*self.title.split(), *self.body.split(), *self.grams.split()}


class Key(models.Model):
    """How many documents hold a key. `said`: people write it so; it is no stem, piece or facet."""

    key = models.CharField(max_length=64, primary_key=True)
    n = models.IntegerField(default=0)
    said = models.BooleanField(default=False)

    class Meta:
        indexes = [
            # for "begins with" on PostgreSQL, whose ordinary indexes go by the language's order
            models.Index(
                fields=["key"], name="key_by_start", opclasses=["varchar_pattern_ops"], condition=Q(said=True)
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Count(models.Model):
    """How many documents of a language have had their keys counted, and how many of them hold pieces of words."""

    language = models.CharField(max_length=10, primary_key=True)
    n = models.BigIntegerField(default=0)
    in_pieces = models.BigIntegerField(default=0)


class Progress(models.Model):
    """How far the texts of a kind have been brought in from the beginning; `done` when all of them were.

    The row `COUNTED` tells up to which document keys have been counted.
    """

    COUNTED = "(keys)"

    kind = models.CharField(max_length=20, primary_key=True)
    after = models.BigIntegerField(default=0)
    done = models.BooleanField(default=False)


class Meaning(models.Model):
    """Where a text lies among others by what it means: numbers of four bytes, a vector of length 1."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, primary_key=True)
    model = models.CharField(max_length=200)
    vector = models.BinaryField()
