from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "ahlan.search"
    label = "search"
