import threading

import pytest
from django.db import connection, transaction

from ahlan.events.definitions import Definitions, one_look
from ahlan.events.models import Schedule, Stamp

AT = "2026-11-22T00:00:00Z"


@pytest.fixture
def names():
    """Rows of some table stand for definitions; how often they were read is counted."""
    reads = []

    def read():
        reads.append(1)
        return sorted(Schedule.objects.filter(name__startswith="def").values_list("name", flat=True))

    made = Definitions("schedules of a test", read=read, of=[Schedule])
    made.reads = reads
    return made


def make(name: str) -> Schedule:
    return Schedule.objects.create(name=name, next_at=AT)


@pytest.mark.django_db
def test_definitions_are_read_once_and_cost_one_statement(names, django_assert_num_queries):
    make("def a")
    names()

    with django_assert_num_queries(2):
        assert (names(), names()) == (["def a"], ["def a"])
    assert len(names.reads) == 1


@pytest.mark.django_db
def test_definitions_are_read_anew_when_a_row_is_saved_or_deleted(names):
    row = make("def a")
    seen = [names()]
    make("def b")
    seen.append(names())
    row.delete()

    assert [*seen, names()] == [["def a"], ["def a", "def b"], ["def b"]]


@pytest.mark.django_db
def test_definitions_hear_of_an_update_by_being_told(names):
    make("def a")
    names()
    Schedule.objects.filter(name="def a").update(name="def z")
    names.changed()

    assert names() == ["def z"]


@pytest.mark.django_db(transaction=True)
def test_definitions_of_a_transaction_that_failed_are_forgotten(names):
    make("def a")
    with pytest.raises(LookupError), transaction.atomic():
        make("def b")
        inside = names()
        raise LookupError

    assert (inside, names()) == (["def a", "def b"], ["def a"])


@pytest.mark.django_db(transaction=True)
def test_definitions_changed_elsewhere_are_seen(names):
    def change():
        make("def b")
        connection.close()

    make("def a")
    names()
    thread = threading.Thread(target=change)
    thread.start()
    thread.join()

    assert names() == ["def a", "def b"]


@pytest.mark.django_db
def test_one_look_asks_once_and_sees_what_it_changes_itself(names, django_assert_num_queries):
    make("def a")
    names()

    with one_look():
        with django_assert_num_queries(1), one_look():
            assert (names(), names()) == (["def a"], ["def a"])
        make("def b")
        assert names() == ["def a", "def b"]
        with transaction.atomic():
            make("def c")
            assert names() == ["def a", "def b", "def c"]
            transaction.set_rollback(True)
        assert names() == ["def a", "def b"]


@pytest.mark.django_db
def test_the_next_look_sees_what_another_process_has_changed(names):
    with one_look():
        assert names() == []
    Schedule.objects.bulk_create([Schedule(name="def a", next_at=AT)])
    Stamp.objects.update_or_create(name=names.name, defaults={"value": 5})

    with one_look():
        assert names() == ["def a"]
