"""The pages of reports: asking with an answer at once, keeping, who sees what, and taking away."""

import csv
import io
import json

import pyarrow.parquet as pq
import pytest
from django.test import Client
from tests.makers import make_agent, make_inbox, make_team

from ahlan.calendars.tests.makers import at
from ahlan.kpis.actions.reports import save_report
from ahlan.kpis.models import Report
from ahlan.kpis.tests.test_goals import client_of, make_facts
from ahlan.kpis.tests.test_reports import FIXED, FRT, question
from ahlan.staff.models import Role

pytestmark = pytest.mark.django_db
ASKED = {"figure0": "first_response_time", "method0": "mean", "by": "team", **FIXED}
FORMS = ("csv", "xlsx", "json", "parquet")


@pytest.fixture
def lead(desk):
    return make_agent(*desk.teams.all(), role="lead", email="lead@desk.example", name="Lead")


@pytest.fixture
def facts(desk):
    team = desk.teams.get().pk
    make_facts([60 * n for n in (10, 11, 12)], inbox=desk.pk, team=team)
    make_facts([60 * n for n in (1, 2, 3)], at=at("2025-12-03 12:00"), inbox=desk.pk, team=team)


def kept(lead, **more):
    asks = question(FRT, **more).as_data()
    return save_report(None, name="Speed", asks=asks, owner=lead, actor=lead.actor)


def text_of(response):
    return b"".join(response.streaming_content)


def test_the_answer_stands_below_what_is_asked(desk, lead, facts):
    client = client_of(lead)

    fresh = client.get("/pulse/reports/new/?figure0=csat")
    told = client.get("/pulse/reports/preview/", {**ASKED, "against": "before"})
    wrong = client.get("/pulse/reports/preview/", {**ASKED, "period": "fixed", "start": ""})
    passed_on = client.get("/pulse/reports/new/", ASKED)

    assert fresh.context["shown"].parts[0].kpi.key == "csat"
    [row] = told.context["shown"].parts[0].rows
    assert (row.label, row.value, row.before, row.change, row.verdict, row.way) == (
        "Care",
        "11 min",
        "2 min",
        "+9 min",
        "differs",
        "worse",
    )
    assert "Give a first and a last day" in wrong.content.decode()
    assert passed_on.context["shown"].parts[0].rows[0].n == "3"


def test_it_is_kept_changed_duplicated_archived_and_brought_back(desk, lead, facts):
    client = client_of(lead)

    assert client.post("/pulse/reports/new/", {**ASKED, "name": ""}).status_code == 422
    assert client.post("/pulse/reports/new/", {**ASKED, "figure0": "moon", "name": "x"}).status_code == 422
    client.post("/pulse/reports/new/", {**ASKED, "name": "Teams", "shared": "all"})
    made = Report.objects.get()
    page = client.get(f"/pulse/reports/{made.pk}/")
    assert (page.context["shown"].parts[0].rows[0].n, page.context["shown"].zone) == ("3", "UTC")
    assert "Jan 1 – Jan 31, days in UTC" in page.content.decode()
    edited = client.get(f"/pulse/reports/{made.pk}/edit/").content.decode()
    assert '<option value="mean" selected>' in edited
    client.post(f"/pulse/reports/{made.pk}/edit/", {**ASKED, "by": "day", "name": "Days"})
    made.refresh_from_db()
    assert (made.name, made.shared, made.asks["by"]) == ("Days", "", "day")
    client.post(f"/pulse/reports/{made.pk}/copy/")
    away = client.post(f"/pulse/reports/{made.pk}/archive/", follow=True)
    assert [one.name for one in away.context["mine"]] == ["Days (copy)"]
    assert [one.name for one in client.get("/pulse/reports/?archived=1").context["mine"]] == ["Days"]
    client.post(f"/pulse/reports/{made.pk}/archive/?undo=1")
    assert Report.objects.filter(archived_at=None).count() == 2


def test_others_see_only_what_is_shared_and_of_it_what_is_theirs(desk, lead, facts):
    elsewhere = make_inbox()
    other = make_agent(make_team(elsewhere), role="lead", email="other@desk.example")
    report, client = kept(lead, by="inbox", limits={"inbox": desk.pk}), client_of(other)
    path = f"/pulse/reports/{report.pk}/"

    for name in ("", "edit/", "table.csv"):
        assert client.get(f"{path}{name}").status_code == 404
    assert client.post(f"{path}archive/").status_code == 404
    Report.objects.update(shared="all")
    page = client.get(path)
    assert (page.context["shown"].parts[0].whole.n, page.context["shown"].limits) == ("0", ["Inbox: –"])
    assert "Support" not in page.content.decode()
    other.role = Role.objects.create(own_name="Reader", permissions=["tickets.view", "kpis.view"])
    other.save()
    for name in ("edit/", "archive/"):
        assert client.post(f"{path}{name}").status_code == 403
    assert json.loads(text_of(client.get(f"{path}table.json")))["rows"] == []
    assert client_of(make_agent(email="a@desk.example")).get(path).status_code == 403
    assert Client().get(path).status_code == 302


def test_the_table_is_taken_away_in_every_form(desk, lead, facts):
    client, report = client_of(lead), kept(lead, by="team", against="before")
    path, key = f"/pulse/reports/{report.pk}/table.", "first_response_time"

    csv_rows = list(csv.reader(io.StringIO(text_of(client.get(f"{path}csv")).decode("utf-8-sig"))))
    told = json.loads(text_of(client.get(f"{path}json")))
    table = pq.read_table(io.BytesIO(text_of(client.get(f"{path}parquet"))))

    assert csv_rows[0][:3] == ["Key", "Group", "First response time, mean"]
    assert csv_rows[1][1:4] == ["Care", "660.0", "3"]
    [row] = told["rows"]
    assert (row[key], row[f"{key}_before"], row[f"{key}_change"], row[f"{key}_verdict"]) == (
        660.0,
        120.0,
        540.0,
        "differs",
    )
    assert (told["time_zone"], told["notes"]["Compared with"]) == ("UTC", "Dec 1, 2025 – Dec 31, 2025")
    assert table.column(f"{key}_n").to_pylist() == [3]
    assert text_of(client.get(f"{path}xlsx"))[:2] == b"PK"
    assert client.get(f"{path}exe").status_code == 404


def test_hours_are_drawn_from_the_readers_first_weekday_on_in_his_direction(desk, lead, facts):
    report = kept(lead, by="hours")

    def drawn(language, zone):
        lead.language, lead.time_zone = language, zone
        lead.save()
        page = client_of(lead).get(f"/pulse/reports/{report.pk}/")
        heat = page.context["shown"].parts[0].heat
        return heat.table[0][0], heat.hours[0][0] < heat.hours[23][0], page.content.decode()

    assert [drawn(*one)[:2] for one in (("en", "Europe/Helsinki"), ("he", "Asia/Jerusalem"), ("ar", "Asia/Riyadh"), ("fa", "Asia/Tehran"))] == [
        ("Monday", True), ("יום ראשון", False), ("الأحد", False), ("شنبه", False),
    ]  # fmt: skip
    text = drawn("en", "Europe/Helsinki")[2]
    assert text.count('<rect class="heat__cell') == 7 * 24 + 1  # and one shade, as there is one value
    assert text.count("<tr>") == 8
    rows = json.loads(text_of(client_of(lead).get(f"/pulse/reports/{report.pk}/table.json")))["rows"]
    assert len(rows) == 168
    assert [(one["weekday"], one["hour"]) for one in rows if one["first_response_time"]] == [("Friday", 14)]


@pytest.mark.parametrize("form", FORMS)
def test_what_is_behind_a_figure_is_taken_away_in_every_form(desk, lead, facts, form):
    response = client_of(lead).get(
        f"/pulse/first_response_time/behind.{form}?start=2026-01-01&until=2026-01-31"
    )

    data = text_of(response)
    assert f"first_response_time-2026-01-01-2026-01-31.{form}" in response["Content-Disposition"]
    if form == "parquet":
        assert sorted(pq.read_table(io.BytesIO(data)).column("seconds").to_pylist()) == [600, 660, 720]
    elif form == "json":
        assert sorted(one["seconds"] for one in json.loads(data)["rows"]) == [600, 660, 720]
    else:
        assert data[:3] == {"xlsx": b"PK\x03", "csv": b"\xef\xbb\xbf"}[form]
