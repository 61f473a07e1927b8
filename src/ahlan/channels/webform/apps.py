from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebformConfig(AppConfig):
    name = "ahlan.channels.webform"
    label = "webform"

    def ready(self) -> None:
        from ahlan.core.navigation import SETTINGS, entry  # noqa: PLC0415 -- apps must be loaded first

        entry(
            "webforms",
            _("Web forms"),
            "webform:list",
            "text-cursor-input",
            32,
            "inboxes.manage",
            place=SETTINGS,
        )
