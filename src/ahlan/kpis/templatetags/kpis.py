"""What templates of figures say."""

from django import template

from ahlan.core.numerals import day
from ahlan.kpis.words import METHODS

register = template.Library()
register.filter("day", day)


@register.filter
def method_name(method: str) -> str:
    """How a figure is read, where that needs a word."""
    return str(METHODS.get(method, ""))
