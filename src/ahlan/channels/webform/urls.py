"""Addresses of web forms."""

from django.urls import path

from ahlan.channels.webform import views

app_name = "webform"

urlpatterns = [
    path("forms/<slug:slug>/", views.form, name="form"),
    path("forms/<slug:slug>/thanks/", views.thanks, name="thanks"),
    path("forms/<slug:slug>/brand.css", views.brand, name="brand"),
    path("forms/<slug:slug>/embed.js", views.snippet, name="snippet"),
    path("settings/forms/", views.webforms, name="list"),
    path("settings/forms/new/", views.edit, name="new"),
    path("settings/forms/<slug:slug>/", views.edit, name="edit"),
]
