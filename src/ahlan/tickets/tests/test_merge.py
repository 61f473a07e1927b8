"""Two tickets made one lose nothing, the old number leads to the new one, and for a day it can be undone exactly."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.makers import mail, make_agent, make_customer, make_inbox, make_message, make_ticket

from ahlan.channels.actions import keep
from ahlan.core.clock import now
from ahlan.events.models import Event
from ahlan.staff.models import Agent
from ahlan.tickets.actions import work
from ahlan.tickets.actions.answer import note, reply, unsend
from ahlan.tickets.actions.fields import set_fields
from ahlan.tickets.actions.intake import Receipt, receive_raw
from ahlan.tickets.actions.merge import CannotMerge, merge_tickets, unmerge_tickets
from ahlan.tickets.actions.snooze import snooze_ticket
from ahlan.tickets.actions.words import save_field
from ahlan.tickets.fields import told_of, values_of
from ahlan.tickets.lists import counts_of, page_of, views_of
from ahlan.tickets.models import Attachment, Draft, Merge, Message, Participant, State, Ticket
from ahlan.tickets.models.own import Field, FieldOption
from ahlan.tickets.portal import request_for, token_for
from ahlan.tickets.timeline import timeline_of

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def said(ticket: Ticket) -> list[int]:
    return list(Message.objects.filter(ticket=ticket).order_by("id").values_list("pk", flat=True))


def kinds(ticket: Ticket) -> list[tuple[str, dict[str, Any]]]:
    events = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("id")
    return list(events.values_list("kind", "facts"))


def write(**headers: str) -> Receipt:
    (receipt,) = receive_raw(keep(mail(**headers), channel="email", door="test"))
    return receipt


def enter(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


@pytest.fixture
def pair(desk, cy) -> tuple[Ticket, Ticket]:
    """Two tickets of one customer, two messages each."""
    made = [make_ticket(inbox=desk, customer=cy) for _n in range(2)]
    for ticket in (*made, *made):
        make_message(ticket)
    return made[0], made[1]


def test_everything_goes_along(pair, ada, di):
    source, target = pair
    attachment = Attachment.objects.create(
        ticket=source, message=source.messages.first(), name="a.txt", content_type="text/plain", size=1, digest="0"
    )  # fmt: skip
    work.tag_ticket(source, ["refund", "cup"], actor="system")
    work.tag_ticket(target, ["cup"], actor="system")
    Participant.objects.create(ticket=source, customer=di, copied=True)
    Draft.objects.create(ticket=source, agent=ada, text="Dear Cy")
    words = sorted([*said(source), *said(target)])

    merge = merge_tickets(source, target, actor=ada.actor)

    attachment.refresh_from_db()
    assert (said(source), said(target), attachment.ticket_id) == ([], words, target.pk)
    assert sorted(target.tags.values_list("name", flat=True)) == ["cup", "refund"]
    assert list(target.participants.values_list("customer", "copied")) == [(di.pk, True)]
    assert Draft.objects.get().ticket_id == target.pk
    assert kinds(source)[-1] == ("ticket.merged", {"into": target.pk, "merge": merge.pk})
    told = {
        "opened_at": source.opened_at.isoformat(),
        "asks_at": Message.objects.earliest("pk").at.isoformat(),
    }
    assert kinds(target)[-1] == ("ticket.took_in", {"source": source.pk, "merge": merge.pk, **told})


def test_two_drafts_of_one_person_become_one(pair, ada):
    source, target = pair
    Draft.objects.create(ticket=source, agent=ada, text="below")
    Draft.objects.create(ticket=target, agent=ada, text="above")

    merge_tickets(source, target, actor="system")

    assert [(one.ticket_id, one.text) for one in Draft.objects.all()] == [(target.pk, "above\n\nbelow")]


def test_the_lists_and_counts_are_right(pair, ada):
    source, target = pair
    snooze_ticket(source, now() + timedelta(days=1), actor="system")

    merge = merge_tickets(source, target, actor="system")
    merged = lists(ada)
    unmerge_tickets(merge, actor="system")

    assert merged == {"unassigned": [target.pk], "open": [target.pk]}
    assert {key: sorted(pks) for key, pks in lists(ada).items()} == {
        "unassigned": [source.pk, target.pk],
        "open": [source.pk, target.pk],
    }


def lists(agent: Agent) -> dict[str, list[int]]:
    views = views_of(agent)
    shown = {view.key: [one.pk for one in page_of(agent, view).items] for view in views}
    assert counts_of(agent, views) == {key: len(pks) for key, pks in shown.items()}
    return {key: pks for key, pks in shown.items() if pks}


def test_the_target_shows_the_last_word_of_both(desk, cy):
    target, source = make_ticket(inbox=desk, customer=cy), make_ticket(inbox=desk, customer=cy)
    first = make_message(target, text="Old", at=now() - timedelta(hours=2))
    last = make_message(source, text="New", at=now() - timedelta(hours=1))

    merge = merge_tickets(source, target, actor="system")
    target.refresh_from_db()
    together = (target.last_message_at, target.preview)
    unmerge_tickets(merge, actor="system")
    target.refresh_from_db()

    assert (together, (target.last_message_at, target.preview)) == ((last.at, "New"), (first.at, "Old"))


@pytest.mark.parametrize(
    ("states", "after"),
    [(("open", "closed"), "open"), (("closed", "closed"), "closed"), (("closed", "waiting"), "waiting")],
)
def test_an_open_need_opens_what_it_goes_into(pair, states, after):
    for ticket, state in zip(pair, states, strict=True):
        work.set_state(ticket, state, actor="system")

    merge_tickets(*pair, actor="system")

    pair[1].refresh_from_db()
    assert pair[1].state == after


@pytest.mark.parametrize("how", ["reference", "number", "token"])
def test_mail_for_the_old_one_comes_into_the_new_one(desk, ada, how):
    source = write(message_id="<one@else.example>").ticket
    target = write(message_id="<two@else.example>").ticket
    merge_tickets(source, target, actor="system")
    work.close_ticket(target, actor="system")
    headers = {
        "reference": {"in_reply_to": "<one@else.example>"},
        "number": {"subject": f"About [#{source.pk}]"},
        "token": {"to": _reply_address(source)},
    }[how]

    receipt = write(**headers)

    target.refresh_from_db()
    assert (receipt.decision, receipt.ticket.pk, target.state) == ("appended", target.pk, State.OPEN)


def _reply_address(ticket: Ticket) -> str:
    from ahlan.channels.registry import channel

    return channel("email").reply_address(ticket.inbox.address, ticket.pk)


def test_the_old_number_leads_to_the_new_one(pair, ada):
    source, target = pair
    merge_tickets(source, target, actor="system")
    client = enter(ada)

    page = client.get(source.get_absolute_url())
    found = client.get("/find/", {"q": f"#{source.pk}"}, follow=True)

    assert (page.status_code, page["Location"]) == (302, target.get_absolute_url())
    assert found.redirect_chain[-1][0] == target.get_absolute_url()


def test_what_is_written_into_the_old_one_lands_in_the_new_one(pair, ada):
    """Somebody still has the old ticket open, or is in the middle of its verb."""
    source, target = pair
    stale = Ticket.objects.get(pk=source.pk)
    merge_tickets(source, target, actor="system")

    by_page = enter(ada).post(
        f"{source.get_absolute_url()}messages/", {"kind": "note", "text": "From the page"}
    )
    by_verb = note(stale, author=ada, text="From the verb")
    work.close_ticket(Ticket.objects.get(pk=source.pk), actor="system")

    target.refresh_from_db()
    assert (by_page.status_code, by_verb.ticket_id, target.state) == (302, target.pk, State.CLOSED)
    assert target.messages.filter(text__startswith="From the").count() == 2
    assert said(source) == []


def test_a_reply_under_way_can_still_be_taken_back(pair, ada):
    source, target = pair
    sent = reply(source, author=ada, text="Soon", to=[("", "cy@else.example")])
    merge_tickets(source, target, actor="system")
    sent.refresh_from_db()

    draft = unsend(sent, agent=ada)

    assert (draft.ticket_id, draft.kind, draft.text) == (target.pk, "reply", "Soon")


def test_the_history_of_both_is_told(pair, ada):
    source, target = pair
    work.set_priority(source, 4, actor=ada.actor)
    merge_tickets(source, target, actor=ada.actor)

    with translation.override("en"):
        told = [entry.sentence for entry in timeline_of(target).entries if entry.sentence]

    assert told == ["Ada set the priority to “Urgent”", f"Ada merged ticket #{source.pk} into this one"]


def test_undone_each_message_goes_back_and_what_came_since_stays(pair, ada, di):
    source, target = pair
    work.tag_ticket(source, ["refund"], actor="system")
    Participant.objects.create(ticket=source, customer=di, copied=True)
    theirs, ours = said(source), said(target)
    merge = merge_tickets(source, target, actor=ada.actor)
    since = make_message(Ticket.objects.get(pk=target.pk)).pk

    unmerge_tickets(merge, actor=ada.actor)

    assert (said(source), said(target)) == (theirs, [*ours, since])
    assert (list(target.tags.all()), list(target.participants.all())) == ([], [])
    source.refresh_from_db()
    assert (source.removal, source.merged_into) == ("", None)
    assert kinds(source)[-1] == ("ticket.unmerged", {"into": target.pk, "merge": merge.pk})
    assert kinds(target)[-1] == ("ticket.gave_back", {"source": source.pk, "merge": merge.pk})


def test_after_a_day_or_twice_it_cannot_be_undone(pair):
    merge = merge_tickets(*pair, actor="system")

    with time_machine.travel(now() + timedelta(hours=25)), pytest.raises(CannotMerge):
        unmerge_tickets(merge, actor="system")
    unmerge_tickets(merge, actor="system")
    with pytest.raises(CannotMerge):
        unmerge_tickets(merge, actor="system")

    assert len(said(pair[0])) == 2


def test_out_of_the_bin_nothing_is_taken(pair):
    merge = merge_tickets(*pair, actor="system")
    work.delete_ticket(pair[1], actor="system")

    with pytest.raises(CannotMerge):
        unmerge_tickets(merge, actor="system")

    assert len(said(pair[1])) == 4


@pytest.mark.parametrize("removal", ["spam", "deleted"])
def test_what_is_out_of_use_is_not_merged(pair, removal):
    source, target = pair
    for one in pair:
        Ticket.objects.filter(pk__in=[source.pk, target.pk]).update(removal="")
        Ticket.objects.filter(pk=one.pk).update(removal=removal)
        with pytest.raises(CannotMerge):
            merge_tickets(source, target, actor="system")

    assert Merge.objects.count() == 0


def test_into_itself_or_into_a_merged_one_or_twice_is_refused(pair, desk):
    source, target = pair
    third = make_ticket(inbox=desk)
    merge_tickets(source, target, actor="system")

    for one, other in ((target, target), (third, source), (source, third)):
        with pytest.raises(CannotMerge):
            merge_tickets(one, other, actor="system")

    assert Merge.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_crosswise_leave_one_ticket(pair):
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def go(source: Ticket, target: Ticket) -> None:
        try:
            start.wait(5)
            merge_tickets(source, target, actor="system")
            outcomes.append("merged")
        except CannotMerge:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=one) for one in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(outcomes) == ["merged", "refused"]
    standing = Ticket.objects.get(merged_into=None)
    assert len(said(standing)) == 4


@given(steps=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans()), max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_merged_and_undone_nothing_is_lost_and_all_undone_all_is_as_it_was(desk, steps):
    tickets = [make_ticket(inbox=desk) for _n in range(4)]
    home = {make_message(ticket).pk: ticket.pk for ticket in tickets}
    standing: list[Merge] = []

    for one, other, back in steps:
        if back and standing:
            unmerge_tickets(standing.pop(one % len(standing)), actor="system")
            continue
        try:
            standing.append(merge_tickets(tickets[one], tickets[other], actor="system"))
        except CannotMerge:
            continue
        where = dict(Message.objects.filter(pk__in=home).values_list("pk", "ticket__merged_into"))
        assert where == dict.fromkeys(home)  # every word lies in a ticket that stands
    for merge in standing:
        unmerge_tickets(merge, actor="system")

    assert dict(Message.objects.filter(pk__in=home).values_list("pk", "ticket")) == home
    assert not Ticket.objects.filter(pk__in=[one.pk for one in tickets], merged_into__isnull=False).exists()


def test_a_customer_never_sees_what_another_wrote(desk, cy, di):
    raws = [keep(mail(from_=one), channel="email", door="test") for one in ("cy@else.example", "di@nowhere.example")]  # fmt: skip
    ((first,), (second,)) = [receive_raw(raw) for raw in raws]

    merge_tickets(second.ticket, first.ticket, actor="system")

    shown = [request_for(token_for(raw)) for raw in raws]
    assert [[one.pk for one in found.messages] for found in shown] == [
        [first.message.pk],
        [second.message.pk],
    ]
    assert shown[1].subject == second.message.subject


def test_the_page_finds_merges_and_undoes(pair, ada, desk):
    source, target = pair
    client = enter(ada)
    other = make_ticket(inbox=desk, subject="A broken cup")
    make_ticket(inbox=make_inbox(), subject="A broken cup too", customer=source.customer)
    page = f"{source.get_absolute_url()}merge/"

    shown = [
        [one.pk for one in client.get(page, {"q": words}).context["found"]]
        for words in ("", "BROKEN", f"#{target.pk}", "nothing")
    ]
    merged = client.post(page, {"into": target.pk})
    (merge,) = Merge.objects.all()
    beside = client.get(target.get_absolute_url()).context["merges"]
    undone = client.post(f"{target.get_absolute_url()}merges/{merge.pk}/undoing/")

    assert shown == [[target.pk], [other.pk], [target.pk], []]
    assert (merged.status_code, merged["Location"], beside) == (302, target.get_absolute_url(), [merge])
    assert (undone.status_code, undone["Location"]) == (302, source.get_absolute_url())


def test_nothing_is_merged_with_what_one_may_not_see_or_change(pair, bo, ada):
    source, target = pair
    elsewhere = make_ticket()
    viewer = make_agent(*ada.teams.all(), role="viewer")
    page = f"{source.get_absolute_url()}merge/"

    answers = [
        enter(ada).post(page, {"into": elsewhere.pk}).status_code,
        enter(ada).post(page, {"into": "x" * 50}).status_code,
        enter(bo).post(page, {"into": target.pk}).status_code,
        enter(viewer).post(page, {"into": target.pk}).status_code,
    ]

    assert (answers, Merge.objects.count()) == ([422, 422, 404, 403], 0)


def test_a_merge_whose_source_one_may_not_see_is_not_undone(desk, ada, chief):
    source, target = make_ticket(), make_ticket(inbox=desk)
    merge = merge_tickets(source, target, actor=chief.actor)

    answer = enter(ada).post(f"{target.get_absolute_url()}merges/{merge.pk}/undoing/")

    assert (answer.status_code, Ticket.objects.get(pk=source.pk).merged_into_id) == (404, target.pk)


def test_the_customer_of_the_other_one_takes_part(desk, cy):
    source = make_ticket(inbox=desk, customer=make_customer(address="jo@else.example"))
    target = make_ticket(inbox=desk, customer=cy)
    merge_tickets(source, target, actor="system")

    receipt = write(from_="jo@else.example", subject=f"Re: [#{source.pk}]")

    assert (receipt.ticket.pk, receipt.message.from_stranger) == (target.pk, False)


@pytest.mark.parametrize(("spoken", "after"), [(False, "closed"), (True, "open")])
def test_undoing_closes_again_what_the_merge_opened_unless_somebody_has_spoken(pair, spoken, after):
    source, target = pair
    work.close_ticket(target, actor="system")
    merge = merge_tickets(source, target, actor="system")
    opened = Ticket.objects.get(pk=target.pk).state
    if spoken:
        make_message(target)

    unmerge_tickets(merge, actor="system")

    assert (opened, Ticket.objects.get(pk=target.pk).state) == ("open", after)


def test_what_was_open_before_the_merge_stays_open_after_it_is_undone(pair):
    source, target = pair

    unmerge_tickets(merge_tickets(source, target, actor="system"), actor="system")

    assert Ticket.objects.get(pk=target.pk).state == "open"


@pytest.fixture
def order() -> Field:
    return save_field(name="Order", kind="text", actor="system")


@pytest.fixture
def parts() -> Field:
    options = [(None, "Cup"), (None, "Lid")]
    return save_field(name="Parts", kind="choices", options=options, actor="system")


def stands(ticket: Ticket) -> dict[str, list[str]]:
    return {str(rows[0].field): [told_of(row) for row in rows] for rows in values_of(ticket).values()}


def test_empty_fields_are_filled_from_the_other_ticket_and_emptied_when_it_is_taken_out(pair, order, parts):
    source, target = pair
    both = [str(pk) for pk in FieldOption.objects.values_list("pk", flat=True)]
    set_fields(source, {order.pk: ["A-1"], parts.pk: both}, actor="system")
    set_fields(target, {order.pk: ["B-2"]}, actor="system")

    merge = merge_tickets(source, target, actor="system")
    merged = stands(target)
    unmerge_tickets(merge, actor="system")

    assert merged == {"Order": ["B-2"], "Parts": ["Cup", "Lid"]}
    assert (stands(source), stands(target)) == (
        {"Order": ["A-1"], "Parts": ["Cup", "Lid"]},
        {"Order": ["B-2"]},
    )
    changed = [facts for kind, facts in kinds(target) if kind == "ticket.fields_changed"][1:]
    assert [one["values"] for one in changed] == [{str(parts.pk): both}, {str(parts.pk): []}]


def test_what_somebody_has_put_into_a_field_since_the_merge_stays(pair, order):
    source, target = pair
    set_fields(source, {order.pk: ["A-1"]}, actor="system")
    merge = merge_tickets(source, target, actor="system")
    set_fields(target, {order.pk: ["C-3"]}, actor="system")

    unmerge_tickets(merge, actor="system")

    assert (stands(source), stands(target)) == ({"Order": ["A-1"]}, {"Order": ["C-3"]})


@pytest.mark.parametrize("last_has_it", [True, False])
def test_taken_out_of_the_middle_nothing_goes_that_was_there_before(pair, desk, cy, order, last_has_it):
    first, middle = pair
    last = make_ticket(inbox=desk, customer=cy)
    for ticket in (first, last) if last_has_it else (first,):
        set_fields(ticket, {order.pk: ["A-1"]}, actor="system")
        work.tag_ticket(ticket, ["cup"], actor="system")
    merge = merge_tickets(first, middle, actor="system")
    further = merge_tickets(middle, last, actor="system")

    unmerge_tickets(merge, actor="system")
    unmerge_tickets(further, actor="system")

    own = ({"Order": ["A-1"]}, ["cup"])
    assert [(stands(one), list(one.tags.values_list("name", flat=True))) for one in (first, middle, last)] == [
        own, ({}, []), own if last_has_it else ({}, []),
    ]  # fmt: skip
