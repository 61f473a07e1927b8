"""Addresses of the way of service."""

from django.urls import path

from ahlan.courtesy.views import desk, settings

app_name = "courtesy"

urlpatterns = [
    path("settings/way/", settings.settings, name="settings"),
    path("settings/cards/new/", settings.card, name="new_card"),
    path("settings/cards/<slug:slug>/", settings.card, name="card"),
    path("settings/cards/<slug:slug>/putting-away/", settings.putting_away, name="put_card_away"),
    path("settings/cards/<slug:slug>/original/", settings.original, name="original"),
    path("tickets/<int:number>/way/", desk.way, name="way"),
    path("tickets/<int:number>/cards/", desk.cards, name="cards"),
]
