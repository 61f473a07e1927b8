"""Everything in one file, taken while the product runs, and brought back from it."""

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from ahlan import __version__
from ahlan.core.clock import now

FORMAT = 1
CLIENT_PROGRAMS = (
    "PostgreSQL's client programs (pg_dump, pg_restore) of the server's version or a newer one are needed."
)
PARTS = ("files", "secret_key")


class NotSaved(Exception):
    """Why there is no backup."""


class NotRestored(Exception):
    """Why nothing was brought back; what was there is as it was."""


def back_up(target: str) -> str:
    """Write database, files and key to `target`; returns a sentence. Raises OSError, NotSaved.

    The database is copied at one moment. Files are only ever added, so those the copy needs are all there.
    """
    path = Path(target)
    partial = path.with_name(path.name + ".partial")
    with tempfile.TemporaryDirectory(dir=settings.DATA) as folder, tarfile.open(partial, "w") as tar:
        database = _dump(Path(folder))
        _add_text(
            tar, "manifest.json", {"format": FORMAT, "version": __version__, "engine": connection.vendor}
        )
        tar.add(database, "database")
        for name in PARTS:
            if (settings.DATA / name).exists():
                tar.add(settings.DATA / name, name)
    partial.chmod(0o600)
    partial.replace(path)
    return f"{path}: {path.stat().st_size / 1e6:.1f} MB, {now():%Y-%m-%d %H:%M} UTC. Keep it safe: it holds the key."


def bring_back(source: str, *, force: bool) -> str:
    """Put a backup in the place of what is there. Raises NotRestored."""
    path = Path(source)
    if not path.is_file():
        raise NotRestored(f"There is no file {source}.")
    with tempfile.TemporaryDirectory(dir=_data()) as folder:
        try:
            with tarfile.open(path) as tar:
                tar.extractall(folder, filter="data")
            manifest = json.loads((Path(folder) / "manifest.json").read_text())
        except (tarfile.TarError, OSError, ValueError, KeyError) as error:
            raise NotRestored(f"{source} is not a backup of Ahlan, or is damaged.") from error
        _refuse(manifest, force=force)
        _load(Path(folder) / "database")
        for name in PARTS:
            _replace(Path(folder) / name, settings.DATA / name)
    call_command("migrate", verbosity=0, interactive=False)
    return f"{source} of version {manifest['version']} is back. Start with: ahlan run"


def _data() -> Path:
    settings.DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Path(settings.DATA)


def _refuse(manifest: dict[str, Any], *, force: bool) -> None:
    if manifest.get("format") != FORMAT:
        raise NotRestored(
            f"This backup is of version {manifest.get('version')}, which this program cannot read."
        )
    if manifest.get("engine") != connection.vendor:
        raise NotRestored(
            f"This backup is of a {manifest.get('engine')} database; DATABASE_URL names another kind."
        )
    if not force and "tickets_ticket" in connection.introspection.table_names() and _has_tickets():
        raise NotRestored("There are tickets here already. To replace them, say --force.")


def _has_tickets() -> bool:
    from ahlan.tickets.models import Ticket  # noqa: PLC0415 -- only when the table exists

    return Ticket.objects.exists()


def _dump(folder: Path) -> Path:
    target = folder / "database"
    if connection.vendor == "sqlite":
        with sqlite3.connect(_sqlite()) as live, sqlite3.connect(target) as copy:
            live.backup(copy)
        copy.close()
        live.close()
    else:
        try:
            _postgres("pg_dump", "--format=custom", f"--file={target}")
        except (OSError, subprocess.CalledProcessError) as error:
            raise NotSaved(f"Nothing was saved. {CLIENT_PROGRAMS}") from error
    return target


def _sqlite() -> Path:
    return Path(str(settings.DATABASES["default"]["NAME"]))


def _load(dump: Path) -> None:
    connection.close()
    if connection.vendor == "sqlite":
        place = _sqlite()
        for leftover in ("-wal", "-shm"):
            place.with_name(place.name + leftover).unlink(missing_ok=True)
        shutil.move(dump, place)
    else:
        try:
            _postgres("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(dump))
        except (OSError, subprocess.CalledProcessError) as error:
            raise NotRestored(f"Nothing was brought back; all is as it was. {CLIENT_PROGRAMS}") from error


def _postgres(program: str, *arguments: str) -> None:
    found = settings.DATABASES["default"]
    place = {"-h": found["HOST"], "-p": found["PORT"], "-U": found["USER"], "-d": found["NAME"]}
    options = [text for key, value in place.items() if value for text in (key, str(value))]
    environment = {**os.environ, "PGPASSWORD": str(found.get("PASSWORD") or "")}
    subprocess.run([program, *options, *arguments], check=True, env=environment)


def _replace(new: Path, place: Path) -> None:
    if not new.exists():
        return
    old = place.with_name(place.name + ".before")
    if place.exists():
        place.replace(old)
    shutil.move(new, place)
    shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)


def _add_text(tar: tarfile.TarFile, name: str, content: dict[str, Any]) -> None:
    data = json.dumps(content).encode()
    info = tarfile.TarInfo(name)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))
