"""What is told of the past bears its own moment and asks nobody for anything."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from ahlan.core import clock
from ahlan.events import subscribe
from ahlan.events.history import history, is_history
from ahlan.events.jobs import enqueue
from ahlan.events.log import record
from ahlan.events.models import Event, Job
from ahlan.events.tests.chores import thing

LONG_AGO = datetime(1999, 8, 1, 7, 5, 36, tzinfo=UTC)


@pytest.mark.django_db
def test_the_past_bears_its_moment_and_writes_no_job():
    with transaction.atomic(), history(LONG_AGO):
        event = record("letter.queued", thing(7), actor="system", audience="inbox:3")
        assert enqueue("ahlan.events.tests.chores.send_letter") is None

    assert (event.at, event.audience, Job.objects.count()) == (LONG_AGO, "", 0)
    assert list(Event.objects.values_list("kind", flat=True)) == ["letter.queued"]


@pytest.mark.django_db
def test_the_same_told_of_today_writes_its_job():
    with transaction.atomic():
        record("letter.queued", thing(7), actor="system", audience="inbox:3")

    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_only_who_wants_the_past_hears_of_it(monkeypatch):
    heard = []
    monkeypatch.setattr(subscribe, "_within", {"old.told": [lambda event: heard.append("everybody")]})
    monkeypatch.setattr(subscribe, "_within_history", {"old.told": [lambda event: heard.append("the past")]})

    with transaction.atomic():
        record("old.told", thing(1), actor="system")
        with history(LONG_AGO):
            record("old.told", thing(1), actor="system")

    assert heard == ["everybody", "the past"]


def test_the_clock_goes_on_afterwards_whatever_happens():
    with pytest.raises(RuntimeError), history(LONG_AGO):
        assert (clock.now(), is_history()) == (LONG_AGO, True)
        raise RuntimeError
    assert clock.now().year > 2000
    assert not is_history()


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError), history(datetime(1999, 8, 1)):
        pass
