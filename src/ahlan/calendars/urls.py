"""Addresses of business hours."""

from django.urls import path

from ahlan.calendars import views

app_name = "calendars"

urlpatterns = [
    path("settings/hours/", views.hours_list, name="list"),
    path("settings/hours/new/", views.new, name="new"),
    path("settings/hours/picture/", views.picture, name="picture"),
    path("settings/hours/<int:pk>/", views.hours, name="hours"),
    path("settings/hours/<int:pk>/week/", views.week, name="week"),
    path("settings/hours/<int:pk>/weeks/<int:other>/removal/", views.week_removal, name="week_removal"),
    path("settings/hours/<int:pk>/days/", views.days, name="days"),
    path("settings/hours/<int:pk>/days/<int:other>/removal/", views.day_removal, name="day_removal"),
    path("settings/hours/<int:pk>/holidays/", views.holidays, name="holidays"),
    path("settings/hours/<int:pk>/default/", views.default, name="default"),
    path("settings/hours/<int:pk>/removal/", views.removal, name="removal"),
]
