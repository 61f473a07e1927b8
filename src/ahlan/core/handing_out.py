"""Handing out what others have sent, without letting it act."""

from urllib.parse import quote

from django.http import FileResponse, Http404, HttpResponseBase

from ahlan.core import files

CACHED = "private, max-age=86400"


def hand_out(digest: str, name: str, shown_as: str = "") -> HttpResponseBase:
    """A stored file. `shown_as`: the content type of what a browser may show; else it is only ever saved. Raises Http404."""
    try:
        stored = files.open_file(digest)
    except FileNotFoundError:
        raise Http404("the file is gone from the store") from None
    response = FileResponse(stored, content_type=shown_as or "application/octet-stream")
    return harmless(response, "inline" if shown_as else "attachment", name)


def harmless(response: HttpResponseBase, disposition: str, name: str) -> HttpResponseBase:
    """The same answer, which no browser will run."""
    response["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(name, safe='')}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = CACHED
    return response
