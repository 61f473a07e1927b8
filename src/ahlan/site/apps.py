from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    name = "ahlan.site"
    label = "site"

    def ready(self) -> None:
        from ahlan.core.navigation import SETTINGS, entry  # noqa: PLC0415
        from ahlan.site import articles, chats, panels  # noqa: F401, PLC0415 -- apps must be loaded first

        entry("health", _("Health"), "health", "activity", 70, "jobs.manage", place=SETTINGS)
