"""Setting the assistant up, trying it out, and what became of it; by pages and by programs."""

import pytest
from tests.makers import make_caller

from ahlan.assistant.models import Bot, House
from ahlan.assistant.tests.makers import chat, client_of, events, make_bot
from ahlan.calendars.actions import create_hours

pytestmark = pytest.mark.django_db
FORM = {
    "is_on": "on",
    "name": "Mia",
    "when": "always",
    "tries": "3",
    "greeting_en": "Welcome!",
    "greeting_he": "ברוכים הבאים!",
}


def test_a_bot_is_set_up_on_its_page(chief, desk, articles):
    client = client_of(chief)
    assert client.get(f"/settings/assistant/{desk.pk}/").status_code == 200

    answer = client.post(f"/settings/assistant/{desk.pk}/", FORM)

    bot = Bot.objects.get()
    assert answer.status_code == 302
    assert (bot.is_on, bot.name, bot.tries, bot.greetings) == (
        True,
        "Mia",
        3,
        {"en": "Welcome!", "he": "ברוכים הבאים!"},
    )
    assert events("assistant.set") == [{"inbox": desk.pk, "on": True}]
    assert (
        client.post(f"/settings/assistant/{desk.pk}/", {**FORM, "tries": "0", "patience": "x"}).status_code
        == 422
    )
    assert "Mia" in client.get(f"/settings/assistant/{desk.pk}/").content.decode()


def test_who_may_not_set_up_gets_nothing(ada, desk):
    client = client_of(ada)
    for address in (
        "/settings/assistant/",
        f"/settings/assistant/{desk.pk}/",
        f"/settings/assistant/{desk.pk}/trial/?q=cup",
    ):
        assert client.get(address).status_code == 403
    assert client_of(ada).get("/settings/").content.decode().count("/settings/assistant/") == 0


def test_trying_it_out_says_which_article_and_why(chief, desk, articles):
    client = client_of(chief)

    sure = client.get(f"/settings/assistant/{desk.pk}/trial/", {"q": "my cup came broken"}).content.decode()
    none = client.get(f"/settings/assistant/{desk.pk}/trial/", {"q": "can I pay by invoice"}).content.decode()
    person = client.get(f"/settings/assistant/{desk.pk}/trial/", {"q": "נציג בבקשה"}).content.decode()

    assert "new cup the same day" in sure and "Holds 3 of the 3 words" in sure
    assert "No article is sure enough" in none
    assert "person is wanted" in person
    assert (
        client.get(f"/settings/assistant/{desk.pk}/trial/", {"q": "x" * 5000, "language": "zz"}).status_code
        == 200
    )
    assert client.get("/settings/assistant/999999/trial/?q=cup").status_code == 404


def test_what_became_of_it(chief, visitor):
    chat(visitor, "My cup came broken. What now?")
    chat(visitor, "yes thanks")
    chat(visitor, "Can I pay by invoice?")
    chat(visitor, "My cup came broken. What now?")
    caller = make_caller(chief)

    page = client_of(chief).get("/settings/assistant/").content.decode()
    told = caller.get_json("/assistant/summary")

    assert "No article answers it" in page
    assert told["whole"] == {"taken": 2, "answered": 1, "solved": 1, "handed": 1, "going": 0}
    assert told["languages"]["en"]["taken"] == 2
    assert told["reasons"] == {"no_article": 1}
    assert told["bot_seconds"] is not None
    assert caller.get_json("/assistant/summary?days=400")["status"] == 422


def test_by_programs(chief, ada, desk, articles):
    caller = make_caller(chief)
    hours = create_hours(name="Desk", time_zone="UTC", week=((),) * 7, actor="system")
    assert caller.get_json(f"/inboxes/{desk.pk}/bot")["is_on"] is False
    assert caller.get_json("/assistant/bots")["items"] == []

    given = {
        "is_on": True,
        "name": "Mia",
        "greetings": {"fi": "Terve!"},
        "hours": hours.pk,
        "when": "outside",
    }
    assert caller.say("PUT", f"/inboxes/{desk.pk}/bot", given).json()["hours"]["name"] == "Desk"
    assert [one["name"] for one in caller.get_json("/assistant/bots")["items"]] == ["Mia"]
    for wrong in ({"hours": 999}, {"questionnaire": 999}, {"tries": 99}, {"greetings": {"xx": "?"}}):
        assert caller.say("PUT", f"/inboxes/{desk.pk}/bot", {**given, **wrong}).status_code == 422
    trial = caller.get_json(f"/inboxes/{desk.pk}/bot/trial?q=my%20cup%20came%20broken")
    assert trial["found"][0]["sure"] and "new cup" in trial["says"]

    changed = caller.say("PUT", "/assistant/house", {"masks": False, "tokens_a_day": 5}).json()
    assert (changed["masks"], changed["tokens_a_day"], House.objects.get().masks) == (False, 5, False)
    assert make_caller(ada).say("PUT", "/assistant/house", {"tokens_a_day": 5}).status_code == 403


def test_help_by_programs(visitor, chief):
    caller = make_caller(chief)
    ticket = chat(visitor, "My cup came broken. What now?")
    assert caller.get_json(f"/tickets/{ticket.pk}/bot")["state"] == "answered"

    made = caller.say("POST", f"/tickets/{ticket.pk}/assistance", {"kind": "draft"})
    assert made.status_code == 201 and "new cup" in made.json()["result"]
    assert caller.get_json(f"/tickets/{ticket.pk}/assistance/{made.json()['id']}")["state"] == "done"
    assert caller.say("POST", f"/tickets/{ticket.pk}/assistance", {"kind": "summary"}).status_code == 409
    assert caller.say("DELETE", f"/tickets/{ticket.pk}/assistance/{made.json()['id']}").status_code == 204
    uses = caller.get_json("/assistant/uses")["items"]
    assert [one["kind"] for one in uses] == ["draft"] and "result" not in uses[0]

    assert caller.say("POST", f"/tickets/{ticket.pk}/bot/hand-over").json()["reason"] == "agent"
    assert caller.get_json("/tickets/999999/bot")["status"] == 404


def test_the_house_speaks_before_the_bot_says_what_it_is(visitor):
    from ahlan.assistant.tests.makers import heard_by

    make_bot(visitor.inbox, name="Mia", greetings={"en": "Welcome to Mitra!"})

    chat(visitor, "hi")

    assert heard_by(visitor)[0].startswith(
        "Welcome to Mitra!\n\nI am Mia, an automatic assistant and not a person."
    )
