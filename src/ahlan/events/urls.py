from django.urls import path

from ahlan.events import views

app_name = "events"

urlpatterns = [
    path("work/", views.work, name="work"),
    path("work/<int:pk>/another-run/", views.run_again, name="run_again"),
    path("work/<int:pk>/removal/", views.discard, name="discard"),
]
