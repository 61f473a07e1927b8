from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssistantConfig(AppConfig):
    name = "ahlan.assistant"
    label = "assistant"

    def ready(self) -> None:
        from ahlan.assistant import panels, sentences, subscribers  # noqa: F401, PLC0415 -- apps must be loaded first
        from ahlan.core.navigation import SETTINGS, entry  # noqa: PLC0415 -- the same

        entry(
            "assistant", _("Assistant"), "assistant:settings", "bot", 36, "assistant.manage", place=SETTINGS
        )
