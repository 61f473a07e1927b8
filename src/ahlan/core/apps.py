from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "ahlan.core"
    label = "core"
