"""A house of its own for tests that kill processes: a real database that outlives them, and the real commands."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.pattern import ROOT, beside, on_postgres, pattern


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
    with pattern(url) as made:
        if url:
            on_postgres(url, f"CREATE DATABASE {name} TEMPLATE {made}")
            kept["DATABASE_URL"] = beside(url, name)
        else:
            shutil.copytree(made, folder, dirs_exist_ok=True)
    house = House(kept)
    house.do("from ahlan.staff.actions import make_roles; make_roles()")
    try:
        yield house
    finally:
        if url:
            on_postgres(url, f"DROP DATABASE {name} WITH (FORCE)")
