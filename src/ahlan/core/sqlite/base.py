"""Django's SQLite, with writers that wait well.

SQLite has one writer at a time. Who finds it busy sleeps inside the statement, longer each time, up to a tenth of a second,
and holds his own connection meanwhile. Two things go wrong with that. Where several processes write without pause, as when
much mail comes in, the database stands idle half of the time. And Python's garbage collector, run by whichever thread, may
free a cursor of the sleeping connection: it waits for that connection, and if its own thread is the writer, both wait for
each other until the patience of one ends. So here the statement gives up at once and is asked again every millisecond.
"""

import sqlite3
import time
from collections.abc import Callable
from typing import Any

from django.db.backends.sqlite3 import base

NAP = 0.001  # seconds; a transaction takes a few of them
PRIMARY = 0xFF  # the part of an error's code that all its variants share


class DatabaseWrapper(base.DatabaseWrapper):
    """`OPTIONS["timeout"]`: seconds after which a statement that finds the database busy raises OperationalError."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        made = super().get_new_connection(conn_params)
        made.execute("PRAGMA busy_timeout=0")
        return made

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = self.connection.cursor(factory=_PatientCursor)
        cursor.patience = self.settings_dict["OPTIONS"].get("timeout", 5)
        return cursor


class _PatientCursor(base.SQLiteCursorWrapper):
    patience: float

    def execute(self, query: str, params: Any = None) -> Any:
        return self._patiently(super().execute, query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        return self._patiently(super().executemany, query, param_list)

    def _patiently(self, run: Callable[..., Any], *args: Any) -> Any:
        until = time.monotonic() + self.patience
        while True:
            try:
                return run(*args)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
            time.sleep(NAP)
