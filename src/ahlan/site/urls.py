"""Every page's address."""

from django.urls import URLPattern, URLResolver, include, path

from ahlan.site.health import health_page

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("ahlan.core.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("ahlan.events.urls")),
    path("settings/health/", health_page, name="health"),
    path("", include("ahlan.channels.email.urls")),
    path("", include("ahlan.channels.webform.urls")),
    path("", include("ahlan.calendars.urls")),
    path("", include("ahlan.customers.urls")),
    path("", include("ahlan.staff.urls")),
    path("", include("ahlan.tickets.urls")),
]
