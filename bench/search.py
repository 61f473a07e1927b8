"""How fast search finds and indexes: `python bench/search.py [MESSAGES …]` (100000), DATABASE_URL for PostgreSQL,
AHLAN_BENCH to keep the data.

Each kind of question is asked through `find`, by an agent who sees one inbox, hits drawn with excerpt and marks. Words are few
in the generated tickets, so each but a number stands in a sixth of all messages of its language: the hardest case there is.
"""

import os
import random
import resource
import sys
import time

import desk

TIMES = 200
WORDS = [
    "order",
    "parcel",
    "refund",
    "invoice",
    "address",
    "delivery",
    "broken",
    "late",
    "teapot",
    "account",
    "login",
    "price",
    "question",
]


def questions(count: int) -> dict[str, list[str]]:
    chance = random.Random(7)
    pairs = [" ".join(chance.sample(WORDS, 2)) for _n in range(TIMES)]
    numbers = [str(chance.randrange(count // 3)) for _n in range(TIMES)]
    return {
        "two words": pairs,
        "rare word": numbers,
        "very common word": [chance.choice(WORDS) for _n in range(TIMES)],
        "prefix as one types": [word[: chance.randint(2, 4)] for word in chance.choices(WORDS, k=TIMES)],
        "misspelt": [_slip(chance.choice(WORDS), chance) for _n in range(TIMES)],
        "word and is:open": [f"{chance.choice(WORDS)} is:open" for _n in range(TIMES)],
        "word and before:": [
            f"{chance.choice(WORDS)} before:2026-03-0{chance.randint(1, 9)}" for _n in range(TIMES)
        ],
    }


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    desk.start(os.environ.get("AHLAN_BENCH"))
    from ahlan.search import actions
    from ahlan.search.finding import find
    from ahlan.search.models import Document

    for count in [int(one) for one in sys.argv[1:]] or [100_000]:
        desk.fill(count // 3)
        _inbox, agents = desk.staff()
        before, began = memory(), time.perf_counter()
        have = Document.objects.filter(kind="ticket").count()
        if have < count:
            actions.begin_anew(["ticket"])
        while actions.fill():
            pass
        filled = time.perf_counter() - began
        began = time.perf_counter()
        while actions.count_new():
            pass
        counted = time.perf_counter() - began
        analyse()
        rows = []
        for name, asked in questions(count).items():
            taken, nothing = [], 0
            for one in asked:
                start = time.perf_counter()
                results = find(one, agents[1], kinds=["ticket"], typing=name.startswith("prefix"))
                taken.append((time.perf_counter() - start) * 1000)
                nothing += results.is_empty
            rows.append(
                [
                    name,
                    f"{desk.p(taken, 0.5):.1f}",
                    f"{desk.p(taken, 0.95):.1f}",
                    f"{max(taken):.1f}",
                    nothing,
                ]
            )
        desk.table(f"Search, {desk.kind()}, {count:,} messages", ["ms", "p50", "p95", "worst", "empty"], rows)
        print(
            f"indexed {max(0, count - have) / filled:,.0f} messages/s, counted {max(0, count - have) / counted:,.0f}/s; "
            f"memory {before:.0f} MB before, {memory():.0f} MB after"
        )


def analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main()
