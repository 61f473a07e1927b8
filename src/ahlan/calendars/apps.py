from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalendarsConfig(AppConfig):
    name = "ahlan.calendars"
    label = "calendars"

    def ready(self) -> None:
        from ahlan.calendars import chores  # noqa: F401, PLC0415 -- apps must be loaded first
        from ahlan.core.navigation import SETTINGS, entry  # noqa: PLC0415 -- apps must be loaded first

        entry(
            "hours",
            _("Business hours"),
            "calendars:list",
            "calendar-clock",
            30,
            "hours.manage",
            place=SETTINGS,
        )
