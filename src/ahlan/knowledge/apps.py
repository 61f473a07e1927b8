from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    name = "ahlan.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        from ahlan.core.navigation import SETTINGS, entry  # noqa: PLC0415 -- apps must be loaded first
        from ahlan.knowledge import panels, subscribers  # noqa: F401, PLC0415 -- the same
        from ahlan.knowledge.search import Articles  # noqa: PLC0415 -- the same
        from ahlan.search.sources import add  # noqa: PLC0415 -- the same

        add(Articles())

        entry("articles", _("Articles"), "knowledge:articles", "book-open", 30)
        entry(
            "sections", _("Sections of articles"), "knowledge:sections", "library", 38, "knowledge.manage",
            place=SETTINGS,
        )  # fmt: skip
        entry(
            "help",
            _("Help centre"),
            "knowledge:help_settings",
            "life-buoy",
            38,
            "knowledge.manage",
            place=SETTINGS,
        )
