"""The request as our views know it: somebody is signed in, and htmx has been heard."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from ahlan.staff.models import Agent


class AgentRequest(HttpRequest):
    user: "Agent"  # type: ignore[assignment]
    htmx: HtmxDetails
