"""Addresses of figures."""

from django.urls import path

from ahlan.kpis.views import export, goals, handling, pulse, reports, wallboard

app_name = "kpis"

urlpatterns = [
    path("pulse/", pulse.pulse, name="pulse"),
    path("pulse/goals/", goals.goals, name="goals"),
    path("pulse/goals/<int:pk>/deletion/", goals.deletion, name="goal_deletion"),
    path("pulse/definitions/", pulse.definitions, name="definitions"),
    path("pulse/reports/", reports.reports, name="reports"),
    path("pulse/reports/new/", reports.new, name="new_report"),
    path("pulse/reports/preview/", reports.preview, name="preview"),
    path("pulse/reports/<int:pk>/", reports.report, name="report"),
    path("pulse/reports/<int:pk>/edit/", reports.edit, name="edit_report"),
    path("pulse/reports/<int:pk>/copy/", reports.copy, name="copy_report"),
    path("pulse/reports/<int:pk>/archive/", reports.archive, name="archive_report"),
    path("pulse/reports/<int:pk>/mailing/", reports.mailing, name="mailing"),
    path("pulse/reports/<int:pk>/sending/", reports.sending, name="sending"),
    path("pulse/reports/<int:pk>/paper.pdf", reports.paper, name="report_paper"),
    path("pulse/reports/<int:pk>/table.<slug:form>", reports.table, name="report_table"),
    path("pulse/<slug:key>/", pulse.one, name="kpi"),
    path("pulse/<slug:key>/behind/", pulse.behind, name="behind"),
    path("pulse/<slug:key>/days.<slug:form>", export.days, name="days"),
    path("pulse/<slug:key>/behind.<slug:form>", export.facts, name="facts"),
    path("tickets/<int:number>/handling/", handling.handling, name="handling"),
    path("tickets/<int:number>/handling/worked/", handling.worked, name="worked"),
    path("tickets/<int:number>/handling/timer/", handling.timer, name="timer"),
    path("tickets/<int:number>/handling/minutes/", handling.minutes, name="minutes"),
    path("wallboard/", wallboard.wallboard, name="wallboard"),
]
