"""The door at which providers call us: one address an inbox. Proved, kept, thanked; understood by a job."""

import mimetypes

import structlog
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from ahlan.channels.actions import keep
from ahlan.channels.contract import Answered, Brought, Forged, Hooked, Knock, OutboundFile
from ahlan.channels.models import Inbox
from ahlan.channels.registry import channel
from ahlan.core.handing_out import hand_out
from ahlan.core.reached import address_for, house_address, too_often
from ahlan.core.sizes import at_most
from ahlan.core.text import clean
from ahlan.events.log import record

log = structlog.get_logger(__name__)

app_name = "hooks"
A_MINUTE = 30  # things one sender may bring; what he brings beyond waits until others have been heard
LINKS = signing.TimestampSigner(salt="files of messages")
SEEN = ("image/", "audio/", "video/")  # what providers take only under its own name
LINKED = 30 * 24 * 3600  # seconds for which a link to a file opens it


@csrf_exempt  # a provider has no session to misuse; the knock proves itself
@never_cache
@at_most(None)
@require_http_methods(["GET", "POST"])
def hook(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take what a provider brings. Nothing is kept before it is proved, and nothing large is read."""
    inbox = Inbox.objects.filter(public_id=public_id, is_active=True).first()
    wire = channel(inbox.channel) if inbox else None
    if inbox is None or not isinstance(wire, Hooked):
        raise Http404("no such inbox")
    body = _body(request, wire.largest_body)
    if body is None:
        return HttpResponse(status=413)
    try:
        answered = wire.hear(inbox, _knock(request, body))
    except Forged as error:
        log.warning("a knock was not proved", inbox=inbox.pk, why=str(error))
        asks = {"WWW-Authenticate": 'Basic realm="Ahlan"'}
        return HttpResponse(status=401, headers=asks) if error.asks else HttpResponse(status=403)
    late = [_keep(one, one.inbox or inbox) for one in answered.brought]
    return _said(answered, held=any(late))


def _said(answered: Answered, *, held: bool) -> HttpResponse:
    status = answered.held if held and answered.held else answered.status
    response = HttpResponse(answered.text, status=status, content_type=answered.content_type)
    if status == 429:
        response["Retry-After"] = "60"
    return response


def _body(request: HttpRequest, largest: int) -> bytes | None:
    """As it came; None for one that is too large, whose size we are told before it is read."""
    try:
        stated = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        stated = 0
    if stated > largest:
        return None
    body = request.read(largest + 1)
    return body if len(body) <= largest else None


def _knock(request: HttpRequest, body: bytes) -> Knock:
    url = f"{address_for(request)}{request.get_full_path()}"
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Knock(str(request.method), url, headers, request.GET.dict(), body)


def _keep(brought: Brought, inbox: Inbox) -> bool:
    """Keep it; True when its sender brings too much, and it has to wait."""
    late = bool(brought.sender) and too_often(f"hook:{inbox.pk}:{brought.sender}"[:200], A_MINUTE, 60)
    with transaction.atomic():
        raw = keep(
            brought.content, channel=inbox.channel, door="hook", inbox=inbox, envelope=brought.envelope, announce=not late
        )  # fmt: skip
        if late:
            record("inbound.held", raw, actor="system", door="hook")
    return late


def address_of(inbox: Inbox) -> str:
    """Where its provider calls us."""
    return place_of_hook(inbox.public_id)


def place_of_hook(public_id: str) -> str:
    return f"{house_address()}{reverse('hooks:hook', args=[public_id])}"


def link_to(file: OutboundFile) -> str:
    """An address at which anybody who has it gets a file of ours for some weeks: for wires that fetch it, or cannot carry it."""
    name = clean(file.name).replace("/", "_").replace("\\", "_")[-80:] or "file"
    return f"{house_address()}{reverse('hooks:file', args=[LINKS.sign(file.digest), name])}"


@require_GET
def linked(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """A file of a message, to whoever was given its link."""
    try:
        digest = LINKS.unsign(token, max_age=LINKED)
    except signing.BadSignature:
        raise Http404("no such file") from None
    kind = mimetypes.guess_type(name)[0] or ""
    return hand_out(digest, name, kind if kind.startswith(SEEN) and kind != "image/svg+xml" else "")


urlpatterns = [
    path("hooks/<str:public_id>/", hook, name="hook"),
    path("hooks/files/<str:token>/<str:name>", linked, name="file"),
]
