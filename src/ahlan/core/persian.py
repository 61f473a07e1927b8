"""The Persian (solar Hijri) calendar, which Babel does not know. The browser's Intl tells the same days."""

from datetime import date

MONTHS = (
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
)
_EPOCH = date(2021, 3, 21).toordinal()  # the first day of 1400
_CYCLE, _EPOCH_YEAR = 12_053, 1400  # days in 33 years, of which eight are leap
_LEAPS = (3, 8, 12, 16, 20, 24, 28, 32)  # years of a cycle that begins in 1400 and have 366 days


def persian(day: date) -> tuple[int, int, int]:
    """Year, month and day. Right from 1800 to 2123, where the leap years follow a cycle of 33."""
    cycles, left = divmod(day.toordinal() - _EPOCH, _CYCLE)
    year = 0
    while left >= (length := 366 if year in _LEAPS else 365):
        left -= length
        year += 1
    month, of_month = divmod(left, 31) if left < 186 else ((left - 186) // 30 + 6, (left - 186) % 30)
    return _EPOCH_YEAR + cycles * 33 + year, month + 1, of_month + 1


def told(day: date, *, with_year: bool) -> str:
    """ "21 Mehr 1405" in Persian words and Latin digits."""
    year, month, of_month = persian(day)
    return f"{of_month} {MONTHS[month - 1]}" + (f" {year}" if with_year else "")
