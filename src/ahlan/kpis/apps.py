from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KpisConfig(AppConfig):
    name = "ahlan.kpis"
    label = "kpis"

    def ready(self) -> None:
        from ahlan.core.navigation import entry  # noqa: PLC0415 -- apps must be loaded first
        from ahlan.kpis import panels, sentences, subscribers  # noqa: F401, PLC0415 -- the same

        entry("kpis", _("Pulse"), "kpis:pulse", "activity", 45, "kpis.view")
