from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "ahlan.customers"
    label = "customers"

    def ready(self) -> None:
        from ahlan.core.navigation import entry  # noqa: PLC0415 -- apps must be loaded first
        from ahlan.customers import finding, search, subscribers  # noqa: F401, PLC0415 -- the same
        from ahlan.search.sources import add  # noqa: PLC0415 -- the same

        add(search.Customers())
        add(search.Organisations())
        entry("customers", _("Customers"), "customers:customers", "contact", 20, "tickets.view")
