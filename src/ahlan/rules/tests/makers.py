"""A rule that is on, jobs done at once, and tickets told by mail."""

from typing import Any

from django.db import transaction
from tests.makers import mail

from ahlan.channels.actions import keep
from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.events.execute import call
from ahlan.events.models import Event, Job
from ahlan.rules.actions.settings import save_rule, switch_rule
from ahlan.rules.models import Rule
from ahlan.tickets.actions.intake import receive_raw
from ahlan.tickets.models import Ticket

ALL: dict[str, Any] = {"all": []}


def leaf(key: str, test: str, *values: object) -> dict[str, Any]:
    return {"facet": key, "is": test, "value": [str(one) for one in values]}


def do(key: str, *values: object) -> dict[str, Any]:
    return {"act": key, "value": [str(one) for one in values]}


def make_rule(name: str = "Everything", *acts: dict[str, Any], on: bool = True, **over: Any) -> Rule:
    """On, and called when a ticket is opened."""
    defaults: dict[str, Any] = {"conditions": ALL, "acts": list(acts), "actor": "system"}
    if "since" not in over:
        defaults["triggers"] = ["opened"]
    rule = save_rule(name=name, **{**defaults, **over})
    return switch_rule(rule, on, actor="system")


def make_silence(name: str, *acts: dict[str, Any], **over: Any) -> Rule:
    """Acts two hours after the last word."""
    return make_rule(name, *acts, **{"since": "last_message_at", "amount": 2, "unit": "hours", **over})


def write(inbox: Inbox, **over: str) -> Ticket:
    """A customer's mail comes in; the ticket it lies in."""
    (receipt,) = receive_raw(keep(mail(**over), channel="email", inbox=inbox, door="test", announce=False))
    assert receipt.ticket is not None
    return receipt.ticket


def work_off() -> int:
    """Do what rules have written jobs for, and what that brings about; returns how many."""
    done = 0
    names = (
        "ahlan.rules.subscribers.run_rules",
        "ahlan.rules.subscribers.gather_waits",
        "ahlan.rules.subscribers.keep_waits",
    )
    while job := Job.objects.filter(state="ready", name__in=names).order_by("id").first():
        with transaction.atomic():
            call(job)
            Job.objects.filter(pk=job.pk).update(state="done", finished_at=now())
        done += 1
    return done


def told(ticket: Ticket, kind: str = "rule.ran") -> list[int]:
    """The rules that such events on a ticket name, in order."""
    events = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk, kind=kind).order_by("id")
    return [event.facts["rule"] for event in events]
