from django.apps import AppConfig


class EmailConfig(AppConfig):
    name = "ahlan.channels.email"
    label = "email"
