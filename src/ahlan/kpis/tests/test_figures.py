"""Readings of facts worked out by hand."""

from datetime import date, timedelta

import orjson
import pytest
from tests.makers import make_agent, make_ticket

from ahlan.calendars.tests.makers import at
from ahlan.feedback.actions.answering import put_down
from ahlan.feedback.actions.instruments import make_ready
from ahlan.feedback.queries import latest
from ahlan.kpis.course import Course, Fact, moment
from ahlan.kpis.declared import kpi_for, kpis
from ahlan.kpis.figures import behind, by_day, by_hour_and_weekday, read, read_all, split
from ahlan.kpis.legs import waited
from ahlan.kpis.models import Fact as Row
from ahlan.kpis.own import OWN, backlog_ages
from ahlan.kpis.reading import Filters, Period
from ahlan.site.kpis_command import NotAsked, shown
from ahlan.staff.models import PresenceSpan

pytestmark = pytest.mark.django_db
NOON = at("2026-01-14 12:00")
WEEK = Period(date(2026, 1, 12), date(2026, 1, 19))


def facts(kind: str, values: list[int], **more) -> None:
    given = {"at": NOON, **more}
    start = Row.objects.count()
    Row.objects.bulk_create(
        Row(
            kind=kind,
            subject_kind="ticket",
            subject_id=10_000 + start + n,
            value=value,
            business=value // 2,
            **given,
        )
        for n, value in enumerate(values)
    )


def legs(waits: list[int], *, answered: bool) -> None:
    rows = []
    for wait in waits:
        number = Row.objects.count() + len(rows) + 1
        for (kind, turn), fact in waited(Fact(0, value=wait), number, answered=answered).items():
            rows.append(
                Row(
                    kind=kind,
                    turn=turn,
                    subject_kind="chat",
                    subject_id=number,
                    at=NOON,
                    value=fact.value,
                    good=fact.good,
                )
            )
    Row.objects.bulk_create(rows)


def test_percentiles_are_those_that_are_named(db):
    facts("first_response", [60 * one for one in (2, 3, 4, 5, 6, 8, 10, 15, 30, 240)])
    kpi = kpi_for("first_response_time")

    got = {method: read(kpi, WEEK, method=method).value for method in kpi.methods}
    assert got == {"median": 7 * 60, "mean": 323 * 6, "p90": 30 * 60, "p95": None}
    assert read(kpi, WEEK, filters=Filters(business=True)).value == 210


def test_under_ten_there_is_no_p90_and_without_any_no_figure(db):
    facts("first_response", [60] * 9)

    assert read(kpi_for("first_response_time"), WEEK, method="p90").value is None
    assert read(kpi_for("next_response_time"), WEEK) == (None, "seconds", 0, "median", None, None)
    with pytest.raises(ValueError):
        read(kpi_for("contacts"), WEEK, method="p90")


def test_speed_of_answer_counts_who_was_answered_at_once_and_not_who_left(db):
    legs([0, 0, 10, 30, 60], answered=True)
    legs([5, 95], answered=False)

    assert read(kpi_for("average_speed_of_answer"), WEEK).value == 20.0


def test_six_ways_of_counting_a_service_level(db):
    legs([10] * 860 + [30] * 140, answered=True)
    legs([3] * 10 + [10] * 10 + [60] * 40, answered=False)

    got = read_all(WEEK)
    assert [round(got[f"service_level_f{n}"].value * 100, 1) for n in range(1, 6)] == [
        83.0,
        86.0,
        81.1,
        82.7,
        82.1,
    ]
    assert (round(got["service_level"].value * 100, 1), got["service_level"].n) == (81.9, 1050)
    assert round(got["abandonment_rate"].value * 100, 2) == 4.76
    assert round(got["abandonment_rate_raw"].value * 100, 2) == 5.66


def test_a_share_bears_its_interval(db):
    facts("transferred", [0] * 72, good=1)
    facts("transferred", [0] * 28)

    got = read(kpi_for("transfer_rate"), WEEK)
    assert (got.value, got.n, round(got.low, 3), round(got.high, 3)) == (0.72, 100, 0.625, 0.799)


def test_what_is_not_ripe_is_not_judged(db):
    import time_machine as machine

    facts("fcr", [0] * 10, good=1)
    with machine.travel(NOON + timedelta(days=6), tick=False):
        young = read(kpi_for("first_contact_resolution"), WEEK)
    with machine.travel(NOON + timedelta(days=8), tick=False):
        ripe = read(kpi_for("first_contact_resolution"), WEEK)

    assert (young.value, young.n, ripe.value, ripe.n) == (None, 0, 1.0, 10)


def test_days_hours_groups_and_what_is_behind(desk, cy):
    team = desk.teams.get()
    ticket = make_ticket(inbox=desk, customer=cy)
    facts("first_response", [60, 120], team=team.pk, inbox=desk.pk, ticket=ticket.pk)
    facts("first_response", [600], at=NOON + timedelta(days=1), inbox=desk.pk)
    kpi = kpi_for("first_response_time")

    days = {day.start: one.value for day, one in by_day(kpi, WEEK)}
    assert (days[date(2026, 1, 14)], days[date(2026, 1, 15)], days[date(2026, 1, 16)]) == (90, 600, None)
    assert by_hour_and_weekday(kpi, WEEK)[2, 12].value == 90
    assert [(key, label, one.value) for key, label, one in split(kpi, WEEK, "team")] == [
        (str(team.pk), team.name, 90)
    ]
    first = behind(kpi, WEEK, size=2)
    rest = behind(kpi, WEEK, size=2, after=first.after)
    assert [one.value for one in first.facts + rest.facts] == [600, 120, 60]
    assert rest.facts[0].shown == ticket and rest.after is None
    assert behind(kpi, WEEK, Filters(inboxes=())).facts == []


def test_everything_costs_the_same_number_of_queries(db, django_assert_max_num_queries):
    facts("first_response", [60] * 30)
    with django_assert_max_num_queries(30):
        assert set(read_all(WEEK)) == {one.key for one in kpis()}


def test_every_figure_is_whole():
    for one in kpis():
        assert (
            one.methods
            and str(one.name)
            and str(one.tells)
            and one.formula
            and str(one.population)
            and str(one.dated_by)
        ), one.key
        assert one.variant_of in ("", *(other.key for other in kpis())), one.key
    assert moment(0).year == 1970 and Course().told()["state"] == "open"


def test_the_command_tells_all_by_their_keys(db):
    facts("first_response", [60, 120])
    told = orjson.loads(shown("2026-01-12", "2026-01-19", zone="UTC", as_json=True))

    assert set(told) == {one.key for one in kpis()}
    assert (
        told["first_response_time"]["value"] == 90 and told["first_response_time"]["business"]["value"] == 45
    )
    assert {"value", "unit", "n", "method", "low", "high"} <= set(told["nps"])
    assert "first_response_time" in shown("2026-01-12", "2026-01-19", by="team")
    for wrong in (
        ("2026-01-12", "x", ""),
        ("2026-01-12", "2026-01-12", ""),
        ("2026-01-12", "2026-01-13", "Nowhere/At"),
    ):
        with pytest.raises(NotAsked):
            shown(wrong[0], wrong[1], zone=wrong[2])


@pytest.mark.parametrize("method", ["mean", "median", "p90"])
def test_days_and_weeks_and_groups_are_read_at_once_as_one_by_one(method, django_assert_num_queries):
    kpi = kpi_for("first_response_time")
    for n in range(60):
        facts(
            "first_response",
            [60 * (n % 17 + 1)],
            at=NOON + timedelta(days=n % 20, hours=n % 24),
            team=n % 3 + 1,
        )
    whole = Period(date(2026, 1, 10), date(2026, 2, 9), "Asia/Jerusalem")

    with django_assert_num_queries(2):
        days = by_day(kpi, whole, method=method)
        weeks = by_day(kpi, whole, method=method, weekly=True)

    assert [one.start for one, _reading in weeks] == [
        date(2026, 1, 10),
        *(date(2026, 1, 12) + timedelta(days=7 * n) for n in range(4)),
    ]
    for points in (days, weeks):
        assert points[0][0].start == whole.start and points[-1][0].end == whole.end
        assert [reading for _one, reading in points] == [
            read(kpi, one, method=method) for one, _reading in points
        ]
    groups = split(kpi, whole, "team", method=method)
    assert len(groups) == 3
    assert all(
        one == read(kpi, whole, method=method, filters=Filters(team=int(key))) for key, _label, one in groups
    )


def test_what_waits_is_told_by_age():
    for days in (0, 2, 2, 5, 20, 40):
        facts("backlog", [0], at=NOON - timedelta(days=days))

    assert list(backlog_ages(NOON + timedelta(hours=1)).values()) == [1, 2, 1, 1, 1]


@pytest.mark.parametrize("key", sorted(one.key for one in kpis() if one.measure in OWN))
def test_figures_of_their_own_are_read_at_once_as_one_by_one(key, desk, cy, django_assert_max_num_queries):
    kpi, whole = kpi_for(key), Period(date(2026, 1, 10), date(2026, 2, 9), "Asia/Jerusalem")
    ada, bob = make_agent(*desk.teams.all()), make_agent(*desk.teams.all())
    for n in range(40):
        moment = NOON + timedelta(days=n % 20, hours=n % 24)
        facts("contact", [0], at=moment, customer=cy.pk + n % 3)
        facts("backlog", [0], at=moment, until=moment + timedelta(hours=7 * n) if n % 4 else None, good=n % 2)
        facts("worked", [60 * n], at=moment, agent=(ada, bob)[n % 2].pk)
    for n, kind in enumerate(["available", "busy", "away", "offline"] * 5):
        begun = NOON + timedelta(hours=20 * n)
        span = {"began_at": begun, "ended_at": begun + timedelta(hours=20), "kind": kind, "idle": False}
        PresenceSpan.objects.create(agent=ada, **span)
    if kpi.measure.startswith("answers"):
        make_ready()
        for n in range(30):
            scale = latest(kpi.kind).instrument.first.steps
            moment = NOON + timedelta(days=n % 15, hours=n)
            put_down(latest(kpi.kind), {"score": scale[n % len(scale)]}, source="invited", at=moment)

    with django_assert_max_num_queries(6):
        days, weeks = by_day(kpi, whole), by_day(kpi, whole, weekly=True)

    for points in (days, weeks):
        assert [reading for _one, reading in points] == [read(kpi, one) for one, _reading in points]
        assert len({reading.value for _one, reading in points}) > 2
