"""Files: uploading, and handing out what strangers sent without letting it act."""

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core import files
from ahlan.core.handing_out import hand_out, harmless
from ahlan.core.safe_http import Busy, Refused, fetch_picture
from ahlan.core.sizes import WORDS, at_most
from ahlan.core.text import clean
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.bodies import PICTURES
from ahlan.tickets.models import Attachment
from ahlan.tickets.policies import attachment_for, message_for, ticket_for

LARGEST = 25 * 1024 * 1024  # bytes; what most mail servers take


@at_most(LARGEST + WORDS)
@login_required
@require_POST
def upload(request: AgentRequest, number: int) -> HttpResponse:
    """Keep a file for a message that is being written."""
    ticket = ticket_for(request.user, number, "tickets.note")
    given = request.FILES.get("file")
    if not isinstance(given, UploadedFile) or given.size is None:
        return JsonResponse({"error": "no file"}, status=422)
    if given.size > LARGEST:
        return JsonResponse({"error": "too large", "largest": LARGEST}, status=413)
    digest, size = files.keep(given.chunks())
    attachment = Attachment.objects.create(
        ticket=ticket, uploader=request.user, name=clean(given.name or "file")[:255], size=size, digest=digest,
        content_type=(given.content_type or "application/octet-stream")[:120],
    )  # fmt: skip
    return JsonResponse({"id": attachment.pk, "name": attachment.name, "size": size, "url": attachment.url})


@login_required
@require_http_methods(["GET", "DELETE"])
def attachment(request: AgentRequest, number: int, attachment: int) -> HttpResponseBase:
    """Hand out a file: pictures may be shown, anything else is only ever saved. DELETE forgets one not sent yet."""
    found = attachment_for(request.user, number, attachment)
    if request.method == "DELETE":
        Attachment.objects.filter(pk=found.pk, message=None, uploader=request.user).delete()
        return HttpResponse(status=204)
    return safe_file(found)


def safe_file(found: Attachment) -> HttpResponseBase:
    """The file as an answer that no browser will run."""
    return hand_out(found.digest, found.name, found.content_type if found.is_picture else "")


@login_required
@require_GET
def original(request: AgentRequest, number: int, message: int) -> HttpResponseBase:
    """The message byte for byte as it came in."""
    found = message_for(request.user, number, message)
    if found.raw is None:
        raise Http404("this message did not come in")
    response = HttpResponse(found.raw.content(), content_type="application/octet-stream")
    return harmless(response, "attachment", f"{number}-{message}.eml")


@login_required
@require_GET
def picture(request: AgentRequest) -> HttpResponseBase:
    """A remote picture somebody asked to see, fetched by us so that its sender learns nothing of him."""
    try:
        url = PICTURES.unsign(request.GET.get("u", ""))
        content_type, content = fetch_picture(url)
    except (signing.BadSignature, Refused):
        raise Http404("no such picture") from None
    except Busy:
        busy = _("Too many pictures at once. Load it again in a moment.")
        response = HttpResponse(busy, status=503, content_type="text/plain; charset=utf-8")
        response["Retry-After"], response["Cache-Control"] = "3", "no-store"
        return response
    return harmless(HttpResponse(content, content_type=content_type), "inline", "picture")
