"""Addresses of business hours."""

from django.urls import path

from ahlan.calendars.views import holidays, hours

app_name = "calendars"

urlpatterns = [
    path("settings/hours/", hours.hours_list, name="list"),
    path("settings/hours/new/", hours.new, name="new"),
    path("settings/hours/picture/", hours.picture, name="picture"),
    path("settings/hours/<int:pk>/", hours.hours, name="hours"),
    path("settings/hours/<int:pk>/week/", hours.week, name="week"),
    path("settings/hours/<int:pk>/weeks/<int:other>/removal/", hours.week_removal, name="week_removal"),
    path("settings/hours/<int:pk>/days/", hours.days, name="days"),
    path("settings/hours/<int:pk>/days/<int:other>/removal/", hours.day_removal, name="day_removal"),
    path("settings/hours/<int:pk>/holidays/", holidays.holidays, name="holidays"),
    path("settings/hours/<int:pk>/default/", hours.default, name="default"),
    path("settings/hours/<int:pk>/removal/", hours.removal, name="removal"),
]
