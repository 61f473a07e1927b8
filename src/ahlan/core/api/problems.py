"""What went wrong, as RFC 9457 has it: one form for every error of the API, in the caller's language."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
import structlog
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

log = structlog.get_logger(__name__)

Words = str | Promise
MEDIA_TYPE = "application/problem+json"
DOCS = "/api/v1/docs/"
AGAIN = "5"  # seconds after which a database that is away may be back
KINDS: dict[int, tuple[str, Words]] = {  # by status: the end of its type, and its title
    400: ("bad-request", gettext_lazy("The request cannot be read")),
    401: ("unauthenticated", gettext_lazy("A valid token is needed")),
    403: ("forbidden", gettext_lazy("This is not allowed")),
    404: ("not-found", gettext_lazy("There is no such thing")),
    405: ("method-not-allowed", gettext_lazy("This cannot be done here")),
    409: ("conflict", gettext_lazy("This cannot be done now")),
    410: ("gone", gettext_lazy("This is no more")),
    411: ("length-required", gettext_lazy("The length must be stated")),
    413: ("too-large", gettext_lazy("This is too large")),
    415: ("unsupported-media-type", gettext_lazy("This form of content is not read here")),
    422: ("invalid", gettext_lazy("Something given is not right")),
    429: ("too-many-requests", gettext_lazy("Too many requests")),
    500: ("broken", gettext_lazy("Something went wrong on our side")),
    503: ("unavailable", gettext_lazy("The desk is not at hand")),
}
# Django says these in all our languages; literals would be taken for words of our own.
REQUIRED, NUMBER, MOMENT, VALUE = (
    "This field is required.", "Enter a whole number.", "Enter a valid date/time.", "Enter a valid value.",
)  # fmt: skip
MOST, LEAST = (
    "Ensure this value is less than or equal to %(limit_value)s.",
    "Ensure this value is greater than or equal to %(limit_value)s.",
)


class Problem(Exception):
    """An answer that is an error. `errors`: what is wrong with single fields, as {"in", "name", "detail"}."""

    def __init__(
        self,
        status: int,
        detail: Words = "",
        *,
        errors: Iterable[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail)
        self.status, self.detail, self.errors = status, detail, list(errors)
        self.headers = dict(headers or {})


_refusals: dict[type[Exception], tuple[int, Words]] = {}


def refusal(error: type[Exception], status: int, words: Words = "") -> None:
    """Let a verb's refusal be answered so; without `words` it speaks for itself."""
    _refusals[error] = status, words


def wrong(name: str, detail: Words, *, where: str = "body", status: int = 422) -> Problem:
    """Something is wrong with one field."""
    return Problem(status, detail, errors=[{"in": where, "name": name, "detail": str(detail)}])


def response_to(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem document."""
    kind, title = KINDS.get(problem.status, KINDS[400])
    document: dict[str, Any] = {
        "type": f"{settings.SITE_URL}{DOCS}#problem-{kind}",
        "title": str(title),
        "status": problem.status,
        "instance": request.path,
    }
    if problem.detail:
        document["detail"] = str(problem.detail)
    if problem.errors:
        document["errors"] = problem.errors
    content = orjson.dumps(document)
    return HttpResponse(content, status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers)


def tells(error: type[Exception], tell: Callable[[Any], Problem]) -> None:
    """Let errors of a package be told so, without this module, which every process reads, needing the package."""
    _TOLD.append(((error,), tell))


def problem_of(error: Exception) -> Problem:
    """What an exception says to the caller; what nobody expected is logged and says nothing of itself."""
    known = next((_refusals[one] for one in type(error).__mro__ if one in _refusals), None)
    if known:
        return Problem(known[0], known[1] or str(error))
    tell = next((tell for kinds, tell in _TOLD if isinstance(error, kinds)), None)
    if tell is not None:
        return tell(error)
    log.exception("an operation of the API failed")
    return Problem(500, gettext("Nothing was changed. Try again; tell us if it stays so."))


def _away(error: Any) -> Problem:
    log.error("the database is away", error=type(error).__name__)
    return Problem(
        503, gettext("Nothing was changed. Try again in a moment."), headers={"Retry-After": AGAIN}
    )


def http_problem(error: Any) -> Problem:
    """What ninja refuses by a status."""
    detail = gettext("The body is not the JSON that is expected.") if error.status_code == 400 else ""
    return Problem(error.status_code, detail)


def invalid_problem(error: Any) -> Problem:
    """What pydantic found wrong with what was given."""
    return Problem(422, errors=[_field(one) for one in error.errors])


def _field(one: Mapping[str, Any]) -> dict[str, str]:
    """What pydantic found, in the words Django has for it in every language."""
    where, *path = one["loc"]
    named = path[1:] if where == "body" and len(path) > 1 else path
    return {
        "in": "body" if where in ("body", "form", "file") else str(where),
        "name": ".".join(str(part) for part in named),
        "detail": _words(str(one["type"]), one.get("ctx", {})),
        "code": str(one["type"]),
    }


def _words(kind: str, facts: Mapping[str, Any]) -> str:
    if kind in ("missing", "string_too_short"):
        return gettext(REQUIRED)
    if kind.startswith("int_"):
        return gettext(NUMBER)
    if kind.startswith(("date", "timezone")):
        return gettext(MOMENT)
    if kind in ("less_than_equal", "less_than"):
        return gettext(MOST) % {"limit_value": facts.get("le", facts.get("lt"))}
    if kind in ("greater_than_equal", "greater_than"):
        return gettext(LEAST) % {"limit_value": facts.get("ge", facts.get("gt"))}
    if kind == "extra_forbidden":
        return gettext("There is no such field.")
    if kind in ("string_too_long", "too_long"):
        return gettext("At most %(n)s.") % {"n": facts.get("max_length")}
    return gettext(VALUE)


_TOLD: list[tuple[tuple[type[Exception], ...], Callable[[Any], Problem]]] = [
    ((Problem,), lambda error: error),
    ((Http404,), lambda error: Problem(404)),
    ((PermissionDenied,), lambda error: Problem(403, gettext("Your role does not allow it."))),
    ((DjangoValidationError,), lambda error: Problem(422, " ".join(error.messages))),
    ((RequestDataTooBig,), lambda error: Problem(413)),
    ((BadRequest, SuspiciousOperation), lambda error: Problem(400)),
    ((OperationalError, InterfaceError), _away),
]
