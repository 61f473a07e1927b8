from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "ahlan.customers"
    label = "customers"
