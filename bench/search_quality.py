"""How well search finds, in figures: `python bench/search_quality.py [FOLDER]` (../shared/data/kb), DATABASE_URL for PostgreSQL.

The title of an article is the question, the article without its title what is to be found. Between languages: the title in
one language asks for the article in it among those of all languages. BM25 over pieces of four characters, worked out here
without the product's code, is what we must reach.
"""

import json
import re
import sys
import time
import unicodedata
from collections import Counter
from dataclasses import dataclass
from math import log
from pathlib import Path

import desk

FOLDER = desk.ROOT.parent / "shared/data/kb"
LANGUAGES = {"en": "en", "he": "he", "ar": "ar", "fi": "fi", "fa": "fa", "ru": "ru", "he-IL": "he", "ar-SA": "ar", "fi-FI": "fi", "ru-RU": "ru"}  # fmt: skip
DEEP = 10
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Article:
    title: str
    body: str
    language: str


def articles(path: Path) -> list[Article]:
    """The articles of one file, whichever of the three shapes it has."""
    language = LANGUAGES[path.stem]
    found = []
    for one in json.loads(path.read_text()):
        title = one.get("title") or one.get("question") or ""
        parts = one.get("body") or one.get("answer") or one.get("text") or one.get("paragraphs") or ""
        text = _TAG.sub(" ", parts if isinstance(parts, str) else "\n".join(map(str, parts)))
        if one.get("complete", True) and title and (body := text.replace(title, " ").strip()):
            found.append(Article(title, body, language))
    return found


class Grams:
    """BM25 over pieces of four characters of the whole text."""

    def __init__(self, texts: list[str]) -> None:
        self.held = [Counter(self.pieces(text)) for text in texts]
        self.lengths = [sum(one.values()) for one in self.held]
        self.average = sum(self.lengths) / len(texts)
        self.holders: dict[str, list[int]] = {}
        for n, one in enumerate(self.held):
            for piece in one:
                self.holders.setdefault(piece, []).append(n)

    @staticmethod
    def pieces(text: str) -> list[str]:
        line = f" {' '.join(unicodedata.normalize('NFKC', text).casefold().split())} "
        return [line[n : n + 4] for n in range(len(line) - 3)]

    def find(self, question: str) -> list[int]:
        scores: dict[int, float] = {}
        total = len(self.held)
        for piece in set(self.pieces(question)) & self.holders.keys():
            holders = self.holders[piece]
            weight = log(1 + (total - len(holders) + 0.5) / (len(holders) + 0.5))
            for n in holders:
                times = self.held[n][piece]
                stretch = 1.2 * (0.25 + 0.75 * self.lengths[n] / self.average)
                scores[n] = scores.get(n, 0) + weight * times * 2.2 / (times + stretch)
        return sorted(scores, key=lambda n: (-scores[n], n))[:DEEP]


def index(found: list[Article]) -> None:
    """Let exactly these be found, by the product's own verbs."""
    from ahlan.core.clock import now
    from ahlan.search import actions
    from ahlan.search.models import Document
    from ahlan.search.sources import EVERYTHING, Shown, Source, Text, add

    class Articles(Source):
        kind, title, icon, order, grams = "article", "Articles", "book-open", 1, True

        def open_to(self, person):
            return EVERYTHING

        def shown(self, person, matches):
            return {one.object_id: Shown("", "", "") for one in matches}

    add(Articles())
    Document.objects.all().delete()
    actions.put(
        "article", [Text(n, one.body, now(), language=one.language) for n, one in enumerate(found, start=1)]
    )
    actions.recount()
    while actions.count_new():
        pass


def asked(question: str) -> list[int]:
    from ahlan.search.finding import find

    results = find(question, None, kinds=["article"], size=DEEP)
    return [hit.object_id - 1 for one in results.found for hit in one.hits]


def figures(answers: list[list[int]]) -> list[str]:
    """R@1, R@5, MRR and "found nothing" in percent; the n-th answer should be n."""
    places = [found.index(n) if n in found else None for n, found in enumerate(answers)]
    total = len(answers)
    first = sum(1 for one in places if one == 0) / total
    five = sum(1 for one in places if one is not None and one < 5) / total
    mean = sum(1 / (one + 1) for one in places if one is not None) / total
    nothing = sum(1 for found in answers if not found) / total
    return [f"{100 * share:.1f}" for share in (first, five, mean, nothing)]


def measure(name: str, found: list[Article], among: list[Article] | None = None) -> list[object]:
    """One row. `found` are asked for, `among` is what they lie among (themselves without)."""
    among = among or found
    index(among)
    places = [among.index(one) for one in found]
    base = Grams([one.body for one in among])
    began = time.perf_counter()
    ours = [asked(one.title) for one in found]
    took = (time.perf_counter() - began) / len(found) * 1000
    theirs = [base.find(one.title) for one in found]

    def at(answers: list[list[int]]) -> list[str]:
        return figures([[places.index(n) if n in places else -1 for n in one] for one in answers])

    ok = "yes" if float(at(ours)[0]) >= float(at(theirs)[0]) else "NO"
    return [name, len(found), *at(ours), *at(theirs)[:3], ok, f"{took:.1f}"]


def main() -> None:
    desk.start()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    rows = []
    for part in sorted(one for one in folder.iterdir() if one.is_dir()):
        sets = {path.stem: articles(path) for path in sorted(part.glob("*.json"))}
        everything = [one for found in sets.values() for one in found]
        rows += [measure(f"{part.name} {name}", found) for name, found in sets.items() if len(found) > 2]
        rows += [
            measure(f"{part.name} {name} among all", found, everything)
            for name, found in sets.items()
            if len(found) > 2
        ]
    head = ["set", "n", "R@1", "R@5", "MRR", "nothing", "4-grams R@1", "R@5", "MRR", "reached", "ms"]
    desk.table(f"Search, {desk.kind()}, percent", head, rows)


if __name__ == "__main__":
    main()
