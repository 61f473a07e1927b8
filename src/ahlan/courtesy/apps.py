from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CourtesyConfig(AppConfig):
    name = "ahlan.courtesy"
    label = "courtesy"

    def ready(self) -> None:
        from ahlan.core.navigation import SETTINGS, entry  # noqa: PLC0415 -- apps must be loaded first
        from ahlan.courtesy import panels, sentences, subscribers  # noqa: F401, PLC0415 -- the same

        entry(
            "way",
            _("Way of service"),
            "courtesy:settings",
            "footprints",
            40,
            "courtesy.manage",
            place=SETTINGS,
        )
        entry(
            "way.questionnaires",
            _("Questionnaires"),
            "courtesy:questionnaires",
            "clipboard-list",
            40,
            "courtesy.manage",
            place=SETTINGS,
        )
