import threading

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from ahlan.events.log import Cursor, newest, read_after, record, settle_after_restore
from ahlan.events.models import Event, Job
from ahlan.events.tests.chores import path, thing, want

on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"
)


@pytest.mark.django_db
def test_record_writes_event_what_follows_within_and_jobs_after(django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(3):  # two events, one insert of jobs
        event = record("letter.queued", thing(7), actor="agent:5", audience="inbox:3", size=12)

    assert list(Event.objects.order_by("pk").values_list("kind", "subject_kind", "subject_id", "actor")) == [
        ("letter.queued", "worker", 7, "agent:5"),
        ("letter.noted", "worker", 7, "agent:5"),
    ]
    assert (event.facts, event.audience, event.subject) == ({"size": 12}, "inbox:3", "worker:7")
    job = Job.objects.get()
    assert (job.name, job.queue, job.priority, job.unique_key) == (path("send_letter"), "mail", 10, "send:7")
    assert (job.run_at - event.at).total_seconds() == 10
    assert job.event == event


@pytest.mark.django_db
def test_record_without_subscribers_is_one_statement(django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1):
        record("nothing.heard", thing(1), actor="system")


@pytest.mark.django_db(transaction=True)
def test_record_refuses_to_stand_outside_a_transaction():
    with pytest.raises(TransactionManagementError):
        record("chore.wanted", thing(1), actor="system")

    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_record_leaves_nothing_of_a_transaction_that_fails():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("letter.queued", thing(1), actor="system")
        raise ZeroDivisionError

    assert (Event.objects.count(), Job.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_record_needs_a_saved_subject():
    with pytest.raises(ValueError, match="saved"):
        record("chore.wanted", thing(None), actor="system")


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_reading_on_misses_nothing_of_interleaved_transactions():
    written, commit, start = threading.Event(), threading.Event(), newest()

    def slow_writer() -> None:
        with transaction.atomic():
            record("race.slow", thing(1), actor="system")  # the earlier id, committed later
            written.set()
            commit.wait(10)
        connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    written.wait(10)
    want(2, "race.quick")
    naive = list(Event.objects.values_list("kind", flat=True))
    before = read_after(start, limit=10)
    commit.set()
    writer.join()
    found = read_after(start, limit=10)

    assert naive == ["race.quick"]  # a reader going by id would move past the slow one here
    assert before == []
    assert [event.kind for event in found] == ["race.slow", "race.quick"]
    assert read_after(Cursor.of(found[0]), limit=10) == found[1:]
    assert newest() == Cursor.of(found[-1])


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_events_restored_from_a_later_numbered_database_become_old():
    event = want(1, "nothing.heard")
    Event.objects.update(txid=event.txid + 1_000_000)

    settle_after_restore()
    want(2, "nothing.heard")

    assert [found.subject_id for found in read_after(Cursor(0, 0), limit=10)] == [2]


@pytest.mark.django_db(transaction=True)
def test_read_after_goes_on_from_any_event():
    start = newest()
    events = [want(number, "nothing.heard") for number in range(5)]

    read = read_after(start, limit=3)
    read += read_after(Cursor.of(read[-1]), limit=3)

    assert read == events
    assert read_after(newest(), limit=3) == []


@pytest.mark.parametrize("text", ["", "1", "-", "1-", "a-1", "1--2", "1-" + "9" * 19, "-1-1", "1-1;x"])
def test_cursor_refuses_what_it_did_not_write(text):
    with pytest.raises(ValueError, match="place"):
        Cursor.parse(text)


def test_cursor_reads_what_it_wrote():
    assert Cursor.parse(str(Cursor(812, 77))) == Cursor(812, 77)
