"""How figures of feedback are written."""

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ahlan.core.numerals import day, number
from ahlan.feedback.instruments.scores import Reading

register = template.Library()
register.filter("day", day)


@register.simple_tag
def figure(value: float | None, unit: str = "") -> SafeString | str:
    """A score with one digit after the point, two where it is small; a dash for none."""
    if value is None:
        return "–"
    return format_html("<bdi>{}{}</bdi>", _written(value, get_language()), f"\u00a0{unit}" if unit else "")


@lru_cache(maxsize=4096)  # a page of groups says hundreds of them
def _written(value: float, _language: str | None) -> str:
    rounded = round(value, 1 if abs(value) >= 10 else 2)
    return number(int(rounded) if rounded == int(rounded) else rounded)


@register.simple_tag
def interval(reading: Reading, unit: str = "") -> SafeString | str:
    """ "62.5 – 79.9"; a dash where it is too little for one."""
    if reading.low is None or reading.high is None:
        return "–"
    return format_html("{} – {}", figure(reading.low), figure(reading.high, unit))
