"""Pulse, one figure, what is behind it, and the board: whom they show what, in which zone, at what cost."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.makers import make_agent, make_inbox, make_team

from ahlan.core.numerals import day
from ahlan.dialer.actions import Course, record_call
from ahlan.kpis import files
from ahlan.kpis.comparing import Sample
from ahlan.kpis.declared import kpi_for
from ahlan.kpis.picture import chart_of, spark_of
from ahlan.kpis.reading import Reading
from ahlan.kpis.telling import duration, told
from ahlan.kpis.views.pulse import change_words

pytestmark = pytest.mark.django_db

WEEK = "start=2026-03-09&until=2026-03-15"
ABANDONED = "/pulse/abandonment_rate/"
_next = count(1)


def call(inbox, on, *, wait=30, talk=120, lost=False, agent=None, hour=9):
    """One that waited in the queue, at nine in the morning, UTC."""
    began = datetime(2026, 3, on, hour, tzinfo=UTC)
    left = began + timedelta(seconds=wait)
    course = Course(
        began, left if lost else left + timedelta(seconds=talk), "abandoned" if lost else "answered", queued_at=began,
        answered_at=None if lost else left, talk=0 if lost else talk,
    )  # fmt: skip
    return record_call("switchboard", str(next(_next)), course, actor="system", inbox=inbox, agent=agent)[0]


def client_of(agent):
    client = Client()
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def lead(desk):
    return make_agent(*desk.teams.all(), role="lead", email="lead@desk.example", name="Lead")


def tile(response, key):
    [found] = [one for tiles in response.context["groups"].values() for one in tiles if one["kpi"].key == key]
    return found


def test_each_tile_says_its_value_its_change_and_how_many(desk, lead):
    for on, talk in ((2, 100), (10, 120), (11, 180)):
        call(desk, on, talk=talk)

    page = client_of(lead).get(f"/pulse/?{WEEK}")

    assert page.status_code == 200
    handled = tile(page, "average_handle_time")
    assert (handled["reading"].n, handled["change"]["words"]) == (2, "+50\u00a0%")
    assert (tile(page, "contacts")["value"], len(tile(page, "contacts")["spark"])) == ("2", 1)
    assert f"{day(date(2026, 3, 9))} – {day(date(2026, 3, 15))}, days in UTC" in page.content.decode()


def test_a_figure_stands_with_its_days_its_groups_and_its_definition(desk, lead, ada):
    for on in range(9, 14):
        call(desk, on, agent=ada)
    call(desk, 13, lost=True, wait=60)

    page = client_of(lead).get(f"{ABANDONED}?{WEEK}&by=inbox")

    context = page.context
    assert (context["value"], context["reading"].n) == ("16.7\u00a0%", 6)
    assert [(on.day, words, n) for on, words, _range, n in context["series"]][-3:] == [
        (13, "50\u00a0%", 2),
        (14, "–", 0),
        (15, "–", 0),
    ]
    assert [(one["label"], one["n"]) for one in context["groups"]] == [("Support", 6)]
    text = page.content.decode()
    kpi = kpi_for("abandonment_rate")
    for words in (kpi.tells, kpi.population, kpi.left_out, kpi.formula):
        assert str(words).split("<")[0][:30] in text
    assert f'href="{ABANDONED}behind/?start=2026-03-13&amp;until=2026-03-13"' in text
    [rows] = re.findall(r'<table class="heat">.*?</table>', text, re.DOTALL)
    assert rows.count("<tr>") == 8


def test_behind_a_figure_lies_what_one_may_see(desk, lead, chief):
    elsewhere = make_inbox()
    make_team(elsewhere, name="Elsewhere")
    call(desk, 10, lost=True, wait=60)
    call(elsewhere, 10, lost=True, wait=60)

    def shown(agent):
        return len(client_of(agent).get(f"{ABANDONED}behind/?{WEEK}").context["rows"])

    assert (shown(lead), shown(chief)) == (1, 2)
    assert client_of(lead).get(f"{ABANDONED}?{WEEK}").context["reading"].n == 1
    assert client_of(chief).get(f"{ABANDONED}?{WEEK}&inbox={elsewhere.pk}").context["reading"].n == 1
    assert client_of(lead).get(f"{ABANDONED}?{WEEK}&inbox={elsewhere.pk}").context["reading"].n == 1


def test_the_list_behind_goes_on_page_by_page(desk, chief):
    for n in range(53):
        call(desk, 10, hour=n % 24)
    client, path = client_of(chief), "/pulse/average_handle_time/behind/"

    first = client.get(f"{path}?{WEEK}")
    second = client.get(path, {"start": "2026-03-09", "until": "2026-03-15", "after": first.context["after"]})
    nonsense = client.get(f"{path}?{WEEK}&after=nonsense")

    assert [len(one.context["rows"]) for one in (first, second, nonsense)] == [50, 3, 50]
    assert second.context["after"] is None


def test_agents_see_no_figures_of_others(ada, di):
    client = client_of(ada)

    for path in ("/pulse/", ABANDONED, f"{ABANDONED}behind/", "/wallboard/"):
        assert client.get(path).status_code == 403
        assert Client().get(path).status_code == 302


def test_hostile_questions_get_the_usual_answer(lead):
    client = client_of(lead)

    for query in (
        "days=1e9",
        "start=0001-01-01&until=9999-12-31",
        "start=x&until=2026-13-45",
        "team=x&inbox=-1&tag=9999999999999999999",
        "language=%00&channel='",
    ):
        page = client.get(f"/pulse/?{query}")
        assert page.status_code == 200
        assert page.context["asked"].said["days"] == "30"
    assert client.get("/pulse/no_such_figure/").status_code == 404


def test_days_are_the_readers_own_and_the_page_says_so(desk, lead):
    call(desk, 10, hour=23)
    lead.time_zone = "Asia/Jerusalem"
    lead.save()

    page = client_of(lead).get(f"/pulse/average_handle_time/?{WEEK}")

    assert [on.day for on, _words, _range, n in page.context["series"] if n] == [11]
    assert "days in Asia/Jerusalem" in page.content.decode()


def test_it_is_drawn_from_right_to_left(desk, lead):
    lead.language = "he"
    lead.save()
    for on in (9, 15):
        call(desk, on)

    page = client_of(lead).get(f"/pulse/average_handle_time/?{WEEK}")

    assert '<html lang="he" dir="rtl"' in page.content.decode()
    first, last = page.context["chart"].marks
    assert first.x > last.x
    assert page.context["chart"].edge > first.x


def test_pulse_costs_the_same_for_one_call_and_for_thirty(desk, lead, ada):
    client = client_of(lead)

    def cost():
        with CaptureQueriesContext(connection) as taken:
            assert client.get(f"/pulse/?{WEEK}").status_code == 200
        return len(taken)

    call(desk, 10, agent=ada)
    client.get(f"/pulse/?{WEEK}")
    one = cost()
    for n in range(29):
        call(desk, 9 + n % 6, agent=ada, lost=n % 3 == 0)

    assert cost() == one


def test_the_board_says_who_waits_and_who_is_free(desk, lead):
    client = client_of(lead)

    page = client.get("/wallboard/")
    fresh = client.get("/wallboard/", headers={"hx-request": "true"}).content.decode()

    assert (page.context["chats"], page.context["tickets"], page.context["longest"]) == ("0", "0", "–")
    assert "<html" in page.content.decode()
    assert "<html" not in fresh
    assert "UTC" in fresh


def test_shares_that_cannot_be_told_apart_say_so():
    kpi = kpi_for("abandonment_rate")
    near = Reading(0.3, "share", 50, "share", 0.2, 0.4), Reading(0.25, "share", 50, "share", 0.15, 0.35)
    far = Reading(0.6, "share", 50, "share", 0.5, 0.7), near[1]

    def said(one, before):
        return change_words(kpi, Sample(one), Sample(before))

    assert said(*near) == {"way": "same", "words": "no clear change"}
    assert said(*far) == {"way": "worse", "words": "+35 points"}
    assert said(Reading(None, "share", 0, "share"), near[1]) == {}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 sec"), (4.25, "4.2 sec"), (59, "59 sec"), (152, "2 min 32 sec"), (3600, "1 hr"), (5400, "1 hr 30 min"), (90_000, "1 day 1 hr"), (3_599.6, "1 hr")],
)  # fmt: skip
def test_durations_have_two_units_at_most(seconds, words):
    assert duration(seconds) == words


def test_values_are_told_in_the_readers_way():
    assert [
        told(None, "share"),
        told(0.3184, "share"),
        told(11_615, "count"),
        told(1.0424, "per_contact"),
    ] == ["–", "31.8\u00a0%", "11,615", "1.04"]
    with translation.override("ru"):
        assert told(0.3184, "share") == "31,8\u00a0%"


def test_a_picture_leaves_gaps_where_nothing_was():
    days = [date(2026, 3, n) for n in range(1, 6)]
    series = [
        (on, Reading(value, "score", 1, "mean"))
        for on, value in zip(days, (1.0, 2.0, None, 3.0, None), strict=True)
    ]

    found = chart_of(series)

    assert (len(found.marks), len(found.lines)) == (3, 2)
    assert chart_of([(days[0], Reading(None, "score", 0, "mean"))]) is None
    assert [len(line.split()) for line in spark_of([1.0, 2.0, None, 3.0, 4.0, 5.0])] == [2, 3]


def lines_of(response):
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def test_days_are_taken_away_as_a_table(desk, lead):
    call(desk, 10)
    call(desk, 10, lost=True, wait=60)

    head, *rows = lines_of(client_of(lead).get(f"{ABANDONED}days.csv?{WEEK}"))

    assert head[:4] == ["From (UTC)", "Until (UTC)", "Time zone", "Abandonment rate"]
    assert [row[5] for row in rows] == ["0", "2", "0", "0", "0", "0", "0"]
    assert rows[1][:5] == ["2026-03-10", "2026-03-11", "UTC", "0.5", "share"]
    assert rows[0][3] == ""


def test_everything_behind_a_figure_is_taken_away_whatever_its_number(desk, lead, bo, monkeypatch):
    monkeypatch.setattr(files, "AT_ONCE", 3)
    bo.name = "=SUM(A1)"
    bo.save()
    for n in range(8):
        call(desk, 10, hour=n, talk=100 + n, agent=bo)
    call(make_inbox(), 10)

    head, *rows = lines_of(client_of(lead).get(f"/pulse/average_handle_time/behind.csv?{WEEK}"))

    told = [dict(zip(head, row, strict=True)) for row in rows]
    assert [one["Seconds"] for one in told] == [str(100 + n) for n in reversed(range(8))]
    assert told[-1]["When (UTC)"] == "2026-03-10T00:02:10+00:00"
    assert (told[0]["Kind"], told[0]["Agent"], told[0]["Inbox"]) == ("call", "'=SUM(A1)", "Support")


def test_strangers_take_nothing_away(ada):
    for name in ("days", "behind"):
        assert client_of(ada).get(f"{ABANDONED}{name}.csv").status_code == 403
        assert Client().get(f"{ABANDONED}{name}.csv").status_code == 302
