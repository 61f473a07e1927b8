from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "ahlan.channels.messaging"
    label = "messaging"

    def ready(self) -> None:
        from ahlan.channels.messaging import panels, subscribers  # noqa: F401, PLC0415 -- apps must be loaded first
        from ahlan.core.navigation import SETTINGS, entry  # noqa: PLC0415 -- the same

        entry("wires", _("Messaging"), "messaging:list", "smartphone", 34, "inboxes.manage", place=SETTINGS)
