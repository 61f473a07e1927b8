"""Answers offered as buttons, on each wire that has them: what goes to the provider."""

from typing import Any

import orjson
import pytest

from ahlan.channels.contract import Address, Inbound, Outbound
from ahlan.channels.registry import channel

pytestmark = pytest.mark.once

YES_NO = ("כן", "לא")
WIRES = ("telegram", "whatsapp", "messenger", "instagram", "line", "viber", "vk", "open")


def outbound(choices: tuple[str, ...], text: str = "Did this help?") -> Outbound:
    settings: dict[str, Any] = {
        "inbox": 1,
        "public_id": "x",
        "secrets": {},
        "address": "1",
        "api_url": "https://else.example",
    }
    return Outbound(
        external_id="<a@wire.invalid>",
        sender=Address("x", "1", "Mitra"),
        to=(Address("x", "2"),),
        text=text,
        language="he",
        choices=choices,
        settings=settings,
    )


def offered(key: str, call: Any) -> list[str]:
    """The answers in a request, as the provider reads them."""
    told = call.json or call.form
    match key:
        case "telegram":
            return [row[0]["text"] for row in told.get("reply_markup", {}).get("keyboard", [])]
        case "whatsapp":
            action = told.get("interactive", {}).get("action", {})
            rows = [one["reply"] for one in action.get("buttons", [])]
            return [one["title"] for one in rows or action.get("sections", [{"rows": []}])[0]["rows"]]
        case "messenger" | "instagram":
            return [one["title"] for one in told["message"].get("quick_replies", [])]
        case "line":
            items = told["messages"][0].get("quickReply", {"items": []})["items"]
            return [one["action"]["text"] for one in items]
        case "viber":
            return [one["ActionBody"] for one in told.get("keyboard", {"Buttons": []})["Buttons"]]
        case "vk":
            rows = orjson.loads(told["keyboard"])["buttons"] if "keyboard" in told else []
            return [row[0]["action"]["label"] for row in rows]
        case _:
            return list(told["choices"])


@pytest.mark.parametrize("key", WIRES)
def test_yes_and_no_stand_below_the_last_piece(key: str) -> None:
    wire: Any = channel(key)
    text = "word " * 3000

    calls = wire.calls(outbound(YES_NO, text), "2")

    assert wire.abilities.shows(YES_NO)
    assert [offered(key, one) for one in calls] == [*[[]] * (len(calls) - 1), list(YES_NO)]
    assert [offered(key, one) for one in wire.calls(outbound((), "Hello"), "2")] == [[]]


@pytest.mark.parametrize("key", [one for one in WIRES if one != "open"])
def test_what_does_not_fit_on_buttons_is_told_so(key: str) -> None:
    abilities = channel(key).abilities

    assert not abilities.shows(("x" * (abilities.longest_button + 1), "no"))
    assert not abilities.shows([str(n) for n in range(abilities.buttons + 1)])


@pytest.mark.parametrize("key", ["sms", "email", "webform"])
def test_wires_without_buttons_show_none(key: str) -> None:
    assert not channel(key).abilities.shows(YES_NO)


def test_more_than_three_are_a_list_on_whatsapp_and_fit_its_body() -> None:
    wire: Any = channel("whatsapp")
    choices = tuple(f"No. {n}" for n in range(1, 6))

    *before, last = wire.calls(outbound(choices, "word " * 500), "2")

    asking = last.json["interactive"]
    assert (asking["type"], asking["action"]["button"]) == ("list", "בחירה")
    assert len(asking["body"]["text"]) <= 1024
    assert offered("whatsapp", last) == list(choices)
    assert all(one.json["type"] == "text" for one in before)


def test_a_button_pressed_again_on_whatsapp_is_the_same_message() -> None:
    def pressed(wamid: str, about: str) -> Inbound:
        message = {
            "from": "972501234567",
            "id": wamid,
            "timestamp": "1764324000",
            "type": "interactive",
            "context": {"id": about},
            "interactive": {"type": "button_reply", "button_reply": {"id": "1", "title": "כן"}},
        }
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"phone_number_id": "1"},
            "contacts": [],
            "messages": [message],
        }
        entry = {"id": "0", "changes": [{"field": "messages", "value": value}]}
        body = orjson.dumps({"object": "whatsapp_business_account", "entry": [entry]})
        [heard] = channel("whatsapp").parse(body, {"inbox": 1})
        assert isinstance(heard, Inbound)
        return heard

    first, again, other = (
        pressed("wamid.1", "ours.1"),
        pressed("wamid.2", "ours.1"),
        pressed("wamid.3", "ours.2"),
    )

    assert [one.text for one in (first, again, other)] == ["כן", "כן", "כן"]
    assert first.fingerprint == again.fingerprint != other.fingerprint
