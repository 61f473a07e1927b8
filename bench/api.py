"""What a program waits for at the API: `python bench/api.py [TICKETS]` (100000) prints a table.

Whole requests through all middleware, one after another, without a network; DATABASE_URL for PostgreSQL, AHLAN_BENCH to keep the data.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import desk

desk.start(os.environ.get("AHLAN_BENCH"))

from django.conf import settings
from django.test import Client

from ahlan.core.api.door import SCOPES
from ahlan.staff.actions.tokens import make_token
from ahlan.tickets.models import Ticket

TIMES = 150


def acts() -> dict[str, Callable[[int], Any]]:
    settings.API_PER_MINUTE = 1_000_000
    _inbox, agents = desk.staff()
    callers = []
    for agent in agents[:2]:
        _token, secret = make_token(agent, name="Bench", scopes=SCOPES, actor="system")
        callers.append(Client(headers={"authorization": f"Bearer {secret}"}))
    caller, limited = callers
    numbers = list(Ticket.objects.order_by("-id").values_list("id", flat=True)[:2000:7])
    open_ones = list(Ticket.objects.filter(state="open", assignee=None).values_list("id", flat=True)[:400])

    def ok(response: Any, status: int = 200) -> None:
        assert response.status_code == status, response.content

    def reply(n: int) -> None:
        given = json.dumps({"kind": "reply", "text": "Thank you, it is on its way."})
        path = f"/api/v1/tickets/{open_ones[n]}/messages"
        ok(
            caller.post(
                path, given, content_type="application/json", headers={"idempotency-key": f"{time.time_ns()}"}
            ),
            201,
        )

    return {
        "tickets, 30": lambda n: ok(caller.get("/api/v1/tickets?state=open")),
        "tickets, 100, every state": lambda n: ok(caller.get("/api/v1/tickets?limit=100")),
        "tickets, 30, own inboxes only": lambda n: ok(limited.get("/api/v1/tickets?state=open")),
        "a ticket": lambda n: ok(caller.get(f"/api/v1/tickets/{numbers[n % len(numbers)]}")),
        "its messages": lambda n: ok(caller.get(f"/api/v1/tickets/{numbers[n % len(numbers)]}/messages")),
        "reply, with a key": reply,
    }


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    seconds = desk.fill(size)
    print(f"{desk.kind()}: {size:,} tickets, {size * 3:,} messages, filled in {seconds:.0f} s", flush=True)
    head, rows = desk.rates(acts(), TIMES)
    desk.table(f"The API, {desk.kind()}, {size:,} tickets, {TIMES} calls each, one after another", head, rows)


if __name__ == "__main__":
    main()
