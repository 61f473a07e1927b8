"""What providers tell became of our mail, as they once told it: proved, taken once, and only ever further."""

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.test import Client
from tests.makers import make_agent, make_inbox, make_team

from ahlan.channels.actions import note_carried
from ahlan.channels.contract import Arrival, Progress, Returned, Unspoken
from ahlan.channels.email.bringers import TELLERS
from ahlan.channels.email.subscribers import forget_carried
from ahlan.channels.email.told import happened
from ahlan.channels.models import Carried, Inbox, RawInbound
from ahlan.core.clock import now
from ahlan.customers.actions import meet
from ahlan.customers.models import Address
from ahlan.events.models import Event
from ahlan.notifications.models import Notification
from ahlan.tickets.actions.intake import receive_raw
from ahlan.tickets.actions.opening import open_ticket
from ahlan.tickets.models import Message

RECORDED = json.loads((Path(__file__).parent / "webhooks" / "events.json").read_text())
AUTH = f"Basic {base64.b64encode(b'ahlan:hush').decode()}"
RSA = rsa.generate_private_key(65537, 2048)
SVIX = f"whsec_{base64.b64encode(b'resend-signs-with-this').decode()}"
KEYS = {"mailgun": "signing-key", "mailersend": "signing-key", "resend": SVIX}


def body_of(name: str) -> bytes:
    said = RECORDED[name]
    if name.startswith("amazon_ses"):
        said = {"Type": "Notification", "MessageId": "n1", "Timestamp": "2016-01-27T14:59:44.101Z", "Message": json.dumps(said)}  # fmt: skip
    if name.startswith("mailgun"):
        signed = hmac.new(b"signing-key", b"1534110422token", hashlib.sha256).hexdigest()
        said = {**said, "signature": {"timestamp": "1534110422", "token": "token", "signature": signed}}
    return json.dumps(said).encode()


def signed(provider: str, body: bytes) -> dict[str, str]:
    if provider == "mailersend":
        return {"signature": hmac.new(b"signing-key", body, hashlib.sha256).hexdigest()}
    if provider == "postal":
        signature = RSA.sign(body, padding.PKCS1v15(), hashes.SHA1())
        return {"x-postal-signature": base64.b64encode(signature).decode()}
    if provider == "resend":
        at = str(int(time.time()))
        mac = hmac.digest(b"resend-signs-with-this", f"msg_1.{at}.".encode() + body, "sha256")
        return {"svix-id": "msg_1", "svix-timestamp": at, "svix-signature": f"v1,{base64.b64encode(mac).decode()}"}  # fmt: skip
    return {}


def inbox_of(provider: str) -> Inbox:
    pem = RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)  # fmt: skip
    key = "".join(pem.decode().splitlines()[1:-1]) if provider == "postal" else KEYS.get(provider, "")
    inbox = make_inbox(address="support@desk.example", settings={"events": provider})
    inbox.set_secret("hook_secret", "hush")
    if key:
        inbox.set_secret("events_key", key)
    inbox.save()
    return inbox


def bring(inbox: Inbox, name: str, **headers: str) -> int:
    provider, body = name.partition("-")[0], body_of(name)
    given = {"authorization": AUTH, **signed(provider, body), **headers}
    return Client().post(f"/hooks/{inbox.public_id}/?of=events", body, "application/json", headers=given).status_code  # fmt: skip


def understand() -> None:
    for raw in RawInbound.objects.filter(state="new"):
        receive_raw(raw)


def heard(name: str) -> Any:
    return next(iter(happened(body_of(name), name.partition("-")[0], {"type": "application/json"})))


@pytest.mark.once
@pytest.mark.parametrize("name", RECORDED)
def test_each_report_is_understood(name: str) -> None:
    found, what = heard(name), name.partition("-")[2]

    match what:
        case "delivered":
            assert isinstance(found, Progress) and found.arrival == Arrival.DELIVERED and found.about
        case "bounce" | "dropped":
            assert isinstance(found, Returned) and found.failure.permanent and "@" in found.failure.recipient
        case "failed":
            assert isinstance(found, Progress) and found.arrival == Arrival.FAILED and found.reason
        case "soft":
            assert isinstance(found, Unspoken) or not found.failure.permanent
        case "spam":
            assert isinstance(found, Returned) and found.failure.reason == "feedback"
        case _:
            assert isinstance(found, Unspoken)


@pytest.mark.once
@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"null", b'{"event": 1}', b"\xff\xfe", b"[[[]]]"])
@pytest.mark.parametrize("provider", TELLERS)
def test_rubbish_tells_nothing(provider: str, raw: bytes) -> None:
    assert all(isinstance(one, Unspoken) for one in happened(raw, provider, {"type": "application/json"}))


@pytest.mark.django_db
@pytest.mark.parametrize("provider", [one for one in TELLERS if one != "postal"])
def test_what_came_back_is_marked_once_and_for_good(provider: str) -> None:
    inbox, told = inbox_of(provider), heard(f"{provider}-bounce").failure
    agent = make_agent(make_team(inbox))
    ticket = open_ticket(inbox, meet("email", told.recipient), subject="Order", text="It left.", author=agent, assignee=agent, actor=agent.actor)  # fmt: skip
    Message.objects.update(delivery="sent", **({"external_id": told.message_id} if provider == "amazon_ses" else {}))  # fmt: skip
    message = ticket.messages.get()
    note_carried(message.external_id, [told.message_id])

    assert [bring(inbox, f"{provider}-bounce") for _time in range(2)] == [200, 200]
    understand()

    message.refresh_from_db()
    assert (message.delivery, bool(message.delivery_error)) == ("bounced", True)
    assert Address.objects.get(value=told.recipient).failing_since is not None
    assert Event.objects.filter(kind="message.bounced", subject_id=ticket.pk).count() == 1
    assert Notification.objects.filter(agent=agent, kind="failed").count() == 1

    note_carried(message.external_id, [heard(f"{provider}-delivered").about])
    assert bring(inbox, f"{provider}-delivered") == 200
    understand()

    message.refresh_from_db()
    assert (message.delivery, message.arrival) == ("bounced", "")


@pytest.mark.django_db
def test_delivered_is_shown_and_a_complaint_is_told_and_stops_machines() -> None:
    inbox = inbox_of("postmark")
    agent, told = make_agent(make_team(inbox)), heard("postmark-spam").failure
    ticket = open_ticket(inbox, meet("email", told.recipient), subject="Order", text="It left.", author=agent, actor=agent.actor)  # fmt: skip
    Message.objects.update(delivery="sent")
    message = ticket.messages.get()
    note_carried(message.external_id, [heard("postmark-delivered").about, told.message_id])

    for name in ("postmark-delivered", "postmark-delivered", "postmark-spam", "postmark-spam"):
        assert bring(inbox, name) == 200
    understand()

    message.refresh_from_db()
    assert (message.delivery, message.arrival) == ("sent", "delivered")
    kinds = ["message.arrived", "message.bounced"]
    assert list(Event.objects.filter(kind__in=kinds).order_by("id").values_list("kind", flat=True)) == kinds
    assert Address.objects.get(value=told.recipient).failure == "feedback"


@pytest.mark.django_db
@pytest.mark.parametrize("provider", TELLERS)
def test_nothing_unproved_is_kept(provider: str) -> None:
    inbox, name = inbox_of(provider), f"{provider}-delivered"
    wrong = f"Basic {base64.b64encode(b'ahlan:wrong').decode()}"
    forged = {"mailersend": "signature", "postal": "x-postal-signature", "resend": "svix-signature"}.get(provider)  # fmt: skip

    assert (bring(inbox, name, authorization=""), bring(inbox, name, authorization=wrong)) in [(401, 403), (403, 403)]  # fmt: skip
    if forged:
        assert bring(inbox, name, **{forged: "djE="}) == 403
    inbox.settings = {}
    inbox.save()
    assert bring(inbox, name) == 403

    assert not RawInbound.objects.exists()


@pytest.mark.django_db
def test_a_report_about_no_mail_of_ours_changes_nothing() -> None:
    inbox = inbox_of("postmark")

    assert bring(inbox, "postmark-bounce") == 200
    understand()

    assert not Event.objects.filter(kind="message.bounced").exists()
    assert RawInbound.objects.get().decision == "signal"


@pytest.mark.django_db
def test_what_a_mail_was_called_is_forgotten_after_two_months() -> None:
    note_carried("<a@desk.example>", ["old"])
    Carried.objects.update(made_at=now() - timedelta(days=61))
    note_carried("<b@desk.example>", ["new"])

    forget_carried()

    assert list(Carried.objects.values_list("wire_id", flat=True)) == ["new"]
