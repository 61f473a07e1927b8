from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "ahlan.channels"
    label = "channels"
