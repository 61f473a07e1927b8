import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import include, path, resolve

from ahlan.core import navigation
from ahlan.core.navigation import entries, entry, here


def page(request: HttpRequest, number: int = 0) -> HttpResponse:
    return HttpResponse()


desk = ([path("", page, name="start"), path("tickets/<int:number>/", page, name="ticket")], "desk")
people = ([path("settings/", page, name="all"), path("settings/people/", page, name="people")], "people")
urlpatterns = [path("", include(desk)), path("", include(people))]


class Somebody:
    def __init__(self, *permissions: str) -> None:
        self.permissions = permissions

    def has_perm(self, permission: str) -> bool:
        return permission in self.permissions


@pytest.fixture(autouse=True)
def own_entries(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    monkeypatch.setattr(navigation, "_entries", {})
    settings.ROOT_URLCONF = __name__  # type: ignore[attr-defined]
    entry("people", "People", "people:people", "users", 20, "staff.manage", place="settings")
    entry("settings", "Settings", "people:all", "settings", 20, "staff.manage")
    entry("desk", "Inbox", "desk:start", "inbox", 10)
    entry("later", "Later", "nowhere:yet", "clock", 5)


def request(address: str, *permissions: str) -> HttpRequest:
    made = RequestFactory().get(address)
    made.user = Somebody(*permissions)  # type: ignore[assignment]
    made.resolver_match = resolve(address)
    return made


def test_entries_are_ordered_and_only_those_one_may_see() -> None:
    assert [one.key for one in entries(request("/"))] == ["desk"]
    assert [one.key for one in entries(request("/", "staff.manage"))] == ["desk", "settings"]
    assert [one.key for one in entries(request("/", "staff.manage"), "settings")] == ["people"]


@pytest.mark.parametrize(
    ("address", "key"), [("/", "desk"), ("/tickets/12/", "desk"), ("/settings/people/", "settings")]
)
def test_the_entry_one_stands_under_is_marked(address: str, key: str) -> None:
    asked = request(address, "staff.manage")

    assert here(asked, entries(asked)) == key


def test_entering_again_replaces() -> None:
    entry("desk", "Desk", "desk:start", "inbox", 10)

    assert [one.title for one in entries(request("/"))] == ["Desk"]
