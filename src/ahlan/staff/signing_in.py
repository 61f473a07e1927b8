"""How people come in: by invitation only, with a password, a passkey or the company's own sign-in."""

from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.crypto import constant_time_compare

from ahlan.events.log import record
from ahlan.staff.models import Agent

log = structlog.get_logger(__name__)


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
    """Only people who work here already, known by their proved address; a stranger's account opens nothing."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, exception: Exception | None = None, **kwargs: Any
    ) -> None:
        """For the administrator's eyes; the words of the other side may name people and stay out."""
        log.warning("single sign-on did not work", error=type(exception).__name__)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Look at what the provider said, and join its account to the agent of that address.

        Raises PermissionDenied, which shows the page of failed sign-ins, and ImmediateHttpResponse for a stranger.
        """
        _is_answer_to_us(sociallogin)
        if sociallogin.is_existing:
            return
        addresses = [one.email for one in sociallogin.email_addresses if one.verified]
        agent = Agent.objects.filter(email__iexact=addresses[0]).first() if addresses else None
        if agent is None:
            _note_refusal([one.email for one in sociallogin.email_addresses])
            raise ImmediateHttpResponse(render(request, "staff/not_known.html", status=403))
        sociallogin.connect(request, agent)


def _is_answer_to_us(sociallogin: Any) -> None:
    """The token was made for this very sign-in, and speaks of the same person as the provider's other words."""
    said = sociallogin.account.extra_data
    claims = said.get("id_token") or {}
    asked, about = sociallogin.state.get("nonce"), said.get("userinfo", claims)
    if not asked or not constant_time_compare(str(claims.get("nonce")), asked):
        raise PermissionDenied("another nonce")
    if about.get("sub") != claims.get("sub"):
        raise PermissionDenied("another person")


def _note_refusal(addresses: list[str]) -> None:
    agent = Agent.objects.filter(email__iexact=addresses[0]).first() if addresses else None
    if agent is not None:  # the provider does not vouch for the address
        with transaction.atomic():
            record("agent.sign_in_failed", agent, actor="system")
