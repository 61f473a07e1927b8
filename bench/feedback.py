"""How long a page of results takes over many answers: `python bench/feedback.py [ANSWERS]` (1,000,000) prints a table.

Whole requests through all middleware, one after another, without a network; DATABASE_URL for PostgreSQL. Answers and their counts are
written by the database itself, as the verbs would have left them a minute later.
"""

import sys
import time
from datetime import timedelta
from itertools import islice
from typing import Any

import desk

desk.start(None)

from django.db import connection, transaction
from django.test import Client

from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.customers.models import Customer
from ahlan.feedback.actions.answering import put_down
from ahlan.feedback.actions.instruments import make_ready
from ahlan.feedback.counting import fold
from ahlan.feedback.journal.actions import save_theme
from ahlan.feedback.journal.models import Theme
from ahlan.feedback.models import Complaint, Count, Version
from ahlan.feedback.queries import latest
from ahlan.feedback.segments.actions import judge, save_segment
from ahlan.staff.models import Agent, Team
from ahlan.tickets.models import Ticket

TIMES = 30
COMPLAINTS = 50_000
THEMES = 20


SQLITE = {
    "at": "datetime('now', '-' || ((i * 7919) % 31536000) || ' seconds')", "day": "date(answered_at)",
    "month": "date(answered_at, 'start of month')", "json": "'{{\"{name}\": ' || {score} || '}}'", "text": "CAST({} AS TEXT)",
}  # fmt: skip
POSTGRES = {
    "at": "now() - ((i::bigint * 7919) % 31536000) * interval '1 second'", "day": "(answered_at AT TIME ZONE 'UTC')::date",
    "month": "date_trunc('month', answered_at AT TIME ZONE 'UTC')::date",
    "json": "('{{\"{name}\": ' || {score} || '}}')::jsonb", "text": "{}::varchar",
}  # fmt: skip
SCORE = "CASE WHEN i % 17 < 7 THEN 10 - i % 3 WHEN i % 17 < 11 THEN 7 + i % 2 ELSE (i * 31) % 11 END"
FACETS = {
    "": "''",
    "team": "team_id",
    "agent": "agent_id",
    "inbox": "inbox_id",
    "channel": "channel",
    "language": "language",
}


def fill(version: Version, size: int) -> None:
    """Spread over a year, all teams and agents, six languages; every twentieth with a comment."""
    words = POSTGRES if connection.vendor == "postgresql" else SQLITE
    picked = {
        model: list(model.objects.order_by("id").values_list("pk", flat=True))
        for model in (Agent, Team, Inbox)
    }
    first = {model: (keys[0], len(keys)) for model, keys in picked.items()}
    columns = {
        "version_id": version.pk, "answers": words["json"].format(name="score", score=f"({SCORE})"),
        "parts": words["json"].format(name="value", score=f"({SCORE})"), "score": SCORE, "source": "'invited'", "channel": "'email'",
        "spoken": "''", "marks": "''", "comment": "CASE WHEN i % 20 = 0 THEN 'Words ' || i ELSE '' END", "answered_at": words["at"], "finished": "TRUE", "anonymous": "FALSE",
        "language": "CASE i % 6 WHEN 0 THEN 'en' WHEN 1 THEN 'he' WHEN 2 THEN 'ar' WHEN 3 THEN 'fi' WHEN 4 THEN 'fa' ELSE 'ru' END",
        **{f"{model.__name__.lower()}_id": f"{start} + (i / 7) % {many}" for model, (start, many) in first.items()},
    }  # fmt: skip
    numbers = (
        f"WITH RECURSIVE numbers(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < {size})"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        names, values = ", ".join(columns), ", ".join(map(str, columns.values()))
        cursor.execute(
            f"{numbers} INSERT INTO feedback_answer ({names}) SELECT {values} FROM numbers"
            if words is SQLITE
            else f"INSERT INTO feedback_answer ({names}) {numbers} SELECT {values} FROM numbers"
        )
        for facet, column in FACETS.items():
            key = column if column in ("''", "channel", "language") else words["text"].format(column)
            for grain in ("day", "month"):
                cursor.execute(
                    'INSERT INTO feedback_count (version_id, grain, "on", inbox_id, facet, key, part, value, n, folded) '
                    f"SELECT version_id, '{grain}', {words[grain]}, inbox_id, '{facet}', {key}, 'value', CAST(score AS integer), count(*), TRUE "
                    "FROM feedback_answer GROUP BY 1, 3, 4, 6, 8"
                )


def mark(version: Version) -> None:
    """Every answer is of one theme, as far as its counts go."""
    for n in range(THEMES):
        save_theme(None, names={"en": f"Theme {n}"}, words={"en": [f"word{n}"]}, actor="system")
    keys = list(Theme.objects.order_by("id").values_list("pk", flat=True))
    found = Count.objects.filter(version=version, facet="agent").order_by("id")
    rows = (
        Count(
            version_id=one.version_id, grain=one.grain, on=one.on, inbox_id=one.inbox_id, facet="theme", key=str(keys[int(one.key) % THEMES]),
            part=one.part, value=one.value, n=one.n, folded=True,
        )
        for one in found.iterator(chunk_size=5_000)
    )  # fmt: skip
    while some := list(islice(rows, 5_000)):
        Count.objects.bulk_create(some)


def complain(size: int) -> None:
    """So many complaints on as many tickets, most of them closed."""
    inbox, day = Inbox.objects.order_by("id")[0], now().date()
    people = Customer.objects.bulk_create(
        (Customer(name=f"Customer {n}", language="en") for n in range(size // 10)), batch_size=5_000
    )
    tickets = Ticket.objects.bulk_create(
        (Ticket(subject=f"Ticket {n}", inbox=inbox, customer=people[n % len(people)]) for n in range(size)),
        batch_size=5_000,
    )
    Complaint.objects.bulk_create(
        (
            Complaint(
                ticket=one, customer_id=one.customer_id, source="mail", profile="house", language="en", received_on=day - timedelta(days=n % 400),
                due_on=day + timedelta(days=n % 60 - 30), due_at=now() + timedelta(hours=n % 1_400 - 700), said="It leaks.",
                number=f"{n:012d}", state="open" if n % 10 == 0 else "closed",
            )
            for n, one in enumerate(tickets)
        ),
        batch_size=5_000,
    )  # fmt: skip


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    desk.staff(50)
    Team.objects.bulk_create(Team(name=f"Team {n}") for n in range(9))
    Inbox.objects.bulk_create(
        Inbox(name=f"Inbox {n}", channel="email", address=f"i{n}@desk.example") for n in range(4)
    )
    make_ready()
    version = latest("nps")
    began = time.perf_counter()
    fill(version, size)
    mark(version)
    complain(COMPLAINTS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    often = {"all": [{"facet": "tickets", "is": "at_least", "value": ["5"]}]}
    segment = save_segment(None, name="Often", conditions=often, actor="system")
    people = list(Customer.objects.order_by("id").values_list("pk", flat=True)[:200])
    print(f"filled in {time.perf_counter() - began:,.0f} s; {Count.objects.count():,} counts")
    client = Client()
    client.force_login(
        Agent.objects.filter(role__key="admin")[0],
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )

    def get(place: str) -> None:
        response = client.get(place)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert response.status_code == 200 and body, response.status_code

    places = {
        "90 days, by team": "/feedback/nps/", "a year, by team": "/feedback/nps/?days=365", "a year, by agent": "/feedback/nps/?days=365&by=agent",
        "a year, by language": "/feedback/nps/?days=365&by=language", "all instruments": "/feedback/",
        "answers": "/feedback/nps/answers/?days=365", "comments": "/feedback/nps/answers/?days=365&words=1",
        "answers of one score": "/feedback/nps/answers/?days=365&value=0", "a year, by theme": "/feedback/nps/?days=365&by=theme",
        "register, open": "/register/", "register, overdue": "/register/?state=overdue", "register, closed": "/register/?state=closed",
    }  # fmt: skip
    acts: dict[str, Any] = {name: (lambda n, place=place: get(place)) for name, place in places.items()}
    acts["an answer taken"] = lambda n: put_down(version, {"score": n % 11}, source="import")
    acts["counts folded"] = lambda n: (put_down(version, {"score": n % 11}, source="import"), fold())

    def look(n: int) -> None:
        with transaction.atomic():
            judge(people, [segment])

    acts["200 customers judged"] = look
    head, rows = desk.rates(acts, TIMES)
    desk.table(f"Results, {desk.kind()}, {size:,} answers, {TIMES} calls each, one after another", head, rows)


if __name__ == "__main__":
    main()
