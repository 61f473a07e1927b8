"""How a room offers operations.

    room = Room("tickets", _("Tickets"), "One need of one customer, and all that is done about it.", order=10)

    @room.reads("/tickets/{int:number}", "tickets:read")
    def get_ticket(request: ApiRequest, number: Key) -> TicketOut:
        \"\"\"Get a ticket. …\"\"\"

    @room.writes("POST", "/tickets/{int:number}/closure", "tickets:write")
    def close_ticket(request: ApiRequest, number: Key) -> TicketOut:

The first sentence of the docstring is its summary, its name the operation's id, what it returns the answer: None is 204, a shape 200
(201 with `makes`), a Django response itself. Who leaves a room out of INSTALLED_APPS has none of its operations.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, get_type_hints

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router
from ninja.files import UploadedFile
from pydantic import BaseModel

from ahlan.core.api.door import ANY, SCOPES, Needs, the_door
from ahlan.core.api.problems import Words
from ahlan.core.api.shapes import Listed

View = TypeVar("View", bound=Callable[..., Any])
ABOUT = "x-about"  # what each parameter means, on its way into the contract
JSON, FORM = "application/json", "multipart/form-data"
_rooms: dict[str, "Room"] = {}


def rooms() -> list["Room"]:
    """Those that stand, in order."""
    return sorted(_rooms.values(), key=lambda one: (one.order, one.key))


class Room:
    """The operations of one chapter. `largest`: by path, how many bytes it takes where that is more than usual."""

    def __init__(self, key: str, title: Words, about: str, *, order: int) -> None:
        self.key, self.title, self.about, self.order = key, title, about, order
        self.router = Router(tags=[key])
        self.largest: dict[str, int] = {}
        _rooms[key] = self

    def reads(self, path: str, scope: str) -> Callable[[View], View]:
        """GET."""
        return self._operation("GET", path, scope, answer=_answer)

    def writes(
        self,
        method: str,
        path: str,
        scope: str,
        *,
        makes: str = "",
        largest: int | None = None,
        before: Callable[..., object] | None = None,
    ) -> Callable[[View], View]:
        """POST, PUT, PATCH or DELETE, in one transaction. `makes`: where what it made is found, as in "/tickets/{number}".

        `before` is called with the same arguments ahead of the transaction, for what takes its time: keeping a file.
        """
        if largest is not None:
            self.largest[path] = largest
        return self._operation(method, path, scope, answer=_write, makes=makes, before=before)

    def _operation(
        self,
        method: str,
        path: str,
        scope: str,
        *,
        answer: Callable[..., HttpResponseBase],
        makes: str = "",
        before: Callable[..., object] | None = None,
    ) -> Callable[[View], View]:
        if scope not in (*SCOPES, ANY):
            raise ValueError(f"no such scope: {scope}")

        def hang(view: View) -> View:
            returned = get_type_hints(view).get("return")

            @wraps(view)
            def run(request: HttpRequest, **given: Any) -> HttpResponseBase:
                if before is not None:
                    before(request, **given)
                return answer(request, lambda: _response(request, view(request, **given), makes, given))

            told = inspect.getdoc(view) or ""
            summary, _dot, more = told.partition(".")
            self.router.add_api_operation(
                path, [method], run, auth=Needs(scope, _media(view)), response=_responses(returned, makes),
                operation_id=view.__name__, summary=" ".join(summary.split()),
                description=" ".join(more.split()) or None,
                openapi_extra={"security": [{"token": [scope] if scope else []}], ABOUT: _about(view)},
            )  # fmt: skip
            return view

        return hang


def _about(view: Callable[..., Any]) -> dict[str, str]:
    """What each parameter means, where its type says so."""
    hints = get_type_hints(view, include_extras=True)
    facts = {name: getattr(hint, "__metadata__", ()) for name, hint in hints.items()}
    return {
        name: one.description
        for name, found in facts.items()
        for one in found
        if getattr(one, "description", None)
    }


def _media(view: Callable[..., Any]) -> str:
    """The form of its body; "" for none."""
    given = [
        hint for name, hint in get_type_hints(view).items() if name != "return" and inspect.isclass(hint)
    ]
    if UploadedFile in given:
        return FORM
    return JSON if any(issubclass(one, BaseModel) for one in given) else ""


def _responses(returned: Any, makes: str) -> dict[int, Any]:
    if returned is type(None):
        return {204: None}
    if inspect.isclass(returned) and issubclass(returned, HttpResponseBase):
        return {200: None}
    return {201 if makes else 200: returned}


def _answer(_request: HttpRequest, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    return act()


def _write(request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    return the_door().write(request, act)


def _response(request: HttpRequest, result: Any, makes: str, given: dict[str, Any]) -> HttpResponseBase:
    if isinstance(result, HttpResponseBase):
        return result
    if result is None:
        return HttpResponse(status=204)
    content = result.model_dump_json(by_alias=True)
    response = HttpResponse(content, status=201 if makes else 200, content_type=JSON)
    if makes:
        response["Location"] = f"/api/v1{makes.format(**{**given, **dict(result)})}"
    if isinstance(result, Listed) and result.next:
        query = request.GET.copy()
        query["cursor"] = result.next
        response["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'
    return response
