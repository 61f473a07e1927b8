"""Every page's address."""

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from ahlan.core.api import views as api_views
from ahlan.site.api import house
from ahlan.site.articles import begin_from_ticket
from ahlan.site.health import health_page

handler500 = "ahlan.core.views.broken"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("ahlan.core.urls")),
    # an address is not one's own to change
    path("accounts/email/", RedirectView.as_view(pattern_name="staff:profile")),
    path("", include("ahlan.staff.urls")),  # before allauth: its single sign-on is ours
    path("accounts/", include("allauth.urls")),
    path("", include("ahlan.events.urls")),
    path("", include("ahlan.search.urls")),
    path("settings/health/", health_page, name="health"),
    path("api/v1/openapi.json", api_views.contract, {"house": house}, name="api_contract"),
    path("api/v1/docs/", api_views.docs, {"house": house}, name="api_docs"),
    path("api/v1/", include((house.addresses(), "api"))),
    path("", include("ahlan.channels.email.urls")),
    path("", include("ahlan.channels.webform.urls")),
    path("", include("ahlan.channels.chat.urls")),
    path("", include("ahlan.channels.messaging.urls")),
    path("", include("ahlan.channels.hooks")),
    path("", include("ahlan.calendars.urls")),
    path("", include("ahlan.customers.urls")),
    path("", include("ahlan.tickets.urls")),
    path("tickets/<int:number>/article/", begin_from_ticket, name="article_from_ticket"),
]
for room in (
    "service_levels",
    "rules",
    "routing",
    "notifications",
    "courtesy",
    "assistant",
    "feedback",
    "dialer",
    "kpis",
    "knowledge",
):  # each may be left out
    if apps.is_installed(f"ahlan.{room}"):
        urlpatterns.append(path("", include(f"ahlan.{room}.urls")))
