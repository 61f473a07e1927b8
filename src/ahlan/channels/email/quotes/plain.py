"""Which ranges of a plain text are earlier words."""

from collections.abc import Iterator, Sequence

from . import attribution, header_block
from .lines import Line, split

Range = tuple[int, int]
MAX_LINES = 5_000  # looked at; quotes further down stay unfolded
WRAPPED_AT = 60  # a quoted line at least this long may have been broken by a mail program


def fold(text: str) -> tuple[Range, ...]:
    """Half-open character ranges of `text` that quote earlier words: to be folded on screen, never cut.

    Answers written between quoted lines are not in any range. A text that is nothing but quotes is not
    folded at all, because somebody sent it for its quotes.
    """
    lines = split(text, MAX_LINES)
    ranges = _joined(_ranges(lines, len(text)), text)
    return ranges if _visible(text, ranges).strip() else ()


def reply_text(text: str, folds: Sequence[Range] | None = None) -> str:
    """What is left of `text` when its quotes are folded away, without blank lines around it."""
    return _visible(text, fold(text) if folds is None else folds).strip()


def _visible(text: str, ranges: Sequence[Range]) -> str:
    out, position = [], 0
    for start, end in ranges:
        out.append(text[position:start])
        position = end
    return "".join([*out, text[position:]])


def _ranges(lines: Sequence[Line], end: int) -> Iterator[Range]:
    certain, likely = attribution.certain(lines), attribution.likely(lines)
    index, forwarded = 0, False
    while index < len(lines):
        line = lines[index]
        forwarded = forwarded or line.is_forward_marker
        if not forwarded and _rest_begins(lines, index):
            yield lines[_with_rule_above(lines, index)].start, end
            return
        stop = _quote_after(lines, index, likely)
        if stop:
            yield line.start, lines[stop - 1].end
            index = stop
            continue
        if index in certain and not forwarded:
            yield line.start, end
            return
        index += 1


def _quote_after(lines: Sequence[Line], index: int, introductions: dict[int, int]) -> int:
    """Where the quoted lines end that begin here, introduced or not; 0 when none do."""
    if lines[index].is_quoted:
        return _quote_end(lines, index)
    if index not in introductions:
        return 0
    quote = _next_filled(lines, introductions[index])
    return _quote_end(lines, quote) if quote < len(lines) and lines[quote].is_quoted else 0


def _rest_begins(lines: Sequence[Line], index: int) -> bool:
    """Whether everything from this line on is an earlier mail, without marks on its lines."""
    if lines[index].is_original_marker:
        return True
    return header_block.is_start(lines, index) and not header_block.is_forwarded(lines, index)


def _with_rule_above(lines: Sequence[Line], index: int) -> int:
    """The rule that a mail program draws above an earlier mail belongs to it."""
    above = index - 1
    while above >= 0 and lines[above].is_blank:
        above -= 1
    return above if above >= 0 and lines[above].is_rule else index


def _next_filled(lines: Sequence[Line], index: int) -> int:
    while index < len(lines) and lines[index].is_blank:
        index += 1
    return index


def _quote_end(lines: Sequence[Line], index: int) -> int:
    """The line after a run of quoted lines: blank lines between them and broken-off ends belong to it."""
    end = index + 1
    while True:
        following = _next_filled(lines, end)
        if following < len(lines) and lines[following].is_quoted:
            end = following + 1
        elif end < len(lines) and _is_broken_off(lines, end):
            end += 1
        else:
            return end


def _is_broken_off(lines: Sequence[Line], index: int) -> bool:
    """The end of a quoted line that a mail program broke in two: lower case, between quoted lines."""
    before, line = lines[index - 1], lines[index].words.strip()
    after = lines[index + 1] if index + 1 < len(lines) else None
    is_last = after is None or after.is_quoted
    return len(before.words) >= WRAPPED_AT and before.is_quoted and line[:1].islower() and is_last


def _joined(ranges: Iterator[Range], text: str) -> tuple[Range, ...]:
    """Ranges with nothing but blank space between them are one."""
    out: list[Range] = []
    for start, end in ranges:
        if out and not text[out[-1][1] : start].strip():
            out[-1] = (out[-1][0], end)
        elif start < end:
            out.append((start, end))
    return tuple(out)
