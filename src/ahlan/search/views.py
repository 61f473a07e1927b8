"""The page that finds: as one types, by kind, with filters to choose from."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ahlan.search import hearing
from ahlan.search.asking import LONGEST
from ahlan.search.finding import PAGE, Results, find
from ahlan.search.sources import sources

FEW = 5  # of each kind while all kinds are shown
DEEPEST = 140  # hits; nobody turns more pages


@login_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """`q` in words, `kind` of a source (all without), `start` of a page. As a fragment while somebody types."""
    kind = _kind(request)
    start = _start(request) if kind else 0
    typing = _is_fragment(request) and "typing" in request.GET
    asked = request.GET.get("q", "")[: LONGEST * 4]
    results = find(
        asked,
        request.user,
        kinds=[kind] if kind else None,
        size=PAGE if kind else FEW,
        start=start,
        typing=typing,
    )
    if not typing and not start and results.asked.words:
        hearing.tell(results, request.user)
    context = _context(request, results, kind, start)
    return render(request, "search/_results.html" if _is_fragment(request) else "search/search.html", context)


def _is_fragment(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers


def _kind(request: HttpRequest) -> str:
    """The one source asked for; "" for all."""
    given = request.GET.get("kind", "")
    return given if any(one.kind == given for one in sources()) else ""


def _start(request: HttpRequest) -> int:
    given = request.GET.get("start", "")
    return min(int(given), DEEPEST) if given.isdecimal() and len(given) < 5 else 0


def _context(request: HttpRequest, results: Results, kind: str, start: int) -> dict[str, Any]:
    text = results.asked.text
    found = [
        {
            "source": one.source,
            "hits": one.hits,
            "more": _more(text, one.source.kind, one.more, start if kind else None),
        }
        for one in results.found
    ]
    instead = results.instead
    return {
        "results": results,
        "asked": text,
        "kind": kind,
        "found": found,
        "tabs": [
            ("", _("All"), _url(text)),
            *((one.kind, one.title, _url(text, one.kind)) for one in _open(request)),
        ],
        "instead": instead,
        "instead_url": _url(instead, kind),
        "chips": [] if _is_fragment(request) else _chips(request),
    }


def _open(request: HttpRequest) -> list[Any]:
    """The sources this person may find anything in."""
    return [one for one in sources() if one.open_to(request.user) != ()]


def _more(text: str, kind: str, more: bool, start: int | None) -> str:
    """Where the rest of a kind is shown: its own tab, and there its next page. "" when this is all."""
    if not more or (start is not None and start + PAGE > DEEPEST):
        return ""
    return _url(text, kind) if start is None else _url(text, kind, start + PAGE)


def _url(text: str, kind: str = "", start: int = 0) -> str:
    given = {"q": text, "kind": kind, "start": start}
    return f"{reverse('search:search')}?{urlencode({key: value for key, value in given.items() if value})}"


def _chips(request: HttpRequest) -> list[dict[str, Any]]:
    """The filters one may add, with a few values of each."""
    found: dict[str, dict[str, Any]] = {}
    for source in _open(request):
        for name, one in source.filters(request.user).items():
            found.setdefault(name, {"name": name, "title": one.name, "choices": one.choices()})
    dates = [("after", _("Since a day")), ("before", _("Before a day"))]
    return [*found.values(), *({"name": name, "title": title, "choices": []} for name, title in dates)]
