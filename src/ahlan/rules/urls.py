"""Addresses of rules."""

from django.urls import path

from ahlan.rules.views import bulk, settings, shortcuts, templates

app_name = "rules"

urlpatterns = [
    path("settings/rules/", settings.rule_list, name="list"),
    path("settings/rules/new/", settings.new, name="new"),
    path("settings/rules/acts/<slug:place>/", settings.acts, name="acts"),
    path("settings/rules/<int:pk>/", settings.rule, name="rule"),
    path("settings/rules/<int:pk>/trial/", settings.trial, name="trial"),
    path("settings/rules/<int:pk>/switch/", settings.switch, name="switch"),
    path("settings/rules/<int:pk>/place/", settings.place, name="place"),
    path("settings/rules/<int:pk>/removal/", settings.removal, name="removal"),
    path("settings/canned/", shortcuts.canned_list, name="canned"),
    path("settings/canned/new/", shortcuts.canned, name="new_canned"),
    path("settings/canned/<int:pk>/", shortcuts.canned, name="change_canned"),
    path("settings/canned/<int:pk>/removal/", shortcuts.canned_removal, name="delete_canned"),
    path("settings/macros/", shortcuts.macro_list, name="macros"),
    path("settings/macros/new/", shortcuts.macro, name="new_macro"),
    path("settings/macros/<int:pk>/", shortcuts.macro, name="change_macro"),
    path("settings/macros/<int:pk>/removal/", shortcuts.macro_removal, name="delete_macro"),
    path("settings/templates/", templates.template_list, name="templates"),
    path("settings/templates/new/", templates.template, name="new_template"),
    path("settings/templates/<int:pk>/", templates.template, name="change_template"),
    path("settings/templates/<int:pk>/removal/", templates.removal, name="delete_template"),
    path("settings/templates/<int:pk>/recurrences/", templates.recurrences, name="recurrences"),
    path("settings/templates/<int:pk>/recurrences/<int:other>/ending/", templates.ending, name="ending"),
    path("bulk/", bulk.new, name="new_bulk"),
    path("bulk/<int:pk>/", bulk.bulk, name="bulk"),
    path("bulk/<int:pk>/stop/", bulk.stop, name="stop_bulk"),
    path("tickets/<int:number>/shortcuts/", shortcuts.picker, name="picker"),
    path("tickets/<int:number>/canned/<int:pk>/", shortcuts.use, name="use"),
    path("tickets/<int:number>/macros/<int:pk>/", shortcuts.run, name="run"),
    path("tickets/<int:number>/macros/runs/<int:pk>/undoing/", shortcuts.undo, name="undo"),
]
