"""Addresses of notifications."""

from django.urls import path

from ahlan.notifications import views

app_name = "notifications"

urlpatterns = [
    path("notifications/", views.notifications, name="list"),
    path("notifications/seeing/", views.seeing, name="seeing"),
    path("notifications/wishes/", views.wishes, name="wishes"),
    path("notifications/<int:pk>/", views.notification, name="notification"),
]
