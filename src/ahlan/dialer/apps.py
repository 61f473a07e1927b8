from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DialerConfig(AppConfig):
    name = "ahlan.dialer"
    label = "dialer"

    def ready(self) -> None:
        from ahlan.core.navigation import entry  # noqa: PLC0415 -- apps must be loaded first
        from ahlan.dialer import panels  # noqa: F401, PLC0415 -- the same

        entry("calls", _("Calls"), "dialer:calls", "phone", 30, "tickets.view")
