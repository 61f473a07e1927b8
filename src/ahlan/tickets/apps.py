from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "ahlan.tickets"
    label = "tickets"
