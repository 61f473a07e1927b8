import pytest
from django.http import HttpRequest
from django.test import Client
from tests.makers import make_customer, make_inbox, make_ticket

from ahlan.core import palette
from ahlan.core.palette import MOST, Hit, fits, found

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def ask(agent, words: str) -> str:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client.get("/palette/", {"q": words}).content.decode()


@pytest.fixture
def no_finders(monkeypatch):
    monkeypatch.setattr(palette, "_finders", {})


@pytest.mark.parametrize(
    ("words", "expected"), [("", True), ("BUS hours", True), ("hours bus", True), ("bus x", False)]
)
def test_words_fit_in_any_order_and_case(words, expected):
    assert fits(words, "Business", "Hours") is expected


def test_one_kind_of_hit_does_not_fill_the_palette_and_a_broken_one_leaves_the_others(no_finders):
    @palette.finds("many", order=2)
    def many(request, words):
        return (Hit(f"{words} {n}", "/", "x") for n in range(100))

    @palette.finds("broken", order=1)
    def broken(request, words):
        raise LookupError

    assert [(title, len(hits)) for title, hits in found(HttpRequest(), " a ")] == [("many", MOST)]


@pytest.mark.django_db
def test_pages_are_those_one_may_see(chief, ada):
    offered = [("/settings/people/" in ask(one, "people")) for one in (chief, ada)]

    assert offered == [True, False]


@pytest.mark.django_db
def test_a_ticket_is_found_by_number_only_by_those_who_may_see_it(ada, desk):
    mine = make_ticket(subject="Wet parcel", inbox=desk)
    other = make_ticket(subject="Secret", inbox=make_inbox(address="other@desk.example"))

    assert ["Wet parcel" in ask(ada, f"#{mine.pk}"), "Secret" in ask(ada, str(other.pk))] == [True, False]


@pytest.mark.django_db
def test_ones_own_open_tickets_are_found_by_their_words(ada, desk):
    make_ticket(subject="حزمة مبللة", inbox=desk, assignee=ada)
    make_ticket(subject="Not mine, حزمة", inbox=desk)
    shown = ask(ada, "حزمة")

    assert ["حزمة مبللة" in shown, "Not mine" in shown] == [True, False]


@pytest.mark.django_db
def test_customers_are_found_by_the_beginning_of_their_address_and_by_its_words(ada):
    make_customer(name="Aino", address="aino@lapsi.example")

    assert ["Aino" in ask(ada, words) for words in ("aino@l", "lapsi", "apsi", "a")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.django_db
def test_strangers_find_nothing():
    response = Client().get("/palette/", {"q": "1"})

    assert response.status_code == 302
