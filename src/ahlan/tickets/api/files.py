"""Files: uploading them for a message, handing them out, and mail as it came."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja.files import UploadedFile

from ahlan.core import files
from ahlan.core.api.problems import Problem
from ahlan.core.api.shapes import Key
from ahlan.core.sizes import WORDS
from ahlan.core.text import clean
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.api.room import room
from ahlan.tickets.api.shapes import FileOut
from ahlan.tickets.models import Attachment
from ahlan.tickets.policies import attachment_for, message_for, ticket_for
from ahlan.tickets.views.files import LARGEST, safe_file


def keep_file(request: ApiRequest, number: int, file: UploadedFile) -> None:
    """No database waits while a file is put down."""
    ticket_for(request.user, number, "tickets.note")
    if (file.size or 0) > LARGEST:
        raise Problem(413)
    file.kept = files.keep(file.chunks())  # type: ignore[attr-defined]
    file.seek(0)


@room.writes(
    "POST", "/tickets/{int:number}/attachments", "tickets:write",
    makes="/tickets/{number}/attachments/{id}", largest=LARGEST + WORDS, before=keep_file,
)  # fmt: skip
def upload_file(request: ApiRequest, number: Key, file: UploadedFile) -> FileOut:
    """Upload a file. 25 MB at most. Name its id in `files` of a message of yours."""
    ticket = ticket_for(request.user, number, "tickets.note")
    digest, size = file.kept  # type: ignore[attr-defined]
    made = Attachment.objects.create(
        ticket=ticket, uploader=request.user, name=clean(file.name or "file")[:255], size=size, digest=digest,
        content_type=clean(file.content_type or "application/octet-stream")[:120],
    )  # fmt: skip
    return FileOut.of(made)


@room.reads("/tickets/{int:number}/attachments/{int:attachment}", "tickets:read")
def get_file(request: ApiRequest, number: Key, attachment: Key) -> FileOut:
    """Get what is known of a file."""
    return FileOut.of(attachment_for(request.user, number, attachment))


@room.reads("/tickets/{int:number}/attachments/{int:attachment}/content", "tickets:read")
def download_file(request: ApiRequest, number: Key, attachment: Key) -> HttpResponseBase:
    """Download a file."""
    return safe_file(attachment_for(request.user, number, attachment))


@room.writes("DELETE", "/tickets/{int:number}/attachments/{int:attachment}", "tickets:write")
def forget_file(request: ApiRequest, number: Key, attachment: Key) -> None:
    """Forget a file that hangs on no message yet."""
    found = attachment_for(request.user, number, attachment)
    gone, _kinds = Attachment.objects.filter(pk=found.pk, message=None, uploader=request.user).delete()
    if not gone:
        raise Problem(409, _("It hangs on a message already."))


@room.reads("/tickets/{int:number}/messages/{int:message}/original", "tickets:read")
def download_original(request: ApiRequest, number: Key, message: Key) -> HttpResponseBase:
    """Download a message as it came in. Byte for byte."""
    found = message_for(request.user, number, message)
    if found.raw is None:
        raise Http404("this message did not come in")
    return HttpResponse(found.raw.content(), content_type="application/octet-stream")
