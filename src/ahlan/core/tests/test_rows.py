"""Rows written by a kept statement are the rows `save` would have written."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models.signals import post_save

from ahlan.channels.models import Inbox, RawInbound
from ahlan.core.rows import fetch, insert, just_written, remembering, update
from ahlan.customers.models import Address, Customer
from ahlan.events.models import Event, Job


@pytest.mark.django_db
def test_an_inserted_row_is_what_save_would_have_written() -> None:
    made = insert(
        Event(kind="a.b", subject_kind="a", subject_id=1, actor="system", facts={"שלום": [1, None]})
    )

    found = Event.objects.get(pk=made.pk)

    assert (found.kind, found.facts, found.at) == ("a.b", {"שלום": [1, None]}, made.at)
    assert isinstance(made.txid, int) and made.txid == found.txid
    assert made._state.adding is False and made._state.db == "default"


@pytest.mark.django_db
def test_bytes_and_references_are_written() -> None:
    inbox = Inbox.objects.create(name="Help", channel="email", address="help@desk.example")

    made = insert(
        RawInbound(inbox=inbox, channel="email", door="pipe", envelope={"a": 1}, body=b"\x00\xff", size=2)
    )

    found = RawInbound.objects.get(pk=made.pk)
    assert (found.inbox, bytes(found.body or b""), found.envelope, found.digest) == (
        inbox,
        b"\x00\xff",
        {"a": 1},
        "",
    )


@pytest.mark.django_db
def test_what_the_database_refuses_is_refused_and_spoils_only_its_savepoint() -> None:
    customer = insert(Customer(name="Cy"))
    insert(Address(customer=customer, kind="email", value="cy@else.example"))

    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Address(customer=customer, kind="email", value="cy@else.example"))

    assert list(Address.objects.values_list("value", flat=True)) == ["cy@else.example"]


@pytest.mark.django_db
def test_a_row_that_hangs_on_an_unsaved_one_is_refused() -> None:
    with pytest.raises(ValueError, match="unsaved"):
        insert(Address(customer=Customer(name="Cy"), kind="email", value="cy@else.example"))


@pytest.mark.django_db
def test_who_listens_to_a_table_is_told() -> None:
    heard: list[Any] = []

    def hear(instance: Any, created: bool, **_more: Any) -> None:
        heard.append((instance.pk, created))

    post_save.connect(hear, sender=Job)
    try:
        made = insert(Job(name="x"))
    finally:
        post_save.disconnect(hear, sender=Job)

    assert heard == [(made.pk, True)]


@pytest.mark.django_db
def test_a_value_for_what_the_database_fills_in_is_kept() -> None:
    made = insert(Event(kind="a.b", subject_kind="a", subject_id=1, actor="system", txid=7))

    assert Event.objects.get(pk=made.pk).txid == 7


@pytest.mark.django_db
def test_each_insert_is_one_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        made = insert(Customer(name="Cy"))

    assert Customer.objects.get().pk == made.pk


@pytest.mark.django_db
def test_a_row_is_fetched_by_its_key(django_assert_num_queries: Any) -> None:
    made = Event.objects.create(
        kind="a.b", subject_kind="a", subject_id=1, actor="system", facts={"ids": [1]}
    )

    with django_assert_num_queries(1):
        found = fetch(Event, made.pk)

    assert (found, found.facts, found.at) == (made, {"ids": [1]}, made.at)
    with pytest.raises(Event.DoesNotExist):
        fetch(Event, made.pk + 1)


@pytest.mark.django_db
def test_a_value_that_only_looks_like_a_fields_own_is_seen_to_by_the_field() -> None:
    made = insert(Event(kind="a.b", subject_kind="a", subject_id="7", actor="system", audience=5))  # type: ignore[misc]

    found = Event.objects.get(pk=made.pk)

    assert (found.subject_id, found.audience) == (7, "5")


@pytest.mark.django_db
def test_what_was_just_written_is_remembered_only_where_somebody_remembers() -> None:
    forgotten = insert(Customer(name="Bo"))
    with remembering():
        made = insert(Customer(name="Cy"))

        assert just_written(Customer, made.pk) is made
        assert just_written(Customer, forgotten.pk) is None
    assert just_written(Customer, made.pk) is None


@pytest.mark.django_db
def test_an_updated_row_bears_what_save_would_have_written() -> None:
    inbox = insert(Inbox(name="Help", channel="email", address="help@desk.example"))
    raw = insert(RawInbound(channel="email", door="pipe", envelope={}, body=b"a", size=1))
    raw.inbox, raw.envelope, raw.decision, raw.size = inbox, {"שלום": [1, None]}, "opened", 7

    update(raw, "inbox", "envelope", "decision")

    found = RawInbound.objects.get(pk=raw.pk)
    assert (found.inbox, found.envelope, found.decision, found.size) == (
        inbox,
        {"שלום": [1, None]},
        "opened",
        1,
    )


@pytest.mark.django_db
def test_nothing_is_updated_where_the_row_is_gone() -> None:
    customer = insert(Customer(name="Cy"))
    Customer.objects.all().delete()

    with pytest.raises(DatabaseError), transaction.atomic():
        update(customer, "name")
