from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RulesConfig(AppConfig):
    name = "ahlan.rules"
    label = "rules"

    def ready(self) -> None:
        from ahlan.core.navigation import SETTINGS, entry  # noqa: PLC0415 -- apps must be loaded first
        from ahlan.rules import desk_acts, desk_triggers, panels, sentences, subscribers  # noqa: F401, PLC0415 -- the same

        entry(
            "canned",
            _("Canned replies"),
            "rules:canned",
            "message-square-text",
            37,
            "tickets.reply",
            place=SETTINGS,
        )
        entry(
            "templates",
            _("Ticket templates"),
            "rules:templates",
            "file-pen",
            39,
            "tickets.reply",
            place=SETTINGS,
        )
        entry("macros", _("Macros"), "rules:macros", "wand-sparkles", 38, "tickets.reply", place=SETTINGS)
        entry("rules", _("Rules"), "rules:list", "zap", 36, "rules.manage", place=SETTINGS)
