"""Questionnaires of the house: those that came with it, new editions, and the page on which they are made."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ahlan.core.languages import INSTALLED
from ahlan.courtesy.actions.questionnaires import (
    ChangedMeanwhile,
    TooManyQuestionnaires,
    make_ready,
    put_questionnaire_away,
    save_questionnaire,
)
from ahlan.courtesy.models import Edition, Questionnaire
from ahlan.courtesy.queries import at_hand, latest_edition
from ahlan.courtesy.questions import Asks, BadQuestionnaire, check
from ahlan.courtesy.ready_questionnaires import READY_QUESTIONNAIRES
from ahlan.courtesy.tests.makers import client_of, events

pytestmark = pytest.mark.django_db
SMALL: dict[str, Any] = {
    "title": {"en": "Colour"},
    "intro": {},
    "questions": [{"id": "a", "kind": "yes_no", "wording": {"en": "Blue?"}}],
}


def asks(*questions: dict[str, Any], **over: Any) -> Asks:
    made = [{"kind": "text", "wording": {"en": "What?"}, **one} for one in questions]
    return Asks.of({**SMALL, **({"questions": made} if questions else {}), **over})


def texts_in(value: Any):
    """Every wording in what is kept."""
    if isinstance(value, dict) and set(value) & set(INSTALLED):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_in(one)


@pytest.mark.parametrize("key", READY_QUESTIONNAIRES)
def test_what_comes_with_the_house_is_whole_in_six_languages(key):
    given = READY_QUESTIONNAIRES[key]

    assert check(Asks.of(given))
    assert all(set(one) == set(INSTALLED) for one in texts_in(given))


def test_what_comes_with_the_house_comes_once_and_with_better_words_until_it_is_changed(monkeypatch):
    make_ready()
    make_ready()
    first = Edition.objects.count()
    monkeypatch.setitem(READY_QUESTIONNAIRES, "need", SMALL)
    make_ready()
    save_questionnaire(Questionnaire.objects.get(key="fault"), asks(), actor="system")
    monkeypatch.setitem(READY_QUESTIONNAIRES, "fault", {**SMALL, "title": {"en": "Sound"}})
    make_ready()

    assert first == 3
    assert str(Questionnaire.objects.get(key="need")) == "Colour"
    assert str(Questionnaire.objects.get(key="fault")) == "Colour"


def test_a_new_edition_leaves_the_old_one_and_the_same_again_makes_none():
    made = save_questionnaire(None, asks(), actor="system")
    save_questionnaire(made, asks(), actor="system")
    save_questionnaire(made, asks(title={"en": "Colours"}), actor="system")

    assert list(made.editions.order_by("number").values_list("number", "kept__title__en")) == [
        (1, "Colour"),
        (2, "Colours"),
    ]
    assert events("questionnaire.saved") == [{"number": 1}, {"number": 2}]


def test_two_who_change_it_at_once_do_not_undo_each_other():
    made = save_questionnaire(None, asks(), actor="system")
    save_questionnaire(made, asks(title={"en": "Mine"}), seen=1, actor="system")

    with pytest.raises(ChangedMeanwhile):
        save_questionnaire(made, asks(title={"en": "Yours"}), seen=1, actor="system")


BAD = [
    ("title", asks(title={"en": " "})), ("none", Asks.of({**SMALL, "questions": []})), ("many", asks(*({"id": f"a{n}"} for n in range(41)))),
    ("wording", asks({"id": "a", "wording": {}})), ("options", asks({"id": "a", "kind": "choice", "options": [{"id": "x", "label": {"en": "X"}}]})),
    ("options", asks({"id": "a", "kind": "choice", "options": [{"id": "x", "label": {"en": "X"}}, {"id": "x", "label": {"en": "Y"}}]})),
    ("when", asks({"id": "a", "when": ["b", "yes"]}, {"id": "b", "kind": "yes_no"})), ("when", asks({"id": "b", "kind": "yes_no"}, {"id": "a", "when": ["b", "maybe"]})),
    ("unknown", asks({"id": "a"}, {"id": "a"})), ("unknown", asks({"id": "a b"})), ("unknown", asks(title={"xx": "?"})),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "given"), BAD)
def test_what_cannot_be_asked_is_refused(reason, given):
    with pytest.raises(BadQuestionnaire) as refused:
        save_questionnaire(None, given, actor="system")

    assert refused.value.reason == reason
    assert not Questionnaire.objects.exists()


def test_what_depends_on_what_is_not_asked_is_not_asked():
    chain = asks(
        {"id": "a", "kind": "yes_no"},
        {"id": "b", "kind": "yes_no", "when": ["a", "yes"]},
        {"id": "c", "when": ["b", "yes"]},
    )

    told = [
        [one.id for one in chain.asked(given)]
        for given in ({}, {"a": "yes"}, {"a": "yes", "b": "yes"}, {"a": "no", "b": "yes"})
    ]

    assert told == [["a"], ["a", "b"], ["a", "b", "c"], ["a"]]


def test_one_is_put_away_and_brought_back(chief):
    made = save_questionnaire(None, asks(), actor="system")
    client = client_of(chief)
    for _ in range(2):
        client.post(f"/settings/questionnaires/{made.pk}/putting-away/")
    away = at_hand()
    page = client.get("/settings/questionnaires/").content.decode()
    client.post(f"/settings/questionnaires/{made.pk}/putting-away/", {"undo": "1"})

    assert (away, at_hand()) == ([], [made])
    assert "Bring back" in page
    assert "No questionnaire is in use" in page
    assert [len(events(f"questionnaire.{kind}")) for kind in ("put_away", "brought_back")] == [1, 1]
    put_questionnaire_away(made, False, actor="system")


def test_there_is_an_end_to_questionnaires(monkeypatch):
    monkeypatch.setattr("ahlan.courtesy.actions.questionnaires.MOST", 0)

    with pytest.raises(TooManyQuestionnaires):
        save_questionnaire(None, asks(), actor="system")


NEW = {"language": "fi", "title": "Väri", "row": ["0", "1"], "id-0": "a", "kind-0": "choice", "wording-0": "Mikä?", "option-0": ["x", "y"], "label-0-x": "Sininen", "label-0-y": "Muu",
       "id-1": "b", "kind-1": "text", "wording-1": "Mikä muu?", "when-1": "a=y", "required-1": "1"}  # fmt: skip


def test_it_is_made_on_its_page_and_worded_in_a_second_language(chief):
    client = client_of(chief)
    response = client.post("/settings/questionnaires/new/", NEW)
    made = Questionnaire.objects.get()
    second = {
        **NEW,
        "language": "en",
        "title": "Colour",
        "wording-0": "Which?",
        "label-0-x": "Blue",
        "label-0-y": "",
        "wording-1": "",
        "number": "1",
    }
    client.post(response["Location"], second)

    edition = latest_edition(made).asks
    assert response["Location"] == f"/settings/questionnaires/{made.pk}/?language=fi"
    assert edition.title == {"fi": "Väri", "en": "Colour"}
    assert edition.questions[0].wording == {"fi": "Mikä?", "en": "Which?"}
    assert [one.label for one in edition.questions[0].options] == [
        {"fi": "Sininen", "en": "Blue"},
        {"fi": "Muu"},
    ]
    assert (edition.questions[1].when, edition.questions[1].required, edition.questions[1].wording) == (
        ("a", "y"),
        True,
        {"fi": "Mikä muu?"},
    )


def test_an_earlier_edition_is_looked_at_and_brought_back(chief):
    made = save_questionnaire(None, asks(), actor="system")
    save_questionnaire(made, asks(title={"en": "Worse"}), actor="system")
    client, place = client_of(chief), f"/settings/questionnaires/{made.pk}/"

    page = client.get(f"{place}?edition=1&language=en").content.decode()
    given = {
        "language": "en",
        "edition": "1",
        "number": "2",
        "title": "Colour",
        "row": "0",
        "id-0": "a",
        "kind-0": "yes_no",
        "wording-0": "Blue?",
    }
    client.post(place, given)

    assert 'value="Colour"' in page
    assert "earlier edition" in page
    assert latest_edition(made).asks == asks()
    assert [one.number for one in made.editions.order_by("number")] == [1, 2, 3]
    assert client.get(f"{place}?edition=9").status_code == 404


def test_its_buttons_change_the_form_and_save_nothing(chief):
    client = client_of(chief)

    def press(**button: str) -> str:
        return client.post(
            "/settings/questionnaires/new/", {**NEW, **button}, headers={"HX-Request": "true"}
        ).content.decode()

    assert press(more="1").count('name="row"') == 3
    assert press(more="1").count("autofocus") == press(option="0").count("autofocus") == 1
    assert press(less="0").count('name="row"') == 1
    assert press(option="0").count('name="option-0"') == 3
    assert press(**{"less-option": "0-x"}).count('name="option-0"') == 2
    moved = press(up="1")
    assert moved.index("Mikä muu?") < moved.index('value="Mikä?"')
    assert 'value="a=y" selected' not in moved
    assert press(kind="1", **{"kind-0": "text"}).count('name="option-0"') == 0
    assert "<html" in client.post("/settings/questionnaires/new/", {**NEW, "more": "1"}).content.decode()
    assert not Questionnaire.objects.exists()


def test_what_is_wrong_stands_where_it_is_wrong(chief):
    client = client_of(chief)

    for given, told in (
        ({**NEW, "title": ""}, "Give it a title"),
        ({**NEW, "wording-1": ""}, "Word the question"),
        ({**NEW, "label-0-y": ""}, "at least two"),
        ({"language": "fi", "title": "x"}, "Ask something"),
    ):
        response = client.post("/settings/questionnaires/new/", given)
        assert response.status_code == 422
        assert told in response.content.decode()


def test_hostile_forms_are_read_as_far_as_they_make_sense(chief):
    odd = {
        "language": "xx",
        "title": "T\x00",
        "row": ["0", "x", "9" * 20, "-1"],
        "id-0": "a b",
        "kind-0": "bomb",
        "wording-0": "W" * 5000,
        "option-0": ["<", "x" * 200],
        "when-0": "a=" * 500,
        "number": "9" * 40,
    }

    client_of(chief).post("/settings/questionnaires/new/", odd)

    made = latest_edition(Questionnaire.objects.get()).asks
    assert (made.title["en"], len(made.questions), len(made.questions[0].wording["en"])) == ("T", 1, 300)


def test_who_comes_later_is_told(chief):
    made = save_questionnaire(None, asks(), actor="system")
    save_questionnaire(made, asks(title={"en": "Mine"}), actor="system")

    response = client_of(chief).post(f"/settings/questionnaires/{made.pk}/", {**NEW, "number": "1"})

    assert response.status_code == 422
    assert "Somebody else has saved it meanwhile" in response.content.decode()


@pytest.mark.parametrize("language", INSTALLED)
def test_it_is_looked_at_before_it_is_asked(chief, language):
    make_ready()
    made = Questionnaire.objects.get(key="return")

    page = (
        client_of(chief)
        .get(f"/settings/questionnaires/{made.pk}/preview/?language={language}")
        .content.decode()
    )

    assert READY_QUESTIONNAIRES["return"]["title"][language] in page
    assert 'name="later"' not in page


def test_only_those_who_may_set_them_up(ada):
    made = save_questionnaire(None, asks(), actor="system")
    place = f"/settings/questionnaires/{made.pk}/"
    for address in ("/settings/questionnaires/", "/settings/questionnaires/new/", place, f"{place}preview/"):
        assert client_of(ada).get(address).status_code == 403
    assert client_of(ada).post(f"{place}putting-away/").status_code == 403


def test_the_list_costs_the_same_for_more(chief):
    client, costs = client_of(chief), []
    for count in (1, 2):
        for _ in range(count):
            save_questionnaire(None, asks(), actor="system")
        client.get("/settings/questionnaires/")
        with CaptureQueriesContext(connection) as taken:
            client.get("/settings/questionnaires/")
        costs.append(len(taken))

    assert costs[0] == costs[1]
