from django.apps import AppConfig


class EmailConfig(AppConfig):
    name = "ahlan.channels.email"
    label = "email"

    def ready(self) -> None:
        from ahlan.channels.email import subscribers  # noqa: F401, PLC0415 -- apps must be loaded first
