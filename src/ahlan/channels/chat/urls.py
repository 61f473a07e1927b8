"""Addresses of live chat. The stream at /chat/<slug>/stream/ is answered before Django (`streams`)."""

from django.urls import path

from ahlan.channels.chat import settings_views, views

app_name = "chat"

urlpatterns = [
    path("chat/<slug:slug>/", views.widget, name="widget"),
    path("chat/<slug:slug>/embed.js", views.loader, name="loader"),
    path("chat/<slug:slug>/brand.css", views.brand, name="brand"),
    path("chat/<slug:slug>/session/", views.session, name="session"),
    path("chat/<slug:slug>/messages/", views.messages, name="messages"),
    path("chat/<slug:slug>/nudges/", views.nudged, name="nudged"),
    path("chat/<slug:slug>/typing/", views.typing, name="typing"),
    path("chat/<slug:slug>/read/", views.read, name="read"),
    path("chat/<slug:slug>/end/", views.end, name="end"),
    path("chat/<slug:slug>/rating/", views.rating, name="rating"),
    path("chat/<slug:slug>/transcript/", views.transcript, name="transcript"),
    path("chat/<slug:slug>/files/<str:sign>/", views.file, name="file"),
    path("settings/chats/", settings_views.chats, name="list"),
    path("settings/chats/new/", settings_views.edit, name="new"),
    path("settings/chats/<slug:slug>/", settings_views.edit, name="edit"),
    path("settings/chats/<slug:slug>/messages/new/", settings_views.nudge, name="new_nudge"),
    path("settings/chats/<slug:slug>/messages/<int:pk>/", settings_views.nudge, name="nudge"),
    path(
        "settings/chats/<slug:slug>/messages/<int:pk>/place/", settings_views.nudge_place, name="nudge_place"
    ),
    path(
        "settings/chats/<slug:slug>/messages/<int:pk>/deletion/",
        settings_views.nudge_deletion,
        name="nudge_deletion",
    ),
    path("settings/chats/<slug:slug>/preview/", settings_views.preview, name="preview"),
]
