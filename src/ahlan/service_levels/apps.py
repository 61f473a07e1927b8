from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceLevelsConfig(AppConfig):
    name = "ahlan.service_levels"
    label = "service_levels"

    def ready(self) -> None:
        from ahlan.core.navigation import SETTINGS, entry  # noqa: PLC0415 -- apps must be loaded first
        from ahlan.service_levels import facets, panels, sentences, subscribers  # noqa: F401, PLC0415 -- the same

        entry(
            "service_levels",
            _("Service levels"),
            "service_levels:list",
            "timer",
            35,
            "service_levels.manage",
            place=SETTINGS,
        )
