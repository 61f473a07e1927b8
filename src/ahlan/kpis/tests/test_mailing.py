"""Reports by mail: at their hour by the clocks of a place, to each once, of what he may see, in his language."""

import io
import smtplib
import zipfile
from datetime import datetime
from xml.etree import ElementTree

import pytest
import time_machine
from django.core import mail
from django.utils import translation
from tests.makers import make_agent, make_inbox, make_team

from ahlan.calendars.tests.makers import at
from ahlan.kpis.actions import mailing
from ahlan.kpis.actions.mailing import (
    BadMailing,
    mail_of,
    next_due,
    send_due,
    send_now,
    set_mailing,
    stop_mailing,
)
from ahlan.kpis.actions.reports import archive_report, restore_report, save_report
from ahlan.kpis.models import Copy, Mailing
from ahlan.kpis.printing import report_pdf
from ahlan.kpis.reports import answer
from ahlan.kpis.shown import shown
from ahlan.kpis.tests.test_goals import client_of, make_facts
from ahlan.kpis.tests.test_reports import FRT, question
from ahlan.kpis.timetable import next_of

pytestmark = pytest.mark.django_db
MONDAY = "2026-02-02 05:59:00+00:00"


@pytest.fixture
def lead(desk):
    found = make_agent(*desk.teams.all(), role="lead", email="lead@desk.example", name="Lead", language="he")
    found.time_zone = "Asia/Jerusalem"
    found.save()
    return found


@pytest.fixture
def other(desk):
    return make_agent(make_team(make_inbox()), role="lead", email="other@desk.example", name="Other")


@pytest.fixture
def report(desk, lead):
    make_facts([60 * n for n in range(1, 13)], inbox=desk.pk, team=desk.teams.get().pk)
    make_facts([60] * 8, at=at("2025-12-03 12:00"), inbox=desk.pk)
    asks = question(FRT, {"key": "contacts"}, by="day", against="before").as_data()
    return save_report(None, name="מהירות", asks=asks, owner=lead, actor=lead.actor)


def weekly(report, *people, **more):
    given = {"every": "week", "day": 0, "hour": 8, "zone": "Europe/Helsinki", "people": people, **more}
    return set_mailing(report, actor="system", **given)


@pytest.mark.parametrize(("every", "day", "after", "comes"), [
    ("day", 0, "2026-03-28 05:30", "2026-03-28 06:00"), ("day", 0, "2026-03-28 06:00", "2026-03-29 05:00"),  # summer time begins
    ("week", 4, "2026-01-01 00:00", "2026-01-02 06:00"), ("month", 28, "2026-01-28 06:00", "2026-02-28 06:00"),
])  # fmt: skip
def test_it_comes_at_its_hour_by_the_clocks_of_its_place(every, day, after, comes):
    found = next_of(Mailing(every=every, day=day, hour=8, zone="Europe/Helsinki"), at(after))

    assert found == at(comes)


def test_each_gets_it_once_of_what_he_may_see(report, lead, other):
    with time_machine.travel(MONDAY, tick=False) as clock:
        weekly(report, lead, other)
        assert (next_due(), send_due()) == (at("2026-02-02 06:00"), 0)
        clock.shift(60)
        assert (send_due(), send_due()) == (2, 0)
        assert next_due() == at("2026-02-09 06:00")

    assert sorted(one.to[0] for one in mail.outbox) == [lead.email, other.email]
    by_person = {one.to[0]: one for one in mail.outbox}
    assert by_person[lead.email].subject == "מהירות"
    assert ("דק׳" in by_person[lead.email].body, "Counted: 0" in by_person[other.email].body) == (True, True)
    assert [one[2] for one in by_person[lead.email].attachments] == [
        "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]  # fmt: skip
    sheet = zipfile.ZipFile(io.BytesIO(by_person[lead.email].attachments[1][1])).read(
        "xl/worksheets/sheet1.xml"
    )
    assert b'rightToLeft="1"' in sheet
    assert "Asia/Jerusalem" in "".join(ElementTree.fromstring(sheet).itertext())
    assert set(Copy.objects.values_list("state", flat=True)) == {"sent"}


def test_who_may_not_see_figures_any_more_gets_nothing(report, lead, other):
    with time_machine.travel(MONDAY, tick=False) as clock:
        weekly(report, lead, other)
        other.is_active = False
        other.save()
        clock.shift(60)
        send_due()

    assert [one.to for one in mail.outbox] == [[lead.email]]
    assert Copy.objects.get(agent=other).state == "failed"


class Line:
    """A way out that does what it is told."""

    def __init__(self, opens=None, sends=None):
        self.opens, self.sends, self.sent = opens, sends, 0

    def open(self):
        if self.opens:
            raise self.opens

    def send_messages(self, _mails):
        self.sent += 1
        if self.sends:
            raise self.sends

    def close(self):
        return


@pytest.mark.parametrize(("line", "state", "error"), [
    (Line(opens=OSError("no way there")), "planned", "no way there"),
    (Line(sends=smtplib.SMTPRecipientsRefused({"x": (550, b"unknown")})), "failed", "unknown"),
    (Line(sends=TimeoutError("broken off")), "sending", "broken off"),
])  # fmt: skip
def test_what_went_wrong_is_seen_and_nothing_goes_twice(report, lead, monkeypatch, line, state, error):
    monkeypatch.setattr(mailing, "get_connection", lambda: line)
    send_now(report, lead)

    send_due()
    send_due()

    copy = Copy.objects.get()
    assert (copy.state, copy.tries) == (state, 1)
    assert error in copy.error
    assert line.sent <= 1
    assert error in client_of(lead).get(f"/pulse/reports/{report.pk}/").content.decode()


def test_it_rests_while_archived_and_can_be_stopped(report, lead):
    with time_machine.travel(MONDAY, tick=False):
        weekly(report, lead)
        archive_report(report, actor="system")
        assert next_due() is None
        restore_report(report, actor="system")
        assert next_due() == at("2026-02-02 06:00")
        stop_mailing(report, actor="system")
        assert next_due() is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"every": "moon"},
        {"day": 7},
        {"hour": 24},
        {"zone": "Moon/Sea"},
        {"people": []},
        {"every": "month", "day": 29},
    ],
)
def test_times_that_are_none_are_refused(report, lead, wrong):
    with pytest.raises(BadMailing):
        weekly(report, **{"people": [lead], **wrong})


def test_the_page_sets_it_and_sends_at_once(report, lead, other):
    client, path = client_of(lead), f"/pulse/reports/{report.pk}/"
    asked = {
        "every": "week",
        "weekday": "6",
        "hour": "7",
        "zone": "Asia/Jerusalem",
        "people": [str(lead.pk), str(other.pk)],
    }

    assert client.get(f"{path}mailing/").status_code == 200
    assert client.post(f"{path}mailing/", {**asked, "people": []}).status_code == 422
    client.post(f"{path}mailing/", asked)
    found = Mailing.objects.get()
    assert (found.day, found.hour, found.people.count()) == (6, 7, 2)
    assert client_of(other).get(path).status_code == 200  # who gets it may look at it
    client.post(f"{path}sending/")
    send_due()
    assert [one.to for one in mail.outbox] == [[lead.email]]
    client.post(f"{path}mailing/", {"stop": "1"})
    assert not Mailing.objects.exists()
    assert client.get(f"{path}paper.pdf").content.startswith(b"%PDF-")


@pytest.mark.parametrize("language", ["he", "fa", "ru"])
def test_it_is_printed_in_each_language(report, lead, language):
    with translation.override(language):
        pdf = report_pdf("Speed", shown(answer(question(FRT, {"key": "contacts"}, by="day"), lead), None))

    assert f"/Lang ({language})".encode() in pdf
    assert len(pdf) > 10_000


def test_a_mail_says_its_days_and_its_clock(report, lead):
    lead.language = "en"
    sent = mail_of(report, lead)

    assert sent.body.startswith(
        "Jan 1 – Jan 31, days in Asia/Jerusalem · compared with Dec 1, 2025 – Dec 31, 2025\n"
    )
    assert "First response time, mean: 6 min 30 sec (Counted: 12) · +5 min 30 sec · worse" in sent.body
    assert datetime.fromisoformat(sent.attachments[0][0][-14:-4])
