"""What templates of figures say."""

from datetime import date, timedelta

from django import template
from django.utils.translation import gettext as _

from ahlan.core.numerals import day
from ahlan.kpis.asked import Asked

register = template.Library()
register.filter("day", day)


@register.filter
def method_name(method: str) -> str:
    """How a figure is read, where that needs a word."""
    words = {
        "median": _("median"),
        "mean": _("mean"),
        "p90": _("nine of ten within"),
        "p95": _("19 of 20 within"),
    }
    return words.get(method, "")


@register.simple_tag
def on_day(asked: Asked, on: date, by_week: bool = False) -> str:
    """The same question for one day, or one week, alone."""
    last = min(on + timedelta(days=6 - on.weekday()), asked.last) if by_week else on
    return asked.also(start=on.isoformat(), until=last.isoformat())
