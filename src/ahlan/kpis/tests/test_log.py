"""After any sequence of verbs the facts are what the log alone would tell."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from tests.makers import make_agent, make_customer, make_inbox, make_team

from ahlan.calendars.tests.makers import at
from ahlan.customers import actions as people
from ahlan.customers.models import Customer
from ahlan.kpis.actions.rebuild import differences, rebuild
from ahlan.kpis.models import Fact, Followed
from ahlan.service_levels.tests.makers import make_hours, write
from ahlan.tickets.actions import answer, work
from ahlan.tickets.actions.merge import CannotMerge, merge_tickets, unmerge_tickets
from ahlan.tickets.actions.passing import Nowhere, escalate_ticket
from ahlan.tickets.actions.split import NothingToSplit, split_ticket
from ahlan.tickets.models import Merge, Message, State, Ticket

pytestmark = pytest.mark.django_db
START = at("2026-01-14 10:00")
VERBS = (
    "ask", "new", "reply", "solve", "note", "unsend", "assign", "transfer", "hold", "close", "reopen", "spam", "restore", "merge", "unmerge",
    "split", "escalate", "urgent", "other",
)  # fmt: skip


def act(verb: str, desk, agents, teams) -> None:
    ticket = Ticket.objects.filter(merged_into=None).order_by("-pk").first()
    if verb == "new" or ticket is None:
        write(desk)
        return
    said = Message.objects.filter(ticket=ticket, direction="in").order_by("pk").first()
    target = Ticket.objects.filter(merged_into=None, removal="").order_by("pk").first()
    merge = Merge.objects.filter(undone_at=None).order_by("-pk").first()
    agent = agents[ticket.pk % 2]
    match verb:
        case "ask" if said:
            write(desk, in_reply_to=said.external_id)
        case "reply":
            answer.reply(ticket, author=agent, text="Yes")
        case "solve":
            answer.reply(ticket, author=agents[0], text="Done", then=State.CLOSED)
        case "note":
            answer.note(ticket, author=agent, text="Hm")
        case "unsend":
            last = Message.objects.filter(ticket=ticket, direction="out").order_by("-pk").first()
            if last and last.author:
                answer.unsend(last, agent=last.author)
        case "assign":
            work.assign_ticket(ticket, agents[1], actor=agents[0].actor)
        case "transfer":
            work.transfer_ticket(
                ticket, next(one for one in teams if one.pk != ticket.team_id), actor=agent.actor
            )
        case "hold":
            work.set_state(ticket, State.ON_HOLD, actor=agent.actor)
        case "close":
            work.close_ticket(ticket, actor="system")
        case "reopen":
            work.reopen_ticket(ticket, actor=agent.actor)
        case "spam":
            work.mark_spam(ticket, actor=agent.actor)
        case "restore":
            work.restore_ticket(ticket, actor=agent.actor)
        case "merge" if target:
            merge_tickets(ticket, target, actor=agent.actor)
        case "unmerge" if merge:
            unmerge_tickets(merge, actor=agent.actor)
        case "split":
            split_ticket(ticket, [said.pk] if said else [], actor=agent.actor)
        case "escalate":
            escalate_ticket(ticket, "functional", agent=agent, reason="Too deep")
        case "urgent":
            work.set_priority(ticket, 4, actor=agent.actor)
        case "other":
            one, two = Customer.objects.order_by("pk")[:2]
            if two.merged_into_id:
                people.unmerge(two, actor="system")
            else:
                people.merge(one, two, actor="system")


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(story=[("ask", 1), ("ask", 1), ("new", 1), ("spam", 1)])  # leaves the line of contacts it repeated
@given(story=st.lists(st.tuples(st.sampled_from(VERBS), st.integers(1, 6000)), min_size=4, max_size=16))
def test_the_facts_are_what_the_log_tells(db, story):

    with transaction.atomic():
        desk, clock = make_inbox(), START
        make_hours(name=f"Hours {desk.pk}")
        second = make_team(desk)
        teams = [make_team(desk, next_team=second), second]
        agents = [make_agent(*teams), make_agent(*teams)]
        make_customer()
        for verb, minutes in story:
            clock += timedelta(minutes=minutes)
            with time_machine.travel(clock, tick=False):
                try:
                    with transaction.atomic():
                        act(verb, desk, agents, teams)
                except (CannotMerge, NothingToSplit, Nowhere, ValueError):
                    pass  # it refuses, and nothing has happened
        assert differences() == []
        rows, told = (
            set(Fact.objects.values_list(*SHOWN)),
            set(Followed.objects.values_list("subject_id", "told")),
        )
        rebuild()
        assert set(Fact.objects.values_list(*SHOWN)) == rows
        assert set(Followed.objects.values_list("subject_id", "told")) == told
        transaction.set_rollback(True)


SHOWN = [one.attname for one in Fact._meta.concrete_fields if one.attname != "id"]
