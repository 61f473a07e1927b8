"""The strip: it fills from what is said, is set by hand, and asks before a ticket is closed."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.makers import make_message, make_ticket

from ahlan.courtesy.actions.way import mark_step, set_question
from ahlan.courtesy.models import House, Way
from ahlan.courtesy.steps import Step
from ahlan.courtesy.tests.makers import ANSWERED, ASKED, CHECKED, client_of, events, hear
from ahlan.courtesy.way import way_of
from ahlan.rules.actions.shortcuts import run_macro, save_macro
from ahlan.tickets.actions import answer, work
from ahlan.tickets.actions.automatic import write_by_itself
from ahlan.tickets.actions.merge import merge_tickets, unmerge_tickets
from ahlan.tickets.actions.words import save_field
from ahlan.tickets.models import Draft, Message, Ticket

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ticket(desk, cy) -> Ticket:
    ticket = make_ticket(inbox=desk, customer=cy, language="en")
    hear(ticket, ASKED)
    return ticket


def done(ticket: Ticket) -> list[str]:
    return [one.step.value for one in way_of(ticket) if one.done]


def test_it_fills_from_what_we_say_and_empties_with_a_new_need(ticket, ada):
    answer.reply(ticket, author=ada, text=ANSWERED)
    first = done(ticket)
    answer.reply(ticket, author=ada, text=CHECKED)
    second = done(ticket)
    hear(ticket, "Thank you, it works!")
    thanked = done(ticket)
    hear(ticket, "Now the other cup is broken too.")

    assert first == ["welcome", "solution"]
    assert second == thanked == ["welcome", "solution", "check"]
    assert done(ticket) == ["welcome"]


def test_notes_machines_forwards_and_strangers_take_no_step(ticket, ada):
    answer.note(ticket, author=ada, text=CHECKED)
    write_by_itself(ticket, text=CHECKED, actor="system")
    answer.forward(ticket, author=ada, text=CHECKED, to=[("", "courier@else.example")])

    assert done(ticket) == []


def test_a_reply_taken_back_takes_its_steps_back(ticket, ada):
    ada.undo_seconds = 10
    ada.save()
    answer.reply(ticket, author=ada, text=ANSWERED)
    said = answer.reply(ticket, author=ada, text=CHECKED)

    answer.unsend(said, agent=ada)

    assert done(ticket) == ["welcome", "solution"]


def test_a_ticket_from_before_is_worked_out_at_its_next_word(ticket, ada):
    answer.reply(ticket, author=ada, text=ANSWERED)
    Way.objects.all().delete()

    answer.reply(ticket, author=ada, text=CHECKED)

    assert done(ticket) == ["welcome", "solution", "check"]


def test_merged_tickets_are_worked_out_from_both(ticket, desk, cy, ada):
    other = make_ticket(inbox=desk, customer=cy, language="en")
    answer.reply(other, author=ada, text=CHECKED)

    merge = merge_tickets(other, ticket, actor=ada.actor)
    merged = done(ticket)
    unmerge_tickets(merge, actor=ada.actor)

    assert merged == ["welcome", "check"]
    assert (done(Ticket.objects.get(pk=ticket.pk)), done(Ticket.objects.get(pk=other.pk))) == (
        [],
        ["welcome", "check"],
    )


def test_setting_by_hand_wins_is_told_and_can_be_taken_back(ticket, ada):
    answer.reply(ticket, author=ada, text=ANSWERED)
    mark_step(ticket, "solution", False, agent=ada)
    mark_step(ticket, "door", True, agent=ada)
    by_hand = done(ticket)
    answer.reply(ticket, author=ada, text=ANSWERED)
    mark_step(ticket, "solution", False, agent=ada)  # nothing new
    still = done(ticket)
    mark_step(ticket, "solution", None, agent=ada)

    assert by_hand == still == ["welcome", "door"]
    assert done(ticket) == ["welcome", "solution", "door"]
    assert events("courtesy.step_marked") == [
        {"step": "solution", "done": False}, {"step": "door", "done": True}, {"step": "solution", "done": None},
    ]  # fmt: skip
    page = client_of(ada).get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Ada marked the step “Solution” as not done" in page
    assert "Ada left the step “Solution” to itself again" in page


def test_there_is_no_sixth_step(ticket, ada):
    with pytest.raises(ValueError):
        mark_step(ticket, "bow", True, agent=ada)
    for given in ({"step": "bow", "done": "1"}, {"step": "door", "done": "yes"}, {}):
        assert client_of(ada).post(f"/tickets/{ticket.pk}/way/", given).status_code == 422
    assert events("courtesy.step_marked") == []


def test_the_strip_is_pressed_on_the_page(ticket, ada):
    client = client_of(ada)

    response = client.post(f"/tickets/{ticket.pk}/way/", {"step": "check", "done": "1"}, headers=HTMX)

    assert done(ticket) == ["check"]
    assert "Set by Ada" in response.content.decode()
    assert client.post(f"/tickets/{ticket.pk}/way/", {"step": "check", "done": ""}).status_code == 302
    assert done(ticket) == []


def test_who_may_only_look_sees_it_and_sets_nothing(ticket, ada):
    from ahlan.staff.models import Role

    ada.role = Role.objects.get(key="viewer")
    ada.save()

    assert "disabled" in client_of(ada).get(f"/tickets/{ticket.pk}/way/", headers=HTMX).content.decode()
    assert client_of(ada).post(f"/tickets/{ticket.pk}/way/", {"step": "door", "done": "1"}).status_code == 403


def close(client: Client, ticket: Ticket, **more: str):
    return client.post(f"/tickets/{ticket.pk}/closure/", more, headers=HTMX)


def is_closed(ticket: Ticket) -> bool:
    return Ticket.objects.get(pk=ticket.pk).is_closed


def test_closing_asks_once_where_the_check_is_empty(ticket, ada):
    client = client_of(ada)

    asked = close(client, ticket)
    closed_at_first = is_closed(ticket)
    close(client, ticket, asked="1")

    assert (asked["HX-Retarget"], closed_at_first) == ("#ticket-asks", False)
    assert "Is there anything else we can help you with?" in asked.content.decode()
    assert is_closed(ticket)


def test_closing_asks_in_the_customers_language(desk, cy, ada):
    ticket = make_ticket(inbox=desk, customer=cy, language="fi")
    make_message(ticket, text="Kuppi on rikki.")

    assert "Voimmeko auttaa vielä jossakin muussa?" in close(client_of(ada), ticket).content.decode()


def test_closing_asks_nothing_where_the_check_is_filled_or_the_house_does_not_want_it(ticket, desk, cy, ada):
    answer.reply(ticket, author=ada, text=CHECKED)
    other = make_ticket(inbox=desk, customer=cy)
    close(client_of(ada), ticket)
    set_question(False, actor="system")
    close(client_of(ada), other)

    assert is_closed(ticket)
    assert is_closed(other)


def test_closing_asks_nothing_where_no_customer_has_spoken(desk, cy, ada):
    ticket = make_ticket(inbox=desk, customer=cy)
    make_message(ticket, automatic="bulk")

    close(client_of(ada), ticket)

    assert is_closed(ticket)


def test_what_cannot_be_closed_yet_is_not_asked_about(ticket, ada):
    save_field(name="Cause", kind="text", required="closing", actor="system")

    answer = close(client_of(ada), ticket)

    assert (answer.status_code, "Cause" in answer.json()["error"]) == (422, True)
    assert not is_closed(ticket)


def test_the_state_menu_asks_too_and_reopening_asks_nothing(ticket, ada):
    client = client_of(ada)

    asked = client.post(f"/tickets/{ticket.pk}/state/", {"state": "closed"}, headers=HTMX)
    waiting = client.post(f"/tickets/{ticket.pk}/state/", {"state": "waiting"}, headers=HTMX)
    client.post(f"/tickets/{ticket.pk}/state/", {"state": "closed", "asked": "1"}, headers=HTMX)
    was = is_closed(ticket)
    reopened = close(client, ticket, undo="1")

    assert "state-form" in asked.content.decode()
    assert "HX-Retarget" not in waiting
    assert was
    assert "HX-Retarget" not in reopened
    assert not is_closed(ticket)


def test_send_and_close_keeps_the_words_while_it_asks(ticket, ada):
    client, address = client_of(ada), f"/tickets/{ticket.pk}/messages/"
    given = {"kind": "reply", "text": ANSWERED, "then": "closed"}

    asked = client.post(address, given, headers=HTMX)
    kept = Draft.objects.get().text
    none_sent = not Message.objects.filter(direction="out").exists()
    client.post(address, {**given, "asked": "1"}, headers=HTMX)

    assert 'form="composer"' in asked.content.decode()
    assert (kept, none_sent) == (ANSWERED, True)
    assert is_closed(ticket)


def test_send_and_close_asks_nothing_where_the_reply_itself_asks(ticket, ada):
    given = {"kind": "reply", "text": CHECKED, "then": "closed"}

    client_of(ada).post(f"/tickets/{ticket.pk}/messages/", given, headers=HTMX)

    assert is_closed(ticket)


def test_without_scripts_the_question_comes_with_the_page(ticket, ada):
    page = client_of(ada).post(f"/tickets/{ticket.pk}/closure/").content.decode()

    assert "<dialog" in page
    assert " open " in page
    assert 'form="closure-form"' in page


def test_macros_and_verbs_are_not_asked(ticket, ada):
    macro = save_macro(name="Done", acts=[{"act": "state", "value": ["closed"]}], actor="system")

    run_macro(macro, ticket, agent=ada)

    assert is_closed(ticket)
    assert work.reopen_ticket(ticket, actor="system").state == "open"


def test_the_question_is_switched_by_those_who_may(ada, chief):
    refused = client_of(ada).post("/settings/way/", {})
    client_of(chief).post("/settings/way/", {})
    off = House.objects.get().asks_before_closing
    client_of(chief).post("/settings/way/", {"asks": "on"})

    assert refused.status_code == 403
    assert (off, House.objects.get().asks_before_closing) == (False, True)
    assert events("courtesy.question_set") == [{"asks": False}, {"asks": True}]


def test_the_strip_costs_the_same_for_more_words(ticket, ada):
    client, costs = client_of(ada), []
    mark_step(ticket, Step.DOOR, True, agent=ada)
    for count in (1, 3):
        for _ in range(count):
            make_message(ticket)
        client.get(f"/tickets/{ticket.pk}/way/", headers=HTMX)
        with CaptureQueriesContext(connection) as taken:
            client.get(f"/tickets/{ticket.pk}/way/", headers=HTMX)
        costs.append(len(taken))

    assert costs[0] == costs[1]
