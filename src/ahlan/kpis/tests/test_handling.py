"""The time people work on tickets, and what figures make of it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from tests.makers import make_agent, make_caller

from ahlan.calendars.tests.makers import at
from ahlan.kpis.actions import handling
from ahlan.kpis.actions.rebuild import differences
from ahlan.kpis.declared import kpi_for
from ahlan.kpis.figures import read, split
from ahlan.kpis.models import Fact, Sitting
from ahlan.kpis.own import OWN
from ahlan.kpis.reading import Filters, Period
from ahlan.service_levels.tests.makers import write
from ahlan.staff.models import PresenceSpan
from ahlan.tickets.actions import answer, work
from ahlan.tickets.actions.merge import merge_tickets, unmerge_tickets
from ahlan.tickets.models import Merge, State

pytestmark = pytest.mark.django_db
DAY = Period(date(2026, 1, 14), date(2026, 1, 15))


def when(text: str) -> time_machine.travel:
    return time_machine.travel(at(f"2026-01-14 {text}"), tick=False)


def sit(agent, ticket, start: str, seconds: int, key: str = "page") -> None:
    """A page has a ticket in front, says so each half minute, and falls silent."""
    begun = at(f"2026-01-14 {start}")
    for told in [*range(30, seconds, 30), seconds]:
        with time_machine.travel(begun + timedelta(seconds=told), tick=False):
            handling.hear_work(agent, ticket, key=key, seconds=told)
    with time_machine.travel(begun + timedelta(seconds=seconds + 120), tick=False):
        handling.count_silent()


def test_a_solved_ticket_took_what_all_its_people_worked_on_it(desk, ada):
    bob = make_agent(*desk.teams.all())
    with when("10:00"):
        ticket = write(desk)
    sit(ada, ticket, "10:05", 200)
    sit(bob, ticket, "10:20", 100)
    assert read(kpi_for("average_handle_time_tickets"), DAY).value is None  # not finished
    with when("10:30"):
        answer.reply(ticket, author=bob, text="There", then=State.CLOSED)
    sit(bob, ticket, "10:31", 60, key="after")  # wrapping up

    got = read(kpi_for("average_handle_time"), DAY)
    assert (got.value, got.n, read(kpi_for("average_handle_time_tickets"), DAY).value) == (360, 1, 360)
    assert list(Fact.objects.filter(kind="worked").order_by("at").values_list("agent", "value")) == [
        (ada.pk, 200),
        (bob.pk, 100),
        (bob.pk, 60),
    ]
    assert differences() == []


def test_a_ticket_nobody_was_seen_to_work_on_is_no_handle_time_of_nothing(desk, ada):
    with when("10:00"):
        ticket = write(desk)
        answer.reply(ticket, author=ada, text="There", then=State.CLOSED)

    assert read(kpi_for("average_handle_time"), DAY) == (None, "seconds", 0, "mean", None, None)


def test_a_word_that_comes_twice_late_or_boasts_changes_nothing(desk, ada):
    ticket = write(desk)
    with when("10:00:00"):
        handling.hear_work(ada, ticket, key="a", seconds=30)
    with when("10:00:30"):
        for told in (60, 60, 30, 5000):
            handling.hear_work(ada, ticket, key="a", seconds=told)
    assert Sitting.objects.get().seconds == 30 + handling.SLACK
    with when("10:10"):
        handling.count_silent()
        handling.count_silent()
    with when("10:11"):
        handling.hear_work(ada, ticket, key="a", seconds=90)  # the page wakes up again
    with when("10:20"):
        handling.count_silent()

    assert list(Fact.objects.filter(kind="worked").order_by("at").values_list("value", flat=True)) == [75, 15]
    with when("12:00"), time_machine.travel(at("2026-01-16 12:00"), tick=False):
        handling.count_silent()
    assert not Sitting.objects.exists()


def test_while_a_timer_runs_it_alone_counts(desk, ada):
    one, two = write(desk), write(desk)
    with when("10:00"):
        handling.start_timer(ada, one)
    with when("10:05"):
        handling.hear_work(ada, one, key="a", seconds=300)
        handling.start_timer(ada, two)
    with when("10:07"):
        assert (handling.stop_timer(ada), handling.stop_timer(ada)) == (120, 0)
        handling.add_minutes(ada, two, 10)
        for wrong in (0, -5, 721):
            with pytest.raises(handling.TooLong):
                handling.add_minutes(ada, two, wrong)

    found = Fact.objects.filter(kind="worked").order_by("pk").values_list("ticket", "value")
    assert list(found) == [(one.pk, 300), (two.pk, 120), (two.pk, 600)]


def test_work_goes_along_with_a_ticket_that_is_merged_and_comes_back(desk, ada):
    with when("10:00"):
        one, two = write(desk), write(desk)
    sit(ada, one, "10:01", 120)
    with when("11:00"):
        merge_tickets(one, two, actor=ada.actor)
        answer.reply(two, author=ada, text="Both", then=State.CLOSED)
    assert read(kpi_for("average_handle_time"), DAY).value == 120
    sit(ada, two, "11:10", 30, key="b")
    assert read(kpi_for("average_handle_time"), DAY).value == 150
    assert differences() == []
    with when("11:30"):
        unmerge_tickets(Merge.objects.get(), actor=ada.actor)
    assert read(kpi_for("average_handle_time"), DAY).value == 30
    assert differences() == []


def test_occupancy_is_work_by_time_there_and_spam_was_work_too(desk, ada, bo):
    span = {"agent": ada, "idle": False}
    PresenceSpan.objects.create(
        **span, kind="available", began_at=at("2026-01-14 10:00"), ended_at=at("2026-01-14 10:50")
    )
    PresenceSpan.objects.create(
        **span, kind="busy", began_at=at("2026-01-14 10:50"), ended_at=at("2026-01-14 11:00")
    )
    PresenceSpan.objects.create(
        **span, kind="away", began_at=at("2026-01-14 11:00"), ended_at=at("2026-01-14 11:20")
    )
    PresenceSpan.objects.create(**span, kind="offline", began_at=at("2026-01-14 11:20"))
    with when("10:00"):
        ticket, spam = write(desk), write(desk)
    sit(ada, ticket, "10:01", 24 * 60)
    sit(ada, spam, "10:30", 24 * 60, key="b")
    with when("11:00"):
        work.mark_spam(spam, actor=ada.actor)

    with when("12:00"):
        got, used = read(kpi_for("occupancy"), DAY), read(kpi_for("utilisation"), DAY)
        assert (got.value, got.n, used.value) == (0.8, 1, 60 / 80)
        assert split(kpi_for("occupancy"), DAY, "agent")[0][1:] == ("Ada", got)
        theirs = tuple(bo.teams.get().inboxes.values_list("pk", flat=True))
        for limited in (Filters(inboxes=theirs), Filters(language="fi"), Filters(agent=bo.pk)):
            assert read(kpi_for("occupancy"), DAY, filters=limited).value is None
    assert {"occupancy", "utilisation"} <= set(OWN)


def test_beside_a_ticket(client, desk, ada, bo):
    ticket = write(desk)
    client.force_login(ada)
    place = {"number": ticket.pk}
    page = client.get(reverse("tickets:ticket", args=[ticket.pk])).content.decode()
    assert reverse("kpis:worked", kwargs=place) in page

    def said(name: str, **given: object) -> int:
        return client.post(
            reverse(f"kpis:{name}", kwargs=place), given, headers={"HX-Request": "true"}
        ).status_code

    assert [
        said("worked", key="ab12", seconds=20),
        said("worked", key="<b>", seconds=1),
        said("worked", key="a", seconds=-1),
    ] == [204, 422, 422]
    assert (said("timer", do="start"), said("minutes", minutes=15), said("minutes", minutes="x")) == (
        200,
        200,
        422,
    )
    shown = client.get(reverse("kpis:handling", kwargs=place)).content.decode()
    assert "15 min" in shown and "Stop the timer" in shown and "Ada" in shown
    assert "worked on this for" in client.get(reverse("tickets:ticket", args=[ticket.pk])).content.decode()
    client.force_login(bo)
    assert (said("worked", key="c", seconds=20), said("timer", do="start")) == (404, 404)


def test_a_program_adds_minutes_and_reads_them(desk, ada):
    ticket, caller = write(desk), make_caller(ada)
    path = f"/tickets/{ticket.pk}/handling"

    assert caller.say("POST", path, {"minutes": 0}).status_code == 422
    assert caller.say("POST", path, {"minutes": 10}).json() == caller.get_json(path)
    assert caller.get_json(path) == {"seconds": 600, "people": [{"agent": ada.pk, "seconds": 600}]}
