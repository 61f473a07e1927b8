"""Files strangers send: pictures are drawn anew, and a scanner looks at all of them where there is one.

A picture drawn anew holds what is seen and nothing else: no place it was taken at, nothing hidden behind its end. The scanner
is a clamd (`AHLAN_CLAMD`, "host:port" or the path of a socket), asked over its own protocol; the only client that is kept well is
under the GPL, and the protocol is ten lines. Where it is set and cannot be asked, nothing is taken: better late than bad.
"""

import io
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _

MOST_PIXELS = 50_000_000
DRAWN = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
CHUNK = 64 * 1024
SECONDS = 30.0


class NotTaken(Exception):
    """A file that is not taken; its text says why, to the one who sent it."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A file as it may be kept. `chunks` are its bytes, to be read once."""

    name: str
    content_type: str
    chunks: Iterator[bytes]


def examine(given: File[Any]) -> Examined:
    """Look at a file and draw it anew where it is a picture. Raises NotTaken."""
    name = given.name or "file"
    _scan(given, name)
    drawn = _drawn(given, name)
    if drawn is not None:
        content, content_type = drawn
        return Examined(name, content_type, iter([content]))
    kind = str(getattr(given, "content_type", "") or "application/octet-stream")
    return Examined(
        name, "application/octet-stream" if kind in DRAWN.values() else kind, iter(given.chunks(CHUNK))
    )


def _drawn(given: File[Any], name: str) -> tuple[bytes, str] | None:
    """The picture drawn anew; None for what is none, and for what moves."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 -- 2 MB: only where a file is sent

    given.seek(0)
    try:
        with Image.open(given, formats=list(DRAWN)) as picture:  # no other reader sees a stranger's bytes
            kind = str(picture.format)
            if getattr(picture, "n_frames", 1) > 1:
                return None
            if picture.width * picture.height > MOST_PIXELS:
                raise NotTaken(
                    _("“%(name)s” is too large a picture. Please send a smaller one.") % {"name": name[:80]}
                )
            made = io.BytesIO()
            more = {"quality": 90} if kind != "PNG" else {}
            ImageOps.exif_transpose(picture).save(made, kind, **more)
            return made.getvalue(), DRAWN[kind]
    except Image.DecompressionBombError as error:
        raise NotTaken(
            _("“%(name)s” is too large a picture. Please send a smaller one.") % {"name": name[:80]}
        ) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None  # no picture, or a broken one: it is a file like any other
    finally:
        given.seek(0)


def _scan(given: File[Any], name: str) -> None:
    if not settings.CLAMD:
        return
    try:
        said = ask_clamd(settings.CLAMD, given)
    except OSError as error:
        raise NotTaken(
            _(
                "Files cannot be looked at just now. Please send your message without them, or try again later."
            )
        ) from error
    finally:
        given.seek(0)
    if not said.endswith(" OK"):
        raise NotTaken(
            _("“%(name)s” was not taken: a virus scanner found something in it.") % {"name": name[:80]}
        )


def ask_clamd(place: str, given: File[Any]) -> str:
    """What clamd says of a file ("stream: OK", "stream: Eicar FOUND"). Raises OSError when it cannot be asked."""
    host, _colon, port = place.rpartition(":")
    at: Any = (host, int(port)) if host and port.isdecimal() else place
    kind = socket.AF_INET if isinstance(at, tuple) and ":" not in host else socket.AF_UNIX
    with socket.socket(kind, socket.SOCK_STREAM) as line:
        line.settimeout(SECONDS)
        line.connect(at)
        line.sendall(b"zINSTREAM\0")
        given.seek(0)
        for chunk in given.chunks(CHUNK):
            line.sendall(struct.pack("!L", len(chunk)) + chunk)
        line.sendall(struct.pack("!L", 0))
        said = b"".join(iter(lambda: line.recv(4096), b""))
    if not said:
        raise OSError("clamd said nothing")
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()
