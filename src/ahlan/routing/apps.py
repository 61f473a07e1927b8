from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoutingConfig(AppConfig):
    name = "ahlan.routing"
    label = "routing"

    def ready(self) -> None:
        from ahlan.core.navigation import SETTINGS, entry  # noqa: PLC0415 -- apps must be loaded first
        from ahlan.routing import panels, sentences, subscribers  # noqa: F401, PLC0415 -- the same

        entry("routing.here", _("Who is here"), "routing:here", "users-round", 30, "routing.manage")
        entry("routing", _("Routing"), "routing:list", "split", 36, "routing.manage", place=SETTINGS)
