"""The company's own sign-in (OpenID Connect): allauth's code flow, held to what the specification asks of a token.

allauth trusts the connection a token came by and looks at neither its signature nor a nonce; here both count.
The paths are allauth's own, so that links and the address told to the provider stay the same.
"""

import secrets
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from requests import RequestException


class Checked(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Every token's signature is looked at, however it came."""

    def _decode_id_token(self, app: SocialApp, id_token: str) -> Any:
        try:
            return jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
            )
        except (
            KeyError,
            TypeError,
            ValueError,
        ) as error:  # no key's id, or a kind of key that is not its own
            raise OAuth2Error("unreadable ID token") from error


@never_cache
@require_GET
def begin(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Off to the provider. By a link and not a form: browsers hold what follows a form to our own pages (CSP)."""
    provider = _provider(request, provider_id)
    nonce = secrets.token_urlsafe(24)
    try:
        answer: HttpResponseBase = provider.redirect(
            request,
            AuthProcess.LOGIN,
            next_url=get_next_redirect_url(request),
            auth_params={**provider.get_auth_params(), "nonce": nonce},
            nonce=nonce,
        )
    except (RequestException, KeyError, ValueError) as error:  # it is away, or is none
        answer = render_authentication_error(request, provider, exception=error)
    return answer


@never_cache
@require_GET
def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Back from there; `SingleSignOn` says who is let in."""
    provider = _provider(request, provider_id)
    try:
        view = OAuth2CallbackView.adapter_view(Checked(request, provider_id))
        answer: HttpResponseBase = view(request)
    except (KeyError, ValueError) as error:  # answers without what they must hold
        answer = render_authentication_error(request, provider, exception=error)
    return answer


def _provider(request: HttpRequest, provider_id: str) -> Any:
    try:
        return get_adapter().get_provider(request, provider=provider_id)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
