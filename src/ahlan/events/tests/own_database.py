"""A database of its own with real processes on it, outside the test runner's transactions."""

import os
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings

SETUP = "import django; django.setup()\nfrom ahlan.events.tests import chores\n"


class OwnDatabase:
    """SQLite in a folder, or a fresh database on the PostgreSQL server the tests run on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = os.environ | {
            "AHLAN_DATA": str(folder),
            "AHLAN_SECRET_KEY": "only for tests",
            "DJANGO_SETTINGS_MODULE": "ahlan.site.settings",
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
        self.is_postgresql = "postgresql" in settings.DATABASES["default"]["ENGINE"]
        self.name = f"ahlan_own_{secrets.token_hex(4)}"  # several may live on one server at a time

    def create(self) -> None:
        if self.is_postgresql:
            self.server(f"CREATE DATABASE {self.name}")
            known = settings.DATABASES["default"]
            place = quote(str(known["HOST"]), safe="")
            port = f":{known['PORT']}" if known.get("PORT") else ""
            password = f":{quote(known['PASSWORD'])}" if known.get("PASSWORD") else ""
            self.environment["DATABASE_URL"] = (
                f"postgres://{known['USER']}{password}@{place}{port}/{self.name}"
            )
        else:
            self.environment["DATABASE_URL"] = ""
        self.run(
            "from django.core.management import call_command\ncall_command('migrate', 'events', verbosity=0)"
        )

    def drop(self) -> None:
        if self.is_postgresql:
            self.server(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def start(self, script: str, **options: Any) -> "subprocess.Popen[bytes]":
        """A process of its own with our settings and the chores loaded."""
        command = [sys.executable, "-W", "ignore", "-c", SETUP + script]
        return subprocess.Popen(command, env=self.environment, cwd=self.folder, **options)

    def run(self, script: str) -> None:
        assert self.start(script).wait(120) == 0

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        if self.is_postgresql:
            with psycopg.connect(**self.address(self.name), autocommit=True) as connection:
                return connection.execute(sql).fetchall()
        with closing(sqlite3.connect(self.folder / "ahlan.sqlite3", timeout=20)) as connection:
            return connection.execute(sql).fetchall()

    def server(self, sql: str) -> None:
        with psycopg.connect(**self.address("postgres"), autocommit=True) as connection:
            connection.execute(sql)

    def address(self, name: str) -> dict[str, Any]:
        known = settings.DATABASES["default"]
        parts = {"host": known["HOST"], "port": known.get("PORT"), "user": known["USER"]}
        parts |= {"password": known.get("PASSWORD"), "dbname": name}
        return {key: value for key, value in parts.items() if value}


@contextmanager
def own_database(folder: Path) -> Iterator[OwnDatabase]:
    database = OwnDatabase(folder)
    database.create()
    try:
        yield database
    finally:
        database.drop()
