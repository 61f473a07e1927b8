"""The door of the API: whose token it is, how often it may ask, and that what is sent twice is done once.

A secret is found by its digest: nothing is compared that a stopwatch could tell.
"""

import hashlib
import re
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ahlan.core.api.door import install
from ahlan.core.api.problems import Problem, wrong
from ahlan.core.asking import kept
from ahlan.core.clock import now
from ahlan.core.reached import count
from ahlan.core.rows import insert, update
from ahlan.events.log import through
from ahlan.events.retention import trim
from ahlan.events.timers import every
from ahlan.staff.actions.tokens import digest_of
from ahlan.staff.models import ApiAnswer, ApiToken

KEPT = timedelta(days=1)
NOTED = timedelta(minutes=1)  # between two notes of when a token was used
KEY = re.compile(r"[!-~]{1,255}")
HEADERS = ("Location", "Link")
MINUTE = 60


class KeyRing:
    """What `core.api.door` asks for."""

    def admit(self, request: HttpRequest, secret: str) -> ApiToken | None:
        """Raises Problem for a token that asks too often."""
        token = _token.first(digest_of(secret))
        if token is None or token.is_over:
            return None
        request.user = token.agent
        _count(request, token)
        fresh = Q(used_at=None) | Q(used_at__lt=now() - NOTED)
        if token.used_at is None or token.used_at < now() - NOTED:
            ApiToken.objects.filter(fresh, pk=token.pk).update(used_at=now())
        return token

    def write(self, request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
        """What is done, its events and the memory of its answer are one transaction. Raises Problem."""
        told = through.set({"token": request.auth.pk})  # type: ignore[attr-defined]
        try:
            return _once(request, act)
        finally:
            through.reset(told)


@kept
def _token(digest: str) -> QuerySet[ApiToken]:
    known = ApiToken.objects.select_related("agent__role").filter(digest=digest)
    return known.filter(revoked_at=None, agent__is_active=True)


def _count(request: HttpRequest, token: ApiToken) -> None:
    """One more request in this minute. Counted in the cache, as sign-ins are: without Redis by each process for itself."""
    minute, past = divmod(int(time.time()), MINUTE)
    key, most = f"api:{token.pk}:{minute}", settings.API_PER_MINUTE
    asked = count(key, MINUTE * 2)
    reset = str(MINUTE - past)
    request.rate = {  # type: ignore[attr-defined]
        "RateLimit-Limit": str(most), "RateLimit-Remaining": str(max(0, most - asked)), "RateLimit-Reset": reset,
    }  # fmt: skip
    if asked > most:
        raise Problem(429, headers={"Retry-After": reset})


def _once(request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        with transaction.atomic():
            return act()
    if not KEY.fullmatch(key):
        raise wrong("Idempotency-Key", _("A key is 1 to 255 visible characters."), where="header")
    digest, token = _digest(request), request.auth.pk  # type: ignore[attr-defined]
    with transaction.atomic():
        answer = _claim(token, key, digest)
        if answer is None and ApiAnswer.objects.filter(token=token, key=key, at__lt=now() - KEPT).delete()[0]:
            answer = _claim(token, key, digest)
        if answer is None:
            return _again(token, key, digest)
        response = act()
        answer.status, answer.body = response.status_code, response.content.decode()
        answer.headers = {name: response[name] for name in HEADERS if response.has_header(name)}
        update(answer, "status", "body", "headers")
        return response


def _claim(token: int, key: str, digest: str) -> ApiAnswer | None:
    """The row to write the answer into; None when there is one. Two at once: the second waits here for the first."""
    try:
        with transaction.atomic():
            return insert(ApiAnswer(token_id=token, key=key, digest=digest))
    except IntegrityError:
        return None


def _again(token: int, key: str, digest: str) -> HttpResponse:
    """The answer of the first time. Raises Problem where something else was asked then."""
    kept = ApiAnswer.objects.filter(token=token, key=key).first()
    if kept is None:  # swept this very moment
        raise Problem(409, _("Send it again."))
    if kept.digest != digest:
        told = _("This key was given to another request. Take a new one for each write.")
        raise wrong("Idempotency-Key", told, where="header")
    response = HttpResponse(kept.body, status=kept.status, content_type="application/json")
    for name, value in {**kept.headers, "Idempotent-Replay": "true"}.items():
        response[name] = value
    return response


def _digest(request: HttpRequest) -> str:
    """What was asked. Of an upload its files count, not how they were wrapped."""
    found = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data":
        found.update(request.body)
        return found.hexdigest()
    for name, values in sorted(request.POST.lists()):
        found.update(repr((name, values)).encode())
    for name, file in ((name, one) for name, files in sorted(request.FILES.lists()) for one in files):
        found.update(repr((name, file.name, file.size)).encode())
        for chunk in file.chunks():
            found.update(chunk)
        file.seek(0)
    return found.hexdigest()


@every(minutes=10, priority=-50, title=gettext_lazy("Clear away what the API remembers"))
def sweep_answers() -> None:
    """Answers older than a day."""
    trim(ApiAnswer.objects.filter(at__lt=now() - KEPT).order_by("at"))


install(KeyRing())
