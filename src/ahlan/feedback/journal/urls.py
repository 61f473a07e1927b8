"""Addresses of the journal."""

from django.urls import path

from ahlan.feedback.journal import views

urlpatterns = [
    path("n/<str:token>/", views.needs_page, name="needs_page"),
    path("needs/", views.needs, name="needs"),
    path("needs/insights/", views.insights, name="insights"),
    path("needs/insights/new/", views.new_insight, name="new_insight"),
    path("needs/insights/<int:pk>/", views.insight, name="insight"),
    path("needs/insights/<int:pk>/retraction/", views.retraction, name="retraction"),
    path("tickets/<int:number>/hint/", views.hint, name="hint"),
    path("settings/themes/", views.theme_list, name="themes"),
    path("settings/themes/new/", views.theme, name="new_theme"),
    path("settings/themes/<int:pk>/", views.theme, name="theme"),
    path("settings/themes/<int:pk>/archive/", views.theme_archive, name="theme_archive"),
    path("settings/readers/", views.readers, name="readers"),
    path("settings/readers/<int:pk>/withdrawal/", views.reader_withdrawal, name="reader_withdrawal"),
]
