"""Addresses of the assistant."""

from django.urls import path

from ahlan.assistant.views import desk, settings

app_name = "assistant"

urlpatterns = [
    path("settings/assistant/", settings.settings, name="settings"),
    path("settings/assistant/<int:pk>/", settings.bot, name="bot"),
    path("settings/assistant/<int:pk>/trial/", settings.trial, name="trial"),
    path("settings/assistant/<int:pk>/model-trial/", settings.model_trial, name="model_trial"),
    path("tickets/<int:number>/assistant/hand-over/", desk.take_over, name="take_over"),
    path("tickets/<int:number>/assistance/", desk.assistance, name="assistance"),
    path("tickets/<int:number>/assistance/<int:pk>/", desk.given, name="given"),
]
