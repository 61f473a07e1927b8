from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "ahlan.events"
    label = "events"
