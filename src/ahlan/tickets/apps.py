from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class TicketsConfig(AppConfig):
    name = "ahlan.tickets"
    label = "tickets"

    def ready(self) -> None:
        from ahlan.core.navigation import entry  # noqa: PLC0415 -- apps must be loaded first
        from ahlan.tickets import api, finding, panels, subscribers  # noqa: F401, PLC0415 -- apps must be loaded first

        entry("tickets", pgettext_lazy("menu", "Inbox"), "tickets:workspace", "inbox", order=10)
