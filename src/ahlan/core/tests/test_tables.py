"""Tables as files: what each form holds, and that memory does not grow with them."""

import csv
import io
import json
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest
from django.utils import translation

from ahlan.core import tables
from ahlan.core.tables import DAY, MOMENT, NUMBER, WHOLE, Column, Table, forms, handed_out, written

pytestmark = pytest.mark.once
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
COLUMNS = [
    Column("at", "Milloin", MOMENT), Column("on", "Päivä", DAY), Column("who", "Kuka"), Column("n", "Määrä", WHOLE), Column("share", "Osuus", NUMBER),
]  # fmt: skip
ROWS = [
    (datetime(2026, 3, 27, 6, 30, tzinfo=UTC), date(2026, 3, 27), "=SUM(A1)", 3, 0.25),
    (None, None, "שלום, world\n", None, None),
]


def made(form, rows=ROWS, **more):
    given = {"title": "Vuosi 1/2", "zone": "Asia/Jerusalem", "notes": {"Zone": "Asia/Jerusalem"}, **more}
    return b"".join(written(Table(COLUMNS, rows, **given), form))


def sheet_of(data, name="sheet1"):
    """Its rows as {cell: text}."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        tree = ElementTree.fromstring(book.read(f"xl/worksheets/{name}.xml"))
    cells = {one.get("r"): "".join(one.itertext()) for one in tree.iter(f"{SHEET}c")}
    return tree, cells


def test_csv_says_its_zone_and_holds_no_formula():
    head, first, second = csv.reader(io.StringIO(made("csv").decode("utf-8-sig")))

    assert head == ["Milloin (Asia/Jerusalem)", "Päivä (Asia/Jerusalem)", "Kuka", "Määrä", "Osuus"]
    assert first == ["2026-03-27T09:30:00+03:00", "2026-03-27", "'=SUM(A1)", "3", "0.25"]
    assert second == ["", "", "שלום, world\n", "", ""]


def test_json_is_whole_and_by_keys():
    told = json.loads(made("json"))

    assert (told["time_zone"], told["title"], told["columns"][0]["name"]) == (
        "Asia/Jerusalem",
        "Vuosi 1/2",
        "Milloin",
    )
    assert told["rows"][0] == {
        "at": "2026-03-27T09:30:00+03:00",
        "on": "2026-03-27",
        "who": "=SUM(A1)",
        "n": 3,
        "share": 0.25,
    }
    assert told["rows"][1]["share"] is None
    assert json.loads(made("json", []))["rows"] == []


def test_a_sheet_has_numbers_days_and_text_and_runs_from_right_to_left_where_its_reader_does():
    with translation.override("he"):
        tree, cells = sheet_of(made("xlsx"))
    _tree, latin = sheet_of(made("xlsx"))

    assert tree.find(f"{SHEET}sheetViews/{SHEET}sheetView").get("rightToLeft") == "1"
    assert (cells["A1"], cells["C2"], cells["D2"], cells["E2"]) == (
        "Milloin (Asia/Jerusalem)",
        "=SUM(A1)",
        "3",
        "0.25",
    )
    assert float(cells["A2"]) == pytest.approx(46108 + 9.5 / 24)  # days since 1900, by the clock of the zone
    assert not list(tree.iter(f"{SHEET}f"))
    assert latin == cells


def test_rows_go_on_in_another_sheet(monkeypatch):
    monkeypatch.setattr(tables, "SHEET_ROWS", 3)

    data = made("xlsx", [ROWS[0]] * 5)

    assert [len({cell[1:] for cell in sheet_of(data, f"sheet{n}")[1]}) for n in (1, 2, 3)] == [3, 3, 2]


def test_parquet_keeps_types_and_zone(monkeypatch):
    monkeypatch.setattr(tables, "AT_ONCE", 2)

    found = pq.ParquetFile(io.BytesIO(made("parquet", [*ROWS, ROWS[0]])))

    table = found.read()
    assert found.num_row_groups == 2
    assert {one.name: str(one.type) for one in table.schema} == {
        "at": "timestamp[us, tz=Asia/Jerusalem]", "on": "date32[day]", "who": "string", "n": "int64", "share": "double",
    }  # fmt: skip
    assert table.schema.metadata[b"time_zone"] == b"Asia/Jerusalem"
    assert table.column("at").to_pylist()[0] == ROWS[0][0]
    assert table.column("n").to_pylist() == [3, None, 3]


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])  # what Arrow takes is not Python's to count
def test_memory_does_not_grow_with_the_rows(form):
    def most(n):
        tracemalloc.start()
        for _piece in written(
            Table([Column("a", "A"), Column("n", "N", WHOLE)], (("x" * 90, i) for i in range(n))), form
        ):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    most(10)
    assert most(9_000) < most(4_500) + 400_000


def test_it_is_handed_out_to_be_saved():
    response = handed_out(Table(COLUMNS, ROWS), "csv", "דוח")

    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%D7%93%D7%95%D7%97.csv"
    assert response.streaming
    assert forms() == ["csv", "xlsx", "json", "parquet"]
    with pytest.raises(KeyError):
        handed_out(Table(COLUMNS, ROWS), "exe", "x")
