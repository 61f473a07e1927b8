"""Addresses of figures."""

from django.urls import path

from ahlan.kpis.views import export, pulse, wallboard

app_name = "kpis"

urlpatterns = [
    path("pulse/", pulse.pulse, name="pulse"),
    path("pulse/<slug:key>/", pulse.one, name="kpi"),
    path("pulse/<slug:key>/behind/", pulse.behind, name="behind"),
    path("pulse/<slug:key>/days.csv", export.days, name="days"),
    path("pulse/<slug:key>/behind.csv", export.facts, name="facts"),
    path("wallboard/", wallboard.wallboard, name="wallboard"),
]
