"""Makers of this room's tests."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.test import Client

from ahlan.dialer.actions import Course, record_call
from ahlan.dialer.models import Call
from ahlan.staff.models import Agent

BEGAN = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
_next = count(1)


def course(wait: int | None = 30, talk: int = 120, **over: Any) -> Course:
    """Nine seconds of menu, a wait, a talk. `wait` None: no queue."""
    queued = BEGAN + timedelta(seconds=9)
    answered = queued + timedelta(seconds=wait or 0)
    told: dict[str, Any] = {
        "offered_at": BEGAN, "queued_at": None if wait is None else queued, "answered_at": answered, "outcome": "answered",
        "ended_at": answered + timedelta(seconds=talk), "menu": 9, "talk": talk, **over,
    }  # fmt: skip
    return Course(**told)


def make_call(given: Course | None = None, **over: Any) -> Call:
    call, _new = record_call(
        "switchboard", f"call {next(_next)}", given or course(), **{"actor": "system", **over}
    )
    return call


def client_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
