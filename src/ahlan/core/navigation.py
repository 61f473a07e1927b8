"""What stands in the rail and in the settings menu. Rooms enter themselves when they are ready:

entry("tickets", _("Inbox"), "tickets:workspace", "inbox", order=10)
entry("staff.people", _("People"), "staff:people", "users", order=10, permission="staff.manage", place="settings")
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

RAIL, SETTINGS = "rail", "settings"
GROUPS = (  # of the settings: from which order on
    (0, pgettext_lazy("group of settings", "You")),
    (20, pgettext_lazy("group of settings", "People")),
    (30, pgettext_lazy("group of settings", "The desk")),
    (37, pgettext_lazy("group of settings", "Words")),
    (42, pgettext_lazy("group of settings", "Tickets")),
    (70, pgettext_lazy("group of settings", "Upkeep")),
)


@dataclass(frozen=True)
class Entry:
    key: str
    title: str | Promise
    url_name: str
    icon: str
    order: int
    permission: str | None = None
    place: str = RAIL

    @property
    def url(self) -> str:
        """Its address, or "" while nobody has given the page one."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return ""

    @property
    def group(self) -> str | Promise:
        """The heading it stands under; "" in the rail, which has none."""
        return [name for start, name in GROUPS if start <= self.order][-1] if self.place == SETTINGS else ""

    @property
    def namespace(self) -> str:
        return self.url_name.rpartition(":")[0]


_entries: dict[str, Entry] = {}


def entry(
    key: str,
    title: str | Promise,
    url_name: str,
    icon: str,
    order: int,
    permission: str | None = None,
    *,
    place: str = RAIL,
) -> Entry:
    """Enter a page; entering the same key again replaces it. `icon` is a Lucide name."""
    made = Entry(key, title, url_name, icon, order, permission, place)
    _entries[key] = made
    return made


def entries(request: HttpRequest, place: str = RAIL) -> list[Entry]:
    """The entries this person may see, in order."""
    user = getattr(request, "user", None)
    found = (one for one in _entries.values() if one.place == place and one.url)
    allowed = [one for one in found if one.permission is None or (user and user.has_perm(one.permission))]
    return sorted(allowed, key=lambda one: (one.order, one.key))


def here(request: HttpRequest, shown: list[Entry]) -> str:
    """The key of the entry this page belongs to: the longest address it lies under, else its room's; or ""."""
    match = request.resolver_match
    under = [one for one in shown if one.url != "/" and request.path.startswith(one.url)]
    if under:
        return max(under, key=lambda one: len(one.url)).key
    same_room = [one for one in shown if match and one.namespace and one.namespace == match.namespace]
    return same_room[0].key if same_room else ""
