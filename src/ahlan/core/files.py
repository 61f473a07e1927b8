"""Files by content: each distinct content is stored once under the SHA-256 of its bytes.

Writing is durable before it returns (file and folder are synced on a local disk), so a database row may
point at it. Works on any Django storage; the local disk is the default, S3 through django-storages.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage

CHUNK = 256 * 1024
IN_MEMORY = 1024 * 1024  # bytes; of what is larger only a piece at a time is held


def keep(content: bytes | Iterable[bytes]) -> tuple[str, int]:
    """Store content once; returns (hex digest, size in bytes). Safe to repeat. Raises OSError on a full disk."""
    digest = hashlib.sha256()
    with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        for chunk in [content] if isinstance(content, bytes) else content:
            digest.update(chunk)
            spool.write(chunk)
        name, size = digest.hexdigest(), spool.tell()
        spool.seek(0)
        if not default_storage.exists(_place(name)):
            _write(_place(name), File(spool))
    return name, size


def open_file(digest: str) -> File[Any]:
    """The stored content, opened for reading. Raises FileNotFoundError."""
    return default_storage.open(_place(digest), "rb")


def read(digest: str) -> bytes:
    """The stored content whole. Raises FileNotFoundError."""
    with open_file(digest) as stored:
        return bytes(stored.read())


def _place(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def _write(place: str, content: File[Any]) -> None:
    storage = default_storage
    if isinstance(getattr(storage, "_wrapped", storage), FileSystemStorage):
        _write_durably(Path(storage.path(place)), content.chunks(CHUNK))
    else:
        storage.save(place, content)


def _write_durably(path: Path, chunks: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with partial.open("xb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
