from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "ahlan.channels.chat"
    label = "chat"

    def ready(self) -> None:
        from ahlan.channels.chat import panels, subscribers  # noqa: F401, PLC0415 -- apps must be loaded first
        from ahlan.core.navigation import SETTINGS, entry  # noqa: PLC0415

        entry("chats", _("Live chat"), "chat:list", "message-circle", 33, "inboxes.manage", place=SETTINGS)
