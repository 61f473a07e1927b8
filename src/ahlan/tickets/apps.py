from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TicketsConfig(AppConfig):
    name = "ahlan.tickets"
    label = "tickets"

    def ready(self) -> None:
        from ahlan.core.navigation import SETTINGS, entry  # noqa: PLC0415 -- apps must be loaded first
        from ahlan.tickets import api, finding, own_facets, panels, subscribers  # noqa: F401, PLC0415 -- apps must be loaded first

        entry("tickets", pgettext_lazy("menu", "Inbox"), "tickets:workspace", "inbox", order=10)
        for key, title, icon in (
            ("types", _("Ticket types"), "shapes"),
            ("statuses", _("Statuses"), "circle-dot"),
            ("fields", _("Fields"), "rows-3"),
            ("tags", _("Tags"), "tags"),
        ):
            entry(key, title, f"tickets:{key}", icon, 39, "fields.manage", place=SETTINGS)
