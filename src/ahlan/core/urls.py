from django.urls import path
from django.views.i18n import set_language

from ahlan.core import views

app_name = "core"
urlpatterns = [
    path("palette/", views.palette, name="palette"),
    path("banners/", views.banners, name="banners"),
    path("style/", views.style, name="style"),
    path("language/", set_language, name="language"),
]
