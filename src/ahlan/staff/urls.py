"""Ways in, and the pages about people."""

from django.urls import path

from ahlan.staff import views

app_name = "staff"

urlpatterns = [
    path("in/<str:token>/", views.link, name="link"),
]
