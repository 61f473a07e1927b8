from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "ahlan.staff"
    label = "staff"
