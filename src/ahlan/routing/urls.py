"""Addresses of routing."""

from django.urls import path

from ahlan.routing.views import here, settings

app_name = "routing"

urlpatterns = [
    path("here/", here.here, name="here"),
    path("settings/routing/", settings.plan_list, name="list"),
    path("settings/routing/new/", settings.new, name="new"),
    path("settings/routing/capacity/", settings.capacity, name="capacity"),
    path("settings/routing/<int:pk>/", settings.plan, name="plan"),
    path("settings/routing/<int:pk>/place/", settings.place, name="place"),
    path("settings/routing/<int:pk>/removal/", settings.removal, name="removal"),
]
