"""What the register's templates may use: `{% load register %}`."""

from datetime import date, datetime

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ahlan.core.numerals import day as in_short
from ahlan.core.numerals import full_day
from ahlan.feedback.register.deadlines import Unit
from ahlan.feedback.register.profiles import Promise

register = template.Library()


def _time(on: date, told: str) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', on.isoformat(), full_day(on), told)


@register.simple_tag
def on_day(on: date | None) -> SafeString | str:
    """A day in full: deadlines are days, and which one it is must leave no doubt."""
    return _time(on, full_day(on)) if on else ""


@register.simple_tag
def short_day(on: date | None) -> SafeString | str:
    """A day where there is little room; in full on hover."""
    return _time(on, in_short(on)) if on else ""


@register.simple_tag
def moment_day(moment: datetime | None, *, short: bool = False) -> SafeString | str:
    """The day of a moment, by the reader's clocks."""
    if moment is None:
        return ""
    on = localtime(moment).date()
    return short_day(on) if short else on_day(on)


@register.simple_tag
def chosen_label(field: BoundField) -> str:
    """What stands in a field of a form, in words."""
    value = str(field.value())
    choices = dict(getattr(field.field, "choices", ()))
    return str(next((label for key, label in choices.items() if str(key) == value), value))


STEPS = {
    "acknowledge": lambda: _("To be acknowledged"), "short": lambda: _("Short letter"), "answer": lambda: _("To be answered"),
    "extended": lambda: _("Put off at most"),
}  # fmt: skip


@register.simple_tag
def promise_told(name: str, promise: Promise) -> str:
    """A step's deadline in words: "To be answered: 15 working days (DISP 1.6.2AR)"."""
    n, told = promise.within.count, {"n": promise.within.count}
    words = {
        Unit.DAYS: ngettext("%(n)s day", "%(n)s days", n), Unit.BUSINESS_DAYS: ngettext("%(n)s working day", "%(n)s working days", n),
        Unit.WEEKS: ngettext("%(n)s week", "%(n)s weeks", n), Unit.MONTHS: ngettext("%(n)s month", "%(n)s months", n),
    }[promise.within.unit]  # fmt: skip
    source = promise.rule if promise.fixed else _("our own promise")
    return f"{STEPS[name]()}: {words % told} ({source})"
