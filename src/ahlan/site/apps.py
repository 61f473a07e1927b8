from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "ahlan.site"
    label = "site"

    def ready(self) -> None:
        from ahlan.site import panels  # noqa: F401, PLC0415 -- apps must be loaded first
