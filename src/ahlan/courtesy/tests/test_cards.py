"""Technique cards: in six languages, changed by the house without losing what comes with an upgrade, put away and brought back."""

import pytest
from tests.makers import make_ticket

from ahlan.core.languages import INSTALLED
from ahlan.courtesy.actions.cards import TooManyCards, bring_words_back, put_away, restore_card, save_card
from ahlan.courtesy.cards import at_hand, card_named, cards, search
from ahlan.courtesy.models import Card
from ahlan.courtesy.ready_cards import READY_CARDS, Kind
from ahlan.courtesy.steps import Step, Word, steps_in
from ahlan.courtesy.tests.makers import client_of, events

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("card", READY_CARDS, ids=lambda one: one.key)
def test_each_card_of_the_house_speaks_all_six_languages(card):
    assert set(card.texts) == set(INSTALLED)
    assert len({text.count("…") for text in card.texts.values()}) == 1


@pytest.mark.parametrize("language", INSTALLED)
@pytest.mark.parametrize(
    ("key", "step"), [("welcome", Step.WELCOME), ("anything-else", Step.CHECK), ("open-door", Step.DOOR)]
)
def test_the_phrase_of_a_step_takes_that_step(language, key, step):
    assert steps_in(Word(1, True, card_named(key).texts[language], language)) == [step]


def test_only_what_the_house_has_changed_is_kept(ada):
    ready = card_named("angry")

    save_card(ready, texts={**ready.texts, "fi": "Voi ei: …", "he": ""}, actor="system")

    told = card_named("angry")
    assert Card.objects.get().texts == {"fi": "Voi ei: …"}
    assert (told.texts["fi"], told.texts["he"], told.own) == ("Voi ei: …", ready.texts["he"], {"fi"})
    assert events("card.saved") == [{"key": "angry"}]


def test_back_to_the_original(ada):
    save_card(card_named("angry"), texts={"fi": "Voi ei: …"}, actor="system")

    restore_card(card_named("angry"), actor="system")
    restore_card(card_named("angry"), actor="system")

    assert card_named("angry").texts == next(one.texts for one in READY_CARDS if one.key == "angry")
    assert events("card.restored") == [{"key": "angry"}]


def test_the_words_one_had_come_back_from_the_original():
    save_card(card_named("angry"), texts={"fi": "Voi ei: …"}, actor="system")
    restore_card(card_named("angry"), actor="system")
    bring_words_back(card_named("angry"), actor="system")
    bring_words_back(card_named("angry"), actor="system")
    own = save_card(name="Own", texts={"en": "x"}, actor="system")

    assert (card_named("angry").texts["fi"], card_named("angry").dropped) == ("Voi ei: …", False)
    assert len(events("card.saved")) == 3
    with pytest.raises(ValueError):
        restore_card(card_named(f"own-{own.pk}"), actor="system")


def test_a_card_of_ones_own_is_made_put_away_and_brought_back(ada):
    made = save_card(name=" Rain  check ", kind=Kind.EXPLANATION, texts={"en": "It rains: …"}, actor="system")
    slug = f"own-{made.pk}"
    put_away(card_named(slug), actor="system")
    away = [one.slug for one in at_hand()]
    put_away(card_named(slug), actor="system")
    put_away(card_named(slug), False, actor="system")

    assert made.name == "Rain check"
    assert slug not in away
    assert slug in [one.slug for one in at_hand()]
    assert (len(events("card.put_away")), len(events("card.brought_back"))) == (1, 1)


@pytest.mark.parametrize(
    "given",
    [
        {"name": "", "texts": {"en": "x"}},
        {"name": "x", "texts": {"en": " "}},
        {"name": "x", "texts": {"xx": "x"}},
        {"name": "x", "texts": {"en": "x"}, "kind": "y"},
    ],
)
def test_a_card_that_says_nothing_is_refused(given):
    with pytest.raises(ValueError):
        save_card(**given, actor="system")

    assert not Card.objects.exists()


def test_there_is_an_end_to_cards(monkeypatch):
    monkeypatch.setattr("ahlan.courtesy.actions.cards.MOST", 1)
    save_card(name="One", texts={"en": "x"}, actor="system")

    with pytest.raises(TooManyCards):
        save_card(name="Two", texts={"en": "x"}, actor="system")


def test_a_card_speaks_the_customers_language_or_the_next_best(desk, cy):
    desk.language = "he"
    own = save_card(name="Own", texts={"ru": "Да", "he": "כן"}, actor="system")
    card = card_named(f"own-{own.pk}")

    told = [card.text_for(make_ticket(inbox=desk, customer=cy, language=one)) for one in ("ru", "fi", "")]

    assert told == ["Да", "כן", "כן"]


def test_cards_are_found_by_name_and_words_in_any_language():
    assert [one.slug for one in search("vihainen")] == []
    assert "angry" in [one.slug for one in search("HARMITTAA")]
    assert "problem-solution-benefit" in [one.slug for one in search("benefit")]
    assert search("x" * 200) == []


def test_the_composer_gets_them_filled_in_for_the_customer(desk, cy, ada):
    save_card(card_named("welcome"), texts={"en": "Dear {{customer.first_name}}, welcome."}, actor="system")
    ticket = make_ticket(inbox=desk, customer=cy, language="en")

    listed = client_of(ada).get(f"/tickets/{ticket.pk}/cards/").content.decode()
    picked = client_of(ada).get(f"/tickets/{ticket.pk}/shortcuts/?q=wel").content.decode()

    assert "Dear Cy, welcome." in listed
    assert 'data-text="Dear Cy, welcome."' in picked
    assert "Nothing fits" not in picked


def test_only_those_who_may_change_cards(ada, chief):
    for address in ("/settings/way/", "/settings/cards/new/", "/settings/cards/angry/"):
        assert client_of(ada).get(address).status_code == 403
    for address in ("/settings/cards/angry/putting-away/", "/settings/cards/angry/original/"):
        assert client_of(ada).post(address).status_code == 403
    assert client_of(chief).get("/settings/cards/nonsense/").status_code == 404


def test_cards_are_changed_on_their_page(chief):
    client = client_of(chief)
    nameless = client.post("/settings/cards/new/", {"text_en": "x", "kind": "empathy"})
    wordless = client.post("/settings/cards/new/", {"name": "x", "kind": "empathy"})
    client.post("/settings/cards/new/", {"name": "Own", "kind": "empathy", "text_ar": "نعم\x00"})
    client.post("/settings/cards/angry/", {"text_en": "Oh: …"})
    changed = card_named("angry").texts["en"]
    client.post("/settings/cards/angry/original/")
    offered = client.get("/settings/cards/angry/").content.decode()
    client.post("/settings/cards/angry/putting-away/")
    page = client.get("/settings/way/").content.decode()

    assert (nameless.status_code, wordless.status_code) == (422, 422)
    assert [one.texts for one in cards() if one.name == "Own"] == [{"ar": "نعم"}]
    assert (changed, card_named("angry").own) == ("Oh: …", frozenset())
    assert "Bring back" in page
    assert "Bring your words back" in offered
