"""The request as our views know it: somebody is signed in and htmx has been heard, or a program showed a token."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from ahlan.staff.models import Agent, ApiToken


class AgentRequest(HttpRequest):
    user: Agent
    htmx: HtmxDetails


class ApiRequest(HttpRequest):
    """One of a program that showed a token: it acts as the token's agent."""

    user: Agent
    auth: ApiToken
