"""A report on paper: its figures, charts as lines and not as pictures of lines, and its tables; in the reader's direction."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from ahlan.core.paper import FOOT, Head, begin, place, put
from ahlan.kpis.picture import Chart, Heat
from ahlan.kpis.shown import Part, Row, Shown

ACCENT, TINT, GRID, FAINT = (15, 95, 92), (220, 235, 231), (222, 219, 211), (110, 115, 112)
SHADES = ((245, 243, 238), (219, 231, 228), (175, 202, 198), (127, 170, 166), (75, 133, 130), ACCENT)
HIGH = 5.4  # mm: a row of a table
MOST_ROWS = 400  # of one figure; the whole stands in the sheet
SMALL = 7.5  # points: words of a chart


def report_pdf(name: str, found: Shown) -> bytes:
    """In the language that is active."""
    head = Head(str(settings.COMPANY))
    sheet = begin(head, get_language() or "en", rtl=get_language_bidi(), title=name)
    put(sheet, head.name, size=9, grey=90, own_side=False)
    put(sheet, name, size=16, style="B", own_side=False)
    put(sheet, when_of(found), size=9, grey=90, own_side=False)
    for one in found.limits:
        put(sheet, one, size=9, grey=90, own_side=False)
    for part in found.parts:
        sheet.ln(5)
        _draw_part(sheet, part, found)
    return bytes(sheet.output())


def when_of(found: Shown) -> str:
    """Of which days by whose clocks, and held against which."""
    said: str = _("%(days)s, days in %(zone)s") % {"days": found.days, "zone": found.zone}
    return f"{said} · {_('compared with %(days)s') % {'days': found.other}}" if found.other else said


def words_of(row: Row) -> str:
    """The difference and whether it is real."""
    if not row.change:
        return "–"
    verdicts = {
        "same": _("not distinguishable"),
        "differs": _("a real difference"),
        "unjudged": _("not judged"),
    }
    ways = {"better": _("better"), "worse": _("worse")}
    return f"{row.change} · {ways.get(row.way) or verdicts[row.verdict]}"


def _draw_part(sheet: Any, part: Part, found: Shown) -> None:
    if sheet.get_y() > sheet.h - FOOT - 70:
        sheet.add_page()
    put(sheet, part.name, size=12.5, style="B", own_side=False)
    put(sheet, part.whole.value, size=18, own_side=False)
    facts = [_("Counted") + f": {part.whole.n}"]
    if part.whole.between:
        facts.append(_("Lies between, 95 %") + f": {part.whole.between}")
    if found.other:
        facts += [f"{found.other}: {part.whole.before}", _("Difference") + f": {words_of(part.whole)}"]
    for one in facts:
        put(sheet, one, size=9, grey=60, own_side=False)
    sheet.ln(2)
    if part.chart:
        _draw_chart(sheet, part.chart)
    if part.heat:
        _draw_heat(sheet, part.heat)
    if part.rows:
        _draw_table(sheet, part, found)
    put(sheet, f"{part.kpi.tells} {part.kpi.formula}", size=8, grey=110, own_side=False)


class _Frame:
    """A view box on the page."""

    def __init__(self, sheet: Any, wide: float, high: float) -> None:
        self.sheet, self.by = sheet, sheet.epw / wide
        self.left, self.top, self.high = sheet.l_margin, sheet.get_y(), high * self.by

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * self.by, self.top + y * self.by

    def points(self, told: str) -> list[tuple[float, float]]:
        pairs = (one.split(",") for one in told.split())
        return [self.at(float(x), float(y)) for x, y in pairs]

    def words(self, text: str, x: float, y: float, align: str, *, grey: int = 90) -> None:
        """At a point: L begins there, R ends there, C has its middle there."""
        across, down = self.at(x, y)
        wide = 40.0
        left = across - {"L": 0.0, "R": wide, "C": wide / 2}[align]
        place(self.sheet, text, left, down - 2, wide, size=SMALL, grey=grey, align=align)

    def end(self) -> None:
        self.sheet.set_xy(self.sheet.l_margin, self.top + self.high + 2)


def _draw_chart(sheet: Any, chart: Chart) -> None:
    frame, rtl = _Frame(sheet, chart.wide, chart.high), get_language_bidi()
    sheet.set_line_width(0.15)
    sheet.set_draw_color(*GRID)
    for y, _words in chart.ticks:
        sheet.line(*frame.at(chart.span[0], y), *frame.at(chart.span[1], y))
    for y, words in chart.ticks:
        frame.words(words, chart.edge, y, "L" if rtl else "R")
    for x, words in chart.days:
        frame.words(words, x, chart.high - 6, "C")
    sheet.set_fill_color(*TINT)
    for band in chart.bands:
        sheet.polygon(frame.points(band), style="F")
    sheet.set_draw_color(*FAINT)
    sheet.set_dash_pattern(dash=0.8, gap=0.8)
    _draw_lines(sheet, frame, chart.others)
    sheet.set_dash_pattern()
    sheet.set_draw_color(*ACCENT)
    sheet.set_fill_color(*ACCENT)
    sheet.set_line_width(0.4)
    if chart.is_bars:
        for mark in chart.marks:
            sheet.rect(*frame.at(mark.left, mark.top), mark.wide * frame.by, mark.high * frame.by, style="F")
    else:
        _draw_lines(sheet, frame, chart.lines)
        for mark in chart.marks:
            sheet.circle(*frame.at(mark.x, mark.top), 0.6, style="F")
    frame.end()


def _draw_lines(sheet: Any, frame: _Frame, lines: Iterable[str]) -> None:
    for one in lines:
        points = frame.points(one)
        if len(points) > 1:
            sheet.polyline(points)


def _draw_heat(sheet: Any, heat: Heat) -> None:
    frame, rtl = _Frame(sheet, heat.wide, heat.high), get_language_bidi()
    for x, words in heat.hours:
        frame.words(words, x, 14, "C")
    for y, words in heat.names:
        frame.words(words, heat.edge, y, "R" if rtl else "L")
    for one in heat.cells:
        sheet.set_fill_color(*SHADES[one.shade])
        sheet.rect(*frame.at(one.x, one.y), heat.box[0] * frame.by, heat.box[1] * frame.by, style="F")
    for x, shade, words in heat.scale:
        sheet.set_fill_color(*SHADES[shade])
        sheet.rect(*frame.at(x, heat.high - 20), 14 * frame.by, 14 * frame.by, style="F")
        frame.words(words, x - 6 if rtl else x + 20, heat.high - 13, "R" if rtl else "L")
    frame.end()


def _draw_table(sheet: Any, part: Part, found: Shown) -> None:
    heads = [
        _("Group") if found.by not in ("day", "week", "month") else _("From"),
        str(part.kpi.name),
        _("Lies between, 95 %"),
    ]
    heads += [_("Compared with"), _("Difference")] if found.other else []
    heads.append(_("Counted"))
    shares = (0.2, 0.16, 0.2, 0.14, 0.2, 0.1) if found.other else (0.34, 0.24, 0.28, 0.14)
    _draw_row(sheet, heads, shares, style="B")
    for row in part.rows[:MOST_ROWS]:
        if sheet.get_y() + HIGH > sheet.h - FOOT:
            sheet.add_page()
            _draw_row(sheet, heads, shares, style="B")
        cells = [row.label, row.value, row.between or "–"]
        cells += [row.before or "–", words_of(row)] if found.other else []
        _draw_row(sheet, [*cells, row.n], shares)
    sheet.set_x(sheet.l_margin)
    sheet.ln(2)
    if len(part.rows) > MOST_ROWS:
        put(sheet, _("The table goes on in the sheet beside this paper."), size=8, grey=110, own_side=False)


def _draw_row(sheet: Any, cells: list[str], shares: tuple[float, ...], *, style: str = "") -> None:
    """The first column where lines begin, the numbers at its other side."""
    y, along, rtl = sheet.get_y(), 0.0, get_language_bidi()
    for n, (text, share) in enumerate(zip(cells, shares, strict=True)):
        wide = sheet.epw * share
        x = sheet.w - sheet.r_margin - along - wide if rtl else sheet.l_margin + along
        starts, ends = ("R", "L") if rtl else ("L", "R")
        place(
            sheet,
            text,
            x + 0.5,
            y,
            wide - 1,
            size=8,
            style=style,
            grey=60 if style else 25,
            align=ends if n else starts,
        )
        along += wide
    sheet.set_draw_color(*GRID)
    sheet.set_line_width(0.15)
    sheet.line(sheet.l_margin, y + HIGH - 0.4, sheet.w - sheet.r_margin, y + HIGH - 0.4)
    sheet.set_xy(sheet.l_margin, y + HIGH)
