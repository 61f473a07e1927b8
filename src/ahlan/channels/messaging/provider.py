"""How a provider is asked: one request, what its answer means, and the files that lie with it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import orjson

from ahlan.channels.contract import Elsewhere, Lost, NotSent, OutboundFile, Unsure
from ahlan.core.safe_http import Refused, content_of, fetch_file
from ahlan.core.text import clean

if TYPE_CHECKING:
    from httpx import Client, Response

SECONDS = 30.0
Settings = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the provider. `path` follows its address. `file` goes as a part of a form, under `file_name`."""

    path: str
    json: dict[str, Any] | None = None
    form: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    file: OutboundFile | None = None
    file_name: str = "file"


class Provider:
    """Whoever carries a wire. Each of the methods a wire may say anew has one meaning here that fits most of them."""

    api: ClassVar[str] = ""  # where its interface is
    is_idempotent: ClassVar[bool] = False  # the same request twice is one message
    taken: ClassVar[tuple[int, ...]] = ()  # further answers that mean that a message was taken
    largest_file: ClassVar[int] = 25 * 1024 * 1024

    def headers(self, settings: Settings) -> dict[str, str]:
        """What each request to the provider bears."""
        return {}

    def refusal(self, status: int, said: Any) -> NotSent | None:
        """What a provider's own code means, where it is more than the status tells; None: nothing more."""
        return None

    def ask(
        self, line: "Client", settings: Settings, call: Call, *, key: str = "", method: str = "POST"
    ) -> Any:
        """What the provider answers. `key`: names the request, the same for each repetition. Raises NotSent, Unsure."""
        import httpx  # noqa: PLC0415 -- slow to start

        try:
            answer = self._request(line, settings, call, key, method)
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.InvalidURL,
            httpx.UnsupportedProtocol,
        ) as error:
            raise NotSent(f"away: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            if self.is_idempotent or method == "GET":
                raise NotSent(f"away: {type(error).__name__}") from error
            raise Unsure(f"away: {type(error).__name__}") from error
        except OSError as error:  # our own file
            raise NotSent(f"file: {type(error).__name__}", permanent=True) from error
        return self._verdict(answer)

    def _request(self, line: "Client", settings: Settings, call: Call, key: str, method: str) -> "Response":
        url = call.path if call.path.startswith("http") else f"{self.base(settings)}{call.path}"
        headers = {**self.headers(settings), **call.headers, **(self.key_headers(key) if key else {})}
        if call.file is None:
            content = orjson.dumps(call.json) if call.json is not None else None
            if content is not None:
                headers = {
                    "Content-Type": "application/json",
                    **headers,
                    **self.signed(settings, content, key),
                }
            return line.request(method, url, content=content, data=call.form, headers=headers)
        with call.file.open() as file:
            files = {call.file_name: (call.file.name, file, call.file.content_type)}
            return line.request(method, url, data=call.form or {}, files=files, headers=headers)

    def base(self, settings: Settings) -> str:
        return str(settings.get("api_url") or self.api).rstrip("/")

    def key_headers(self, key: str) -> dict[str, str]:
        """What makes a repeated request the same one, on wires that know such a thing."""
        return {}

    def signed(self, settings: Settings, content: bytes, key: str) -> dict[str, str]:
        return {}

    def _verdict(self, answer: "Response") -> Any:
        try:
            said = orjson.loads(answer.content)
        except ValueError:
            said = None
        refusal = self.refusal(answer.status_code, said)
        if refusal is not None:
            raise refusal
        if answer.is_success or answer.status_code in self.taken:
            return said
        words = words_of(said) or f"{answer.status_code}"
        if answer.status_code == 429:
            raise NotSent(f"rate: {words}")
        if answer.status_code in (401, 403):
            raise NotSent(f"key: {words}")
        if answer.status_code >= 500 or answer.status_code in (408, 425):
            raise NotSent(f"away: {words}")
        raise NotSent(f"refused: {words}", permanent=True)

    def get(
        self,
        settings: Settings,
        path: str,
        *,
        method: str = "GET",
        json: dict[str, Any] | None = None,
        form: dict[str, Any] | None = None,
    ) -> Any:
        """Ask the provider something. Raises NotSent, Unsure; NotSent as well for an answer that is none."""
        import httpx  # noqa: PLC0415 -- slow to start

        with httpx.Client(timeout=SECONDS, trust_env=False) as line:
            said = self.ask(line, settings, Call(path, json=json, form=form), method=method)
        if not isinstance(said, dict):
            raise NotSent("away: no JSON")
        return said

    def fetch_file(self, file: Elsewhere, settings: Settings) -> tuple[str, bytes]:
        """On the provider's own server with our key, elsewhere as anybody. Raises Lost, OSError."""
        import httpx  # noqa: PLC0415 -- slow to start

        try:
            url = self.place_of(file.reference, settings)
            if not self.is_own(url, settings):
                return fetch_file(url, self.largest_file)
            with (
                httpx.Client(timeout=SECONDS, trust_env=False) as line,
                line.stream(
                    "GET", url, headers={**self.headers(settings), "Accept-Encoding": "identity"}
                ) as answer,
            ):
                if answer.is_redirect:  # to where it stores them, which our key is not for
                    return fetch_file(str(answer.headers.get("location", "")), self.largest_file)
                return content_of(answer, self.largest_file)
        except Refused as error:
            raise Lost(str(error)) from error
        except httpx.InvalidURL as error:
            raise Lost("not a web address") from error
        except NotSent as error:
            if error.permanent:
                raise Lost(error.reason) from error
            raise OSError(error.reason) from error
        except httpx.HTTPError as error:
            raise OSError(type(error).__name__) from error

    def place_of(self, reference: dict[str, Any], settings: Settings) -> str:
        """Where a file lies. Raises NotSent, Refused."""
        return str(reference.get("url", ""))

    def is_own(self, url: str, settings: Settings) -> bool:
        """Whether this is a server that may see our key."""
        try:
            there, own = urlsplit(url), urlsplit(self.base(settings))
            return (there.scheme, there.hostname, there.port) == (own.scheme, own.hostname, own.port)
        except ValueError as error:
            raise Refused("not a web address") from error


def words_of(said: Any) -> str:
    """What a provider says of an error, wherever it says it."""
    for path in (
        ("error", "message"),
        ("error", "error_msg"),
        ("description",),
        ("message",),
        ("status_message",),
        ("detail",),
        ("error",),
    ):
        found = said
        for step in path:
            found = found.get(step) if isinstance(found, dict) else None
        if isinstance(found, str) and found:
            return clean(" ".join(found.split()))[:300]
    return ""
