"""Migrations take half a minute, so an empty migrated database is made once as a pattern, and every other begins as a copy of it:
those of the test runner's processes and those of houses of their own. Other migrations or models have another pattern.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
HANGS_ON = ("**/migrations/*.py", "**/models.py", "**/models/*.py", "**/apps.py", "**/permissions.py")
MIGRATE = "from ahlan.site.cli import start_django; start_django()\nfrom django.core.management import call_command; call_command('migrate', verbosity=0)"


def begin_as_copy() -> None:
    """The database that Django makes for this process of the test runner begins as a copy, on which `migrate` finds nothing left to do."""
    from django.db import connection
    from django.db.backends.signals import connection_created

    if connection.vendor == "postgresql":
        with pattern(os.environ["DATABASE_URL"]) as name:
            connection.settings_dict["TEST"]["TEMPLATE"] = name
    else:
        connection_created.connect(_copy_into)


def _copy_into(connection: Any, **_signal: Any) -> None:
    if connection.settings_dict["NAME"] != connection.settings_dict["TEST"]["NAME"]:
        return
    if connection.connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        return
    with pattern("") as folder, closing(sqlite3.connect(Path(folder) / "ahlan.sqlite3")) as source:
        source.backup(connection.connection)


@contextmanager
def pattern(url: str) -> Iterator[str]:
    """Made by whoever comes first: the name of a database beside `url`, or for SQLite ("") a folder. Others wait for him."""
    code = _digest()
    home = Path(tempfile.gettempdir()) / f"ahlan-pattern-{os.getuid()}-{code}"
    home.mkdir(exist_ok=True)
    name, server = f"ahlan_pattern_{code}", hashlib.sha256(url.encode()).hexdigest()[:8]
    with (home / f"lock-{server}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if url:
            if not on_postgres(url, f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
                on_postgres(url, f"CREATE DATABASE {name}_raw")
                _migrate(AHLAN_DATA=str(home / "unused"), DATABASE_URL=beside(url, f"{name}_raw"))
                on_postgres(url, f"ALTER DATABASE {name}_raw RENAME TO {name}")
            yield name
        else:
            if not (home / "data").exists():
                _forget_old(home)
                shutil.rmtree(home / "raw", ignore_errors=True)
                _migrate(AHLAN_DATA=str(home / "raw"), DATABASE_URL="")
                (home / "raw").rename(home / "data")
            yield str(home / "data")


def _digest() -> str:
    found = hashlib.sha256()
    for path in sorted({one for part in HANGS_ON for one in (ROOT / "src").glob(part)}):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _forget_old(home: Path) -> None:
    """Those of code that is no more."""
    for old in home.parent.glob(f"ahlan-pattern-{os.getuid()}-*"):
        if old != home and old.stat().st_mtime < time.time() - 86_400:
            shutil.rmtree(old, ignore_errors=True)


def _migrate(**env: str) -> None:
    whole = {**os.environ, "AHLAN_LOG": "ERROR", "PYTHONPATH": str(ROOT / "src"), **env}
    done = subprocess.run(
        [sys.executable, "-c", MIGRATE], env=whole, capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr[-3000:]


def beside(url: str, name: str) -> str:
    """The address of another database of the same server."""
    return f"{url.rpartition('/')[0]}/{name}"


def on_postgres(url: str, statement: str) -> list[Any]:
    from urllib.parse import unquote, urlsplit

    import psycopg

    parts = urlsplit(url)
    options = {"host": unquote(parts.netloc.rpartition("@")[2].partition(":")[0]), "user": parts.username}
    options |= {"port": parts.port, "password": parts.password, "dbname": parts.path[1:]}
    with psycopg.connect(autocommit=True, **{key: value for key, value in options.items() if value}) as link:
        cursor = link.execute(statement)
        return cursor.fetchall() if cursor.description else []
