"""Addresses of figures."""

from django.urls import path

from ahlan.kpis.views import export, goals, handling, pulse, wallboard

app_name = "kpis"

urlpatterns = [
    path("pulse/", pulse.pulse, name="pulse"),
    path("pulse/goals/", goals.goals, name="goals"),
    path("pulse/goals/<int:pk>/deletion/", goals.deletion, name="goal_deletion"),
    path("pulse/definitions/", pulse.definitions, name="definitions"),
    path("pulse/<slug:key>/", pulse.one, name="kpi"),
    path("pulse/<slug:key>/behind/", pulse.behind, name="behind"),
    path("pulse/<slug:key>/days.csv", export.days, name="days"),
    path("pulse/<slug:key>/behind.csv", export.facts, name="facts"),
    path("tickets/<int:number>/handling/", handling.handling, name="handling"),
    path("tickets/<int:number>/handling/worked/", handling.worked, name="worked"),
    path("tickets/<int:number>/handling/timer/", handling.timer, name="timer"),
    path("tickets/<int:number>/handling/minutes/", handling.minutes, name="minutes"),
    path("wallboard/", wallboard.wallboard, name="wallboard"),
]
