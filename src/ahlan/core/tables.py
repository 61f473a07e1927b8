"""A table as a file: CSV, XLSX, JSON or Parquet, written row by row in memory that does not grow.

    table = Table([Column("at", _("When"), MOMENT), Column("subject", _("Subject"))], rows, zone="Europe/Helsinki")
    return handed_out(table, "xlsx", "tickets")

People (CSV, XLSX) get the names of columns, programs (JSON, Parquet) the keys. Days and moments are ISO 8601; the time zone stands
in the file. `rows` is walked once, while the answer is sent: what it says is in no reader's language but what was made before.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.util import find_spec
from itertools import islice
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language_bidi

TEXT, WHOLE, NUMBER, DAY, MOMENT = "text", "whole", "number", "day", "moment"
AT_ONCE = 2_000  # rows; of Parquet one group
CHUNK = 64 * 1024  # bytes
SHEET_ROWS = 1_048_576  # of one sheet of XLSX, with its head; more begin another sheet
LONGEST_CELL = 32_767  # characters, the same
ABOUT = "ℹ"  # the name of the sheet with the notes
MARK = "\ufeff"  # by which spreadsheets know UTF-8


class Column(NamedTuple):
    key: str
    name: str
    kind: str = TEXT


@dataclass(frozen=True)
class Table:
    """`rows`: of each column a value or None; moments bear a zone. `notes`: what else the file says of itself."""

    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    title: str = ""
    zone: str = "UTC"
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def heads(self) -> list[str]:
        """As people read them: what is told by a clock says by which."""
        return [
            f"{one.name} ({self.zone})" if one.kind in (DAY, MOMENT) else one.name for one in self.columns
        ]


MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}


def forms() -> list[str]:
    """What can be written here: Parquet only where its library stands."""
    return [one for one in MEDIA if one != "parquet" or find_spec("pyarrow")]


def handed_out(table: Table, form: str, name: str) -> StreamingHttpResponse:
    """The file to save. Raises KeyError for a form that is none."""
    response = StreamingHttpResponse(written(table, form), content_type=MEDIA[form])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{form}")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def written(table: Table, form: str) -> Iterator[bytes]:
    """The bytes of the file, piece by piece. Raises KeyError for a form that is none."""
    return WRITERS[form](table)


class _Echo:
    def write(self, text: str) -> str:
        return text


def _csv(table: Table) -> Iterator[bytes]:
    writer, zone = csv.writer(_Echo()), ZoneInfo(table.zone)
    yield (MARK + writer.writerow([harmless(one) for one in table.heads])).encode()
    for some in _batches(table.rows):
        lines = (writer.writerow([harmless(_plain(one, zone)) for one in row]) for row in some)
        yield "".join(lines).encode()


def _json(table: Table) -> Iterator[bytes]:
    zone, keys = ZoneInfo(table.zone), [one.key for one in table.columns]
    head = {
        "title": table.title, "time_zone": table.zone, "notes": dict(table.notes),
        "columns": [one._asdict() for one in table.columns],
    }  # fmt: skip
    yield orjson.dumps(head)[:-1] + b',"rows":['
    first = True
    for some in _batches(table.rows):
        told = (orjson.dumps({k: _plain(v, zone) for k, v in zip(keys, row, strict=True)}) for row in some)
        yield (b"" if first else b",\n") + b",\n".join(told)
        first = False
    yield b"]}"


def _xlsx(table: Table) -> Iterator[bytes]:
    """By way of a file on disk: a workbook is an archive, and known only when it is whole."""
    from xlsxwriter import Workbook  # noqa: PLC0415 -- slow import, only where something is taken away

    with TemporaryDirectory() as place, TemporaryFile() as file:
        book = Workbook(file, {"constant_memory": True, "nan_inf_to_errors": True, "tmpdir": place})
        _fill(book, table)
        book.close()
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def _fill(book: Any, table: Table) -> None:
    styles = {DAY: book.add_format({"num_format": "yyyy-mm-dd"}), MOMENT: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})}  # fmt: skip
    bold, zone, rows, rtl = (
        book.add_format({"bold": True}),
        ZoneInfo(table.zone),
        iter(table.rows),
        get_language_bidi(),
    )
    n = 1
    while True:
        sheet = book.add_worksheet(_sheet_name(table.title, n))
        if rtl:
            sheet.right_to_left()
        sheet.set_column(0, max(len(table.columns) - 1, 0), 18)
        for at, name in enumerate(table.heads):
            sheet.write_string(0, at, name, bold)
        sheet.freeze_panes(1, 0)
        last = 0
        for last, row in enumerate(islice(rows, SHEET_ROWS - 1), start=1):
            for at, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                _cell(sheet, last, at, value, zone, styles.get(column.kind))
        if last < SHEET_ROWS - 1:
            break
        n += 1
    _about(book, table, bold)


def _cell(sheet: Any, row: int, at: int, value: Any, zone: ZoneInfo, style: Any) -> None:
    """Text is only ever text: what looks like a formula or an address is neither."""
    if value is None or value == "":
        return
    if isinstance(value, bool | str):
        sheet.write_string(row, at, str(value)[:LONGEST_CELL])
    elif isinstance(value, datetime):
        sheet.write_datetime(row, at, value.astimezone(zone).replace(tzinfo=None), style)
    elif isinstance(value, date):
        sheet.write_datetime(row, at, value, style)
    elif isinstance(value, int | float):
        sheet.write_number(row, at, value)
    else:
        sheet.write_string(row, at, str(_plain(value, zone))[:LONGEST_CELL])


def _about(book: Any, table: Table, bold: Any) -> None:
    """What the file says of itself, on a sheet of its own."""
    if not table.notes:
        return
    sheet = book.add_worksheet(ABOUT)
    if get_language_bidi():
        sheet.right_to_left()
    sheet.set_column(0, 1, 40)
    for row, (name, text) in enumerate(table.notes.items()):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, text[:LONGEST_CELL])


def _sheet_name(title: str, n: int) -> str:
    """What spreadsheets take: no signs of paths, no quotes, 31 letters at most, each once."""
    plain = " ".join(re.sub(r"[\[\]:*?/\\'\x00-\x1f]", " ", title).split())[:24]
    return f"{plain} {n}".strip() if n > 1 or plain.lower() in ("", "history") else plain


def _parquet(table: Table) -> Iterator[bytes]:
    import pyarrow as pa  # noqa: PLC0415 -- slow import, and it may be left out
    import pyarrow.parquet as pq  # noqa: PLC0415 -- the same

    kinds = {
        TEXT: pa.string(), WHOLE: pa.int64(), NUMBER: pa.float64(), DAY: pa.date32(), MOMENT: pa.timestamp("us", tz=table.zone),
    }  # fmt: skip
    names = json.dumps({one.key: one.name for one in table.columns}, ensure_ascii=False)
    said = {"title": table.title, "time_zone": table.zone, "names": names, **table.notes}
    schema = pa.schema([(one.key, kinds[one.kind]) for one in table.columns], metadata=said)
    sink, zone = _Sink(), ZoneInfo(table.zone)
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd") as writer:
        for some in _batches(table.rows):
            columns = zip(*some, strict=True)
            arrays = [
                pa.array([_typed(value, one.kind, zone) for value in values], kinds[one.kind])
                for one, values in zip(table.columns, columns, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            yield sink.taken()
    yield sink.taken()


class _Sink:
    """A file that is only ever written to, and emptied on the way."""

    closed = False

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        return

    def close(self) -> None:
        self.closed = True

    def taken(self) -> bytes:
        parts, self.parts = self.parts, []
        return b"".join(parts)


def _typed(value: Any, kind: str, zone: ZoneInfo) -> Any:
    if value is None or (value == "" and kind != TEXT):
        return None
    return str(_plain(value, zone)) if kind == TEXT else float(value) if kind == NUMBER else value


def _batches(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        yield some


def _plain(value: Any, zone: ZoneInfo) -> Any:
    """As text and numbers: a moment with its offset, so that it can be mistaken for no other."""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "|".join(map(str, value))
    return value


def harmless(value: Any) -> Any:
    """Text that no spreadsheet takes for a formula; None as nothing."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return "" if value is None else value


WRITERS: dict[str, Callable[[Table], Iterator[bytes]]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "json": _json,
    "parquet": _parquet,
}
