"""Weeks to begin with."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ahlan.calendars.spans import Spans, Week, spans

SHUT: Spans = ()
NINE_TO_FIVE, EIGHT_TO_FOUR, MORNING, ALL_DAY = map(
    spans, ("09:00-17:00", "08:00-16:00", "08:00-12:00", "00:00-24:00")
)


@dataclass(frozen=True, slots=True)
class Preset:
    key: str
    name: str | Promise
    week: Week


PRESETS = {
    one.key: one
    for one in (
        Preset("mon-fri", _("Monday to Friday"), (*[NINE_TO_FIVE] * 5, SHUT, SHUT)),  # type: ignore[arg-type]
        Preset(
            "sun-thu",
            _("Sunday to Thursday, half of Friday"),
            (*[EIGHT_TO_FOUR] * 4, MORNING, SHUT, EIGHT_TO_FOUR),  # type: ignore[arg-type]
        ),
        Preset(
            "sat-wed",
            _("Saturday to Wednesday"),
            (*[EIGHT_TO_FOUR] * 3, SHUT, SHUT, *[EIGHT_TO_FOUR] * 2),  # type: ignore[arg-type]
        ),
        Preset("always", _("Round the clock"), (ALL_DAY,) * 7),
    )
}
