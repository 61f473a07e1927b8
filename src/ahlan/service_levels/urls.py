"""Addresses of service levels."""

from django.urls import path

from ahlan.service_levels.views import desk, settings

app_name = "service_levels"

urlpatterns = [
    path("settings/service-levels/", settings.policy_list, name="list"),
    path("settings/service-levels/new/", settings.new, name="new"),
    path("settings/service-levels/<int:pk>/", settings.policy, name="policy"),
    path("settings/service-levels/<int:pk>/place/", settings.place, name="place"),
    path("settings/service-levels/<int:pk>/removal/", settings.removal, name="removal"),
    path("tickets/<int:number>/deadlines/", desk.deadlines, name="deadlines"),
]
