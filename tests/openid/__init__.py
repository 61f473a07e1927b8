"""A real OpenID provider on loopback, a process of its own: allauth's, with people and one known client."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx

from tests.dovecot import free_port

ROOT = Path(__file__).resolve().parents[2]
CLIENT, SECRET, PASSWORD = "desk", "a secret of the desk", "salakala 123"


@dataclass
class Provider:
    url: str
    home: Path

    @property
    def app(self) -> dict[str, Any]:
        """What our settings hold of it."""
        asked = {"server_url": self.url, "oauth_pkce_enabled": True}
        return {
            "provider_id": "oidc",
            "name": "Mitra account",
            "client_id": CLIENT,
            "secret": SECRET,
            "settings": asked,
        }

    def be(self, mischief: str) -> None:
        """From now on it says what it must not: see `people.Mischievous`."""
        (self.home / "mischief").write_text(mischief)

    def sign_in(self, address: str, *, email: str) -> str:
        """Somebody's browser at the provider: signs in there, and is sent back to the address this gives."""
        with httpx.Client(timeout=20) as browser:
            page = browser.get(address)
            while page.headers.get("Location", "").startswith(("/", self.url)):
                page = browser.get(urljoin(self.url, page.headers["Location"]))
                if page.status_code == 200:
                    token = browser.cookies["csrftoken"]
                    form = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": token}
                    page = browser.post(page.url, data=form)
            return str(page.headers.get("Location", ""))


@contextmanager
def openid_provider(*people: tuple[str, bool], callback: str) -> Iterator[Provider]:
    """Knows those people, each an address and whether it is verified."""
    with tempfile.TemporaryDirectory(prefix="openid-") as folder:
        port = free_port()
        provider = Provider(f"http://127.0.0.1:{port}", Path(folder))
        given = {
            "people": people,
            "callback": callback,
            "port": port,
            "client": CLIENT,
            "secret": SECRET,
            "password": PASSWORD,
        }
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.openid.settings", "OPENID_HOME": folder}
        command = [sys.executable, "-m", "tests.openid", json.dumps(given)]
        process = subprocess.Popen(command, env=environment, cwd=ROOT)
        try:
            _wait(provider, process)
            yield provider
        finally:
            process.terminate()
            process.wait(20)


def _wait(provider: Provider, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 90
    while process.poll() is None and time.monotonic() < until:
        try:
            httpx.get(f"{provider.url}/.well-known/openid-configuration").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the OpenID provider does not start")
