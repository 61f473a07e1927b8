"""What a visitor waits for in the help centre: `python bench/help.py [ARTICLES]` (1000) prints a table.

Whole requests through all middleware, one after another, without a network; DATABASE_URL for PostgreSQL.
"""

import sys
from collections.abc import Callable
from itertools import cycle
from typing import Any

import desk

desk.start(None)

from django.core.cache import cache
from django.test import Client

from ahlan.core.languages import INSTALLED
from ahlan.knowledge.actions.articles import begin_article, publish, word
from ahlan.knowledge.actions.sections import save_section
from ahlan.knowledge.models import Translation
from ahlan.knowledge.shelf import outline
from ahlan.search.actions import count_new
from ahlan.site.sample_articles import TOLD

TIMES = 300


def fill(size: int) -> None:
    """The sample company's articles over and over, each with a word of its own."""
    sections = [save_section(names={"en": f"Section {n}"}, actor="system") for n in range(10)]
    for n, told in zip(range(size), cycle(TOLD[:4]), strict=False):
        (first, (title, text)), *others = told.wordings.items()
        article = begin_article(
            sections[n % 10], language=first, title=f"{title} {n}", text=f"{text}\n\nw{n}"
        )
        publish(article.translations.get())
        for code, (name, words) in others[n % 5 : n % 5 + 1]:
            publish(word(article, code, title=f"{name} {n}", text=words))
    while count_new():
        pass


def acts() -> dict[str, Callable[[int], Any]]:
    client = Client(headers={"accept-encoding": "gzip"})
    places = [one.get_absolute_url() for one in Translation.objects.all()[:TIMES]]
    tags = {place: client.get(place)["ETag"] for place in places}

    def ok(response: Any, status: int = 200) -> None:
        assert response.status_code == status, response.status_code

    def drawn(n: int, place: str) -> None:
        outline.changed()
        ok(client.get(place))

    def searched(n: int) -> None:
        cache.clear()
        ok(
            client.get(
                f"/help/{INSTALLED[0]}/search/",
                {"q": ("broken cup", "limescale", "waranty", "gift wrapping")[n % 4]},
            )
        )

    return {
        "article, from the shelf": lambda n: ok(client.get(places[n % len(places)])),
        "article, 304": lambda n: ok(
            client.get(places[n % len(places)], headers={"if-none-match": tags[places[n % len(places)]]}), 304
        ),
        "article, drawn anew": lambda n: drawn(n, places[n % len(places)]),
        "first page, from the shelf": lambda n: ok(client.get("/help/en/")),
        "first page, drawn anew": lambda n: drawn(n, "/help/en/"),
        "search": searched,
    }


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    fill(size)
    head, rows = desk.rates(acts(), TIMES)
    desk.table(
        f"The help centre, {desk.kind()}, {size:,} articles, {TIMES} calls each, one after another",
        head,
        rows,
    )


if __name__ == "__main__":
    main()
