"""Who is let in. The room that keeps tokens installs itself here; the core knows no table."""

from collections.abc import Callable
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ahlan.core.api.problems import Problem

SCOPES = (
    "tickets:read", "tickets:write", "customers:read", "customers:write",
    "articles:read", "articles:write", "staff:read", "staff:write", "settings:read", "settings:write",
)  # fmt: skip
ANY = ""  # what any token may


class Token(Protocol):
    """What a caller shows."""

    scopes: list[str]


class Door(Protocol):
    """Lets callers in, and sees that what they ask for twice is done once."""

    def admit(self, request: HttpRequest, secret: str) -> Token | None:
        """The token of a secret, its agent set as `request.user`. Raises Problem for one who asks too often."""

    def write(self, request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
        """Do what writes, in one transaction with the memory of its answer."""


_doors: list[Door] = []


def install(door: Door) -> None:
    """There is one door; another one takes its place."""
    _doors[:] = [door]


def the_door() -> Door:
    return _doors[0]


def holds(token: Token, scope: str) -> bool:
    """Who may write may read what he wrote."""
    family, _colon, way = scope.partition(":")
    return scope == ANY or scope in token.scopes or (way == "read" and f"{family}:write" in token.scopes)


class Needs:
    """What ninja asks before an operation: a token with a scope, and a body in a form that is read."""

    def __init__(self, scope: str, media: str) -> None:
        self.scope, self.media = scope, media

    def __call__(self, request: HttpRequest) -> Any:
        kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
        token = the_door().admit(request, secret.strip()) if kind.casefold() == "bearer" else None
        if token is None:
            raise Problem(401, headers={"WWW-Authenticate": 'Bearer realm="ahlan"'})
        if not holds(token, self.scope):
            told = f'Bearer realm="ahlan", error="insufficient_scope", scope="{self.scope}"'
            lacks = _("The token lacks the scope %(scope)s.") % {"scope": self.scope}
            raise Problem(403, lacks, headers={"WWW-Authenticate": told})
        if self.media and request.content_type != self.media:
            raise Problem(415, self.media)
        return token
