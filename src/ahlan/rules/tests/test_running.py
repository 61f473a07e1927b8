"""Rules run after what they wait for: in order, once, never in a circle, and what fails leaves the rest."""

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.makers import make_agent, make_message, make_ticket

from ahlan.core.clock import now
from ahlan.customers.models import Address
from ahlan.events.models import Event
from ahlan.rules import desk_acts
from ahlan.rules.actions import running
from ahlan.rules.actions.settings import delete_rule, save_rule, switch_rule
from ahlan.rules.acts import BadAct, act
from ahlan.rules.models import Rule
from ahlan.rules.tests.makers import ALL, do, leaf, make_rule, told, work_off, write
from ahlan.tickets.actions import answer, automatic, work
from ahlan.tickets.conditions import BadCondition
from ahlan.tickets.history import sentences_of
from ahlan.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


def history(ticket: Ticket) -> list[str]:
    events = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("id")
    return [sentence for _event, sentence in sentences_of(list(events))]


def test_a_rule_acts_on_a_ticket_that_is_opened(desk, ada):
    rule = make_rule("Ours", do("assign", ada.pk), do("priority", 3), do("add_tags", "new, vip"))

    ticket = write(desk)
    before = Ticket.objects.get(pk=ticket.pk).assignee
    work_off()

    ticket.refresh_from_db()
    assert before is None
    assert (ticket.assignee, ticket.priority) == (ada, 3)
    assert sorted(ticket.tags.values_list("name", flat=True)) == ["new", "vip"]
    assert told(ticket) == [rule.pk]
    assert history(ticket)[-1] == "The rule “Ours” ran"
    assert {event.actor for event in Event.objects.filter(kind="ticket.assigned")} == {rule.actor}


def test_it_sees_what_was_said_and_asks_its_conditions(desk):
    make_rule("Parcels", do("add_tags", "parcel"), conditions={"all": [leaf("words", "contains", "parcel")]})

    about, other = write(desk, text="Where is my parcel?"), write(desk, text="Good morning")
    work_off()

    assert [list(one.tags.values_list("name", flat=True)) for one in (about, other)] == [["parcel"], []]
    assert told(other) == []


def test_each_acts_on_what_the_one_above_has_left_and_one_may_stop(desk):
    urgent = {"all": [leaf("priority", "any_of", 4)]}
    first = make_rule("First", do("priority", 4))
    second = make_rule("Second", do("add_tags", "seen"), conditions=urgent, stops=True)
    make_rule("Third", do("add_tags", "never"))

    ticket = write(desk)
    work_off()

    assert told(ticket) == [first.pk, second.pk]
    assert list(ticket.tags.values_list("name", flat=True)) == ["seen"]


def test_what_nobody_waits_for_costs_nothing(desk, ada):
    ticket = write(desk)
    work.set_priority(ticket, 3, actor="system")
    with CaptureQueriesContext(connection) as without:
        work.set_priority(ticket, 2, actor="system")
    make_rule("On opening", do("priority", 3))
    work.set_priority(ticket, 1, actor="system")
    with CaptureQueriesContext(connection) as beside:
        work.set_priority(ticket, 2, actor="system")

    assert len(without) == len(beside)
    assert not [one for one in beside if "rules_" in one["sql"]]
    assert not Event.objects.filter(kind="rule.called").exists()


def test_a_rule_that_loops(desk):
    """Two that undo one another, and each its own cause, end by themselves and say so."""
    on = {"triggers": ["prioritised"]}
    low = make_rule("Low", do("priority", 1), conditions={"all": [leaf("priority", "any_of", 4)]}, **on)
    high = make_rule("High", do("priority", 4), conditions={"all": [leaf("priority", "any_of", 1)]}, **on)
    ticket = write(desk)

    work.set_priority(ticket, 4, actor="system")
    jobs = work_off()

    assert told(ticket) == [low.pk, high.pk]
    assert set(told(ticket, "rule.held_back")) == {low.pk}
    assert "held back" in history(ticket)[-1]
    assert jobs < 6


def test_a_chain_ends_after_so_many_rules(desk, monkeypatch):
    monkeypatch.setattr(running, "DEEPEST", 3)
    steps = [
        ("prioritised", "add_tags", "a"),
        ("tagged", "state", "on_hold"),
        ("state", "note", "b"),
        ("noted", "spam", ""),
    ]
    rules = [
        make_rule(f"Step {n}", do(key, value), triggers=[trigger], conditions={"all": [leaf("state", "none_of", "closed")]})
        for n, (trigger, key, value) in enumerate(steps)
    ]  # fmt: skip
    ticket = write(desk)

    work.set_priority(ticket, 4, actor="system")
    work_off()

    assert told(ticket) == [one.pk for one in rules[:3]]
    assert told(ticket, "rule.held_back") == [rules[3].pk]


def test_an_act_that_fails_is_noted_and_leaves_the_others(desk, ada, bo):
    def broken(ticket, values, by):
        Ticket.objects.filter(pk=ticket.pk).update(subject="half done")
        raise RuntimeError("no")

    act("broken", "Break", "", broken, permission="tickets.change")
    rule = make_rule("Mixed", do("assign", bo.pk), do("broken"), do("priority", 3))

    ticket = write(desk, subject="Whole")
    work_off()

    ticket.refresh_from_db()
    assert (ticket.priority, ticket.subject, ticket.assignee) == (3, "Whole", None)
    assert Event.objects.get(kind="rule.ran").facts == {
        "rule": rule.pk, "failed": [["assign", "hidden"], ["broken", "error"]],
    }  # fmt: skip
    assert "who is named does not see this inbox" in history(ticket)[-1]


def test_the_databases_own_trouble_leaves_nothing_half_done(desk, monkeypatch):
    make_rule("Two", do("priority", 3), do("add_tags", "x"))
    ticket = write(desk)

    def away(*args, **more):
        raise OperationalError("locked")

    with monkeypatch.context() as patched:
        patched.setattr(desk_acts.work, "tag_ticket", away)
        with pytest.raises(OperationalError), transaction.atomic():
            work_off()
    ticket.refresh_from_db()
    between = ticket.priority
    work_off()

    ticket.refresh_from_db()
    assert (between, ticket.priority, told(ticket)) == (2, 3, [Rule.objects.get().pk])


def test_rules_leave_alone_what_was_deleted_meanwhile(desk):
    make_rule("Late", do("priority", 3))
    ticket = write(desk)

    work.delete_ticket(ticket, actor="system")
    work_off()

    assert told(ticket) == []


def test_one_switched_off_meanwhile_does_nothing(desk):
    rule = make_rule("Off", do("priority", 3))
    ticket = write(desk)

    switch_rule(rule, False, actor="system")
    work_off()
    delete_rule(rule, actor="system")

    assert told(ticket) == []
    assert [one.kind for one in Event.objects.filter(subject_kind="rule").order_by("id")] == [
        "rule.saved", "rule.switched", "rule.switched", "rule.deleted",
    ]  # fmt: skip


def test_a_letter_fills_itself_in_and_is_marked_as_automatic(desk):
    make_rule("Received", do("write", "Hello {{customer.first_name|friend}}, we have #{{ticket.number}}."))

    ticket = write(desk, from_="Cy Customer <cy@else.example>")
    work_off()

    message = Message.objects.get(ticket=ticket, direction="out")
    assert message.text == f"Hello Cy, we have #{ticket.pk}."
    assert (message.automatic, message.author, message.delivery) == ("notice", None, "queued")
    assert message.addresses == {"to": [["Cy Customer", "cy@else.example"]]}
    queued = Event.objects.get(kind="message.queued")
    assert (queued.facts["automatic"], queued.actor.partition(":")[0]) == (True, "rule")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.first_answered_at, ticket.last_from_customer) == ("open", None, True)


def test_machines_are_not_answered(desk, cy):
    ticket = make_ticket(inbox=desk, customer=cy)
    make_message(ticket, automatic="list")

    with pytest.raises(automatic.Unwelcome, match="automatic"):
        automatic.write_by_itself(ticket, text="Hello", actor="system")


def test_an_address_that_bounces_gets_nothing(desk, cy):
    ticket = make_ticket(inbox=desk, customer=cy)
    make_message(ticket)
    Address.objects.filter(customer=cy).update(failing_since=now())

    with pytest.raises(automatic.Unwelcome, match="bounced"):
        automatic.write_by_itself(ticket, text="Hello", actor="system")


def test_a_customer_gets_so_much_automatic_mail_a_day_and_no_more(desk):
    rule = make_rule("Received", do("write", "Hello"))
    tickets = [write(desk) for _n in range(automatic.MOST_A_DAY + 2)]

    work_off()

    assert Message.objects.filter(automatic="notice").count() == automatic.MOST_A_DAY
    assert Event.objects.filter(kind="rule.ran").order_by("id").last().facts == {
        "rule": rule.pk, "failed": [["write", "often"]],
    }  # fmt: skip
    assert told(tickets[-1]) == [rule.pk]


def test_colleagues_are_told_who_may_see_it(desk, ada, bo, mailoutbox):
    ada.language = "he"
    ada.save()
    make_rule("Tell", do("notify", f"agent-{ada.pk}", f"agent-{bo.pk}"))

    ticket = write(desk, subject="Look")
    work_off()

    (sent,) = mailoutbox
    assert sent.to == [ada.email]
    assert f"/tickets/{ticket.pk}/" in sent.body
    assert "Look" in sent.subject


def test_triggers_tell_a_persons_reply_from_the_rest(desk, ada):
    replied = make_rule("Replied", do("add_tags", "answered"), triggers=["replied"])
    again = make_rule("Again", do("add_tags", "again"), triggers=["wrote"])
    ticket = write(desk, message_id="<one@else.example>")
    work_off()
    first = told(ticket)

    answer.forward(ticket, author=ada, text="Can you?", to=[("", "helper@else.example")])
    work_off()
    forwarded = told(ticket)
    answer.reply(ticket, author=ada, text="Here")
    write(desk, in_reply_to="<one@else.example>", auto_submitted="auto-replied")
    work_off()
    answered = told(ticket)
    write(desk, in_reply_to="<one@else.example>")
    work_off()

    assert (first, forwarded, answered, told(ticket)) == ([], [], [replied.pk], [replied.pk, again.pk])


@pytest.mark.parametrize(
    ("over", "error"),
    [
        ({"acts": [do("no_such")]}, BadAct),
        ({"acts": [do("assign", "999")]}, BadAct),
        ({"acts": [do("note", " ")]}, BadAct),
        ({"acts": [do("take")]}, BadAct),
        ({"acts": [do("note", "{{settings.SECRET_KEY}}")]}, BadAct),
        ({"acts": [do("spam")] * 21}, BadAct),
        ({"acts": []}, ValueError),
        ({"triggers": []}, ValueError),
        ({"triggers": ["nothing of the kind"]}, ValueError),
        ({"triggers": [], "since": "opened_at", "amount": 0, "unit": "days"}, ValueError),
        ({"triggers": [], "since": "opened_at", "amount": 9_999, "unit": "days"}, ValueError),
        (
            {"triggers": [], "since": "opened_at", "amount": 1, "unit": "days",
             "conditions": {"all": [leaf("opened", "within", 4)]}},
            BadCondition,
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused(over, error):
    given = {
        "name": "Bad",
        "conditions": ALL,
        "acts": [do("spam")],
        "triggers": ["opened"],
        "actor": "system",
    }

    with pytest.raises(error):
        save_rule(**{**given, **over})

    assert not Rule.objects.exists()


def test_what_is_filled_in_is_never_read_again(desk):
    make_rule(
        "Received", do("write", "Hello {{customer.name}} {{nobody.knows}}".replace(" {{nobody.knows}}", ""))
    )

    ticket = write(desk, from_='"[x](http://evil.example) {{ticket.number}}" <z@else.example>')
    work_off()

    text = Message.objects.get(ticket=ticket, direction="out").text
    assert "](" not in text
    assert str(ticket.pk) not in text


def test_a_rule_whose_agent_has_left_says_so(desk):
    eve = make_agent(*desk.teams.all())
    make_rule("Eve", do("assign", eve.pk))
    type(eve).objects.filter(pk=eve.pk).update(is_active=False)

    ticket = write(desk)
    work_off()

    assert history(ticket)[-1] == "The rule “Eve” ran. Not done: Assign to (what it names is no more)"
