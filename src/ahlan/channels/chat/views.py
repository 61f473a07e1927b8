"""What a visitor's browser asks: the loader, the widget's page, and its words. No cookie means anything here."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from ahlan.channels.chat import actions, letters
from ahlan.channels.chat.identity import Unproved, proved
from ahlan.channels.chat.models import Line, Nudge, Visitor, Widget
from ahlan.channels.chat.queries import FILE_SALT, present_chat, shown, standing, visitor_of
from ahlan.channels.chat.words import words
from ahlan.channels.embedding import brand_sheet, framed
from ahlan.core import files
from ahlan.core.colour import HEX, ink_on
from ahlan.core.examining import Examined, NotTaken, examine
from ahlan.core.reached import address_for, too_often
from ahlan.core.sizes import at_most, too_much

SESSIONS_AN_HOUR = 120  # from one address: an office may share it
MESSAGES_A_MINUTE = 40  # of one visitor
LARGEST = 10 * 1024 * 1024  # bytes of files of one message
MOST_FILES = 5
FILE_AGE = 7 * 86_400  # seconds
LARGEST_JSON = 64 * 1024

Handler = Callable[[HttpRequest, Visitor, dict[str, Any]], HttpResponse]


def _widget(slug: str) -> Widget:
    widgets = Widget.objects.select_related("inbox", "mail_inbox")
    return get_object_or_404(widgets, slug=slug, inbox__is_active=True)


@require_GET
def loader(request: HttpRequest, slug: str) -> HttpResponse:
    """The script a site includes: a button and, when it is pressed, a frame."""
    widget = _widget(slug)
    context = {
        "origin": address_for(request),
        "widget": widget,
        "words": words(widget.language),
        "ink": ink_on(widget.colour) if HEX.fullmatch(widget.colour) else "#fff",
        "nudges": _as_script([_told(one) for one in widget.nudges.filter(is_active=True)]),
    }
    answer = render(request, "chat/loader.js", context, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "public, max-age=300"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _told(nudge: Nudge) -> dict[str, Any]:
    same = ("id", "text", "language", "path", "segment", "whom", "after")
    return {name: getattr(nudge, name) for name in same}


def _as_script(given: Any) -> str:
    """As JSON that may stand in a script, wherever that stands."""
    return (
        orjson.dumps(given)
        .decode()
        .translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})
    )


@never_cache
@xframe_options_exempt
@require_GET
def widget(request: HttpRequest, slug: str) -> HttpResponse:
    """The page in the frame. Only the sites of its settings may show it."""
    found = _widget(slug)
    asked = request.GET.get("lang", "")[:2]
    language = asked if asked in dict(settings.LANGUAGES) else found.language
    base = found.get_absolute_url()
    set_up = {
        "base": base,
        "origins": [*found.origins, address_for(request)],
        "language": language,
        "asks": found.asks,
        "greeting": found.greeting,
        "mails": found.mail_inbox_id is not None,
        "words": words(language),
    }
    with translation.override(language):
        answer = render(request, "chat/widget.html", {"widget": found, "set_up": set_up})
    return framed(answer, found.origins)


@require_GET
def brand(request: HttpRequest, slug: str) -> HttpResponse:
    """The widget's colour as a style sheet, because its page itself holds no style."""
    return brand_sheet(_widget(slug).colour)


def _given(request: HttpRequest) -> dict[str, Any] | None:
    """The JSON object in the body; None for anything else."""
    if len(request.body) > LARGEST_JSON:
        return None
    try:
        found = orjson.loads(request.body or b"{}")
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _refuse(status: int, why: str, **more: str) -> JsonResponse:
    return JsonResponse({"error": why, **more}, status=status)


def _token(request: HttpRequest) -> str:
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token if kind.casefold() == "bearer" else ""


@never_cache
@csrf_exempt  # the right to write is a token in a header, which no other site can send
@require_POST
def session(request: HttpRequest, slug: str) -> HttpResponse:
    """Let a browser in, or in again; tells how things stand."""
    found, given = _widget(slug), _given(request)
    if given is None:
        return _refuse(400, "not a JSON object")
    identity = None
    if given.get("identity"):
        try:
            identity = proved(found.inbox, given["identity"])
        except Unproved:
            return _refuse(403, "identity")
    elif found.needs_identity:
        return _refuse(403, "identity")
    visitor = visitor_of(slug, _token(request))
    if visitor is None and too_often(f"chat:{request.META.get('REMOTE_ADDR', '')}", SESSIONS_AN_HOUR, 3600):
        return _refuse(429, "too many")
    language = str(given.get("language", ""))
    visitor, token = actions.begin(
        found,
        identity=identity,
        visitor=visitor,
        page=_page(given.get("page")),
        language=language if language in dict(settings.LANGUAGES) else found.language,
    )
    return JsonResponse({"token": token, **standing(visitor, found)})


def _page(given: Any) -> str:
    """Where the visitor is: an address without its query, which may hold what is nobody's business."""
    if not isinstance(given, str):
        return ""
    try:
        parts = urlsplit(given[:2000])
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.scheme in ("http", "https") else ""


def _of_a_visitor(function: Handler) -> Callable[[HttpRequest, str], HttpResponse]:
    """A POST with a visitor's token and a JSON object."""

    @never_cache
    @csrf_exempt  # see `session`
    @require_POST
    @wraps(function)
    def view(request: HttpRequest, slug: str) -> HttpResponse:
        visitor = visitor_of(slug, _token(request))
        if visitor is None:
            return _refuse(403, "token")
        given = _given(request)
        return function(request, visitor, given) if given is not None else _refuse(400, "not a JSON object")

    return view


@never_cache
@at_most(None)
@csrf_exempt  # see `session`
@require_POST
def messages(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a message: a form with `key`, `text` and files, and the first time `name` and `email`."""
    if refusal := too_much(request, LARGEST + LARGEST_JSON):
        return refusal
    visitor = visitor_of(slug, _token(request))
    if visitor is None:
        return _refuse(403, "token")
    key, email = request.POST.get("key", ""), request.POST.get("email", "").strip()
    given = request.FILES.getlist("files")
    if not 8 <= len(key) <= 64 or not key.isascii():
        return _refuse(422, "key")
    if (email and not _is_address(email)) or _lacks(visitor, request):
        return _refuse(422, "email")
    if len(given) > MOST_FILES:
        return _refuse(422, "files")
    if too_often(f"chat:says:{visitor.pk}", MESSAGES_A_MINUTE, 60):
        return _refuse(429, "too many")
    actions.introduce(visitor, name=request.POST.get("name", ""), email=email)
    try:
        attached = [_kept(examine(one)) for one in given]
    except NotTaken as refusal:
        return _refuse(422, "files", told=str(refusal))
    try:
        line = actions.say(visitor, key=key, text=request.POST.get("text", ""), attached=attached)
    except actions.NothingSaid:
        return _refuse(422, "text")
    return JsonResponse({"line": shown(line), **standing(visitor, visitor.inbox.chat_widget)}, status=201)


def _lacks(visitor: Visitor, request: HttpRequest) -> bool:
    """Whether the widget wants an address that nobody has given."""
    wants = visitor.inbox.chat_widget.asks == "required" and not visitor.known_as and not visitor.email
    return wants and not request.POST.get("email")


def _kept(one: Examined) -> dict[str, Any]:
    digest, size = files.keep(one.chunks)
    return {"name": one.name[:255], "type": one.content_type[:120], "size": size, "digest": digest}


def _is_address(given: str) -> bool:
    try:
        validate_email(given)
    except ValidationError:
        return False
    return len(given) <= 254


@_of_a_visitor
def nudged(request: HttpRequest, visitor: Visitor, given: dict[str, Any]) -> HttpResponse:
    """Ask whether a message may appear to him, or tell (`taken`) that he has opened the chat by it."""
    number = given.get("nudge")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**31:
        return _refuse(422, "nudge")
    if given.get("taken"):
        actions.take_nudge(visitor, number)
        return JsonResponse({"shows": False})
    return JsonResponse({"shows": actions.show_nudge(visitor, number)})


@_of_a_visitor
def typing(request: HttpRequest, visitor: Visitor, given: dict[str, Any]) -> HttpResponse:
    if not too_often(f"chat:types:{visitor.pk}", 60, 60):
        actions.visitor_types(visitor)
    return HttpResponse(status=204)


@_of_a_visitor
def read(request: HttpRequest, visitor: Visitor, given: dict[str, Any]) -> HttpResponse:
    upto = given.get("upto")
    if not isinstance(upto, int) or upto < 0:
        return _refuse(422, "upto")
    actions.read(visitor, upto)
    return HttpResponse(status=204)


@_of_a_visitor
def end(request: HttpRequest, visitor: Visitor, given: dict[str, Any]) -> HttpResponse:
    chat = present_chat(visitor)
    if chat is not None:
        actions.end(chat, by="visitor")
    return HttpResponse(status=204)


@_of_a_visitor
def rating(request: HttpRequest, visitor: Visitor, given: dict[str, Any]) -> HttpResponse:
    """Judge the last chat: `thumb` 1 or -1, and a `word`."""
    chat, word = visitor.chats.order_by("-id").first(), given.get("word", "")
    if chat is None or given.get("thumb") not in (1, -1) or not isinstance(word, str):
        return _refuse(422, "thumb")
    actions.rate(chat, thumb=given["thumb"], word=word)
    return HttpResponse(status=204)


@_of_a_visitor
def transcript(request: HttpRequest, visitor: Visitor, given: dict[str, Any]) -> HttpResponse:
    """Mail the last chat to `email`, or to the address he gave before."""
    chat = visitor.chats.order_by("-id").first()
    to = given.get("email") or visitor.email
    if chat is None or not isinstance(to, str) or not _is_address(to):
        return _refuse(422, "email")
    return HttpResponse(status=204) if letters.ask_transcript(chat, to.strip()) else _refuse(409, "not now")


@never_cache
@require_GET
def file(request: HttpRequest, slug: str, sign: str) -> HttpResponse | FileResponse:
    """A file of the chat, by an address that only the visitor's stream has told; always as a download."""
    try:
        pk, n = signing.loads(sign, salt=FILE_SALT, max_age=FILE_AGE)
        line = Line.objects.get(pk=pk, chat__inbox__chat_widget__slug=slug)
        one = line.files[n]
        content = files.open_file(one["digest"])
    except (signing.BadSignature, Line.DoesNotExist, IndexError, FileNotFoundError):
        raise Http404("no such file") from None
    return FileResponse(
        content, as_attachment=True, filename=one["name"], content_type="application/octet-stream"
    )
