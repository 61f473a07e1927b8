"""Verbs of the index: put a text in, take it out, bring all of them in anew, count the keys."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db import connection, transaction
from django.db.models import F

from ahlan.search.analyser import analyse, spoken
from ahlan.search.dates import keys_at
from ahlan.search.models import Count, Document, Key, Meaning, Progress
from ahlan.search.sources import Source, Text, facet, facet_keys, source_of, sources
from ahlan.search.stems import keys_of

AT_ONCE = 500  # texts in one transaction
COUNTED_AT_ONCE = 2_000  # documents
STATEMENT = 5_000  # keys written in one statement
ADD = """INSERT INTO search_key (key, n, said) VALUES (%s, %s, %s)
         ON CONFLICT (key) DO UPDATE SET n = search_key.n + excluded.n, said = search_key.said OR excluded.said"""
WRITE = """INSERT INTO search_document (kind, object_id, group_id, language, at, facets, title, body, grams, length)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT (kind, object_id) DO UPDATE SET
           group_id = excluded.group_id, language = excluded.language, at = excluded.at, facets = excluded.facets,
           title = excluded.title, body = excluded.body, grams = excluded.grams, length = excluded.length"""


@transaction.atomic(savepoint=False)
def put(kind: str, texts: Iterable[Text], *, new: bool = False) -> None:
    """Let these texts be found as they are now; those that were known already are written over.

    `new`: none of them was put before. Nothing but speed depends on it.
    """
    source = source_of(kind)
    rows = [_row(kind, one, grams=bool(source and source.grams)) for one in texts]
    if not rows:
        return
    before = {} if new else _counted(kind, [one.object_id for one in rows])
    _write(rows)
    if not new:  # what it means must be learnt anew
        changed = Document.objects.filter(kind=kind, object_id__in=[one.object_id for one in rows])
        Meaning.objects.filter(document__in=changed).delete()
    if before:
        again = [row for row in rows if row.object_id in before]
        changes = Counter(key for row in again for key in row.all_keys())
        for keys in before.values():
            changes.subtract(keys)
        _add(changes, {word for row in again for word in _said(row)})


def _write(rows: Sequence[Document]) -> None:
    """By hand: the same by `bulk_create` takes four times as long, and every mail pays for it."""
    moment = connection.ops.adapt_datetimefield_value
    values = [
        (one.kind, one.object_id, one.group_id, one.language, moment(one.at), one.facets, one.title, one.body, one.grams, one.length)
        for one in rows
    ]  # fmt: skip
    with connection.cursor() as cursor:
        for start in range(0, len(values), AT_ONCE):
            some = values[start : start + AT_ONCE]
            cursor.executemany(WRITE, some) if len(some) > 1 else cursor.execute(WRITE, some[0])


@transaction.atomic(savepoint=False)
def remove(kind: str, object_ids: Iterable[int]) -> None:
    """Let these not be found any more, from this transaction on."""
    ids = list(object_ids)
    lost: Counter[str] = Counter()
    for keys in _counted(kind, ids).values():
        lost.subtract(keys)
    Document.objects.filter(kind=kind, object_id__in=ids).delete()
    _add(lost, set())


def remove_group(kind: str, group_id: int) -> None:
    """Let nothing be found that is shown as this thing."""
    remove(kind, Document.objects.filter(kind=kind, group_id=group_id).values_list("object_id", flat=True))


def _row(kind: str, text: Text, *, grams: bool) -> Document:
    language = text.language or spoken(f"{text.body[:2000]} {text.title}", text.otherwise)
    title, body = analyse(text.title, language, grams=grams), analyse(text.body, language, grams=grams)
    return Document(
        kind=kind,
        object_id=text.object_id,
        group_id=text.object_id if text.group_id is None else text.group_id,
        language=language,
        at=text.at,
        facets=" ".join([facet("kind", kind), *keys_at(text.at), *facet_keys(text.facets)]),
        title=title.words,
        body=body.words,
        grams=f"{title.grams} {body.grams}".strip(),
        length=title.length + body.length,
    )


def fill(limit: int = AT_ONCE * 4) -> int:
    """Bring in some of what has never been brought in; returns how many texts. 0: every source is complete."""
    brought = 0
    for source in sources():
        progress, _made = Progress.objects.get_or_create(kind=source.kind)
        while not progress.done and brought < limit:
            brought += _fill_some(source, progress)
    return brought


@transaction.atomic
def _fill_some(source: Source, progress: Progress) -> int:
    """The next texts of a source, and away with what lies between them and is no text of it any more."""
    texts = list(source.texts(progress.after, AT_ONCE))
    last = texts[-1].object_id if texts else None
    stale = Document.objects.filter(kind=source.kind, object_id__gt=progress.after)
    if last is not None:
        stale = stale.filter(object_id__lte=last)
    gone = stale.exclude(object_id__in=[one.object_id for one in texts]).values_list("object_id", flat=True)
    remove(source.kind, list(gone))
    put(source.kind, texts)
    progress.after, progress.done = (progress.after, True) if last is None else (last, False)
    progress.save()
    return len(texts)


def begin_anew(kinds: Iterable[str] | None = None) -> None:
    """Let `fill` start from the beginning; what is found meanwhile stays found."""
    Progress.objects.filter(kind__in=[one.kind for one in sources(kinds)]).update(after=0, done=False)


@transaction.atomic
def count_new() -> int:
    """Count the keys of some documents that have not been counted; returns of how many.

    One at a time: the row that says how far is locked. A document that becomes visible late, behind the last one counted,
    is never counted, which costs a little precision and nothing else.
    """
    Progress.objects.get_or_create(kind=Progress.COUNTED)
    progress = Progress.objects.select_for_update().get(kind=Progress.COUNTED)
    rows = list(Document.objects.filter(pk__gt=progress.after).order_by("pk")[:COUNTED_AT_ONCE])
    if not rows:
        return 0
    found: Counter[str] = Counter()
    for row in rows:
        found.update(row.all_keys())
    _add(found, {word for row in rows for word in _said(row)})
    _add_documents(rows)
    progress.after = rows[-1].pk
    progress.save(update_fields=["after"])
    return len(rows)


def _add_documents(rows: Sequence[Document]) -> None:
    languages = Counter(row.language for row in rows)
    in_pieces = Counter(row.language for row in rows if row.grams)
    for language, n in languages.items():
        Count.objects.get_or_create(language=language)
        Count.objects.filter(pk=language).update(n=F("n") + n, in_pieces=F("in_pieces") + in_pieces[language])


def _said(row: Document) -> Iterator[str]:
    """The words people wrote, without their stems."""
    for text in (row.title, row.body):
        keys, at = text.split(), 0
        while at < len(keys):
            yield keys[at]
            at += len(keys_of(keys[at], row.language))


def _counted(kind: str, object_ids: list[int]) -> dict[int, Counter[str]]:
    """The keys of those documents that have been counted, by object."""
    known = Document.objects.filter(kind=kind, object_id__in=object_ids)
    rows = list(known.only("object_id", "title", "body", "grams"))
    upto = Progress.objects.filter(kind=Progress.COUNTED).values_list("after", flat=True) if rows else []
    last = next(iter(upto), 0)
    return {row.object_id: Counter(row.all_keys()) for row in rows if row.pk <= last}


def _add(changes: Mapping[str, int], said: set[str]) -> None:
    """Change how many documents hold these keys; a key that none holds any more is forgotten.

    In the order of the keys, so that two who write follow one another.
    """
    ordered = sorted(key for key, n in changes.items() if n)
    for start in range(0, len(ordered), STATEMENT):
        some = ordered[start : start + STATEMENT]
        with connection.cursor() as cursor:
            cursor.executemany(ADD, [(key, changes[key], key in said) for key in some])
        fewer = [key for key in some if changes[key] < 0]
        if fewer:
            Key.objects.filter(pk__in=fewer, n__lte=0).delete()


@transaction.atomic
def recount() -> None:
    """Let `count_new` start from the beginning."""
    Key.objects.all().delete()
    Count.objects.all().delete()
    Progress.objects.filter(kind=Progress.COUNTED).update(after=0)
