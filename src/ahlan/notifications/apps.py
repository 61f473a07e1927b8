from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "ahlan.notifications"
    label = "notifications"

    def ready(self) -> None:
        from ahlan.core.navigation import SETTINGS, entry  # noqa: PLC0415 -- apps must be loaded first
        from ahlan.notifications import panels, subscribers  # noqa: F401, PLC0415 -- the same

        entry("notifications", _("Notifications"), "notifications:wishes", "bell", 11, place=SETTINGS)
