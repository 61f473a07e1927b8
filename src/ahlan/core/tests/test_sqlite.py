import gc
import threading
import time

import pytest
from django.db import OperationalError, connection, transaction

from ahlan.core.sqlite.base import NAP

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="only one kind of database is meant"),
]
STATEMENT = "UPDATE django_session SET session_data = '' WHERE session_key = 'none'"


def write() -> None:
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT)


class Other:
    """A thread with a connection of its own that writes as soon as it may; its error is kept."""

    def __init__(self, before=lambda: None) -> None:
        self.error, self.before, self.ready = None, before, threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        self.ready.wait()
        time.sleep(20 * NAP)

    def run(self) -> None:
        try:
            self.before()
            self.ready.set()
            write()
        except OperationalError as error:
            self.error = error
        finally:
            connection.close()


def test_who_finds_the_database_busy_writes_as_soon_as_it_is_free():
    with transaction.atomic():
        write()
        other = Other()
        waited = other.thread.is_alive()
    other.thread.join(5)

    assert (waited, other.thread.is_alive(), other.error) == (True, False, None)


def test_a_database_that_stays_busy_is_given_up(monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)

    with transaction.atomic():
        write()
        other = Other()
        other.thread.join(5)

    assert "locked" in str(other.error)


def test_collecting_garbage_of_one_who_waits_does_not_wait_for_him():
    def leave_a_cursor() -> None:
        cursor = connection.connection.cursor() if connection.connection else connection.cursor().cursor
        cursor.execute("SELECT 1 UNION SELECT 2").fetchone()
        ring = [cursor]
        ring.append(ring)

    gc.disable()
    try:
        with transaction.atomic():
            write()
            other = Other(leave_a_cursor)
            begun = time.monotonic()
            gc.collect()
            took = time.monotonic() - begun
    finally:
        gc.enable()
    other.thread.join(5)

    assert took < 5  # the patience of who waits is twenty
    assert other.error is None
