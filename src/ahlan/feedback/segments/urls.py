"""Addresses of segments."""

from django.urls import path

from ahlan.feedback.segments import views

urlpatterns = [
    path("segments/<int:pk>/", views.members, name="segment_members"),
    path("settings/segments/", views.segment_list, name="segments"),
    path("settings/segments/new/", views.segment, name="new_segment"),
    path("settings/segments/trial/", views.trial, name="segment_trial"),
    path("settings/segments/<int:pk>/", views.segment, name="segment"),
    path("settings/segments/<int:pk>/removal/", views.removal, name="segment_removal"),
]
