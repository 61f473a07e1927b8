"""Targets in words."""

from django.utils.translation import ngettext

from ahlan.core.numerals import number


def target_words(amount: int, unit: str) -> str:
    """ "4 business hours" in the reader's words; `unit` as the form calls it."""
    n = {"n": number(amount)}
    return {
        "business_hours": lambda: ngettext("%(n)s business hour", "%(n)s business hours", amount),
        "business_minutes": lambda: ngettext("%(n)s business minute", "%(n)s business minutes", amount),
        "working_days": lambda: ngettext("%(n)s working day", "%(n)s working days", amount),
        "hours": lambda: ngettext("%(n)s hour, day and night", "%(n)s hours, day and night", amount),
        "minutes": lambda: ngettext("%(n)s minute, day and night", "%(n)s minutes, day and night", amount),
    }[unit]() % n
