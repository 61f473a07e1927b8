"""Addresses of rules."""

from django.urls import path

from ahlan.rules.views import settings

app_name = "rules"

urlpatterns = [
    path("settings/rules/", settings.rule_list, name="list"),
    path("settings/rules/new/", settings.new, name="new"),
    path("settings/rules/acts/<slug:place>/", settings.acts, name="acts"),
    path("settings/rules/<int:pk>/", settings.rule, name="rule"),
    path("settings/rules/<int:pk>/trial/", settings.trial, name="trial"),
    path("settings/rules/<int:pk>/switch/", settings.switch, name="switch"),
    path("settings/rules/<int:pk>/place/", settings.place, name="place"),
    path("settings/rules/<int:pk>/removal/", settings.removal, name="removal"),
]
