from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from ahlan.core.navigation import SETTINGS, entry


class EventsConfig(AppConfig):
    name = "ahlan.events"
    label = "events"

    def ready(self) -> None:
        from ahlan.events import retention  # noqa: F401, PLC0415 -- declares its timetables
        from ahlan.events.log import settle_after_restore  # noqa: PLC0415 -- models must be loaded

        post_migrate.connect(settle_after_restore, sender=self)
        entry("events.work", _("Failed work"), "events:work", "list-x", 81, "jobs.manage", place=SETTINGS)
