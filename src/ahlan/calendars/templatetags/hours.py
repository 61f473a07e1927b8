"""`{% load hours %}`: what the pictures of weeks need."""

from django import template

from ahlan.core.numerals import number

register = template.Library()


@register.simple_tag
def clock_face() -> list[str]:
    """The hours along a day, in the reader's digits."""
    return [number(hour) for hour in (0, 6, 12, 18, 24)]
