"""The provider's addresses, and how it can be made to lie."""

from typing import Any

import jwt
from allauth.core.internal import jwkkit
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import PrivateKey
from django.conf import settings
from django.urls import include, path

from tests.openid.settings import new_key

urlpatterns = [path("", include("allauth.idp.urls")), path("accounts/", include("allauth.urls"))]
OTHER_KEY = new_key()


def mischief() -> str:
    told = settings.HOME / "mischief"
    return str(told.read_text()) if told.exists() else ""


class Mischievous(DefaultOIDCAdapter):
    """Honest until told: "iss", "aud" or "nonce" is another's, or "kid", "key", "none", "person", "late"."""

    def populate_id_token(self, id_token: dict[str, Any], client: Any, scopes: Any, **kwargs: Any) -> None:
        if mischief() in ("iss", "aud", "nonce"):
            id_token[mischief()] = "https://elsewhere.example"
        if mischief() == "late":
            id_token["exp"] -= 86_400

    def get_claims(self, purpose: Any, user: Any, client: Any, scopes: Any, **kwargs: Any) -> dict[str, Any]:
        claims = super().get_claims(purpose, user, client, scopes, **kwargs)
        if mischief() == "person" and purpose == "userinfo":
            claims["sub"] = "somebody else"
        return claims

    def get_signing_key(self) -> PrivateKey:
        return PrivateKey(pem=OTHER_KEY) if mischief() == "kid" else super().get_signing_key()


_encode = jwt.encode


def _sign(payload: dict[str, Any], key: Any, algorithm: str, headers: dict[str, Any]) -> str:
    """With another key under the known key's name, or with none at all."""
    if mischief() == "key":
        key = jwkkit.load_jwk_from_pem(OTHER_KEY)[1]
    if mischief() == "none":
        return _encode(payload, None, "none", headers)
    return _encode(payload, key, algorithm, headers)


jwt.encode = _sign
