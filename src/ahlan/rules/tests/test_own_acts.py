"""Rules and macros set types, statuses and fields; what cannot be set is told, and a macro can be taken back."""

import pytest
from django.test import Client
from tests.makers import make_ticket

from ahlan.core.clock import now
from ahlan.events.models import Event
from ahlan.rules.actions.bulk import go_on, start_bulk
from ahlan.rules.actions.recurring import begin_recurrence, open_due, save_template
from ahlan.rules.actions.shortcuts import run_macro, save_macro, undo_macro
from ahlan.rules.acts import BadAct, act_named, acts
from ahlan.rules.acts import words as act_words
from ahlan.rules.models import Bulk, Recurrence, TicketTemplate
from ahlan.rules.tests.makers import do, leaf, make_rule, work_off, write
from ahlan.tickets.actions import words, work
from ahlan.tickets.actions.fields import set_fields
from ahlan.tickets.fields import fields_of
from ahlan.tickets.models import Ticket
from ahlan.tickets.models.own import FieldOption
from ahlan.tickets.vocabulary import vocabulary

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(db):
    """A type, a status and two fields."""
    fault = words.save_type(name="Fault", actor="system")
    solved = words.save_status(name="Solved", state="closed", actor="system")
    size = words.save_field(name="Size", kind="number", actor="system")
    part = words.save_field(
        name="Part", kind="choice", options=[(None, "Lid"), (None, "Cup")], actor="system"
    )
    return fault, solved, size, part


def stands(ticket):
    ticket = Ticket.objects.get(pk=ticket.pk)
    return (
        str(ticket.type or ""),
        vocabulary().status_word(ticket),
        [one.told for one in fields_of(ticket)],
    )


def test_a_rule_sets_type_fields_and_status_and_is_called_by_them(own, desk):
    fault, solved, size, part = own
    lid = FieldOption.objects.get(name="Lid").pk
    make_rule("Begin", do("type", fault.pk), do(size.key, "2,5"), do(part.key, lid))
    make_rule(
        "End",
        do("status", solved.pk),
        triggers=["fields"],
        conditions={"all": [leaf(part.key, "any_of", lid)]},
    )
    ticket = write(desk)
    work_off()

    assert stands(ticket) == ("Fault", "Solved", ["2.5", "Lid"])


def test_a_macro_is_taken_back(own, desk, ada):
    fault, solved, size, _part = own
    ticket = make_ticket(inbox=desk)
    set_fields(ticket, {size.pk: ["1"]}, actor="system")
    before = stands(ticket)
    given = [do("type", fault.pk), do(size.key, "7"), do("status", solved.pk)]
    macro = save_macro(name="Done", acts=given, actor="system")
    run, failed = run_macro(macro, ticket, agent=ada)
    after = stands(ticket)
    undone = undo_macro(run, agent=ada)

    assert (failed, undone, after) == ([], True, ("Fault", "Solved", ["7", ""]))
    assert stands(ticket) == before == ("", "Open", ["1", ""])


def test_a_macro_is_refused_where_required_fields_are_empty_and_says_so(own, desk, ada):
    words.save_field(name="Cause", kind="text", required="closing", actor="system")
    ticket = make_ticket(inbox=desk)
    macro = save_macro(name="Close", acts=[do("state", "closed")], actor="system")
    _run, failed = run_macro(macro, ticket, agent=ada)
    make_rule("Close", do("state", "closed"), triggers=["tagged"])
    refused = Ticket.objects.get(pk=ticket.pk).state
    work.tag_ticket(ticket, ["x"], actor="system")
    work_off()

    assert (failed, refused) == ([["state", "fields"]], "open")
    assert Ticket.objects.get(pk=ticket.pk).state == "closed"


def test_what_is_archived_meanwhile_is_told_and_leaves_the_rest(own, desk):
    fault, solved, size, part = own
    lid = FieldOption.objects.get(name="Lid").pk
    make_rule("All", do("type", fault.pk), do("status", solved.pk), do(part.key, lid), do(size.key, "1"))
    for one in (fault, solved, part):
        words.archive_word(one, actor="system")
    ticket = write(desk)
    work_off()

    assert Event.objects.get(kind="rule.ran").facts["failed"] == [
        ["type", "gone"], ["status", "gone"], [part.key, "gone"],
    ]  # fmt: skip
    assert stands(ticket) == ("", "Open", ["1"])


@pytest.mark.parametrize("given", ["abc", "9" * 20, "1,234"])
def test_an_act_that_gives_what_a_field_cannot_hold_is_not_saved(own, given):
    _fault, _solved, size, part = own
    with pytest.raises(BadAct):
        save_macro(name="X", acts=[do(size.key, given)], actor="system")
    with pytest.raises(BadAct):
        save_macro(name="X", acts=[do(part.key, "999")], actor="system")


def test_many_tickets_get_a_field_at_once_and_an_act_knows_when_it_changes_nothing(own, desk, ada):
    _fault, _solved, size, part = own
    tickets = [make_ticket(inbox=desk) for _ in range(2)]
    lid = FieldOption.objects.get(name="Lid").pk
    bulk = start_bulk(
        agent=ada, acts=[do(size.key, "3"), do(part.key, lid)], numbers=[one.pk for one in tickets]
    )
    for _ in range(3):
        go_on(bulk.pk)

    assert Bulk.objects.get().failed == 0
    assert [stands(one)[2] for one in tickets] == [["3", "Lid"]] * 2
    asked = [act_named(part.key).is_so(tickets[0], [str(one)]) for one in (lid, "nothing")]
    assert asked == [True, False]
    assert act_words([do(size.key, "3"), do(part.key, lid)]) == ["Set “Size”: “3”", "Set “Part”: Lid"]
    assert {size.key, part.key} <= {one.key for one in acts("macro")}


def test_nothing_empties_a_field_by_an_act(own, desk, ada):
    part = own[3]
    ticket = make_ticket(inbox=desk)
    set_fields(ticket, {part.pk: [str(FieldOption.objects.get(name="Lid").pk)]}, actor="system")
    macro = save_macro(name="Empty", acts=[do(part.key, "nothing")], actor="system")
    run_macro(macro, ticket, agent=ada)

    assert stands(ticket)[2] == ["", ""]


def test_a_template_begins_a_ticket_with_type_and_fields(own, desk, ada, cy):
    fault, _solved, size, part = own
    lid = FieldOption.objects.get(name="Lid").pk
    client = Client()
    client.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    given = {
        "name": "Broken", "audience": "me", "inbox": desk.pk, "subject": "S", "says": "note", "text": "T", "then": "open", "priority": 2,
        "kind": fault.pk, size.key: "x", part.key: lid,
    }  # fmt: skip
    wrong = client.post("/settings/templates/new/", given)
    client.post("/settings/templates/new/", {**given, size.key: "4"})
    made = TicketTemplate.objects.get()
    page = client.get(f"/tickets/new/?from=template-{made.pk}").content.decode()
    coming = begin_recurrence(
        made, cy, rule="FREQ=DAILY", starts=now().replace(tzinfo=None), zone="UTC", actor="system"
    )
    Recurrence.objects.filter(pk=coming.pk).update(next_at=now())
    open_due()

    assert (wrong.status_code, made.fields["kind"], made.fields["values"]) == (
        422, fault.pk, {str(size.pk): ["4"], str(part.pk): [str(lid)]},
    )  # fmt: skip
    assert f'<option value="{lid}" selected>Lid' in page
    assert stands(Ticket.objects.get()) == ("Fault", "Open", ["4", "Lid"])


def test_a_template_whose_field_was_archived_says_so_and_opens_nothing(own, desk, cy):
    _fault, _solved, size, _part = own
    begins = {
        "inbox": desk.pk, "team": None, "subject": "S", "says": "note", "then": "open", "priority": 2, "tags": "", "text": "T",
        "values": {str(size.pk): ["4"]},
    }  # fmt: skip
    made = save_template(name="Broken", fields=begins, actor="system")
    coming = begin_recurrence(
        made, cy, rule="FREQ=DAILY", starts=now().replace(tzinfo=None), zone="UTC", actor="system"
    )
    words.archive_word(size, actor="system")
    Recurrence.objects.filter(pk=coming.pk).update(next_at=now())
    open_due()

    assert (Recurrence.objects.get().failure, Ticket.objects.count()) == ("gone", 0)
