"""What rules cost: taking in a mail and closing a ticket without any, beside rules that wait for something else, with 50
that listen and with 50 by time; and the job that runs them.

`python bench/rules.py`; DATABASE_URL for PostgreSQL.
"""

import os
import time
from collections.abc import Callable
from typing import Any

import desk

TIMES, WARM, RULES = 60, 10, 50


def main() -> None:
    desk.start(os.environ.get("AHLAN_BENCH"))
    desk.fill(2_000)
    found: dict[str, list[float]] = {}
    for title, make in (
        ("no rule", lambda n: None),
        (f"{RULES} that wait for something else", lambda n: rule(n, triggers=["undelivered"])),
        (f"{RULES} that listen", lambda n: rule(n, triggers=["opened", "closed"])),
        (
            f"{RULES} by time",
            lambda n: rule(n, triggers=[], since="last_message_at", amount=n + 1, unit="days"),
        ),
    ):
        forget_all()
        for n in range(RULES):
            make(n)
        clear()
        found[f"mail in, {title}"] = measure(mail_in())
        if "listen" in title:
            found["the job that asks them, after the mail"] = measure(follow())
        found[f"close, {title}"] = measure(close())
    rows = [[name, f"{desk.p(one, 0.5):.1f}", f"{desk.p(one, 0.95):.1f}"] for name, one in found.items()]
    desk.table(f"Rules, {desk.kind()}, {TIMES} calls each", ["ms", "p50", "p95"], rows)


def rule(n: int, **over: Any) -> None:
    """One of ten fits: it tags. The others ask for three properties in vain."""
    from ahlan.rules.actions.settings import save_rule, switch_rule

    asked = [
        {"facet": "priority", "is": "at_least", "value": ["4"]},
        {"facet": "subject", "is": "contains", "value": [f"word {n}"]},
        {"facet": "state", "is": "none_of", "value": ["on_hold"]},
    ]
    tree = {"all": [] if n % 10 == 0 else asked}
    acts = [{"act": "add_tags", "value": [f"tag {n}"]}]
    made = save_rule(name=f"Rule {n}", conditions=tree, acts=acts, actor="system", **over)
    switch_rule(made, True, actor="system")


def forget_all() -> None:
    from ahlan.rules.listening import forget
    from ahlan.rules.models import Rule

    Rule.objects.all().delete()
    forget()


def clear() -> None:
    """What earlier rounds have left to do is not part of this one."""
    from ahlan.events.models import Job

    Job.objects.all().delete()


def mail_in() -> Callable[[int], Any]:
    from generate import mail, ticket

    from ahlan.site.mail_command import receive_one

    inbox, _agents = desk.staff()
    stamp = time.monotonic_ns()
    mails = [mail(ticket(n, 1_000_000), unique=f".r{stamp}") for n in range(TIMES + WARM)]
    return lambda n: receive_one(mails[n], inbox)


def follow() -> Callable[[int], Any]:
    from django.db import transaction

    from ahlan.events.models import Event
    from ahlan.rules.actions.running import follow as run

    called = list(Event.objects.filter(kind="rule.called").order_by("-id")[: TIMES + WARM])

    def act(n: int) -> None:
        with transaction.atomic():
            run(called[n])

    return act


def close() -> Callable[[int], Any]:
    from ahlan.tickets.actions import work
    from ahlan.tickets.models import Ticket

    tickets = list(Ticket.objects.exclude(state="closed").order_by("pk")[: TIMES + WARM])
    return lambda n: work.close_ticket(tickets[n], actor="system")


def measure(act: Callable[[int], Any]) -> list[float]:
    """Milliseconds of each call after a warm-up."""
    taken = []
    for n in range(TIMES + WARM):
        began = time.perf_counter()
        act(n)
        taken.append((time.perf_counter() - began) * 1000)
    return taken[WARM:]


if __name__ == "__main__":
    main()
