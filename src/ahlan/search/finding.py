"""Finding: the one read of this room. What a person may not find is neither found nor counted nor hinted at.

All words at once first; where that finds little, words are taken for others they may be (one slip, other endings), and
then any of the words, the rare ones first. Sources with pieces of words (`grams`) are asked for any of them from the start.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from ahlan.core.clock import now
from ahlan.search.analyser import grams_of
from ahlan.search.asking import Asked, Word, read
from ahlan.search.dates import keys_of_span, read_day
from ahlan.search.marking import Pieces, as_written, excerpt, marked, respelt
from ahlan.search.matching import ENDLESS, Wanted, matching
from ahlan.search.meaning import nearest
from ahlan.search.models import Count, Document
from ahlan.search.ranking import GUESS, STEM, Ranked, Term, rank
from ahlan.search.sources import BadFilter, Facets, Match, Shown, Source, facet, sources
from ahlan.search.stems import keys_of
from ahlan.search.vocabulary import counts, going_on, near

PAGE = 20
RANKED = 150  # documents weighed for one question
RANKED_BY_GRAMS = 500
ENOUGH = 5  # things; with fewer the question is widened
FEW = 400  # things a filter leaves, that are read one by one instead of walking along the words
OF_FEW = 2_000  # documents of those
WALKED = (150, 1_200, 4_800, 19_200)  # documents looked through for those a filter lets pass
ALIKE = 0.2  # of a question's pieces; what holds none of its words and fewer of these is no answer
FAINT = 0.3  # of the best score; what is below is no answer
OWN = ("before", "after", "type")  # filters every source knows
LONG = 4  # letters by which a word with another ending is known
MEANT = 0.8  # what the nearest meaning counts against the best by words
WIDTH = 3  # how many times as many as can be weighed may hold what is asked for, one counted for each key
UNFINISHED = 0.9  # what a word counts that the one being typed may become


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found, as it is shown: `title` and `text` in pieces, each marked as found or not."""

    kind: str
    object_id: int
    group_id: int
    score: float
    shown: Shown
    title: Pieces
    text: Pieces


@dataclass(frozen=True, slots=True)
class Found:
    """What one source holds. `instead`: words nobody has written, and what was looked for in their place."""

    source: Source
    hits: list[Hit]
    more: bool = False
    instead: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """Everything found for one question. `wrong`: what was wrong with its filters."""

    asked: Asked
    found: list[Found]
    wrong: list[str]

    @property
    def is_empty(self) -> bool:
        return not any(one.hits for one in self.found)

    @property
    def instead(self) -> str:
        """The question in words that something was found by; "" when that is how it was asked."""
        changes = {word: other for one in self.found for word, other in one.instead.items()}
        return respelt(self.asked.text, changes) if changes else ""


def find(
    text: str,
    person: Any,
    *,
    kinds: Iterable[str] | None = None,
    size: int = PAGE,
    start: int = 0,
    typing: bool = False,
) -> Results:
    """What this person may find for a question as he types it, source by source. Never raises for what is asked."""
    asked_of = sources(kinds)
    names = frozenset([*OWN, *(name for one in asked_of for name in one.filters(person))])
    asked = read(text, names=names, typing=typing)
    found, wrong = [], []
    for source in asked_of if not asked.is_empty else ():
        try:
            one = find_in(source, asked, person, size=size, start=start)
        except BadFilter as error:
            wrong.append(str(error))
            continue
        if one.hits:
            found.append(one)
    return Results(asked, found, list(dict.fromkeys(wrong)))


def find_in(
    source: Source,
    asked: Asked,
    person: Any,
    *,
    size: int = PAGE,
    start: int = 0,
    only: Sequence[Facets] = (),
) -> Found:
    """What one source holds. `only`: further facets a text must hold, one of each. Raises BadFilter."""
    asked = asked.as_sentence() if source.grams else asked
    scope = _scope(source, asked, person, only)
    if scope is None:
        return Found(source, [])
    ranked, question = _ranked(source, asked, scope)
    best: dict[int, Ranked] = {}
    for one in ranked:
        best.setdefault(one.document.group_id, one)
    things = list(best.values())
    page = things[start : start + size]
    matches = [Match(one.document.object_id, one.document.group_id) for one in page]
    shown = source.shown(person, matches) if matches else {}
    hits = [
        _hit(source, one, shown[one.document.object_id], question)
        for one in page
        if one.document.object_id in shown
    ]
    return Found(source, hits, len(things) > start + size, _instead(question, hits))


def ids_of(source: Source, asked: Asked, most: int) -> list[int]:
    """The newest things of a source that hold all of the words, for everybody; for rooms that ask on."""
    groups = tuple(word.keys for word in asked.words)
    rows = matching(Wanted(((facet("kind", source.kind),), *groups)), most) if groups else []
    return list(
        Document.objects.filter(pk__in=[pk for pk, _group in rows]).values_list("object_id", flat=True)
    )


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where to look: keys of which one of each group is held, and what cannot be asked of the index."""

    held: tuple[tuple[str, ...], ...]
    unwanted: tuple[str, ...] = ()
    things: tuple[QuerySet[Any, Any], ...] = ()
    since: datetime | None = None
    until: datetime | None = None


def _scope(source: Source, asked: Asked, person: Any, only: Sequence[Facets]) -> _Scope | None:
    """None when there is nothing to be found."""
    access = source.open_to(person)
    held: list[Facets] = [(facet("kind", source.kind),), *only]
    if access is not None:
        held.append(access)
    things, since, until = [], None, None
    known = source.filters(person)
    for name, value in asked.filters:
        if name == "type":
            if value != source.kind:
                return None
        elif name == "before":
            until = read_day(value)
        elif name == "after":
            since = read_day(value)
        elif name not in known:
            return None
        else:
            answer = known[name].ask(value)
            if isinstance(answer, tuple):
                held.append(answer)
            else:
                things.append(answer)
    if since or until:
        held.append(keys_of_span(since, until))
    if any(not group for group in held):
        return None
    return _Scope(tuple(held), _unwanted(asked), tuple(things), since, until)


def _unwanted(asked: Asked) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for word in asked.unwanted for key in keys_of(word, "")))


@dataclass(slots=True)
class _Question:
    """What is looked for: a term for each word, and how often each key is held."""

    words: tuple[Word, ...]
    terms: list[Term]
    grams: list[str]
    holders: dict[str, int]
    totals: dict[str, tuple[int, int]]
    slips: dict[str, list[str]] = field(default_factory=dict)
    starts: tuple[str, ...] = ()

    def about(self, term: Term) -> int:
        return sum(self.holders.get(key, 0) for key in term.keys)

    @property
    def keys(self) -> set[str]:
        return {key for term in self.terms for key in term.keys}


def _question(source: Source, asked: Asked) -> _Question:
    terms = [Term({key: 1.0 if key == word.text else STEM for key in word.keys}) for word in asked.words]
    starts: tuple[str, ...] = ()
    if asked.typing:
        last = asked.words[-1].text
        terms[-1] = Term({**dict.fromkeys(going_on(last), UNFINISHED), **terms[-1].keys})
        starts = (last,)
    grams = (
        list(dict.fromkeys(gram for word in asked.words for gram in grams_of(word.text)))
        if source.grams
        else []
    )
    wanted = [*(key for term in terms for key in term.keys), *grams]
    totals = {one.language: (one.n, one.in_pieces) for one in Count.objects.all()}
    return _Question(asked.words, terms, grams, counts(wanted), totals, starts=starts)


def _widened(question: _Question, scope: _Scope) -> _Question:
    """Words that nobody has written may be slips of others; long ones may stand with other endings.

    Nobody: among what this person may find, or how a question is widened would tell of what he may not.
    """
    terms, slips = [], {}
    for word, term in zip(question.words, question.terms, strict=True):
        keys = dict(term.keys)
        unknown = not matching(Wanted((*scope.held, word.keys), scope.unwanted), 1)
        others = near(word.text) if unknown else []
        if others:
            slips[word.text] = others
        stem = min(word.keys, key=len)
        if len(stem) > LONG and not question.grams:  # pieces reach further than that
            others = [*others, *going_on(stem[: max(LONG, len(stem) - 2)])]
        for other in others:
            for key in keys_of(other, ""):
                keys.setdefault(key, GUESS)
        terms.append(Term(keys))
    holders = {**question.holders, **counts(key for term in terms for key in term.keys)}
    return _Question(question.words, terms, question.grams, holders, question.totals, slips, question.starts)


def _ranked(source: Source, asked: Asked, scope: _Scope) -> tuple[list[Ranked], _Question]:
    """The documents that fit, best first, and the question they answer."""
    question = _question(source, asked)
    if not question.terms:
        return _newest(source, scope, question), question
    if source.grams:
        question = _widened(question, scope)
        found = _any(source, asked, scope, question)
        return (found if asked.typing else _with_meaning(source, asked, scope, found)), question
    found = _all(source, asked, scope, question)
    if _things(found) < ENOUGH:
        question = _widened(question, scope)
        found = _merged(found, _all(source, asked, scope, question))
    if _things(found) < ENOUGH and len(question.terms) > 1 and not asked.phrases:
        found = _merged(found, _any(source, asked, scope, question))
    return found, question


def _with_meaning(source: Source, asked: Asked, scope: _Scope, found: list[Ranked]) -> list[Ranked]:
    """What was found by words, blended with what means the same, each counted against the best of its kind."""
    near = nearest(source.kind, " ".join(word.text for word in asked.words))
    if not near or asked.phrases:
        return found
    known = {one.document.pk: one for one in found}
    others = Document.objects.filter(pk__in=set(near) - set(known))
    wanted = Wanted(scope.held, scope.unwanted)
    meant = [Ranked(one, 0.0, 0) for one in others if _holds(one, wanted) and _within(one, scope)]
    best, nearer = max((one.score for one in found), default=0.0) or 1.0, max(near.values())
    blended = [
        Ranked(one.document, one.score / best + MEANT * near.get(one.document.pk, 0.0) / nearer, one.held)
        for one in [*found, *meant]
    ]
    return sorted(blended, key=lambda one: (-one.score, -one.document.pk))


def _things(found: list[Ranked]) -> int:
    return len({one.document.group_id for one in found})


def _merged(first: list[Ranked], then: list[Ranked]) -> list[Ranked]:
    known = {one.document.pk for one in first}
    return [*first, *(one for one in then if one.document.pk not in known)]


def _newest(source: Source, scope: _Scope, question: _Question) -> list[Ranked]:
    about = sum(n for n, _in_pieces in question.totals.values())
    documents = _documents(source, scope, (), about, RANKED)
    return [Ranked(one, 0.0, 0) for one in sorted(documents, key=lambda one: one.at, reverse=True)]


def _all(source: Source, asked: Asked, scope: _Scope, question: _Question) -> list[Ranked]:
    """What holds every word."""
    groups = tuple(tuple(term.keys) for term in question.terms)
    about = min(question.about(term) for term in question.terms)
    documents = _documents(source, scope, groups, about, RANKED)
    return _weighed(source, _with_phrases(documents, asked), question)


def _any(source: Source, asked: Asked, scope: _Scope, question: _Question) -> list[Ranked]:
    """What holds some of the words or their pieces; so many of the rarest are asked for as can be weighed."""
    most = RANKED_BY_GRAMS if source.grams else RANKED
    groups = [tuple(term.keys) for term in question.terms] + [(gram,) for gram in question.grams]
    sizes = {group: sum(question.holders.get(key, 0) for key in group) for group in groups}
    wanted: list[str] = []
    about = 0
    for group in sorted(groups, key=lambda group: sizes[group]):
        if wanted and about + sizes[group] > most * WIDTH:
            break
        wanted += group
        about += sizes[group]
    documents = _documents(source, scope, (tuple(wanted),), about, most)
    # Who writes in sentences quotes what he saw, whether or not an article says it so.
    exact = _with_phrases(documents, asked)
    found = _weighed(source, exact or documents if source.grams else exact, question)
    least = FAINT * found[0].score if found else 0.0
    return [one for one in found if one.score >= least and (one.held or one.alike >= ALIKE)]


def _weighed(source: Source, documents: Sequence[Document], question: _Question) -> list[Ranked]:
    return rank(
        documents, question.terms, question.grams, question.holders, question.totals,
        moment=now(), fades=source.fades,
    )  # fmt: skip


def _with_phrases(documents: Sequence[Document], asked: Asked) -> Sequence[Document]:
    """Those in which the words of each phrase stand one after another."""
    if not asked.phrases:
        return documents
    return [one for one in documents if all(_holds_phrase(one, phrase) for phrase in asked.phrases)]


def _holds_phrase(document: Document, phrase: tuple[str, ...]) -> bool:
    keys = " ".join(key for word in phrase for key in keys_of(word, document.language))
    return any(f" {keys} " in f" {text} " for text in (document.title, document.body))


def _documents(
    source: Source, scope: _Scope, groups: tuple[tuple[str, ...], ...], about: int, most: int
) -> list[Document]:
    wanted = Wanted((*scope.held, *groups), scope.unwanted, about)
    if scope.things:
        found = _through_filters(source, scope, wanted, most)
    else:
        ids = [pk for pk, _group in matching(wanted, most)]
        found = list(Document.objects.filter(pk__in=ids))
    return [one for one in found if _within(one, scope)]


def _within(document: Document, scope: _Scope) -> bool:
    return not ((scope.since and document.at < scope.since) or (scope.until and document.at >= scope.until))


def _through_filters(source: Source, scope: _Scope, wanted: Wanted, most: int) -> list[Document]:
    """A filter that leaves few things is asked first; else the words are walked along and the filter asked of each."""
    few = list(_things_left(scope.things).values_list("pk", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        of_few = Document.objects.filter(kind=source.kind, group_id__in=few).order_by("-pk")[:OF_FEW]
        return [one for one in of_few if _holds(one, wanted)][:most]
    ids: list[int] = []
    below = ENDLESS
    for step in WALKED:
        found = matching(wanted, step, below)
        pass_ = set(
            _things_left(scope.things)
            .filter(pk__in={group for _pk, group in found})
            .values_list("pk", flat=True)
        )
        ids += [pk for pk, group in found if group in pass_]
        if len(found) < step or len(ids) >= most:
            break
        below = found[-1][0]
    return list(Document.objects.filter(pk__in=ids[:most]))


def _things_left(things: Sequence[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    first, *others = things
    for one in others:
        first = first.filter(pk__in=one.values("pk"))
    return first.order_by()


def _holds(document: Document, wanted: Wanted) -> bool:
    keys = {*document.all_keys(), *document.facets.split()}
    return all(not keys.isdisjoint(group) for group in wanted.all_of) and keys.isdisjoint(wanted.none_of)


def _hit(source: Source, one: Ranked, shown: Shown, question: _Question) -> Hit:
    keys, starts = question.keys, question.starts
    return Hit(
        source.kind, one.document.object_id, one.document.group_id, one.score, shown,
        marked(shown.title, keys, starts), excerpt(shown.text, keys, starts),
    )  # fmt: skip


def _instead(question: _Question, hits: list[Hit]) -> dict[str, str]:
    """For words that nobody has written: one that stands in what was found, as it is written there."""
    found = {}
    for word, others in question.slips.items():
        texts = [text for hit in hits[:ENOUGH] for text in (hit.shown.title, hit.shown.text)]
        written = (as_written(text, other) for other in others for text in texts)
        found[word] = next((one for one in written if one), "")
    return {word: other for word, other in found.items() if other}
