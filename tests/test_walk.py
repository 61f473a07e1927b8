"""The verbs in any order: what must hold after each of them holds."""

from collections import Counter
from email import message_from_bytes

import pytest
from django.db import transaction
from django.db.models import Count, Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from ahlan.channels.actions import keep
from ahlan.events.models import Event, Job
from ahlan.tickets.actions import answer, delivery, intake, work
from ahlan.tickets.models import Delivery, Direction, Message, State, Tally, Ticket
from ahlan.tickets.tallies import FIELDS, fold
from tests.mail_server import Postbox, postbox
from tests.makers import mail, make_agent, make_inbox, make_team

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip)


class Desk(RuleBasedStateMachine):
    """Customers, agents and a mail server, doing whatever they please."""

    server: Postbox
    tickets = Bundle("tickets")
    replies = Bundle("replies")

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.atomic()
        self.point.__enter__()
        self.server.mails.clear()
        self.inbox = make_inbox(
            address="support@desk.example",
            settings={"smtp_host": "127.0.0.1", "smtp_port": self.server.port, "smtp_security": "none"},
        )
        self.team = make_team(self.inbox)
        self.agents = [make_agent(self.team), make_agent(self.team)]
        self.mails: list[bytes] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    def bring(self, content: bytes) -> intake.Receipt:
        self.mails.append(content)
        raw = keep(content, channel="email", door="smtp", envelope={"rcpt_tos": [self.inbox.address]})
        (receipt,) = intake.receive_raw(raw)
        return receipt

    @rule(target=tickets, text=words)
    def a_customer_writes(self, text: str) -> int:
        return self.bring(mail(text=text)).ticket.pk

    @rule(ticket=tickets, text=words)
    def he_writes_again(self, ticket: int, text: str) -> None:
        last = Message.objects.filter(ticket=ticket).exclude(external_id="").last()
        self.bring(mail(text=text, in_reply_to=last.external_id if last else "<none@else.example>"))

    @rule(pick=st.integers(0, 1000))
    def a_mail_comes_twice(self, pick: int) -> None:
        if self.mails:
            assert self.bring(self.mails[pick % len(self.mails)]).decision == intake.Decision.DUPLICATE
            self.mails.pop()

    @rule(
        target=replies, ticket=tickets, who=st.integers(0, 1), text=words, then=st.sampled_from(State.values)
    )
    def an_agent_answers(self, ticket: int, who: int, text: str, then: str) -> int:
        found = Ticket.objects.select_related("inbox", "customer").get(pk=ticket)
        return answer.reply(found, author=self.agents[who], text=text, then=then).pk

    @rule(message=consumes(replies))
    def he_takes_it_back(self, message: int) -> None:
        found = Message.objects.select_related("ticket", "author").get(pk=message)
        waiting = Job.objects.filter(unique_key=answer.delivery_key(message), state=Job.State.READY).exists()
        assert (answer.unsend(found, agent=found.author) is not None) == waiting

    @rule(message=replies)
    def it_is_sent(self, message: int) -> None:
        if Message.objects.filter(pk=message).exists():
            delivery.deliver(message)
            Job.objects.filter(unique_key=answer.delivery_key(message)).update(state=Job.State.DONE)

    @rule(ticket=tickets, who=st.integers(0, 1), text=words)
    def a_note_is_written(self, ticket: int, who: int, text: str) -> None:
        answer.note(Ticket.objects.get(pk=ticket), author=self.agents[who], text=text)

    @rule(ticket=tickets, who=st.sampled_from([None, 0, 1]))
    def it_is_assigned(self, ticket: int, who: int | None) -> None:
        agent = None if who is None else self.agents[who]
        work.assign_ticket(Ticket.objects.get(pk=ticket), agent, actor="system")

    @rule(ticket=tickets, there=st.booleans())
    def it_is_transferred(self, ticket: int, there: bool) -> None:
        work.transfer_ticket(Ticket.objects.get(pk=ticket), self.team if there else None, actor="system")

    @rule(ticket=tickets, state=st.sampled_from(State.values))
    def its_state_is_set(self, ticket: int, state: str) -> None:
        work.set_state(Ticket.objects.get(pk=ticket), state, actor="system")

    @rule(
        ticket=tickets,
        verb=st.sampled_from(
            [work.mark_spam, work.delete_ticket, work.restore_ticket, work.close_ticket, work.reopen_ticket]
        ),
    )
    def it_is_moved(self, ticket: int, verb) -> None:
        verb(Ticket.objects.get(pk=ticket), actor="system")

    @rule(ticket=tickets, names=st.lists(words, max_size=3))
    def it_is_tagged(self, ticket: int, names: list[str]) -> None:
        work.tag_ticket(Ticket.objects.get(pk=ticket), names, actor="system")

    @rule()
    def the_tally_is_folded(self) -> None:
        fold()

    @invariant()
    def counts_are_what_is_there(self) -> None:
        kept = {
            tuple(row[key] for key in FIELDS): row["total"]
            for row in Tally.objects.values(*FIELDS).annotate(total=Sum("n")).order_by()
            if row["total"]
        }
        there = Ticket.objects.values(*FIELDS).annotate(total=Count("id")).order_by()
        assert kept == {tuple(row[key] for key in FIELDS): row["total"] for row in there}

    @invariant()
    def closed_tickets_know_since_when(self) -> None:
        assert not Ticket.objects.filter(state=State.CLOSED, closed_at=None).exists()
        assert not Ticket.objects.exclude(state=State.CLOSED).exclude(closed_at=None).exists()

    @invariant()
    def every_mail_is_one_message_and_one_event(self) -> None:
        said = Message.objects.filter(direction=Direction.IN).count()
        assert said == len(self.mails) == Event.objects.filter(kind="message.received").count()
        assert Ticket.objects.count() == Event.objects.filter(kind="ticket.opened").count()

    @invariant()
    def nothing_is_sent_twice_and_nothing_waits_for_nobody(self) -> None:
        sent = Counter(str(message_from_bytes(one)["Message-ID"]) for one in self.server.mails)
        assert all(times == 1 for times in sent.values())
        ours = Message.objects.filter(direction=Direction.OUT)
        assert set(sent) == set(ours.filter(delivery=Delivery.SENT).values_list("external_id", flat=True))
        for message in ours.filter(delivery=Delivery.QUEUED):
            assert Job.objects.filter(
                unique_key=answer.delivery_key(message.pk), state=Job.State.READY
            ).exists()


@pytest.mark.django_db
def test_what_must_hold_holds_whatever_people_do():
    with postbox() as server:
        Desk.server = server
        run_state_machine_as_test(
            Desk,
            settings=settings(
                max_examples=15,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
