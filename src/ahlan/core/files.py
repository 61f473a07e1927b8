"""Files by content: each distinct content is stored once under the SHA-256 of its bytes.

Writing is durable before it returns (file and folder are synced on a local disk), so a database row may
point at it. Works on any Django storage; the local disk is the default, S3 through django-storages.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage

CHUNK = 256 * 1024


def keep(content: bytes | Iterable[bytes]) -> tuple[str, int]:
    """Store content once; returns (hex digest, size in bytes). Safe to repeat. Raises OSError on a full disk."""
    chunks = [content] if isinstance(content, bytes) else list(content)
    digest = hashlib.sha256()
    size = 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
    name = digest.hexdigest()
    if not default_storage.exists(_place(name)):
        _write(_place(name), chunks)
    return name, size


def open_file(digest: str) -> File[Any]:
    """The stored content, opened for reading. Raises FileNotFoundError."""
    return default_storage.open(_place(digest), "rb")


def read(digest: str) -> bytes:
    """The stored content whole. Raises FileNotFoundError."""
    with open_file(digest) as stored:
        return bytes(stored.read())


def path(digest: str) -> str:
    """Where the content lies on the local disk. Raises NotImplementedError on a remote storage."""
    return default_storage.path(_place(digest))


def _place(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def _write(place: str, chunks: list[bytes]) -> None:
    storage = default_storage
    if isinstance(getattr(storage, "_wrapped", storage), FileSystemStorage):
        _write_durably(Path(storage.path(place)), chunks)
    else:
        from django.core.files.base import ContentFile  # noqa: PLC0415 -- only for remote storages

        storage.save(place, ContentFile(b"".join(chunks)))


def _write_durably(path: Path, chunks: list[bytes]) -> None:
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
