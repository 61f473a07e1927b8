"""How people come in: by invitation only, with a password, a passkey or the company's own sign-in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.db import transaction
from django.http import HttpRequest

from ahlan.events.log import record
from ahlan.staff.models import Agent


class Door(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs himself up; every sign-in is recorded."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: Agent, **kwargs: Any) -> Any:
        with transaction.atomic():
            record("agent.signed_in", user, actor=user.actor, how=_how(request))
        return super().post_login(request, user, **kwargs)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        agent = Agent.objects.filter(email__iexact=credentials.get("email") or "").first()
        if agent is not None:
            with transaction.atomic():
                record("agent.sign_in_failed", agent, actor="system")
        super().authentication_failed(request, **credentials)


def _how(request: HttpRequest) -> str:
    methods = request.session.get("account_authentication_methods", [])
    return "+".join(str(one.get("type") or one.get("method")) for one in methods) or "password"


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Only people who work here already, known by their address; a stranger's account opens nothing."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
