"""Server time of what an agent does all day, as the desk grows.

`python bench/lists.py [SIZES …]` (10000 100000 1000000); DATABASE_URL for PostgreSQL, AHLAN_BENCH to keep the data.
"""

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import desk

desk.start(os.environ.get("AHLAN_BENCH"))

from django.test import Client

from ahlan.tickets.actions import answer
from ahlan.tickets.lists import ORDER
from ahlan.tickets.models import Ticket

TIMES = 60


def measure(act: Callable[[int], Any]) -> list[float]:
    """Milliseconds of each call after a warm-up."""
    for n in range(5):
        act(n)
    taken = []
    for n in range(TIMES):
        began = time.perf_counter()
        act(5 + n)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def acts() -> dict[str, Callable[[int], Any]]:
    from ahlan.core.keyset import cursor_after

    _inbox, agents = desk.staff()
    client, limited = Client(), Client()
    client.force_login(agents[0], backend="allauth.account.auth_backends.AuthenticationBackend")
    limited.force_login(agents[1], backend="allauth.account.auth_backends.AuthenticationBackend")
    htmx = {"HX-Request": "true"}
    page = min(1000, Ticket.objects.filter(state="closed").count() // 50 - 1)
    place = Ticket.objects.filter(state="closed", removal="").order_by("-last_message_at", "-id")[page * 50]
    after = cursor_after(place, ORDER)
    numbers = list(Ticket.objects.order_by("-id").values_list("id", flat=True)[:2000:7])
    open_ones = list(Ticket.objects.filter(state="open", assignee=None)[:200])

    def ok(response: Any) -> None:
        assert response.status_code == 200, response.status_code

    return {
        "list, first page": lambda n: ok(client.get("/inbox/closed/?part=rows", headers=htmx)),
        f"list, page {page}": lambda n: ok(
            client.get("/inbox/closed/", {"part": "rows", "after": after}, headers=htmx)
        ),
        "list, own inboxes only": lambda n: ok(limited.get("/inbox/open/?part=rows", headers=htmx)),
        "counts of views": lambda n: ok(client.get("/inbox/open/?part=views", headers=htmx)),
        "open a ticket": lambda n: ok(client.get(f"/tickets/{numbers[n]}/", headers=htmx)),
        "reply (verb)": lambda n: answer.reply(
            open_ones[n], author=agents[0], text="Thank you, it is on its way."
        ),
    }


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 100_000, 1_000_000]
    found: dict[str, list[list[float]]] = {}
    for size in sizes:
        seconds = desk.fill(size)
        print(
            f"{desk.kind()}: {size:,} tickets, {size * 3:,} messages, filled in {seconds:.0f} s", flush=True
        )
        for name, act in acts().items():
            key = "list, page 1000 (or last)" if name.startswith("list, page") else name
            found.setdefault(key, []).append(measure(act))
    head = ["ms", *(f"{size:,} p50/p95" for size in sizes), "growth of p50"]
    rows = [
        [
            name,
            *(f"{desk.p(one, 0.5):.1f} / {desk.p(one, 0.95):.1f}" for one in taken),
            f"{desk.p(taken[-1], 0.5) / desk.p(taken[0], 0.5):.2f}",
        ]
        for name, taken in found.items()
    ]
    desk.table(f"Server time, {desk.kind()}, {TIMES} calls each", head, rows)


if __name__ == "__main__":
    main()
