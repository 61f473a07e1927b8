from django.apps import AppConfig


class ImportersConfig(AppConfig):
    name = "ahlan.importers"
    label = "importers"
