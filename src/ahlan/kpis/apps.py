from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "ahlan.kpis"
    label = "kpis"

    def ready(self) -> None:
        from ahlan.kpis import subscribers  # noqa: F401, PLC0415 -- apps must be loaded first
