"""Addresses of calls."""

from django.urls import path

from ahlan.dialer import views

app_name = "dialer"

urlpatterns = [path("calls/", views.calls, name="calls")]
