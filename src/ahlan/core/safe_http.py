"""Asking other servers on somebody's behalf, without being led to our own."""

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from httpx import Response

LARGEST = 8 * 1024 * 1024  # bytes
SECONDS = 8.0
SLOWEST = 120.0  # seconds for a large file, which nobody sits waiting for
MOST_REDIRECTS = 3
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}


FETCHING, WAITING = 4, 2  # at once in this process; together fewer than there are threads for pages
PATIENCE = 2.0  # seconds one waits for his turn

_inside = threading.BoundedSemaphore(FETCHING + WAITING)
_fetching = threading.BoundedSemaphore(FETCHING)


class Busy(Exception):
    """Too many pictures are being fetched; it may be asked for again in a moment."""


class Refused(Exception):
    """The address is not one we ask, or what came is not what was asked for."""


def fetch_picture(url: str) -> tuple[str, bytes]:
    """(content type, bytes) of a picture on a public server. Raises Refused, Busy; nothing about the reader is sent."""
    with _turn():
        return _fetch(url)


@contextmanager
def _turn() -> Iterator[None]:
    """So many fetch and so few wait that a page of slow pictures leaves threads for everything else. Raises Busy."""
    if not _inside.acquire(blocking=False):
        raise Busy
    try:
        if not _fetching.acquire(timeout=PATIENCE):
            raise Busy
        try:
            yield
        finally:
            _fetching.release()
    finally:
        _inside.release()


def _fetch(url: str) -> tuple[str, bytes]:
    for _redirect in range(MOST_REDIRECTS + 1):
        try:
            answer = _get(url)
            if not isinstance(answer, str):
                return answer
            url = urljoin(url, answer)
        except ValueError as error:  # no port has that number, no host that name
            raise Refused("not a web address") from error
    raise Refused("too many redirects")


def _get(url: str) -> str | tuple[str, bytes]:
    """The picture, or where we are sent for it."""
    import httpx  # noqa: PLC0415 -- slow to start

    try:
        with _asked(url, "image/*") as response:
            if response.is_redirect:
                return str(response.headers.get("location", ""))
            return _picture(response)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise Refused(type(error).__name__) from error


@contextmanager
def _asked(url: str, accept: str) -> Iterator["Response"]:
    """The answer of a public server, to be read. Raises Refused, and what httpx raises."""
    import httpx  # noqa: PLC0415 -- slow to start

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused("not a web address")
    address = public_address(parts.hostname)
    host = f"[{address}]" if ":" in address else address
    pinned = parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host).geturl()
    headers = {
        "Host": parts.netloc.rpartition("@")[2],
        "Accept": accept,
        "Accept-Encoding": "identity",
        "User-Agent": "Ahlan",
    }
    with (
        httpx.Client(timeout=SECONDS, trust_env=False) as client,
        client.stream(
            "GET", pinned, headers=headers, extensions={"sni_hostname": parts.hostname}
        ) as response,
    ):
        yield response


def fetch_file(url: str, largest: int) -> tuple[str, bytes]:
    """(content type, bytes) of any file on a public server. Raises Refused for good, OSError for what may pass."""
    import httpx  # noqa: PLC0415 -- slow to start

    try:
        for _redirect in range(MOST_REDIRECTS + 1):
            with _asked(url, "*/*") as response:
                if not response.is_redirect:
                    return content_of(response, largest)
                url = urljoin(url, str(response.headers.get("location", "")))
    except (httpx.InvalidURL, ValueError, UnicodeError) as error:
        raise Refused("not a web address") from error
    except httpx.HTTPError as error:
        raise OSError(type(error).__name__) from error
    raise Refused("too many redirects")


def content_of(response: "Response", largest: int) -> tuple[str, bytes]:
    """What a streamed answer holds, of at most so many bytes. Raises Refused, OSError."""
    if response.status_code == 429 or response.status_code >= 500:
        raise OSError(f"the server said {response.status_code}")
    if response.status_code != 200:
        raise Refused(f"the server said {response.status_code}")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise Refused("packed")
    content, ends = bytearray(), time.monotonic() + SLOWEST
    for chunk in response.iter_raw():
        content += chunk
        if len(content) > largest:
            raise Refused("too large")
        if time.monotonic() > ends:
            raise OSError("too slow")
    return response.headers.get("content-type", "").partition(";")[0].strip().lower(), bytes(content)


def _picture(response: "Response") -> tuple[str, bytes]:
    content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if response.status_code != 200 or content_type not in PICTURES:
        raise Refused("no picture there")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise Refused("packed")  # a small answer must not unfold into a large one
    content, ends = bytearray(), time.monotonic() + SECONDS
    for chunk in response.iter_raw():
        content += chunk
        if time.monotonic() > ends:
            raise Refused("too slow")
        if len(content) > LARGEST:
            raise Refused("too large")
    return content_type, bytes(content)


def public_address(host: str) -> str:
    """An address of that host which is on the public internet. Raises Refused when any of them is not.

    The caller connects to the address given here, so a name that changes its mind cannot lead us inside.
    """
    try:
        found = [
            ipaddress.ip_address(info[4][0])
            for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        ]
    except (OSError, ValueError, UnicodeError) as error:
        raise Refused("no such server") from error
    if not found or not all(address.is_global and not address.is_multicast for address in found):
        raise Refused("not a public server")
    return str(found[0])
