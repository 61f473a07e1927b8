"""Django's `{% url %}`, which looks for the way to a page once and then only puts numbers into it.

A page of the desk links forty times to the ticket it shows; finding each link anew took a twelfth of the time of drawing it.
"""

from functools import lru_cache
from typing import Any

from django.template import Context, Library
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as do_url
from django.urls import NoReverseMatch, get_script_prefix, reverse

register = Library()
STAND_IN = 7_000_000_000_000_000_000  # and the numbers after it: they stand where numbers will stand


class Link(URLNode):
    """A page named in the template whose address holds nothing but whole numbers."""

    def render(self, context: Context) -> str:
        numbers = [one.resolve(context) for one in self.args]
        if any(type(one) is not int or not 0 <= one < STAND_IN for one in numbers):
            return super().render(context)
        try:
            way = _way(get_script_prefix(), self.view_name.var, len(numbers))
        except NoReverseMatch:  # Django knows what becomes of that
            return super().render(context)
        link = way[0] + "".join([f"{number}{part}" for number, part in zip(numbers, way[1:], strict=True)])
        if self.asvar:
            context[self.asvar] = link
            return ""
        return link


@lru_cache(maxsize=1_000)
def _way(_prefix: str, name: str, count: int) -> tuple[str, ...]:
    """What stands before, between and after the numbers. Raises NoReverseMatch."""
    numbers = range(STAND_IN, STAND_IN + count)
    rest, parts = reverse(name, args=list(numbers)), []
    for number in numbers:
        part, _number, rest = rest.partition(str(number))
        parts.append(part)
    return (*parts, rest)


@register.tag
def url(parser: Parser, token: Token) -> URLNode:
    made: Any = do_url(parser, token)
    named = made.view_name.var
    if made.kwargs or not isinstance(named, str) or made.view_name.filters:
        return made  # type: ignore[no-any-return]
    return Link(made.view_name, made.args, made.kwargs, made.asvar)
