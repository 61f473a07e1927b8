"""A language model that answers well, nonsense, slowly or never: a customer hears only what stands on articles, or a person."""

import threading
import time
from datetime import UTC

import pytest
from tests.makers import make_caller

from ahlan.assistant import model as port
from ahlan.assistant.actions.settings import set_house
from ahlan.assistant.grounding import Ungrounded, check, grounded
from ahlan.assistant.model import Busy, NotAnswered, ask, spent_today
from ahlan.assistant.models import Reason, Spent, Stands
from ahlan.assistant.tests.makers import chat, client_of, events, heard_by, make_bot, stands
from ahlan.core.clock import now
from ahlan.knowledge.models import Need, Translation

pytestmark = pytest.mark.django_db
QUESTION = [{"role": "user", "content": "Hello"}]
ASKS = "My cup came broken. What now?"


@pytest.fixture
def modelled(visitor, model):
    make_bot(visitor.inbox, uses_model=True)
    return model


# --- the port -------------------------------------------------------------------------------------------------------------------


def test_it_is_read_as_a_stream(model):
    heard: list[str] = []

    answer = ask(QUESTION, tell=heard.append)

    assert (answer.text, answer.tokens) == (model.words, 321)
    assert len(heard) == 2 and heard[-1] == model.words
    (asked,) = model.asked
    assert (asked["path"], asked["key"], asked["model"], asked["stream"]) == (
        "/v1/chat/completions",
        "Bearer secret",
        "small",
        True,
    )
    assert spent_today() == 321


@pytest.mark.parametrize(
    ("way", "why"),
    [
        ("500", "refused"), ("429", "refused"), ("302", "refused"), ("empty", "empty"), ("unfinished", "cut"), ("cut", "cut"),
        ("garbage", "unreadable"), ("strange", "unreadable"), ("html", "cut"), ("huge", "long"), ("endless_line", "long"),
        ("silent", "slow"), ("drip", "slow"),
    ],
)  # fmt: skip
def test_whatever_goes_wrong_is_no_answer(model, way, why):
    model.way = way
    began = time.monotonic()

    with pytest.raises(NotAnswered) as refusal:
        ask(QUESTION)

    assert refusal.value.why == why
    assert time.monotonic() - began < 3
    assert spent_today() < port.MOST_TOKENS  # what was set aside is given back


def test_one_that_goes_on_too_long_is_left(model):
    model.way, model.words = "slow", "word " * 50

    with pytest.raises(NotAnswered) as refusal:
        ask(QUESTION)

    assert refusal.value.why == "slow"


def test_nobody_at_the_address(settings):
    settings.MODEL_URL, settings.MODEL = "http://127.0.0.1:9/v1", "small"

    with pytest.raises(NotAnswered) as refusal:
        ask(QUESTION)

    assert refusal.value.why == "away"


@pytest.mark.parametrize("url", ["", "http://", "nonsense", "ftp://127.0.0.1/v1", "http://[/v1"])
def test_an_address_that_is_none(settings, url):
    settings.MODEL_URL, settings.MODEL = url, "small"

    with pytest.raises(NotAnswered):
        ask(QUESTION)


def test_a_day_has_so_many_tokens(model):
    set_house(masks=True, helps=True, tokens_a_day=port.MOST_TOKENS + 400, actor="system")
    ask(QUESTION)
    ask(QUESTION)

    with pytest.raises(NotAnswered) as refusal:
        ask(QUESTION)

    assert refusal.value.why == "budget"
    assert len(model.asked) == 2
    Spent.objects.filter(on=now().astimezone(UTC).date()).update(tokens=0)
    assert ask(QUESTION).tokens == 321


def test_of_the_few_threads_one_at_most_waits_for_it(model, monkeypatch):
    monkeypatch.setattr(port, "WAITED_FOR_A_TURN", 0.05)
    taken = threading.Event()

    def hold():
        with port._turn:
            taken.set()
            time.sleep(0.3)

    other = threading.Thread(target=hold)
    other.start()
    taken.wait()
    with pytest.raises(Busy):
        ask(QUESTION)
    other.join()

    assert ask(QUESTION).text


# --- standing on articles -------------------------------------------------------------------------------------------------------


def test_an_answer_that_cites_what_it_was_given_is_given(visitor, modelled, articles):
    ticket = chat(visitor, ASKS)

    (told,) = heard_by(visitor)
    one = Translation.objects.get(article=articles[0], language="en")
    assert "We send a new cup the same day and you need not send anything back." in told
    assert one.get_absolute_url() in told and "[1]" not in told
    assert events("assistant.answered")[0] == {
        "bot": stands(ticket).bot_id, "language": "en", "articles": [one.pk], "by_model": True, "n": 1,
    }  # fmt: skip
    rules = modelled.asked[0]["messages"][0]["content"]
    assert "[1] My cup came broken" in rules and "English" in rules


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("We send a new cup the same day.", "uncited"), ("We send a new cup the same day [7].", "unknown"), ("A new cup [0].", "unknown"),
        ("NO_ANSWER", "declined"), ("The moon is made of excellent cheese, dear friend of poetry [1].", "unsupported"),
        ("See https://evil.example for a new cup [1].", "address"), ("Send your card to cup@evil.example for a new cup [1].", "address"),
        ("![x](//evil.example/x) a new cup the same day [1]", "address"), ("Lähetämme uuden kupin samana päivänä, eikä mitään tarvitse palauttaa [1].", "language"),
        ("[1]", "unsupported"),
    ],
)  # fmt: skip
def test_what_does_not_stand_on_articles_is_not_said(visitor, modelled, articles, words, why):
    one = Translation.objects.get(article=articles[0], language="en")
    with pytest.raises(Ungrounded) as refusal:
        check(words, "en", [one])
    assert refusal.value.why == why

    modelled.words = words
    ticket = chat(visitor, ASKS)

    assert stands(ticket).reason == Reason.MODEL
    assert words not in heard_by(visitor)[0]
    assert "A colleague takes over" in heard_by(visitor)[0]
    assert Need.objects.count() == 1


@pytest.mark.parametrize(
    "way", ["500", "429", "empty", "unfinished", "cut", "garbage", "huge", "silent", "drip"]
)
def test_a_model_that_fails_hands_over(visitor, modelled, way):
    modelled.way = way

    ticket = chat(visitor, ASKS)

    assert (stands(ticket).state, stands(ticket).reason) == (Stands.HANDED, Reason.MODEL)
    assert len(heard_by(visitor)) == 1


def test_without_articles_it_is_not_even_asked(visitor, modelled):
    ticket = chat(visitor, "xylophone zeppelin quark")

    assert modelled.asked == []
    assert stands(ticket).reason == Reason.MODEL


def test_a_bot_that_may_not_use_it_does_not(visitor, model):
    chat(visitor, ASKS)

    assert model.asked == []
    assert "new cup the same day" in heard_by(visitor)[0]


def test_who_it_is_about_stays_in_the_house(visitor, modelled):
    modelled.words = "We send a new cup the same day, [NAME_1], for order [NUMBER_1] [1]."
    type(visitor).objects.filter(pk=visitor.pk).update(name="Noa Levi")
    visitor.refresh_from_db()

    chat(visitor, "I am Noa Levi, noa@else.example, +972 52 123 4567. My cup came broken, order 118234.")

    sent = str(modelled.asked)
    assert not any(secret in sent for secret in ("Noa", "Levi", "noa@", "123 4567", "118234"))
    assert "Noa Levi" in heard_by(visitor)[0]

    set_house(masks=False, helps=True, tokens_a_day=10**6, actor="system")
    grounded("My cup came broken, order 118234", "en", names=["Noa"])
    assert "118234" in str(modelled.asked[-1])


def test_the_trial_asks_it_and_says_what_would_be_sent_or_why_not(chief, visitor, modelled, articles):
    client, caller = client_of(chief), make_caller(chief)
    place, asked = f"/settings/assistant/{visitor.inbox_id}/", {"q": "my cup came broken"}

    page = client.get(f"{place}trial/", asked).content.decode()
    good = client.post(f"{place}model-trial/", asked).content.decode()
    told = caller.get_json(f"/inboxes/{visitor.inbox_id}/bot/trial?q=my%20cup%20came%20broken&model=true")
    modelled.words = "Keep it."
    bad = client.post(f"{place}model-trial/", asked).content.decode()
    wrong = caller.get_json(f"/inboxes/{visitor.inbox_id}/bot/trial?q=my%20cup%20came%20broken&model=true")

    assert "Ask the language model" in page
    assert "new cup the same day" in good and "321 tokens" in good and "[1]" not in good
    assert "new cup the same day" in told["says"] and (told["why"], told["tokens"]) == ("", 321)
    assert "cited none of the articles" in bad and "Keep it" not in bad
    assert (wrong["says"], wrong["why"]) == ("", "uncited")


def test_without_leave_the_trial_does_not_offer_it(chief, visitor, model):
    page = client_of(chief).get(f"/settings/assistant/{visitor.inbox_id}/trial/", {"q": "my cup came broken"})

    assert "Ask the language model" not in page.content.decode()
