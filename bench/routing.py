"""What giving tickets out costs: a queue given to agents as they come, a full house with a long queue, intake with a plan and without.

`python bench/routing.py [QUEUES …]` (1000 10000); DATABASE_URL for PostgreSQL. Fifty agents, each with room for twenty.
"""

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import desk

AGENTS, EACH, TIMES = 50, 20, 40


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [2_000, 10_000]
    desk.start(os.environ.get("AHLAN_BENCH"))
    _inbox, agents = desk.staff(AGENTS)
    found: dict[str, list[str]] = {"intake without a plan, ms p50/p95": [intake()]}
    prepare()
    found["intake with a plan, ms p50/p95"] = [intake()]
    give(agents, 200)  # warm
    rows: dict[str, list[str]] = {}
    for size in sizes:
        empty()
        queue(size)
        rows.setdefault("place, ms a ticket", []).append(f"{place(size):.2f}")
        rows.setdefault("look with nobody there, ms", []).append(middle(look))
        rows.setdefault("ask whether it moves, ms", []).append(middle(ask))
        cpu = time.process_time()
        cpu = time.process_time()
        given, seconds = give(agents, AGENTS * EACH)
        cpu = (time.process_time() - cpu) * 1000 / given
        rows.setdefault(f"give {AGENTS * EACH} to {AGENTS}, ms a ticket", []).append(
            f"{seconds * 1000 / given:.1f}"
        )
        rows.setdefault("of it this process’s CPU", []).append(f"{cpu:.1f}")
        rows.setdefault("close one, the next is given, ms", []).append(one_by_one())
        print(f"{desk.kind()}: {size:,} queued, {given:,} given in {seconds:.1f} s", flush=True)
    desk.table(f"Intake, {desk.kind()}", ["", "figure"], [[name, *one] for name, one in found.items()])
    desk.table(
        f"Queue, {desk.kind()}",
        ["", *(f"{size:,} queued" for size in sizes)],
        [[name, *one] for name, one in rows.items()],
    )


def prepare() -> None:
    from ahlan.routing.actions.plans import save_plan, set_capacity
    from ahlan.tickets.models import Ticket

    Ticket.objects.update(state="closed")
    set_capacity(None, {"email": EACH}, actor="system")
    save_plan(name="Everybody", conditions={"all": []}, way="load", actor="system")


def intake() -> str:
    """A mail comes in and becomes a ticket, as at the door."""
    from tests.makers import mail

    from ahlan.channels.actions import keep
    from ahlan.channels.models import Inbox
    from ahlan.tickets.actions.intake import receive_raw

    inbox = Inbox.objects.get(address="support@desk.example")

    def one(n: int) -> None:
        raw = keep(
            mail(message_id=f"<{time.perf_counter_ns()}@else.example>"),
            channel="email",
            inbox=inbox,
            door="test",
            announce=False,
        )
        receive_raw(raw)

    return spread(one)


def empty() -> None:
    from ahlan.routing.models import Nudge, Waiting
    from ahlan.staff.models import Presence
    from ahlan.tickets.models import Ticket

    Ticket.objects.filter(state="open").update(state="closed")
    Waiting.objects.all().delete()
    Nudge.objects.all().delete()
    Presence.objects.all().update(kind="offline")


def queue(size: int) -> None:
    """Tickets that nobody has, straight into the tables, and let them wait."""
    from ahlan.channels.models import Inbox
    from ahlan.core.clock import now
    from ahlan.customers.actions import meet
    from ahlan.routing.actions.queue import queue_up
    from ahlan.tickets.models import Ticket

    inbox = Inbox.objects.get(address="support@desk.example")
    customer = meet("email", "bench@else.example", name="Bench")
    for start in range(0, size, 1_000):
        count = min(1_000, size - start)
        made = Ticket.objects.bulk_create(
            Ticket(subject=f"Queued {n}", inbox=inbox, customer=customer, priority=1 + n % 4, opened_at=now())
            for n in range(count)
        )
        queue_up(made)


def place(size: int) -> float:
    from ahlan.routing.actions.queue import place_some

    began = time.perf_counter()
    while place_some():
        pass
    analyze()
    return (time.perf_counter() - began) * 1000 / size


def analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def look(n: int) -> None:
    from ahlan.routing.actions.queue import give_some

    assert give_some() == 0


def ask(n: int) -> None:
    from ahlan.routing.queries import next_move

    next_move()


def give(agents: list[Any], most: int) -> tuple[int, float]:
    """All of them come; returns how many tickets they got and the seconds it took."""
    from ahlan.routing.actions.queue import give_some
    from ahlan.staff.actions.presence import choose_presence

    for agent in agents:
        choose_presence(agent, "available")
    began, given = time.perf_counter(), 0
    while given < most and (found := give_some()):
        given += found
    return given, time.perf_counter() - began


def one_by_one() -> str:
    from ahlan.routing.actions.queue import move_queue
    from ahlan.staff.models import Presence
    from ahlan.tickets.actions.work import close_ticket
    from ahlan.tickets.models import Ticket

    held = list(Ticket.objects.filter(state="open", assignee__isnull=False)[: TIMES + 5])
    waits = Ticket.objects.filter(state="open", assignee=None).exists()
    Presence.objects.update(kind="available")
    if not waits:
        return "–"

    def act(n: int) -> None:
        close_ticket(held[n], actor="system")
        assert move_queue() == 1

    return spread(act, middle_only=True)


def middle(act: Callable[[int], Any]) -> str:
    return spread(act, middle_only=True)


def spread(act: Callable[[int], Any], *, middle_only: bool = False) -> str:
    taken = []
    for n in range(TIMES + 5):
        began = time.perf_counter()
        act(n)
        taken.append((time.perf_counter() - began) * 1000)
    kept = taken[5:]
    return (
        f"{desk.p(kept, 0.5):.2f}" if middle_only else f"{desk.p(kept, 0.5):.1f} / {desk.p(kept, 0.95):.1f}"
    )


if __name__ == "__main__":
    main()
