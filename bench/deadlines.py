"""What open tickets with running deadlines cost while they wait: lists, closing one, noticing one that falls due.

`python bench/deadlines.py [TICKETS …]` (1000 100000), each with two deadlines; DATABASE_URL for PostgreSQL. Each size
is filled on top of the one before. The number of queries must not change, nor the time grow beyond half.
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import desk

TIMES, WARM = 40, 5


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [1_000, 100_000]
    found: dict[str, list[list[float]]] = {}
    asked: dict[str, list[int]] = {}
    desk.start(os.environ.get("AHLAN_BENCH"))
    for size in sizes:
        seconds = fill(size)
        print(
            f"{desk.kind()}: {size:,} open tickets, {2 * size:,} running deadlines, filled in {seconds:.0f} s",
            flush=True,
        )
        for name, act in acts().items():
            found.setdefault(name, []).append(measure(act))
            asked.setdefault(name, []).append(queries(act))
    head = ["ms", *(f"{size:,} p50/p95" for size in sizes), "ratio of p50", "queries"]
    rows = [
        [
            name,
            *(f"{desk.p(one, 0.5):.2f} / {desk.p(one, 0.95):.2f}" for one in taken),
            f"{desk.p(taken[-1], 0.5) / desk.p(taken[0], 0.5):.2f}",
            ", ".join(str(one) for one in asked[name]),
        ]
        for name, taken in found.items()
    ]
    desk.table(f"Deadlines, {desk.kind()}, {TIMES} calls each", head, rows)


def fill(size: int) -> float:
    """Open tickets with two running deadlines each, far ahead, until there are `size`, and a view of some of them."""
    from django.db import connection

    from ahlan.service_levels.models import Deadline, Policy
    from ahlan.tickets.actions.views import gather
    from ahlan.tickets.models import SavedView, Ticket
    from ahlan.tickets.tallies import recount

    began = time.perf_counter()
    desk.fill(size)
    Ticket.objects.filter(deadlines=None).update(state="open", closed_at=None)
    policy = Policy.objects.first() or promise()
    have = set(Deadline.objects.values_list("ticket_id", flat=True))
    rows: list[Any] = []
    for pk in Ticket.objects.exclude(pk__in=have).values_list("pk", flat=True):
        rows += (row(pk, kind, policy) for kind in ("first_response", "resolution"))
        if len(rows) >= 5_000:
            Deadline.objects.bulk_create(rows)
            rows = []
    Deadline.objects.bulk_create(rows)
    recount()
    gather(SavedView.objects.first() or view_of_three())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return time.perf_counter() - began


def view_of_three() -> Any:
    """A saved view with three conditions that many tickets fit."""
    from ahlan.tickets.actions.views import save_view

    asked = [("state", "any_of", ["open"]), ("priority", "at_least", ["2"]), ("language", "none_of", ["en"])]
    tree = {"all": [{"facet": facet, "is": test, "value": value} for facet, test, value in asked]}
    return save_view(name="Not in English", conditions=tree, actor="system")


def promise() -> Any:
    from ahlan.service_levels.actions.terms import save_policy
    from ahlan.service_levels.clocks import Kind, Target, Unit

    targets = {n: {kind: Target(60_000, Unit.BUSINESS_MINUTES) for kind in Kind} for n in (1, 2, 3, 4)}
    return save_policy(name="Everybody", conditions={"all": []}, targets=targets, actor="system")


def row(ticket: int, kind: str, policy: Any) -> Any:
    from ahlan.core.clock import now
    from ahlan.service_levels.models import Deadline

    start = now() - timedelta(seconds=ticket % 3600)
    due = start + timedelta(minutes=60_000)
    return Deadline(
        ticket_id=ticket, kind=kind, policy=policy, amount=60_000, unit="business_minutes", started_at=start,
        since=start, counted=timedelta(), counted_plain=timedelta(), state="running", waiting=True, due_at=due,
        notice_at=due,
    )  # fmt: skip


def acts() -> dict[str, Callable[[int], Any]]:
    from django.test import Client

    from ahlan.core.clock import now
    from ahlan.service_levels.actions.keeping import notice_due
    from ahlan.service_levels.models import Deadline
    from ahlan.service_levels.queries import next_notice
    from ahlan.tickets.actions import answer, work
    from ahlan.tickets.models import SavedView, Ticket

    view = SavedView.objects.get()
    _inbox, agents = desk.staff()
    client = Client()
    client.force_login(agents[0], backend="allauth.account.auth_backends.AuthenticationBackend")
    touched = Deadline.objects.exclude(state="running").values("ticket")
    fresh = Ticket.objects.filter(state="open").exclude(pk__in=touched)
    tickets = list(fresh.order_by("?")[: 3 * (TIMES + WARM + 1)])
    overdue, closed, answered = (tickets[n::3] for n in range(3))

    def let_one_fall_due(n: int) -> None:
        past = now() - timedelta(milliseconds=1)
        Deadline.objects.filter(ticket=overdue[n], kind="first_response").update(due_at=past, notice_at=past)

    def notice(n: int) -> None:
        assert notice_due() == 1

    def shown(n: int) -> None:
        page = client.get("/inbox/open/?part=rows", headers={"HX-Request": "true"})
        assert page.content.count(b'class="due') == 30

    def saved(n: int) -> None:
        page = client.get(f"/inbox/{view.key}/?part=rows", headers={"HX-Request": "true"})
        assert page.content.count(b'class="due') == 30

    def counted(n: int) -> None:
        assert client.get("/inbox/open/?part=views", headers={"HX-Request": "true"}).status_code == 200

    notice.before = let_one_fall_due  # type: ignore[attr-defined]
    return {
        "look whether one is due": lambda n: next_notice(),
        "notice one that is": notice,
        "close a ticket": lambda n: work.close_ticket(closed[n], actor="system"),
        "reply": lambda n: answer.reply(answered[n], author=agents[0], text="On its way."),
        "page of the inbox": shown,
        "page of a saved view, three conditions": saved,
        "counts of all views": counted,
    }


def measure(act: Callable[[int], Any]) -> list[float]:
    """Milliseconds of each call after a warm-up; what the act wants `before` is not counted."""
    taken = []
    for n in range(TIMES + WARM):
        getattr(act, "before", lambda n: None)(n)
        began = time.perf_counter()
        act(n)
        taken.append((time.perf_counter() - began) * 1000)
    return taken[WARM:]


def queries(act: Callable[[int], Any]) -> int:
    """How many statements one more call sends."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    getattr(act, "before", lambda n: None)(TIMES + WARM)
    with CaptureQueriesContext(connection) as asked:
        act(TIMES + WARM)
    return len(asked)


if __name__ == "__main__":
    main()
