from django.apps import AppConfig


class WebformConfig(AppConfig):
    name = "ahlan.channels.webform"
    label = "webform"
