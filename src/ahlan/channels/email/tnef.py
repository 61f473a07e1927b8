"""winmail.dat: the pack in which Outlook hides words and files from every other program."""

import logging
import struct
from dataclasses import dataclass

from tnefparse import TNEF

TYPES = {"application/ms-tnef", "application/vnd.ms-tnef"}
MAX_WORK = 2_000_000_000  # the library copies the rest of the pack once for each object in it
OBJECT_HEADER = 11

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pack:
    """What was inside: words, page, files as (name, octets)."""

    text: str = ""
    html: str = ""
    files: tuple[tuple[str, bytes], ...] = ()


def read(content: bytes) -> Pack | None:
    """The inside of a pack, None when it cannot be opened. Never raises."""
    if _objects(content) * len(content) > MAX_WORK:
        return None
    try:
        pack = TNEF(content, do_checksum=False)
        files = tuple((_name(found), bytes(found.data)) for found in pack.attachments)
        return Pack(_words(pack.body), _words(pack.htmlbody), files)
    except (Exception, RecursionError):  # the library raises anything at all on a broken pack
        log.info("A winmail.dat could not be opened", exc_info=True)
        return None


def _objects(content: bytes) -> int:
    """How many objects a pack claims to hold."""
    offset, count = 6, 0
    while offset + OBJECT_HEADER < len(content):
        offset += struct.unpack_from("<I", content, offset + 5)[0] + OBJECT_HEADER
        count += 1
    return count


def _name(found: object) -> str:
    long_name = found.long_filename()  # type: ignore[attr-defined]
    return long_name.decode("utf-8", "replace") if isinstance(long_name, bytes) else str(long_name)


def _words(body: object) -> str:
    if isinstance(body, list | tuple):
        body = body[0] if body else b""
    if isinstance(body, bytes):
        return body.decode("utf-8", "replace")
    return str(body or "")
