"""Addresses of the pages about inboxes."""

from django.urls import path

from ahlan.channels.email import views

app_name = "inboxes"

urlpatterns = [
    path("settings/inboxes/", views.inboxes, name="list"),
    path("settings/inboxes/new/", views.inbox, name="new"),
    path("settings/inboxes/consented/", views.consented, name="consented"),
    path("settings/inboxes/<int:pk>/", views.inbox, name="inbox"),
    path("settings/inboxes/<int:pk>/trial/", views.trial, name="trial"),
    path("settings/inboxes/<int:pk>/consent/", views.consent, name="consent"),
]
