"""A house of its own for tests that kill processes: a real database that outlives them, and the real commands.

Migrations take half a minute, so the first house of a kind of database is kept empty as a pattern, and all others are copies of it.
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class House:
    """Its environment; `do` runs a snippet of Python in it and gives back what the snippet printed last, as JSON."""

    env: dict[str, str]

    def ahlan(self, *arguments: str, **options: Any) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-m", "ahlan", *arguments], env=self.env, **options)

    def run(self, *arguments: str, **options: Any) -> "subprocess.CompletedProcess[bytes]":
        command = [sys.executable, "-m", "ahlan", *arguments]
        return subprocess.run(command, env=self.env, capture_output=True, timeout=120, **options)

    def do(self, snippet: str) -> Any:
        code = f"from ahlan.site.cli import start_django; start_django()\nimport json\n{snippet}"
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.env, capture_output=True, timeout=300, text=True, cwd=ROOT
        )
        assert done.returncode == 0, done.stderr[-3000:]
        lines = done.stdout.strip().splitlines()
        return json.loads(lines[-1]) if lines else None


@contextmanager
def own_house(folder: Path, **env: str) -> Iterator[House]:
    """A migrated house in `folder`, on the kind of database this test run is for."""
    kept = {
        **os.environ,
        "AHLAN_DATA": str(folder),
        "AHLAN_LOG": "ERROR",
        "PYTHONPATH": str(ROOT / "src"),
        **env,
    }
    kept.pop("PYTEST_CURRENT_TEST", None)
    url = kept.get("DATABASE_URL", "")
    name = f"ahlan_{secrets.token_hex(4)}"
    with _pattern(kept) as pattern:
        if url:
            _postgres(url, f"CREATE DATABASE {name} TEMPLATE {pattern}")
            kept["DATABASE_URL"] = _on(url, name)
        else:
            shutil.copytree(pattern, folder, dirs_exist_ok=True)
    try:
        yield House(kept)
    finally:
        if url:
            _postgres(url, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _pattern(env: dict[str, str]) -> Iterator[str]:
    """A migrated house nobody uses, made by whoever comes first: a folder, or the name of a database. Another code has another pattern."""
    url, code = env.get("DATABASE_URL", ""), _digest()
    home = Path(tempfile.gettempdir()) / f"ahlan-pattern-{os.getuid()}-{code}"
    home.mkdir(exist_ok=True)
    name = f"ahlan_pattern_{code}"
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if url:
            if not _postgres(url, f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
                _postgres(url, f"CREATE DATABASE {name}_raw")
                _migrate({**env, "AHLAN_DATA": str(home / "unused"), "DATABASE_URL": _on(url, f"{name}_raw")})
                _postgres(url, f"ALTER DATABASE {name}_raw RENAME TO {name}")
            yield name
            return
        if not (home / "data").exists():
            for old in home.parent.glob(f"ahlan-pattern-{os.getuid()}-*"):  # of code that is no more
                if old.stat().st_mtime < time.time() - 86_400:
                    shutil.rmtree(old, ignore_errors=True)
            shutil.rmtree(home / "raw", ignore_errors=True)
            _migrate({**env, "AHLAN_DATA": str(home / "raw")})
            (home / "raw").rename(home / "data")
        yield str(home / "data")


def _digest() -> str:
    """Of all that a migrated house hangs on."""
    found = hashlib.sha256()
    for path in sorted((ROOT / "src").rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _migrate(env: dict[str, str]) -> None:
    House(env).do(
        "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
        "from ahlan.staff.actions import make_roles; make_roles()"
    )


def _on(url: str, name: str) -> str:
    return f"{url.rpartition('/')[0]}/{name}"


def _postgres(url: str, statement: str) -> list[Any]:
    from urllib.parse import unquote, urlsplit

    import psycopg

    parts = urlsplit(url)
    options = {"host": unquote(parts.netloc.rpartition("@")[2].partition(":")[0]), "user": parts.username}
    options |= {"port": parts.port, "password": parts.password, "dbname": parts.path[1:]}
    with psycopg.connect(autocommit=True, **{key: value for key, value in options.items() if value}) as link:
        cursor = link.execute(statement)
        return cursor.fetchall() if cursor.description else []
