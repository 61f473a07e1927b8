"""Providers on loopback that speak as theirs do: they take messages, hand out files, refuse and break the line when told to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Asked:
    """One request as it came. `json`: None where it is something else."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace")))


@dataclass
class Provider:
    """`asked`: what it took. `troubles`: what comes before it behaves, one for each request: (status, body), "drop" (it takes the
    message and breaks the line), or None for none."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    troubles: list[Any] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    def answer(self, asked: Asked) -> tuple[int, Any]:
        """What it says to a message: subclasses."""
        raise NotImplementedError

    def text_of(self, asked: Asked) -> str | None:
        """The words of a message; None for any other request."""
        raise NotImplementedError

    def key_of(self, asked: Asked) -> str:
        """What makes a repetition the same message; "" where it knows no such thing."""
        return ""

    def texts(self) -> list[str]:
        return [text for one in self.asked if (text := self.text_of(one)) is not None]

    def take(self, asked: Asked) -> tuple[int, Any, dict[str, str]] | None:
        """None: the line breaks."""
        path = urlsplit(asked.path).path
        if asked.method == "GET" and path in self.files:
            kind, content = self.files[path]
            return 200, content, {"Content-Type": kind}
        trouble = self.troubles.pop(0) if self.troubles else None
        if isinstance(trouble, tuple):
            return trouble[0], trouble[1], {}
        key = self.key_of(asked)
        if not key or key not in self.known:
            self.asked.append(asked)
            self.known |= {key}
        status, said = self.answer(asked)
        return None if trouble == "drop" else (status, said, {})


@contextmanager
def on_loopback(provider: Provider) -> Iterator[Any]:
    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(
                self.command, self.path, {key.lower(): one for key, one in self.headers.items()}, body
            )
            taken = provider.take(asked)
            if taken is None:
                self.connection.close()
                return
            status, said, headers = taken
            content = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = _do

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def raw(**said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()
