"""One ticket through real verbs at set times: every figure of it comes out as worked out by hand, by the clock and by business hours."""

import pytest
import time_machine
from django.db import transaction
from tests.makers import make_agent

from ahlan.calendars.tests.makers import at
from ahlan.events.log import record
from ahlan.kpis.actions.rebuild import differences, rebuild
from ahlan.kpis.models import Fact
from ahlan.service_levels.tests.makers import make_hours, write
from ahlan.tickets.actions import answer, automatic, work
from ahlan.tickets.models import State

pytestmark = pytest.mark.django_db
HELSINKI = "Europe/Helsinki"


def when(text: str) -> time_machine.travel:
    return time_machine.travel(at(f"2026-01-{text}", HELSINKI), tick=False)


@pytest.fixture
def ticket(desk, ada):
    """Answered, on hold, solved, back, and solved by somebody else."""
    make_hours(zone=HELSINKI, mon_fri="09:00-17:00")
    bob = make_agent(*desk.teams.all(), name="Bob")
    with when("15 16:10"):
        ticket = write(desk, message_id="<one@else.example>")
        automatic.write_by_itself(ticket, text="We have it.", actor="system")
    with when("15 16:40"):
        answer.note(ticket, author=ada, text="Looks like the cable")
    with when("16 09:30"):
        answer.reply(ticket, author=ada, text="Which lamp blinks?")
    with when("16 14:00"):
        write(desk, in_reply_to="<one@else.example>")
    with when("16 15:00"):
        work.set_state(ticket, State.ON_HOLD, actor=ada.actor)
    with when("19 10:00"):
        work.set_state(ticket, State.OPEN, actor=ada.actor)
    with when("19 11:15"):
        answer.reply(ticket, author=ada, text="Press it for ten seconds.", then=State.CLOSED)
    with when("19 16:30"):
        write(desk, in_reply_to="<one@else.example>", text="Still broken")
    with when("20 09:20"):
        answer.reply(ticket, author=bob, text="We send a new one.", then=State.CLOSED)
    ticket.refresh_from_db()
    return ticket


def minutes(kind: str) -> list[tuple[float, float]]:
    found = Fact.objects.filter(kind=kind).order_by("at").values_list("value", "business")
    return [(value / 60, business / 60) for value, business in found]


def test_every_row_of_the_table(ticket):
    assert minutes("first_response") == [(1040, 80)]
    assert minutes("next_response") == [(4155, 315), (1010, 50)]
    assert minutes("first_resolution") == [(5465, 665)]
    assert minutes("resolution") == [(6790, 1030)]
    assert minutes("requester_wait") == [(6205, 445)]
    assert minutes("agent_work") == [(2185, 265)]
    assert minutes("agent_wait") == [(270, 270)]
    assert minutes("on_hold") == [(4020, 180)]
    assert minutes("total_resolution") == [(6475, 715)]


def test_what_is_said_of_it_beside(ticket, ada):
    goods = dict(
        Fact.objects.filter(
            kind__in=["one_touch", "reopen", "reopens", "fcr", "transferred", "escalated"]
        ).values_list("kind", "good")
    )

    assert goods == {"one_touch": 0, "reopen": 1, "reopens": 1, "fcr": 0, "transferred": 0, "escalated": 0}
    assert Fact.objects.get(kind="first_response").agent == ada.pk


def test_the_log_tells_the_same(ticket):
    before = set(
        Fact.objects.values_list("kind", "turn", "at", "value", "business", "good", "until", "agent")
    )

    assert differences() == []
    rebuild()
    assert (
        set(Fact.objects.values_list("kind", "turn", "at", "value", "business", "good", "until", "agent"))
        == before
    )


def test_a_difference_is_found(ticket):
    Fact.objects.filter(kind="resolution").update(value=1)

    assert differences() == [f"ticket:{ticket.pk}"]


def test_spam_goes_from_every_figure_and_comes_back(ticket):
    work.mark_spam(ticket, actor="system")
    gone = Fact.objects.filter(gone=False).count()
    spam_agrees = differences() == []
    work.restore_ticket(ticket, actor="system")

    assert (gone, spam_agrees, differences()) == (0, True, [])
    assert not Fact.objects.filter(gone=True).exists()


def test_an_answer_taken_back_never_was(desk, ada):
    ticket = write(desk)
    said = answer.reply(ticket, author=ada, text="Oh", then=State.CLOSED)
    answer.unsend(said, agent=ada)

    assert not Fact.objects.filter(
        kind__in=["first_response", "team_response", "resolution", "one_touch"]
    ).exists()
    assert differences() == []


def test_a_call_is_a_leg_and_a_contact(desk):
    moments = {
        key: at(f"2026-01-15 10:{rest}").isoformat()
        for key, rest in (
            ("offered_at", "00:00"),
            ("queued_at", "00:30"),
            ("answered_at", "01:10"),
            ("ended_at", "05:00"),
        )
    }
    with transaction.atomic():
        record(
            "call.recorded", desk, actor="system", direction="inbound", outcome="answered", talk=200, hold=20, wrap=10, menu=30,
            transferred=False, inbox=desk.pk, agent=None, ticket=None, customer=None, priority=2, **moments,
        )  # fmt: skip
    got = dict(
        Fact.objects.filter(
            kind__in=["answer_speed", "time_to_human", "handle_call", "service_level_f6"]
        ).values_list("kind", "value")
    )

    assert got == {"answer_speed": 40, "time_to_human": 70, "handle_call": 230, "service_level_f6": None}
    assert Fact.objects.get(kind="service_level_f6").good == 0
    assert Fact.objects.get(kind="contact").at == at("2026-01-15 10:00")
    assert differences() == []
