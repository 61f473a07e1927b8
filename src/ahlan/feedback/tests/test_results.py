"""Results: from counts alone, equal to what the answers say; split, veiled where people must not be known, taken away as a table."""

import csv
import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.makers import make_agent, make_inbox, make_team, make_ticket

from ahlan.feedback import reports
from ahlan.feedback.actions.answering import change_answer, put_down
from ahlan.feedback.actions.importing import import_answers
from ahlan.feedback.counting import fold
from ahlan.feedback.instruments import scores
from ahlan.feedback.instruments.files import NotRead
from ahlan.feedback.models import Answer, Count
from ahlan.feedback.queries import latest
from ahlan.feedback.tests.makers import client_of, make_survey, put

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 3, 10, 12, tzinfo=UTC)


def asked(key="csat", on=date(2026, 1, 1), until=date(2026, 12, 31), **more):
    return reports.Asked(latest(key), on, until, **more)


def test_a_report_says_what_the_answers_say(ada):
    for score in (5, 5, 4, 3, 1):
        put(score, at=DAY, agent=ada)

    found = reports.report(asked())

    assert (found.reading.score, found.reading.n, found.reading.mean) == (60, 5, 3.6)
    assert found.reading.distribution == {1: 1, 2: 0, 3: 1, 4: 1, 5: 2}


@pytest.mark.parametrize("seed", range(3))
def test_any_span_is_the_sum_of_its_answers(seed):
    """Months where they lie in the span whole, days at its edges: held against the answers one by one; folded or not."""
    draw = random.Random(seed)
    days = [DAY + timedelta(days=draw.randrange(-200, 200)) for _ in range(60)]
    for at in days:
        put(draw.randint(1, 5), at=at)
    for _ in range(20):
        on = (DAY + timedelta(days=draw.randrange(-210, 200))).date()
        until = on + timedelta(days=draw.randrange(0, 200))
        within = [one.parts for one in Answer.objects.all() if on <= one.answered_at.date() <= until]
        assert reports.total(asked(on=on, until=until)) == scores.tallied(within)
        assert sum(one.reading.n for one in reports.series(asked(on=on, until=until))) == len(within)
        fold(limit=37)


def test_folding_changes_nothing_and_takes_little_room():
    for n in range(40):
        put(1 + n % 5, at=DAY)
    before = reports.total(asked())
    rows = Count.objects.count()
    while fold(limit=50):
        pass

    assert reports.total(asked()) == before
    assert Count.objects.count() == 10 < rows
    put(5, at=DAY)
    fold()
    assert Count.objects.count() == 10


def test_a_changed_answer_moves_its_count(ada):
    own = put(2, at=DAY, agent=ada)
    Answer.objects.update(locked_at=None)
    change_answer(own, {"score": 5})

    assert reports.report(asked()).reading.distribution == {1: 0, 2: 0, 3: 0, 4: 0, 5: 1}
    assert reports.split(asked(), "agent")[0].reading.score == 100


def test_groups_are_held_against_the_others_and_told_apart_only_when_they_can_be(ada, bo):
    chief = make_agent(name="Cleo")
    for n in range(100):
        put(5 if n < 90 else 1, at=DAY, agent=ada)
        put(5 if n < 60 else 1, at=DAY, agent=bo)
        put(5 if n < 75 else 1, at=DAY, agent=chief)

    found = {one.name: one.stands for one in reports.split(asked(), "agent")}

    assert found == {"Ada": "above", "Bo": "below", "Cleo": "same"}


def test_a_change_of_words_begins_a_new_series():
    from dataclasses import replace

    from ahlan.feedback.actions.instruments import save_instrument

    put(1, at=DAY)
    old = latest("csat")
    title = {**old.instrument.title, "en": "Content"}
    again = save_instrument(replace(old.instrument, title=title), actor="system")
    same = save_instrument(again.instrument, actor="system")
    put(5, at=DAY)

    assert (again.number, same.number) == (2, 2)
    assert reports.report(asked()).reading.score == 100
    assert reports.report(reports.Asked(old, date(2026, 1, 1), date(2026, 12, 31))).reading.score == 0
    assert again.instrument.measure == old.instrument.measure


def test_of_what_came_by_other_inboxes_nothing_is_seen(chief):
    seen, other = make_inbox(), make_inbox()
    lead = make_agent(make_team(seen), role="lead")
    customer = make_ticket(inbox=other, subject="Secret words")
    for score, inbox in ((5, seen), (1, other)):
        put(
            score,
            at=DAY,
            inbox=inbox,
            channel="email",
            comment=f"Words {inbox.pk}",
            ticket=customer if inbox == other else None,
        )
    query = "?on=2026-01-01&until=2026-12-31&by=inbox"

    own, all_of_it = (client_of(one).get(f"/feedback/csat/{query}").content.decode() for one in (lead, chief))

    assert f"Words {seen.pk}" in own
    assert f"Words {other.pk}" not in own
    assert "Secret words" not in client_of(lead).get(f"/feedback/csat/answers/{query}").content.decode()
    assert f"Words {other.pk}" in all_of_it
    assert (
        "Secret words"
        not in b"".join(client_of(lead).get(f"/feedback/csat/export/{query}").streaming_content).decode()
    )


def test_who_may_not_see_results_does_not(ada):
    put(5, at=DAY)
    for place in ("/feedback/", "/feedback/csat/", "/feedback/csat/answers/", "/feedback/csat/export/"):
        assert client_of(ada).get(place).status_code == 403


def test_pages_of_results(chief, ada, desk):
    make_survey()
    for n, score in enumerate((5, 5, 4, 1)):
        put(
            score,
            at=datetime.now(UTC) - timedelta(days=10 * n),
            agent=ada,
            comment=f"Said {score}",
            inbox=desk,
            channel="email",
            language="fi",
        )
    client = client_of(chief)

    home = client.get("/feedback/").content.decode()
    page = client.get("/feedback/csat/?by=agent").content.decode()
    group = client.get(f"/feedback/csat/?facet=agent&key={ada.pk}").content.decode()
    ones = client.get("/feedback/csat/answers/?value=1").content.decode()

    assert "75" in home
    assert '<svg class="chart"' in page
    assert "not distinguishable" in page or "Ada" in page
    assert "Ada" in group
    assert ("Said 1" in ones, "Said 5" in ones) == (True, False)
    assert client.get("/feedback/nothing/").status_code == 404
    for bad in (
        "?on=x&until=9999-99-99",
        "?days=-4",
        "?facet=agent&key=x'",
        "?facet=password&key=1",
        "?version=99999999999",
        "?after=x",
        "?on=0001-01-01",
    ):
        assert client.get(f"/feedback/csat/{bad}").status_code in (200, 404), bad


def test_a_page_costs_the_same_for_more_answers(chief, ada):
    client, costs = client_of(chief), []
    for many in (1, 8):
        for _ in range(many):
            put(4, at=datetime.now(UTC), agent=ada, comment="x")
        client.get("/feedback/csat/?by=agent")
        with CaptureQueriesContext(connection) as taken:
            client.get("/feedback/csat/?by=agent")
        costs.append(len(taken))
    assert costs[0] == costs[1]


def test_anonymous_groups_of_fewer_than_five_are_hidden_also_by_subtraction(chief):
    make_survey(anonymous=True)
    teams = [make_team(name=name) for name in ("Small", "Middle", "Large")]
    week = datetime.now(UTC) - timedelta(days=10)
    for team, many in zip(teams, (3, 6, 20), strict=True):
        for _ in range(many):
            put(5, at=week, team=team, anonymous=True, comment=f"From {team}")
    anonymous = reports.Asked(
        latest("csat"), *reports.whole_weeks(date.today() - timedelta(days=89), date.today()), anonymous=True
    )

    shown = {one.name: one.reading.n if one.reading else None for one in reports.split(anonymous, "team")}
    client = client_of(chief)

    assert shown == {"Small": None, "Middle": None, "Large": 20}
    assert "Too few answers" in client.get(f"/feedback/csat/?facet=team&key={teams[0].pk}").content.decode()
    assert (
        "From Small"
        not in client.get(f"/feedback/csat/answers/?facet=team&key={teams[0].pk}").content.decode()
    )
    lines = b"".join(client.get("/feedback/csat/export/").streaming_content).decode().splitlines()
    assert lines[0].removeprefix("\ufeff") == "score,comment"


def test_four_anonymous_answers_are_not_shown_at_all(chief):
    make_survey(anonymous=True)
    for _ in range(4):
        put(1, at=datetime.now(UTC) - timedelta(days=10), anonymous=True, comment="Hidden words")
    client = client_of(chief)

    for place in ("/feedback/", "/feedback/csat/", "/feedback/csat/answers/"):
        assert b"Hidden words" not in client.get(place).content
    assert b"Too few answers" in client.get("/feedback/csat/").content
    assert b"Hidden words" not in b"".join(client.get("/feedback/csat/export/").streaming_content)


def test_spans_of_an_anonymous_survey_are_whole_weeks():
    assert reports.whole_weeks(date(2026, 3, 4), date(2026, 3, 20)) == (date(2026, 3, 2), date(2026, 3, 15))


def test_the_export_is_a_table_no_spreadsheet_runs(chief, ada):
    put(4, at=datetime.now(UTC), agent=ada, comment="=1+1")

    response = client_of(chief).get("/feedback/csat/export/")
    rows = list(csv.reader(b"".join(response.streaming_content).decode().removeprefix("\ufeff").splitlines()))

    assert rows[0][:2] == ["score", "comment"]
    assert rows[1][:2] == ["4", "'=1+1"]
    assert "Ada" in rows[1]


def test_servqual_shows_its_dimensions(chief):
    given = {f"e{n}": 6 for n in range(1, 23)} | {f"p{n}": 4 for n in range(1, 23)}
    points = dict(
        zip(
            ("w_tangibles", "w_reliability", "w_responsiveness", "w_assurance", "w_empathy"),
            (11, 32, 22, 19, 16),
            strict=True,
        )
    )
    put_down(latest("servqual"), given | points, source="import", at=datetime.now(UTC))
    put_down(latest("servqual"), given, source="import", at=datetime.now(UTC))

    page = client_of(chief).get("/feedback/servqual/").content.decode()
    found = reports.report(asked("servqual", on=date.today() - timedelta(days=5), until=date.today()))

    assert (found.reading.score, found.reading.more["weighted"]) == (-2, -2)
    assert "Reliability" in page
    assert "bar--below" in page


# import


def lines(text):
    return text.splitlines(keepends=True)


def test_an_import_twice_is_once():
    text = "score,comment\n5,Good\n9,No\n,\n4,\n"

    first, second = (import_answers(latest("csat"), lines(text), actor="system", at=DAY) for _ in range(2))

    assert (first.taken, first.known, first.blank, first.refusals) == (
        2,
        0,
        1,
        [(3, "score: 9 is outside 1 to 5")],
    )
    assert (second.taken, second.known) == (0, 2)
    assert Answer.objects.count() == 2


def test_an_import_by_names_brings_facts_along(desk, cy, ada):
    ticket = make_ticket(inbox=desk, customer=cy, team=desk.teams.get())
    text = (
        "key;score;answered_at;ticket;agent;language\n"
        f"a;5;2026-02-03;{ticket.pk};ADA@desk.example;fi\nb;4;soon;;;\nc;4;;999999;;\nd;4;;;nobody@x;\ne;4;;;;xx\na;1;;;;\n"
    )

    report = import_answers(latest("csat"), lines(text), actor="system")

    own = Answer.objects.get()
    assert (own.score, own.answered_at.date(), own.ticket, own.agent, own.language, own.team) == (
        5, date(2026, 2, 3), ticket, ada, "fi", ticket.team,
    )  # fmt: skip
    assert (report.taken, report.known, [line for line, _why in report.refusals]) == (1, 1, [3, 4, 5, 6])
    with pytest.raises(NotRead):
        import_answers(latest("csat"), lines("key,mood\na,5\n"), actor="system")


def test_the_code_of_a_place_is_a_picture_of_its_link(chief):
    from ahlan.feedback.actions.surveys import save_place

    place = save_place(make_survey(), None, name="Table", kiosk=False, language="en", actor="system")

    response = client_of(chief).get(f"/settings/places/{place.pk}/code.svg")

    assert response["Content-Type"] == "image/svg+xml"
    assert b'xmlns="http://www.w3.org/2000/svg"' in response.content


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        (0, 100, [0, 25, 50, 75, 100]),
        (-1.9, -0.1, [-1.5, -1, -0.5]),
        (17.9, 100, [25, 50, 75, 100]),
        (4, 4.3, [4, 4.1, 4.2, 4.3]),
    ],
)
def test_ticks_are_round(low, high, found):
    from ahlan.feedback.chart import _ticks

    assert _ticks(low, high) == pytest.approx(found)
