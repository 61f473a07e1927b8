"""A mapping that cannot be used says why; a file is read whatever stands in it."""

from io import BytesIO

import pytest

from ahlan.importers.actions.events import import_events, needed
from ahlan.importers.mapping import READY, BadMapping, read_call_mapping, read_event_mapping
from ahlan.importers.reading import Report, rows_of
from ahlan.importers.tests.makers import CALLS, EVENTS


def refused(tmp_path, text, read=read_event_mapping):
    (tmp_path / "map.toml").write_text(text)
    with pytest.raises(BadMapping) as why:
        read(str(tmp_path / "map.toml"))
    return str(why.value)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("source =", "sauce ="), "source"),
        (("old-desk", "Old Desk!"), "short name"),
        (("Europe/Helsinki", "Europe/Atlantis"), "time zone"),
        (('case = "case"', ""), "columns.case"),
        (('case = "case"', "case = 7"), "columns.case"),
        (('waits = "waiting"', 'waits = "dancing"'), "dancing"),
        (('waits = "waiting"', 'waits = { does = "opened", status = "x" }'), "no status"),
        (('waits = "waiting"', 'waits = { status = "x" }'), "does"),
        (('waits = "waiting"', 'waits = { does = "open", colour = "x" }'), "colour"),
        (("old@old-desk.invalid", "nowhere"), "mail address"),
        (("[inbox]", "[outbox]"), "inbox"),
        (("[ticket]", "[ticket]\ncolour = 'x'"), "ticket.colour"),
        (('zone = "', 'agents = "gone"\nzone = "'), "agents"),
        (('zone = "', 'encoding = "klingon"\nzone = "'), "klingon"),
        (('zone = "', 'delimiter = "ab"\nzone = "'), "one character"),
        (("[columns]", "[columns"), "TOML"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_said(tmp_path, change, why):
    assert why in refused(tmp_path, EVENTS.replace(*change))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (('id = "id"', ""), "columns.id"),
        (('ok = "answered"', 'ok = "danced"'), "outcomes.ok"),
        (('unqueued = "left_menu"', 'unqueued = "x"'), "unqueued"),
        (('agent = "who"', 'agnet = "who"'), "columns.agnet"),
    ],
)
def test_the_same_of_calls(tmp_path, change, why):
    assert why in refused(tmp_path, CALLS.replace(*change), read_call_mapping)


def test_one_kind_is_not_taken_for_the_other():
    with pytest.raises(BadMapping, match="not a mapping of calls"):
        read_call_mapping("helpdesk-tax2017")


def test_a_file_that_is_not_there_is_said_with_those_that_are():
    with pytest.raises(BadMapping, match="anonymous-bank, helpdesk-tax2017, uci-incident"):
        read_event_mapping("nothing")


@pytest.mark.parametrize("place", sorted(READY.glob("*.toml")), ids=lambda one: one.stem)
def test_those_that_come_with_the_house_can_be_read(place):
    calls = 'maps = "calls"' in place.read_text()

    assert (read_call_mapping if calls else read_event_mapping)(place.stem).layout.source == place.stem


def read(text: bytes, needed=frozenset({"a"}), **over):
    layout = read_event_mapping("uci-incident").layout
    report = Report(**over)
    return [dict(row.cells) for row in rows_of(BytesIO(text), layout, set(needed), report)], report


def test_rows_are_read_whatever_stands_in_them():
    seen = []
    rows, report = read(
        b'\xef\xbb\xbfa,b\r\n1,"two\nlines"\r\n\r\n\xff,x\r\n2\r\n3,\x00\r\n4,ok\r\n'
        + b"5,"
        + b"y" * 200_000
        + b"\r\n6,last",
        each=lambda line, why, cells: seen.append((line, why)),
    )

    assert [row["a"] for row in rows] == ["1", "4", "6"]
    assert report.rows == 7
    assert [why for _line, why in seen] == [
        "holds bytes that are no text",
        "has 1 columns, not 2",
        "holds a control character",
        "cannot be read: field larger than field limit (100000)",
    ]
    assert [line for line, _why in seen] == [5, 6, 7, 9]


def test_a_missing_column_is_named():
    with pytest.raises(BadMapping, match="no column “zz”"):
        read(b"a,b\n", needed={"a", "zz"})


@pytest.mark.django_db
def test_nothing_is_made_of_an_empty_file(tmp_path):
    (tmp_path / "map.toml").write_text(EVENTS)
    mapping = read_event_mapping(str(tmp_path / "map.toml"))

    report = import_events(BytesIO(",".join(sorted(needed(mapping))).encode()), mapping, Report())

    assert (report.rows, report.taken) == (0, 0)
