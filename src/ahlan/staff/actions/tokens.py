"""Verbs on the tokens by which programs act as somebody: make one, revoke one."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from ahlan.core.api.door import SCOPES
from ahlan.core.clock import now
from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.staff.models import Agent, ApiToken

MARK = "ahlan_"  # so that one who finds a secret lying about knows what it opens
SHOWN = len(MARK) + 6  # characters
MOST_TOKENS = 100  # of one agent, not revoked


class TooManyTokens(Exception):
    """This agent has as many tokens as anybody can keep apart."""


@transaction.atomic
def make_token(
    agent: Agent, *, name: str, scopes: Iterable[str], lives: timedelta | None = None, actor: str
) -> tuple[ApiToken, str]:
    """A token and its secret, which is told here and never again. Raises TooManyTokens, ValueError without name or scope."""
    name, chosen = clean(name).strip()[:80], [one for one in SCOPES if one in set(scopes)]
    if not name or not chosen:
        raise ValueError("a token has a name and a scope")
    if ApiToken.objects.filter(agent=agent, revoked_at=None).count() >= MOST_TOKENS:
        raise TooManyTokens
    secret = MARK + secrets.token_urlsafe(32)
    made = ApiToken.objects.create(
        agent=agent, name=name, scopes=chosen, prefix=secret[:SHOWN], digest=digest_of(secret),
        expires_at=now() + lives if lives else None,
    )  # fmt: skip
    record("token.made", made, actor=actor, agent=agent.pk, scopes=chosen)
    return made, secret


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: str) -> bool:
    """It opens nothing from now on. False when it was revoked already."""
    found = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now())
    if found:
        record("token.revoked", token, actor=actor, agent=token.agent_id)
    return bool(found)


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
