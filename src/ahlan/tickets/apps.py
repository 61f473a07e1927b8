from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TicketsConfig(AppConfig):
    name = "ahlan.tickets"
    label = "tickets"

    def ready(self) -> None:
        from ahlan.core.navigation import SETTINGS, entry  # noqa: PLC0415 -- apps must be loaded first
        from ahlan.search.sources import add  # noqa: PLC0415 -- the same
        from ahlan.tickets import finding, own_facets, panels, search, subscribers  # noqa: F401, PLC0415 -- apps must be loaded first

        add(search.Tickets())
        entry("tickets", pgettext_lazy("menu", "Inbox"), "tickets:workspace", "inbox", order=10)
        for order, key, title, icon in (
            (42, "types", _("Ticket types"), "shapes"),
            (43, "statuses", _("Statuses"), "circle-dot"),
            (44, "fields", _("Fields"), "rows-3"),
            (45, "tags", _("Tags"), "tags"),
        ):
            entry(key, title, f"tickets:{key}", icon, order, "fields.manage", place=SETTINGS)
