"""Calls of another system: what its columns say, what cannot be believed, and what is refused."""

from datetime import UTC, datetime

import pytest

from ahlan.dialer.models import Call
from ahlan.events.models import Event, Job
from ahlan.importers.tests.makers import CALLS, bring_calls, told

pytestmark = pytest.mark.django_db


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_call_is_told_at_its_own_times(tmp_path):
    report = bring_calls(tmp_path, "1,1999-08-02,14:06:46,9,14:06:55,44,14:07:39,7545,ok,Zoe,55")

    call = Call.objects.get()
    assert told(report) == (1, 0, 0)
    assert (call.offered_at, call.queued_at) == (utc("1999-08-02 11:06:46"), utc("1999-08-02 11:06:55"))
    assert (call.answered_at, call.ended_at) == (utc("1999-08-02 11:07:39"), utc("1999-08-02 13:13:24"))
    assert (call.wait_seconds, call.menu_seconds, call.talk_seconds, call.doubts) == (44, 9, 7545, ["long"])
    assert (call.agent.name, call.agent.is_active, call.customer.name) == ("Zoe", False, "old-switch 55")
    event = Event.objects.get(kind="call.recorded")
    assert (event.at, event.audience, Job.objects.count()) == (call.ended_at, "", 0)


def test_who_hangs_up_waited_or_left_the_menu(tmp_path):
    bring_calls(
        tmp_path,
        """
        1,1999-08-02,14:06:46,9,14:06:55,44,0:00:00,280,lost,-,-
        2,1999-08-02,14:06:46,9,0:00:00,0,0:00:00,0,lost,-,-
        """,
    )

    waited, left = Call.objects.order_by("external_id")
    assert (waited.outcome, waited.wait_seconds, waited.talk_seconds) == ("abandoned", 44, 0)
    assert (left.outcome, left.queued_at, left.customer) == ("left_menu", None, None)


def test_a_night_is_crossed_and_clocks_that_differ_are_borne(tmp_path):
    bring_calls(
        tmp_path,
        """
        1,1999-08-02,23:59:50,4,0:00:00,10,0:00:10,331,ok,Zoe,-
        2,1999-08-02,23:19:01,-279,23:14:22,573,0:00:00,0,lost,-,-
        3,1999-08-02,7:05:37,0,0:00:00,0,7:05:36,10,ok,Zoe,-
        """,
    )

    night, clocks, second = Call.objects.order_by("external_id")
    assert (night.queued_at, night.wait_seconds) == (utc("1999-08-02 21:00:00"), 10)
    assert (clocks.offered_at, clocks.menu_seconds, clocks.wait_seconds) == (
        utc("1999-08-02 20:14:22"),
        None,
        573,
    )
    assert clocks.doubts == ["clock", "menu"]
    assert (second.answered_at, second.wait_seconds, second.doubts) == (utc("1999-08-02 04:05:37"), 0, [])


def test_bad_rows_are_refused_with_their_reason(tmp_path):
    report = bring_calls(
        tmp_path,
        """
        1,1999-08-02,14:06:46,9,14:06:55,44,14:07:39,10,odd,Zoe,-
        2,1999-08-02,14:06:46,9,12:06:55,44,14:07:39,10,ok,Zoe,-
        ,1999-08-02,14:06:46,9,14:06:55,44,14:07:39,10,ok,Zoe,-
        4,1999-13-02,14:06:46,9,14:06:55,44,14:07:39,10,ok,Zoe,-
        5,1999-08-02,14:06:46,9,14:06:55,many,14:07:39,10,ok,Zoe,-
        6,1999-08-02,14:06:46,9,14:06:55,44,14:07:39,-10,ok,Zoe,-
        7,1999-08-02,14:06:46,9,14:06:55,44,14:07:39,10,ok,Zoe,-
        """,
    )

    assert told(report) == (1, 0, 6)
    assert [why for _line, why in report.refusals] == [
        "the mapping does not say what the outcome “odd” means",
        "its times are not in order, and too far apart for clocks that differ",
        "names no call",
        "“1999-13-02 14:06:46” is no time",
        "“many” is no whole number",
        "A call begins, waits, is answered and ends, in this order.",
    ]
    assert Call.objects.get().external_id == "7"


def test_twice_is_once_and_a_dry_run_is_not_at_all(tmp_path):
    row = "1,1999-08-02,14:06:46,9,14:06:55,44,14:07:39,10,ok,Zoe,55"

    dry = bring_calls(tmp_path, row, dry=True)
    assert (told(dry), Call.objects.count(), Event.objects.count()) == ((1, 0, 0), 0, 0)
    assert told(bring_calls(tmp_path, row)) == (1, 0, 0)
    assert told(bring_calls(tmp_path, row)) == (0, 1, 0)


def test_it_lies_where_the_mapping_says(tmp_path, desk):
    bring_calls(
        tmp_path,
        "1,1999-08-02,14:06:46,9,14:06:55,44,14:07:39,10,ok,Zoe,55",
        f'{CALLS}\n[inbox]\naddress = "{desk.address}"\n',
    )

    assert Call.objects.get().inbox == desk
