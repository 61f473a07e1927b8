from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "ahlan.search"
    label = "search"

    def ready(self) -> None:
        from ahlan.search import onward  # noqa: F401, PLC0415 -- apps must be loaded first
