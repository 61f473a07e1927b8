from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EmailConfig(AppConfig):
    name = "ahlan.channels.email"
    label = "email"

    def ready(self) -> None:
        from ahlan.channels.email import subscribers  # noqa: F401, PLC0415 -- apps must be loaded first
        from ahlan.core.navigation import SETTINGS, entry  # noqa: PLC0415 -- apps must be loaded first

        entry("inboxes", _("Inboxes"), "inboxes:list", "mail", 35, "inboxes.manage", place=SETTINGS)
