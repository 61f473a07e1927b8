"""A desk to measure: a fresh database of either kind, filled to size with the generated tickets."""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "bench"), str(ROOT)]

CHUNK = 5_000
BLOCK = 10_000  # tickets that are generated; a greater desk holds them many times over


def start(folder: str | None = None) -> Path:
    """Django on a fresh house in `folder` (a temporary one without); DATABASE_URL decides the kind."""
    data = Path(folder or tempfile.mkdtemp(prefix="ahlan-bench-"))
    os.environ["AHLAN_DATA"] = str(data)
    os.environ.setdefault("AHLAN_LOG", "ERROR")
    from ahlan.site.cli import start_django

    start_django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from ahlan.staff.actions import make_roles

    make_roles()
    return data


def kind() -> str:
    from django.db import connection

    return "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"


def staff(agents: int = 20) -> tuple[Any, list[Any]]:
    """The inbox and the people who answer it; the first is an administrator."""
    from ahlan.channels.models import Inbox
    from ahlan.staff.actions import create_agent
    from ahlan.staff.models import Agent, Team

    inbox, _made = Inbox.objects.get_or_create(
        channel="email", address="support@desk.example", defaults={"name": "Support"}
    )
    team, _made = Team.objects.get_or_create(name="Care")
    team.inboxes.set([inbox])
    for n in range(Agent.objects.count(), agents):
        agent = create_agent(email=f"a{n}@desk.example", role="admin" if n == 0 else "agent", actor="system")
        agent.teams.set([team])
    return inbox, list(Agent.objects.order_by("id"))


def fill(count: int) -> float:
    """Fill up to `count` tickets with three messages each, straight into the tables; returns seconds.

    The first `BLOCK` are generated; from there on the database copies them, each copy with customers of its own.
    """
    from django.db import connection, transaction
    from generate import ticket as generated

    from ahlan.customers.models import Address, Customer
    from ahlan.tickets.models import Ticket
    from ahlan.tickets.tallies import recount

    began = time.perf_counter()
    inbox, agents = staff()
    first_block = min(count, BLOCK)
    people = max(first_block // 3, 1)
    for start_at in range(Customer.objects.count(), people, CHUNK):
        ids = range(start_at, min(start_at + CHUNK, people))
        made = Customer.objects.bulk_create(Customer(name=f"Customer {n}") for n in ids)
        Address.objects.bulk_create(
            Address(customer=one, kind="email", value=f"customer{n}@else.example")
            for n, one in zip(ids, made, strict=True)
        )
    first = Customer.objects.order_by("id").values_list("id", flat=True).first()
    for start_at in range(Ticket.objects.count(), first_block, CHUNK):
        with transaction.atomic():
            _chunk(
                [generated(n, first_block) for n in range(start_at, min(start_at + CHUNK, first_block))],
                inbox,
                agents,
                first,
            )
    while (have := Ticket.objects.count()) < count:
        with transaction.atomic():
            _copy_block(have // BLOCK)
    recount()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if kind() == "SQLite":
            # Told that its tables are small, the index of words would look through all of them at each merge for ever after.
            cursor.execute("DELETE FROM sqlite_stat1 WHERE tbl LIKE 'search_index%'")
            cursor.execute("ANALYZE sqlite_schema")
    return time.perf_counter() - began


def _copy_block(n: int) -> None:
    """The first block once more, behind all that is there. Its ids follow on those in use."""
    from django.core.management.color import no_style
    from django.db import connection
    from django.db.models import Max, Min

    from ahlan.customers.models import Address, Customer
    from ahlan.events.models import Event
    from ahlan.tickets.models import Message, Ticket

    tables = (Customer, Address, Ticket, Message, Event)
    start = {table: table.objects.aggregate(Min("id"))["id__min"] for table in tables}
    shift = {table: table.objects.aggregate(Max("id"))["id__max"] - start[table] + 1 for table in tables}
    keys = {
        Customer: {"id": Customer},
        Address: {"id": Address, "customer_id": Customer},
        Ticket: {"id": Ticket, "customer_id": Customer},
        Message: {"id": Message, "ticket_id": Ticket, "customer_id": Customer},
        Event: {"id": Event, "subject_id": Ticket},
    }
    rows = {Customer: BLOCK // 3, Address: BLOCK // 3, Ticket: BLOCK, Message: BLOCK * 3, Event: BLOCK * 3}
    unlike = {Address: ["value"], Message: ["external_id", "fingerprint"]}
    with connection.cursor() as cursor:
        for table in tables:
            columns = [field.column for field in table._meta.local_concrete_fields]
            told = {name: f'"{name}"' for name in columns}
            told |= {name: f'"{name}" + {shift[other]}' for name, other in keys[table].items()}
            told |= {name: f"'{n}.' || \"{name}\"" for name in unlike.get(table, [])}
            names = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(
                f'INSERT INTO "{table._meta.db_table}" ({names}) SELECT {", ".join(told.values())} '
                f'FROM "{table._meta.db_table}" WHERE id >= {start[table]} AND id < {start[table] + rows[table]}'
            )
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)


def _chunk(found: list[dict[str, Any]], inbox: Any, agents: list[Any], first_customer: int) -> None:
    from ahlan.events.models import Event
    from ahlan.tickets.models import Message, Ticket

    tickets = Ticket.objects.bulk_create(
        Ticket(
            subject=one["subject"],
            state=one["state"],
            inbox=inbox,
            customer_id=first_customer + int(one["customer"]["name"].split()[1]),
            assignee=agents[one["number"] % len(agents)] if one["number"] % 3 else None,
            language=one["language"],
            preview=one["messages"][-1]["text"][:190],
            opened_at=datetime.fromisoformat(one["opened_at"]),
            last_message_at=datetime.fromisoformat(one["messages"][-1]["at"]),
        )
        for one in found
    )
    pairs = [
        (ticket, n, said)
        for ticket, one in zip(tickets, found, strict=True)
        for n, said in enumerate(one["messages"])
    ]
    Message.objects.bulk_create(
        Message(
            ticket=ticket,
            inbox=inbox,
            direction="in" if said["from"] == "customer" else "out",
            customer_id=ticket.customer_id if n % 2 == 0 else None,
            author=None if n % 2 == 0 else agents[ticket.pk % len(agents)],
            external_id=said["id"],
            fingerprint=said["id"] if n % 2 == 0 else None,
            text=said["text"],
            delivery="" if n % 2 == 0 else "sent",
            at=datetime.fromisoformat(said["at"]),
        )
        for ticket, n, said in pairs
    )
    Event.objects.bulk_create(
        Event(
            kind="message.received" if n % 2 == 0 else "message.sent",
            subject_kind="ticket",
            subject_id=ticket.pk,
            actor="system",
            at=datetime.fromisoformat(said["at"]),
            facts={"message": 1},
        )
        for ticket, n, said in pairs
    )


def rates(acts: dict[str, Callable[[int], Any]], times: int) -> tuple[list[str], list[list[Any]]]:
    """Head and rows of a table: each act a number of times, one after another, after a warm-up."""
    head, rows = ["", "requests/s", "p50 ms", "p95 ms"], []
    for name, act in acts.items():
        taken = []
        for n in range(times + 5):
            began = time.perf_counter()
            act(n)
            taken.append((time.perf_counter() - began) * 1000)
        taken = taken[5:]
        rate = 1000 * len(taken) / sum(taken)
        rows.append([name, f"{rate:.0f}", f"{p(taken, 0.5):.2f}", f"{p(taken, 0.95):.2f}"])
    return head, rows


def pace() -> float:
    """Seconds this machine takes now to add ten million numbers in one thread; 0.5 is usual. Figures go by it."""
    began, total = time.perf_counter(), 0
    for n in range(10_000_000):
        total += n
    return time.perf_counter() - began


def table(title: str, head: list[str], rows: list[list[Any]]) -> None:
    """Print a table, numbers to the right, with the pace of the machine."""
    title = f"{title} (ten million additions: {pace():.2f} s)"
    text = [head, *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[n]) for row in text) for n in range(len(head))]
    print(f"\n{title}")
    for row in text:
        cells = (
            cell.rjust(width) if n else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print("| " + " | ".join(cells) + " |", flush=True)
        if row is head:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")


def p(values: list[float], share: float) -> float:
    """The smallest value with at least that share at or below it."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1000 * len(ordered)) // 1000) - 1))]
