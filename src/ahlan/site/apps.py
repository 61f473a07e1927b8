from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "ahlan.site"
    label = "site"
