"""The request as our views know it: somebody is signed in, and htmx has been heard."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from ahlan.staff.models import Agent


class AgentRequest(HttpRequest):
    user: Agent
    htmx: HtmxDetails
