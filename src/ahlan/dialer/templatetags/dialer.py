"""How lengths of calls are written."""

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ahlan.core.numerals import day_and_clock

register = template.Library()


@register.filter
def moment(at: datetime) -> str:
    """Day and time of day by the zone that stands at the head of the page."""
    return day_and_clock(at)


@register.filter
def clock(seconds: int) -> SafeString:
    """As on a clock, from left to right in every language: 0:35, 12:04, 2:05:00."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    told = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return format_html('<bdi dir="ltr">{}</bdi>', told)
