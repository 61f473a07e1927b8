"""A rule in the reader's words."""

from django.utils.translation import gettext as _

from ahlan.core.numerals import listed_or
from ahlan.rules.models import Rule
from ahlan.rules.triggers import trigger_named
from ahlan.rules.waits import duration_words


def when_words(rule: Rule) -> str:
    """What it waits for: “as soon as a ticket is opened or the customer writes again”."""
    if rule.since:
        told = {"time": duration_words(rule.amount, rule.unit), "since": rule.get_since_display()}
        return _("%(time)s since %(since)s") % told
    names = [str(found.name) for key in rule.triggers if (found := trigger_named(key))]
    return (
        _("As soon as %(what)s") % {"what": listed_or(names)}
        if names
        else _("Never: what it waited for is no more")
    )
