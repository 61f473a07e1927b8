"""Reports: what they ask, of which days, what they answer to whom, and what is kept of them."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.makers import make_agent, make_inbox, make_team, make_ticket

from ahlan.calendars.actions import create_hours
from ahlan.calendars.tests.makers import at
from ahlan.events.models import Event
from ahlan.kpis import reports
from ahlan.kpis.actions.reports import archive_report, duplicate_report, restore_report, save_report
from ahlan.kpis.models import Report
from ahlan.kpis.policies import report_for, reports_of
from ahlan.kpis.question import BadQuestion, other_of, period_of, question_of, steps_of, zone_of
from ahlan.kpis.reading import Period
from ahlan.kpis.tests.test_goals import make_facts
from ahlan.tickets.models import Tag

FRT = {"key": "first_response_time", "method": "mean"}
FIXED = {"period": "fixed", "start": "2026-01-01", "until": "2026-01-31"}


def question(*figures, **more):
    return question_of({"figures": list(figures) or [FRT], **FIXED, **more})


@pytest.fixture
def lead(desk):
    return make_agent(*desk.teams.all(), role="lead", email="lead@desk.example", name="Lead")


@pytest.mark.parametrize(("name", "start", "end", "before", "year"), [
    ("yesterday", "2026-03-17", "2026-03-18", "2026-03-16", "2025-03-17"),
    ("last_7_days", "2026-03-11", "2026-03-18", "2026-03-04", "2025-03-11"),
    ("last_28_days", "2026-02-18", "2026-03-18", "2026-01-21", "2025-02-18"),
    ("last_week", "2026-03-09", "2026-03-16", "2026-03-02", "2025-03-10"),  # Monday to Monday, also a year ago
    ("last_month", "2026-02-01", "2026-03-01", "2026-01-01", "2025-02-01"),
    ("last_quarter", "2025-10-01", "2026-01-01", "2025-07-01", "2024-10-01"),
    ("last_year", "2025-01-01", "2026-01-01", "2024-01-01", "2024-01-01"),
    ("this_month", "2026-03-01", "2026-03-19", "2026-02-01", "2025-03-01"),
])  # fmt: skip
@pytest.mark.once
def test_relative_times_are_reckoned_from_today(name, start, end, before, year):
    asked = question_of({"figures": [FRT], "period": name, "against": "before"})

    found = period_of(asked, "UTC", date(2026, 3, 18))  # a Wednesday

    assert (str(found.start), str(found.end)) == (start, end)
    assert str(other_of(asked, found).start) == before
    assert (
        str(other_of(question_of({"figures": [FRT], "period": name, "against": "year"}), found).start) == year
    )


@pytest.mark.once
def test_months_are_whole_or_as_long_as_they_can_be():
    whole = Period(date(2026, 1, 15), date(2026, 4, 3))

    assert [(str(one.start), str(one.end)) for one in steps_of(whole, "month")] == [
        ("2026-01-15", "2026-02-01"), ("2026-02-01", "2026-03-01"), ("2026-03-01", "2026-04-01"), ("2026-04-01", "2026-04-03"),
    ]  # fmt: skip
    so_far = question_of({"figures": [FRT], "period": "this_month", "against": "before"})
    assert other_of(so_far, Period(date(2026, 3, 1), date(2026, 3, 31))).end == date(2026, 2, 28)


@pytest.mark.once
@pytest.mark.parametrize(("at_part", "given"), [
    ("figures", {"figures": []}), ("figures", {"figures": [{"key": "nothing"}]}), ("figures", {"figures": [FRT, FRT]}),
    ("figures", {"figures": [{"key": "csat", "method": "p90"}]}), ("figures", {"figures": ["csat"]}),
    ("by", {"by": "moon"}), ("by", {"figures": [{"key": "csat"}], "by": "hours"}), ("period", {"period": "ever"}),
    ("start", {"period": "fixed", "start": "2026-02-01", "until": "2026-01-01"}), ("start", {"period": "fixed"}),
    ("start", {"period": "fixed", "start": "0001-01-01", "until": "9999-01-01"}), ("until", {"until": "2026-13-45"}),
    ("other_start", {"against": "chosen"}), ("against", {"against": "before", "by": "hours"}),
    ("limits", {"limits": {"team": "x"}}), ("limits", {"limits": {"moon": 1}}), ("limits", {"limits": {"inbox": 2**70}}),
    ("limits", {"limits": {"customer_kind": "moon"}}), ("clock", {"clock": "sun"}),
])  # fmt: skip
def test_what_cannot_be_asked_is_told_by_its_part(at_part, given):
    with pytest.raises(BadQuestion) as refused:
        question_of({"figures": [FRT], **given})
    assert refused.value.at == at_part


@pytest.mark.once
def test_a_question_is_kept_as_it_was():
    asked = question({"key": "csat"}, by="team", against="chosen", other_start="2025-01-01", other_until="2025-01-31", limits={"team": 3, "bot": False, "channel": "email", "tag": None}, clock="team")  # fmt: skip

    assert question_of(asked.as_data()) == asked
    assert asked.limits == {"team": 3, "bot": False, "channel": "email"}


@pytest.mark.django_db
def test_lines_are_days_weeks_months_or_groups(desk, lead):
    team = desk.teams.get().pk
    make_facts([60, 120], inbox=desk.pk, team=team, language="fi")
    make_facts([600], at=at("2026-01-20 12:00"), inbox=desk.pk, language="he", internal=True)

    def told(by):
        found = reports.answer(question(by=by), lead).figures[0]
        return [(line.key, line.reading.value, line.reading.n) for line in found.lines if line.reading.n]

    assert told("day") == [("2026-01-02", 90.0, 2), ("2026-01-20", 600.0, 1)]
    assert told("week") == [("2026-01-01", 90.0, 2), ("2026-01-19", 600.0, 1)]
    assert told("month") == [("2026-01-01", 260.0, 3)]
    assert told("team") == [(str(team), 90.0, 2)]
    assert told("language") == [("fi", 90.0, 2), ("he", 600.0, 1)]
    assert told("customer_kind") == [("external", 90.0, 2), ("internal", 600.0, 1)]
    assert told("channel") == [("email", 260.0, 3)]
    heat = (
        reports.answer(question({"key": "first_response_time", "method": "median"}, by="hours"), lead)
        .figures[0]
        .heat
    )
    assert {slot: one.value for slot, one in heat.items()} == {(4, 12): 90.0, (1, 12): 600.0}


@pytest.mark.django_db
def test_each_line_is_held_against_the_same_of_the_other_time(desk, lead):
    team = desk.teams.get().pk
    make_facts([60 * n for n in (10, 11, 12)], inbox=desk.pk, team=team)
    make_facts([60 * n for n in (1, 2, 3)], at=at("2025-12-03 12:00"), inbox=desk.pk, team=team)
    make_facts([60] * 2, at=at("2025-12-03 12:00"), inbox=desk.pk)
    make_facts([None], kind="contact", inbox=desk.pk, language="fi")

    grouped = reports.answer(question(by="team", against="before"), lead)
    [line] = grouped.figures[0].lines
    days = reports.answer(
        question(by="day", against="chosen", other_start="2025-12-02", other_until="2025-12-31"), lead
    )
    second = days.figures[0].lines[1]

    fresh = (
        reports.answer(question({"key": "contacts"}, by="language", against="before"), lead).figures[0].lines
    )

    assert (line.reading.value, line.other.value, line.change.verdict) == (660.0, 120.0, "differs")
    assert [(one.key, one.reading.value, one.other.value) for one in fresh] == [
        ("fi", 1, 0)
    ]  # a count of nothing is none
    assert (line.change.by, round(line.change.low), round(line.change.high)) == (
        540.0,
        404,
        676,
    )  # 540 ± 2.776 · 49.0
    assert (grouped.figures[0].whole.reading.n, grouped.figures[0].whole.other.n) == (3, 5)
    assert (second.key, second.reading.value, second.other.value) == ("2026-01-02", 660.0, 96.0)
    assert days.figures[0].lines[-1].other is None  # one day fewer


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["team", "day", "language"])
def test_it_costs_the_same_for_one_group_and_for_many(
    desk, lead, by, django_assert_max_num_queries, django_assert_num_queries
):
    def count(n):
        make_facts(
            [60 + n, 90] * 3, inbox=desk.pk, team=n, language=f"x{n}", at=at(f"2026-01-{n + 1:02} 12:00")
        )
        make_facts(
            [60, 80 + n] * 3, inbox=desk.pk, team=n, language=f"x{n}", at=at(f"2025-12-{n + 1:02} 12:00")
        )

    count(1)
    asked = question({"key": "first_response_time"}, by=by, against="before")
    reports.answer(asked, lead)
    with django_assert_max_num_queries(20) as taken:
        reports.answer(asked, lead)
    cost = len(taken)
    for n in range(2, 12):
        count(n)
    with django_assert_num_queries(cost):
        reports.answer(asked, lead)


@pytest.mark.django_db
def test_it_counts_what_its_reader_sees_and_what_it_is_limited_to(desk, lead, chief):
    elsewhere = make_inbox()
    make_facts([60] * 2, inbox=desk.pk)
    make_facts([60] * 3, inbox=elsewhere.pk, bot=True)

    def n(reader, **limits):
        return reports.answer(question(limits=limits), reader).figures[0].whole.reading.n

    assert (n(lead), n(chief)) == (2, 2)
    assert (n(lead, bot=True), n(chief, bot=True)) == (0, 3)
    assert (n(lead, inbox=elsewhere.pk), n(chief, inbox=desk.pk)) == (0, 2)


@pytest.mark.django_db
def test_days_are_the_readers_or_the_teams(desk, lead):
    lead.time_zone = "Asia/Jerusalem"
    team = desk.teams.get()
    team.hours = create_hours(name="There", time_zone="Europe/Helsinki", week=((),) * 7, actor="system")
    team.save()

    assert zone_of(question(), lead) == "Asia/Jerusalem"
    assert zone_of(question(limits={"team": team.pk}, clock="team"), lead) == "Europe/Helsinki"
    assert zone_of(question(clock="team"), lead) == "Asia/Jerusalem"


@pytest.mark.django_db
def test_only_those_it_is_shared_with_know_of_it(desk, lead, chief):
    team = desk.teams.get()
    mate = make_agent(team, role="lead", email="mate@desk.example")
    other = make_agent(make_team(make_inbox()), role="lead", email="other@desk.example")
    agent = make_agent(team, email="agent@desk.example")

    def seen(report):
        return [reports_of(one).filter(pk=report.pk).exists() for one in (lead, mate, other, chief, agent)]

    mine = save_report(None, name="Mine", asks=question().as_data(), owner=lead, actor=lead.actor)
    assert seen(mine) == [True, False, False, False, False]
    save_report(mine, name="Ours", asks=mine.asks, shared="team", team=team, actor=lead.actor)
    assert seen(mine) == [True, True, False, False, False]
    save_report(mine, name="All’s", asks=mine.asks, shared="all", actor=lead.actor)
    assert seen(mine) == [True, True, True, True, False]
    assert report_for(chief, mine.pk, changing=True).name == "All’s"


@pytest.mark.django_db
def test_it_is_put_away_and_brought_back_and_duplicated(desk, lead, chief):
    report = save_report(
        None, name="Speed", asks=question().as_data(), owner=lead, shared="all", actor=lead.actor
    )

    archive_report(report, actor=lead.actor)
    archive_report(report, actor=lead.actor)
    assert Report.objects.get().archived_at is not None
    restore_report(report, actor=lead.actor)
    copy = duplicate_report(report, owner=chief, actor=chief.actor)

    assert (copy.name, copy.owner, copy.shared, copy.asks) == ("Speed (copy)", chief, "", report.asks)
    assert Report.objects.filter(archived_at=None).count() == 2
    kinds = Event.objects.filter(kind__startswith="report.").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["report.saved", "report.archived", "report.restored", "report.saved"]
    with pytest.raises(ValueError, match="no name"):
        save_report(None, name=" ", asks=report.asks, owner=lead, actor=lead.actor)
    with pytest.raises(ValueError, match="no name"):
        save_report(None, name="x", asks=report.asks, owner=lead, shared="team", actor=lead.actor)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["mean", "median"])
def test_a_ticket_with_two_tags_counts_for_each_in_the_same_queries(
    desk, lead, method, django_assert_num_queries
):
    tickets = [make_ticket(inbox=desk) for _ in range(3)]
    late, broken, other = (Tag.objects.create(name=name) for name in ("late", "broken", "other"))
    for n, ticket in enumerate(tickets):
        make_facts([60 * (n + 1)], inbox=desk.pk, ticket=ticket.pk)
        ticket.tags.add(late)
    tickets[0].tags.add(broken)
    asked = question({"key": "first_response_time", "method": method}, by="tag", against="before")

    def told():
        return [
            (line.label, line.reading.value, line.reading.n)
            for line in reports.answer(asked, lead).figures[0].lines
        ]

    assert told() == [("late", 120.0, 3), ("broken", 60.0, 1)]
    limited = question({"key": "first_response_time", "method": method}, by="tag", limits={"tag": broken.pk})
    assert [(line.label, line.reading.n) for line in reports.answer(limited, lead).figures[0].lines] == [
        ("late", 1),
        ("broken", 1),
    ]
    with CaptureQueriesContext(connection) as taken:
        told()
    tickets[2].tags.add(other)
    with django_assert_num_queries(len(taken)):
        assert len(told()) == 3
