"""The whole API out of the rooms that stand, and its contract: OpenAPI 3.1, the same in every language."""

from functools import cached_property
from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import get_schema

from ahlan.core.api.door import SCOPES
from ahlan.core.api.problems import (
    KINDS,
    MEDIA_TYPE,
    http_problem,
    invalid_problem,
    problem_of,
    response_to,
    tells,
)
from ahlan.core.api.rooms import ABOUT as WORDS
from ahlan.core.api.rooms import rooms
from ahlan.core.api.samples import sample_of

ROOT = "api/v1/"
ALWAYS = (400, 401, 403, 404, 422, 429, 500, 503)  # what any operation may answer
OF_WRITES = (409, 413, 415)
ABOUT = """Everything agents do at the desk, for programs. A token acts as the agent it belongs to: it sees and does what he may, \
narrowed by its scopes. Errors are RFC 9457 problem documents; lists come in pages by cursor; a write with an `Idempotency-Key` is \
done once however often it is sent."""
PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "An error (RFC 9457), in the language of `Accept-Language`.",
    "required": ["type", "title", "status", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "instance": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "What is wrong with single fields.",
            "items": {
                "type": "object",
                "required": ["in", "name", "detail"],
                "properties": {
                    "in": {"enum": ["body", "path", "query", "header"]},
                    "name": {"type": "string"},
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
}
NOTES = {
    "Idempotency-Key": "A name for this write, of your own (a UUID does): sent again within a day it gives the same answer and does nothing more.",
    "RateLimit-Limit": "How many requests a minute the token has.",
    "RateLimit-Remaining": "How many of them are left.",
    "RateLimit-Reset": "Seconds until the next minute begins.",
}
KEY = {
    "in": "header", "name": "Idempotency-Key", "required": False, "description": NOTES["Idempotency-Key"],
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}  # fmt: skip


tells(ValidationError, invalid_problem)
tells(HttpError, http_problem)


class House(NinjaAPI):
    """Ninja with our errors and our contract."""

    def __init__(self) -> None:
        super().__init__(title="Ahlan", version="1", openapi_url=None, docs_url=None, urls_namespace="api")
        for room in rooms():
            self.add_router("", room.router)

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        return response_to(request, problem_of(exc))

    def addresses(self) -> list[URLPattern]:
        """The patterns; a path that takes more than usual says so to the scales."""
        larger = {
            path.replace("{", "<").replace("}", ">").lstrip("/"): size
            for room in rooms()
            for path, size in room.largest.items()
        }
        patterns = [one for one in self.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
        for one in patterns:
            if str(one.pattern) in larger:
                one.callback.largest_body = larger[str(one.pattern)]  # type: ignore[attr-defined]
        return patterns

    @cached_property
    def contract(self) -> dict[str, Any]:
        """The OpenAPI document."""
        made: dict[str, Any] = dict(get_schema(self, path_prefix=ROOT))
        made["info"] = {"title": "Ahlan", "version": version("ahlan"), "description": ABOUT}
        made["servers"] = [{"url": settings.SITE_URL or "/"}]
        made["tags"] = [{"name": one.key, "description": one.about} for one in rooms()]
        parts = made["components"]
        parts["schemas"] = {**parts["schemas"], "Problem": PROBLEM}
        parts["securitySchemes"] = {
            "token": {
                "type": "http",
                "scheme": "bearer",
                "description": f"A token made on the page of one's own settings. Scopes: {', '.join(SCOPES)}.",
            }
        }
        parts["parameters"] = {"IdempotencyKey": KEY}
        parts["headers"] = {
            name: {"description": about, "schema": {"type": "integer"}}
            for name, about in NOTES.items()
            if name.startswith("Rate")
        }
        parts["responses"] = {kind: _problem(status) for status, (kind, _title) in KINDS.items()}
        for operations in made["paths"].values():
            for method, operation in operations.items():
                _complete(operation, writes=method != "get", schemas=parts["schemas"])
        return made


def _problem(status: int) -> dict[str, Any]:
    kind = KINDS[status][0]
    sample = {
        "type": f"/{ROOT}docs/#problem-{kind}",
        "title": kind.replace("-", " ").capitalize(),
        "status": status,
        "instance": f"/{ROOT}tickets",
    }
    return {
        "description": kind.replace("-", " ").capitalize(),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": sample}},
    }


def _complete(operation: dict[str, Any], *, writes: bool, schemas: dict[str, Any]) -> None:
    """Errors, headers, the key of writes, and a sample of what is sent and got."""
    about = operation.pop(WORDS)
    operation["parameters"] = [_tidy(one, about) for one in operation["parameters"]]
    for response in operation["responses"].values():
        response["headers"] = {
            name: {"$ref": f"#/components/headers/{name}"} for name in NOTES if name.startswith("Rate")
        }
        if not response.get("content") and not writes and "description" in response:
            response["content"] = {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            }
        _show(response.get("content", {}), schemas)
    for status in (*ALWAYS, *(OF_WRITES if writes else ())):
        operation["responses"].setdefault(status, {"$ref": f"#/components/responses/{KINDS[status][0]}"})
    operation["responses"] = {str(key): one for key, one in sorted(operation["responses"].items())}
    if writes:
        operation["parameters"].append({"$ref": "#/components/parameters/IdempotencyKey"})
    _show(operation.get("requestBody", {}).get("content", {}), schemas)


def _tidy(parameter: dict[str, Any], about: dict[str, str]) -> dict[str, Any]:
    """As it stands in an address, where nothing is null: what may be left out is said by `required`."""
    schema = parameter["schema"]
    while "anyOf" in schema:
        [schema] = [one for one in schema["anyOf"] if one.get("type") != "null"]
    kept = {key: value for key, value in schema.items() if key not in ("examples", "title", "description")}
    told = {"description": about[parameter["name"]]} if parameter["name"] in about else {}
    return {
        "in": parameter["in"],
        "name": parameter["name"],
        "required": parameter["required"],
        "schema": kept,
        **told,
    }


def _show(content: dict[str, Any], schemas: dict[str, Any]) -> None:
    for media, body in content.items():
        if media == "application/json" and "schema" in body:
            body["example"] = sample_of(body["schema"], schemas)
