"""Addresses of the pages about messengers."""

from django.urls import path

from ahlan.channels.messaging import views

app_name = "messaging"

urlpatterns = [
    path("settings/wires/", views.listed, name="list"),
    path("settings/wires/new/<slug:key>/", views.new, name="new"),
    path("settings/wires/<int:pk>/", views.edit, name="edit"),
    path("settings/wires/<int:pk>/check/", views.check, name="check"),
]
