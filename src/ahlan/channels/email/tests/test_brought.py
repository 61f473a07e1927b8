"""Mail that providers bring over HTTP, as they once brought it."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.makers import mail, make_inbox

from ahlan.channels.email.brought import BRINGERS
from ahlan.channels.models import Inbox, RawInbound
from ahlan.tickets.actions.intake import receive_raw
from ahlan.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parent / "webhooks"
FORMS = {"mailgun", "sendgrid"}
AUTH = f"Basic {base64.b64encode(b'ahlan:hush').decode()}"


def inbox_of(provider: str) -> Inbox:
    inbox = make_inbox(address="test@inbound.example.com", settings={"hook": provider})
    inbox.set_secret("hook_secret", "hush")
    inbox.set_secret("hook_key", "signing-key")
    inbox.save()
    return inbox


def bring(inbox: Inbox, said: Any, provider: str, **headers: str) -> Any:
    """As the provider does it, with the password of our address and its own signature."""
    given: dict[str, Any] = {"headers": {"authorization": AUTH, **headers}}
    place = f"/hooks/{inbox.public_id}/"
    if provider == "mailgun":
        signed = f"{said['timestamp']}{said['token']}".encode()
        said = {**said, "signature": hmac.new(b"signing-key", signed, hashlib.sha256).hexdigest()}
    if provider in FORMS:
        return Client().post(place, said, **given)
    body = json.dumps(said).encode()
    if provider == "mailersend":
        given["headers"]["signature"] = hmac.new(b"signing-key", body, hashlib.sha256).hexdigest()
    return Client().post(place, body, content_type="application/json", **given)


def recorded(name: str) -> Any:
    said = json.loads((FOLDER / f"{name}.json").read_text())
    return [{"msys": {"relay_message": said}}] if name.startswith("sparkpost") else said


def understand() -> None:
    for raw in RawInbound.objects.filter(state="new"):
        receive_raw(raw)


NAMES = ["postmark-basics", "postmark-raw", "mailgun-basics", "mailgun-mime", "sendgrid-basics", "sendgrid-mime", "mailjet-basics", "sparkpost-basics"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_each_provider_brings_becomes_a_ticket_once(name):
    provider = name.partition("-")[0]
    inbox = inbox_of(provider)

    for _time in range(2):
        assert bring(inbox, recorded(name), provider).status_code == 200
    understand()

    message = Message.objects.get()
    assert message.text.strip() and message.addresses["from"][0][1]
    assert (message.inbox, message.raw.door) == (inbox, "hook")


@pytest.mark.parametrize("name", NAMES)
def test_without_the_password_of_our_address_nothing_is_kept(name):
    provider = name.partition("-")[0]
    inbox = inbox_of(provider)

    asked = bring(inbox, recorded(name), provider, authorization="")
    wrong = bring(
        inbox, recorded(name), provider, authorization=f"Basic {base64.b64encode(b'ahlan:x').decode()}"
    )

    assert wrong.status_code == 403 and asked.status_code in (401, 403)
    assert RawInbound.objects.count() == 0


def test_who_shows_no_password_is_asked_for_one():
    inbox = inbox_of("amazon_ses")

    response = Client().post(f"/hooks/{inbox.public_id}/", b"{}", content_type="text/plain")

    assert (response.status_code, response["WWW-Authenticate"]) == (401, 'Basic realm="Ahlan"')


def test_a_signature_of_the_provider_s_own_is_looked_at_as_well():
    inbox = inbox_of("mailgun")
    said = {**recorded("mailgun-mime"), "signature": "0" * 64}

    response = Client().post(f"/hooks/{inbox.public_id}/", said, headers={"authorization": AUTH})

    assert response.status_code == 403
    assert RawInbound.objects.count() == 0


def test_an_inbox_that_no_provider_brings_mail_to_takes_none():
    inbox = make_inbox()

    assert bring(inbox, recorded("postmark-basics"), "postmark").status_code == 403


@pytest.mark.parametrize("key", [key for key, one in BRINGERS.items() if one.key])
def test_who_signs_is_not_believed_without_a_key(key):
    inbox = inbox_of(key)
    del inbox.sealed["hook_key"]
    inbox.save()

    assert Client().post(f"/hooks/{inbox.public_id}/", {}, headers={"authorization": AUTH}).status_code == 403


def of_amazon(told: Any) -> dict[str, Any]:
    return {"Type": "Notification", "MessageId": "m", "TopicArn": "arn", "Message": json.dumps(told)}


def test_amazon_s_mail_within_a_notification():
    inbox = inbox_of("amazon_ses")
    content = base64.b64encode(mail(subject="By SES", to="test@inbound.example.com")).decode()
    told = {
        "notificationType": "Received", "content": content,
        "receipt": {"recipients": ["test@inbound.example.com"], "action": {"type": "SNS", "encoding": "BASE64"}},
    }  # fmt: skip

    assert bring(inbox, of_amazon(told), "amazon_ses").status_code == 200
    understand()

    assert Ticket.objects.get().subject == "By SES"


def test_a_mail_that_amazon_keeps_elsewhere_is_refused_aloud():
    response = bring(inbox_of("amazon_ses"), of_amazon(recorded("amazon_ses-s3")), "amazon_ses")

    assert response.status_code == 422
    assert RawInbound.objects.count() == 0


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9/", "https://sns.evil.example/", "https://sns.us-east-1.amazonaws.com.evil.example/"],
)
def test_no_page_but_amazon_s_is_opened_to_confirm(url):
    said = {"Type": "SubscriptionConfirmation", "SubscribeURL": url}

    assert bring(inbox_of("amazon_ses"), said, "amazon_ses").status_code == 422


def test_reports_brought_to_the_door_of_mail_are_refused_aloud():
    response = bring(inbox_of("postmark"), recorded("postmark-bounce"), "postmark")

    assert response.status_code == 422
    assert RawInbound.objects.count() == 0


def test_what_nobody_can_make_out_is_kept_as_it_came():
    inbox = inbox_of("postmark")

    assert bring(inbox, {"RecordType": "Inbound", "Headers": 7}, "postmark").status_code == 200
    understand()

    assert Ticket.objects.count() == 1


def test_the_same_mail_by_a_provider_and_by_our_own_door_is_one():
    inbox = inbox_of("mailersend")
    letter = mail(to="test@inbound.example.com")
    said = {"type": "inbound.message", "data": {"id": "1", "created_at": "2026-11-28T10:00:00Z", "raw": letter.decode(), "sender": {"email": "cy@else.example"}, "recipients": {"rcptTo": [{"email": "test@inbound.example.com"}]}}}  # fmt: skip
    assert bring(inbox, said, "mailersend").status_code == 200

    from ahlan.channels.actions import keep

    keep(
        letter, channel="email", door="smtp", inbox=inbox, envelope={"rcpt_tos": ["test@inbound.example.com"]}
    )
    understand()

    assert Message.objects.count() == 1


def test_the_settings_page_shows_the_address_with_its_password(chief):
    client = Client()
    client.force_login(chief)
    given = {"name": "Support", "address": "s@desk.example", "language": "en", "is_active": "on", "incoming": "hook", "hook": "postmark", "outgoing": "house"}  # fmt: skip

    assert client.post("/settings/inboxes/new/", given).status_code == 302
    inbox = Inbox.objects.get(address="s@desk.example")

    shown = client.get(f"/settings/inboxes/{inbox.pk}/").content.decode()
    assert f"ahlan:{inbox.secret('hook_secret')}@" in shown
    assert f"/hooks/{inbox.public_id}/" in shown
    refused = client.post("/settings/inboxes/new/", {**given, "address": "t@desk.example", "hook": "mailgun"})
    assert refused.status_code == 422  # its key is needed
