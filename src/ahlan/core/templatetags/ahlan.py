"""What every template may use: `{% load ahlan %}`."""

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import lucide
from django import template
from django.conf import settings
from django.middleware.csrf import get_token
from django.template import Context
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone_name, localtime

from ahlan.core import navigation, numerals, panels, strings, text
from ahlan.core.clock import now

register = template.Library()

# Icons that point along the line of reading; all others look the same in both directions.
DIRECTIONAL = (
    *(
        "arrow-left",
        "arrow-right",
        "chevron-left",
        "chevron-right",
        "chevrons-",
        "panel-",
        "reply",
        "forward",
        "send",
    ),
    *("log-", "corner-", "undo", "redo", "list", "indent", "text-quote", "external-link", "move-"),
)
THEMES = ("light", "dark")

register.filter("initials", text.initials)
register.filter("hue", text.hue)
register.filter("direction", text.first_strong)
register.filter("size", numerals.size)
register.filter("day_and_clock", numerals.day_and_clock)


@register.filter
def excerpt(value: str, n: int) -> str:
    return text.excerpt(value or "", n)


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "") -> SafeString:
    """A Lucide icon, drawn inline. Without a label it is decoration and hidden from screen readers."""
    return _drawn(str(name), size, str(label))


@lru_cache(maxsize=2048)  # a page has some forty, of a hundred there are; drawing one anew costs 0.2 ms
def _drawn(name: str, size: int, label: str) -> SafeString:
    classes = "icon icon--directional" if name.startswith(DIRECTIONAL) else "icon"
    told = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    drawn = lucide._render_icon(name, size, **{"class": classes, "stroke-width": "1.75"}, **told)
    return mark_safe(drawn)  # noqa: S308 -- made by an XML writer, which escapes


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """Initials on the name's own tint. Decoration: the name itself stands beside it."""
    more = f" avatar--{size}" if size else ""
    shown = str(name)
    return format_html(
        '<span class="avatar hue-{}{}" aria-hidden="true">{}</span>',
        text.hue(shown),
        more,
        text.initials(shown),
    )


@register.simple_tag
def person(name: object) -> SafeString:
    """A name, kept from turning the line around it."""
    return format_html("<bdi>{}</bdi>", name)


@register.simple_tag
def when(moment: datetime | None, style: str = "long") -> SafeString | str:
    """A moment told relatively ("long", "short" for lists, or "apart": how far it is), exact on hover; the browser
    keeps it fresh."""
    if moment is None:
        return ""
    if style == "short":  # in lists the browser itself tells the exact time on hover
        told = numerals.short_ago(moment, now())
        return format_html('<time datetime="{}" data-when="short">{}</time>', _iso(moment), told)
    told = (numerals.apart if style == "apart" else numerals.ago)(moment, now())
    return format_html(
        '<time datetime="{}" data-when="{}" title="{}">{}</time>',
        _iso(moment),
        style,
        numerals.exact(moment),
        told,
    )


def _iso(moment: datetime) -> str:
    return localtime(moment).isoformat(timespec="seconds")


@register.simple_tag
def number(n: float | Decimal | None) -> SafeString | str:
    return "" if n is None else format_html('<bdi class="number">{}</bdi>', numerals.number(n))


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """The languages of the interface, each by its own name."""
    return list(settings.LANGUAGES)


@register.simple_tag
def language_name(code: str) -> str:
    """A language by its name in the reader's own; its code when nobody knows it."""
    return numerals.language_name(code)


@register.simple_tag(name="panels", takes_context=True)
def panels_tag(context: Context, slot: str, thing: object = None) -> SafeString:
    return panels.draw(slot, context["request"], thing)


@register.inclusion_tag("core/menu_entries.html", takes_context=True)
def navigation_entries(context: Context, place: str = navigation.RAIL) -> dict[str, Any]:
    request = context["request"]
    shown = navigation.entries(request, place)
    return {"entries": shown, "here": context.get("here") or navigation.here(request, shown), "place": place}


@register.simple_tag
def company() -> str:
    """The company's name, as customers know it."""
    return str(settings.COMPANY)


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """ "light" or "dark" when this browser asked for one; else "" and the system decides."""
    request = context.get("request")
    asked = request.COOKIES.get("theme", "") if request else ""
    return asked if asked in THEMES else ""


@register.simple_tag
def time_zone() -> str:
    """The zone the reader chose; "" lets the browser use its own."""
    zone = get_current_timezone_name()
    return "" if zone == "UTC" else zone


@register.simple_tag(takes_context=True)
def request_headers(context: Context) -> str:
    """What htmx sends along: the token against forged requests."""
    request = context.get("request")
    return f'{{"X-CSRFToken": "{get_token(request)}"}}' if request else "{}"


@register.simple_tag
def script_strings() -> SafeString:
    """The words the scripts say, in the reader's language."""
    return json_script({key: str(value) for key, value in strings.STRINGS.items()}, "strings")
