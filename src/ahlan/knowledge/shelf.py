"""The help centre's pages, drawn once and handed out again until anything in them has changed.

What strangers read is the same for all of them, so a page is kept whole, with its headers and packed, under the stamp of what it was
drawn from (`outline`). Asked again it costs one short statement; a browser that has it already gets 304. Each process keeps its own.
"""

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response

from ahlan.channels.webform.models import Webform
from ahlan.core.languages import INSTALLED
from ahlan.events.definitions import Definitions
from ahlan.knowledge.models import HelpCentre, Section

ROOT = "/help/"
FRESH = "public, max-age=60, stale-while-revalidate=600"
MOST_PAGES, MOST_BYTES, LONGEST_PLACE = 2_000, 32 * 1024 * 1024, 600
SEARCHED = "s"  # tells the form at a page's end which search led there; the page itself is the same


@dataclass(frozen=True, slots=True)
class Outline:
    """What every page of the help centre needs: how it presents itself, and the public sections in order."""

    centre: HelpCentre
    sections: tuple[Section, ...]

    @property
    def languages(self) -> list[str]:
        return self.centre.languages or list(INSTALLED)


def _read() -> Outline:
    centre = HelpCentre.objects.select_related("webform").first() or HelpCentre()
    return Outline(centre, tuple(Section.objects.filter(audience="customers")[:200]))


outline = Definitions("knowledge", read=_read, of=[HelpCentre, Section, Webform])


@dataclass(frozen=True, slots=True)
class Page:
    stamp: int | None
    headers: dict[str, str]
    content: bytes
    packed: bytes
    etag: str


class Shelf:
    """The middleware; it stands before all others, for a page from the shelf needs none of them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.pages: OrderedDict[tuple[str, ...], Page] = OrderedDict()
        self.bytes = 0
        self.lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(ROOT) or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        place = (request.scheme or "", request.META.get("HTTP_HOST", ""), request.path, _query(request))
        stamp = outline.stamp()
        page = self.pages.get(place)
        if page is None or page.stamp != stamp:
            response = self.get_response(request)
            if not getattr(response, "is_for_all", False) or not isinstance(response, HttpResponse):
                return response
            page = self._kept(place, _page(stamp, response))
        return _answer(request, page)

    def _kept(self, place: tuple[str, ...], page: Page) -> Page:
        """Kept, and the oldest let go where there is no more room."""
        if sum(map(len, place)) > LONGEST_PLACE:
            return page
        with self.lock:
            old = self.pages.pop(place, None)
            self.pages[place] = page
            self.bytes += _size(page) - (_size(old) if old else 0)
            while self.bytes > MOST_BYTES or len(self.pages) > MOST_PAGES:
                self.bytes -= _size(self.pages.popitem(last=False)[1])
        return page


def for_all(response: HttpResponse) -> HttpResponse:
    """Let the shelf keep an answer: it is the same for whoever asks, by whatever cookies or languages."""
    response.is_for_all = True  # type: ignore[attr-defined]
    return response


def _query(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop(SEARCHED, None)
    return query.urlencode()


def _page(stamp: int | None, response: HttpResponse) -> Page:
    """The answer as it is kept: without what the other middleware says of cookies and languages, which it does not go by."""
    kept = {name: value for name, value in response.items() if name not in ("Vary", "Content-Length")}
    kept["Cache-Control"] = FRESH
    content = response.content
    digest = hashlib.sha256(content).hexdigest()[:20]
    return Page(stamp, kept, content, gzip.compress(content, 6, mtime=0), f'W/"{digest}"')


def _size(page: Page) -> int:
    return len(page.content) + len(page.packed) + 1_000


def _answer(request: HttpRequest, page: Page) -> HttpResponseBase:
    packs = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    response = HttpResponse(page.packed if packs else page.content, headers=page.headers)
    if packs:
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))
    response["Vary"] = "Accept-Encoding"
    response["ETag"] = page.etag
    found = get_conditional_response(request, etag=page.etag, response=response)
    return found if isinstance(found, HttpResponseBase) else response
