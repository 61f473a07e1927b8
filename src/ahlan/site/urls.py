"""Every page's address."""

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from ahlan.site.health import health_page

handler500 = "ahlan.core.views.broken"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("ahlan.core.urls")),
    # an address is not one's own to change
    path("accounts/email/", RedirectView.as_view(pattern_name="staff:profile")),
    path("", include("ahlan.staff.urls")),  # before allauth: its single sign-on is ours
    path("accounts/", include("allauth.urls")),
    path("", include("ahlan.events.urls")),
    path("settings/health/", health_page, name="health"),
    path("", include("ahlan.channels.email.urls")),
    path("", include("ahlan.channels.webform.urls")),
    path("", include("ahlan.calendars.urls")),
    path("", include("ahlan.customers.urls")),
    path("", include("ahlan.tickets.urls")),
]
if apps.is_installed("ahlan.service_levels"):
    urlpatterns.append(path("", include("ahlan.service_levels.urls")))
if apps.is_installed("ahlan.rules"):
    urlpatterns.append(path("", include("ahlan.rules.urls")))
if apps.is_installed("ahlan.routing"):
    urlpatterns.append(path("", include("ahlan.routing.urls")))
if apps.is_installed("ahlan.courtesy"):
    urlpatterns.append(path("", include("ahlan.courtesy.urls")))
