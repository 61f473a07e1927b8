"""The way from the command palette to the page that finds everything."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ahlan.core.palette import Hit, finds


@finds(gettext_lazy("Search"), order=90)
def onward(request: HttpRequest, words: str) -> Iterable[Hit]:
    """All that is found for the words, on a page of its own."""
    address = reverse("search:search")
    title = _("Everything found for “%(words)s”") % {"words": words} if words else _("Search everything")
    yield Hit(title, f"{address}?{urlencode({'q': words})}" if words else address, "search")
