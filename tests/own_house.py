"""A house of its own for tests that kill processes: a real database that outlives them, and the real commands."""

import json
import os
import secrets
import subprocess
import sys
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
    if url:
        _postgres(url, f"CREATE DATABASE {name}")
        kept["DATABASE_URL"] = f"{url.rpartition('/')[0]}/{name}"
    house = House(kept)
    try:
        house.do(
            "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
            "from ahlan.staff.actions import make_roles; make_roles()"
        )
        yield house
    finally:
        if url:
            _postgres(url, f"DROP DATABASE {name} WITH (FORCE)")


def _postgres(url: str, statement: str) -> None:
    from urllib.parse import unquote, urlsplit

    import psycopg

    parts = urlsplit(url)
    options = {"host": unquote(parts.netloc.rpartition("@")[2].partition(":")[0]), "user": parts.username}
    options |= {"port": parts.port, "password": parts.password, "dbname": parts.path[1:]}
    with psycopg.connect(autocommit=True, **{key: value for key, value in options.items() if value}) as link:
        link.execute(statement)
