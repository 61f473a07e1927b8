"""An OAuth provider on loopback: it hands out tokens, tells whether they are good, and refuses when told to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


@dataclass
class TokenServer:
    """`asked` holds the fields of each request for a token; `refusal` is what is said instead of giving one."""

    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    refusal: str = ""
    gives: dict[str, object] = field(default_factory=dict)
    email: str = "desk"

    def endpoints(self) -> dict[str, str]:
        return {"authorize": f"{self.url}/authorize", "token": f"{self.url}/token", "scope": "mail"}

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        if path == "/introspect":
            return 200, {"active": form.get("token", "").startswith("access-"), "email": self.email}
        self.asked.append(form)
        if self.refusal:
            return 400, {"error": self.refusal}
        return 200, {"access_token": f"access-{len(self.asked)}", "expires_in": 3600, **self.gives}


@contextmanager
def token_server() -> Iterator[TokenServer]:
    server = TokenServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            status, said = server.answer(self.path, dict(parse_qsl(body)))
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
