"""Setting up inboxes."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from tests.mail_server import postbox
from tests.token_server import token_server

from ahlan.channels.email import sending
from ahlan.channels.models import Inbox
from ahlan.events.models import Event

pytestmark = pytest.mark.django_db

BY_IMAP = {
    "name": "Sales", "address": "sales@desk.example", "language": "he", "is_active": "on",
    "incoming": "imap", "imap_host": "mx.desk.example", "imap_user": "sales", "imap_password": "top secret 1",
    "imap_security": "tls", "outgoing": "smtp", "smtp_host": "out.desk.example", "smtp_security": "starttls",
    "smtp_user": "sales", "smtp_password": "top secret 2",
}  # fmt: skip


@pytest.fixture
def page(chief: Any) -> Client:
    client = Client()
    client.force_login(chief)
    return client


def make(page: Client, **over: str) -> Inbox:
    response = page.post("/settings/inboxes/new/", {**BY_IMAP, **over})
    assert response.status_code == 302, response.context["form"].errors
    return Inbox.objects.get(address=BY_IMAP["address"])


def test_inbox_is_made_and_its_secrets_never_come_out(page: Client) -> None:
    inbox = make(page)

    assert inbox.secret("imap_password") == "top secret 1"
    assert inbox.settings["imap_host"] == "mx.desk.example"
    assert "secret" not in str(inbox.settings) + str(inbox.sealed)
    event = Event.objects.get(kind="inbox.created")
    assert "imap_password" in event.facts["fields"]
    assert "top secret" not in str(event.facts)
    shown = page.get(f"/settings/inboxes/{inbox.pk}/").content.decode()
    assert "top secret" not in shown


def test_empty_secret_keeps_the_old_one_and_only_names_are_recorded(page: Client) -> None:
    inbox = make(page)

    page.post(
        f"/settings/inboxes/{inbox.pk}/",
        {**BY_IMAP, "imap_password": "", "smtp_password": "", "name": "Shop"},
    )

    inbox.refresh_from_db()
    assert (inbox.name, inbox.secret("imap_password")) == ("Shop", "top secret 1")
    assert Event.objects.get(kind="inbox.changed").facts["fields"] == ["name"]


@pytest.mark.parametrize(
    ("over", "secret"),
    [
        ({"imap_host": "evil.example"}, "imap_password"),
        ({"imap_port": "1430"}, "imap_password"),
        ({"imap_user": "other"}, "imap_password"),
        ({"imap_security": "none"}, "imap_password"),
        ({"smtp_host": "evil.example"}, "smtp_password"),
        ({"smtp_port": "2525"}, "smtp_password"),
        ({"smtp_security": "none"}, "smtp_password"),
    ],
)
def test_password_is_asked_for_again_for_another_server(
    page: Client, over: dict[str, str], secret: str
) -> None:
    inbox = make(page)
    asked = {**BY_IMAP, "imap_password": "", "smtp_password": "", **over}

    refused = page.post(f"/settings/inboxes/{inbox.pk}/", asked)
    kept = Inbox.objects.get(pk=inbox.pk)
    taken = page.post(f"/settings/inboxes/{inbox.pk}/", {**asked, secret: "a new one"})

    assert (refused.status_code, taken.status_code) == (422, 302)
    assert list(refused.context["form"].errors) == [secret]
    assert (kept.settings, kept.sealed) == (inbox.settings, inbox.sealed)
    assert Inbox.objects.get(pk=inbox.pk).secret(secret) == "a new one"


def test_password_is_never_shown_to_a_server_set_up_later(page: Client) -> None:
    inbox = make(page)
    silent = {"imap_password": "", "smtp_password": ""}

    page.post(f"/settings/inboxes/{inbox.pk}/", {**BY_IMAP, **silent, "incoming": "door", "smtp_user": ""})
    page.post(f"/settings/inboxes/{inbox.pk}/", {**BY_IMAP, **silent, "imap_host": "evil.example"})

    assert Inbox.objects.get(pk=inbox.pk).sealed == {}


def test_permission_of_one_provider_is_not_shown_to_another(page: Client) -> None:
    consent = {
        "incoming": "google",
        "outgoing": "consent",
        "oauth_client_id": "ours",
        "oauth_client_secret": "s3cret",
    }
    inbox = make(page, **consent)
    inbox.set_secret("oauth_refresh_token", "lasting")
    inbox.save()
    moved = {**BY_IMAP, **consent, "incoming": "microsoft"}

    asked = page.post(f"/settings/inboxes/{inbox.pk}/", {**moved, "oauth_client_secret": ""})
    page.post(f"/settings/inboxes/{inbox.pk}/", {**moved, "oauth_client_secret": "new"})

    assert list(asked.context["form"].errors) == ["oauth_client_secret"]
    inbox.refresh_from_db()
    assert (inbox.secret("oauth_client_secret"), inbox.secret("oauth_refresh_token")) == ("new", "")


def test_another_way_in_forgets_the_mailbox(page: Client) -> None:
    inbox = make(page)

    page.post(f"/settings/inboxes/{inbox.pk}/", {**BY_IMAP, "incoming": "door", "outgoing": "house"})

    inbox.refresh_from_db()
    assert inbox.settings == {}


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"address": "SUPPORT@desk.example"}, "address"),
        ({"imap_host": ""}, "imap_host"),
        ({"smtp_host": ""}, "smtp_host"),
        ({"outgoing": "consent"}, "outgoing"),
        ({"incoming": "google"}, "oauth_client_id"),
        ({"imap_port": "99999"}, "imap_port"),
    ],
)
def test_what_cannot_work_is_not_saved(page: Client, desk: Inbox, over: dict[str, str], field: str) -> None:
    response = page.post("/settings/inboxes/new/", {**BY_IMAP, **over})

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert Inbox.objects.count() == 1


@pytest.mark.parametrize("path", ["", "new/", "{pk}/", "{pk}/consent/", "consented/"])
def test_only_those_who_may_set_up_inboxes_see_the_pages(ada: Any, desk: Inbox, path: str) -> None:
    client = Client()
    address = f"/settings/inboxes/{path.format(pk=desk.pk)}"
    assert client.get(address).status_code == 302
    client.force_login(ada)
    assert client.get(address).status_code == 403


def test_trying_says_what_works_and_what_does_not(page: Client, desk: Inbox) -> None:
    with postbox() as server:
        desk.settings = {"imap_host": "127.0.0.1", "imap_port": 9, "imap_user": "x", "imap_security": "none"}
        desk.settings |= {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_security": "none"}
        desk.save()
        shown = page.post(f"/settings/inboxes/{desk.pk}/trial/")

    incoming, outgoing = shown.context["outcomes"]
    assert (incoming.well, outgoing.well) == (False, True)
    assert "nothing listens on that port" in incoming.text
    assert server.mails == []


def test_password_of_the_house_is_not_shown_to_an_inbox_s_own_server(settings: Any) -> None:
    settings.SMTP_USER, settings.SMTP_PASSWORD = "house", "house secret"

    found = sending.server_of({"smtp_host": "elsewhere.example"})

    assert (found.host, found.user, found.password) == ("elsewhere.example", "", "")


def test_consent_begins_and_ends_in_the_same_browser(page: Client, desk: Inbox, settings: Any) -> None:
    desk.settings = {"oauth": "google", "oauth_client_id": "our-id", "imap_host": "imap.gmail.com"}
    desk.save()
    with token_server() as provider:
        provider.gives = {"refresh_token": "lasting"}
        settings.MAIL_OAUTH = {"google": provider.endpoints()}
        away = page.get(f"/settings/inboxes/{desk.pk}/consent/")
        asked = parse_qs(urlsplit(away["Location"]).query)
        assert asked["code_challenge_method"] == ["S256"]

        page.get("/settings/inboxes/consented/", {"state": "forged", "code": "abc"})
        assert provider.asked == []
        page.get(f"/settings/inboxes/{desk.pk}/consent/")
        state = page.session["consent"]["state"]
        page.get("/settings/inboxes/consented/", {"state": state, "code": "abc"})

    desk.refresh_from_db()
    assert desk.secret("oauth_refresh_token") == "lasting"
    assert [one["code"] for one in provider.asked] == ["abc"]


def test_refused_consent_is_said_in_the_readers_language(
    page: Client, desk: Inbox, settings: Any, chief: Any
) -> None:
    desk.settings = {"oauth": "google", "oauth_client_id": "our-id", "imap_host": "imap.gmail.com"}
    desk.save()
    type(chief).objects.filter(pk=chief.pk).update(language="fi")
    with token_server() as provider:
        provider.refusal = "invalid_client"
        settings.MAIL_OAUTH = {"google": provider.endpoints()}
        page.get(f"/settings/inboxes/{desk.pk}/consent/")
        asked = {"state": page.session["consent"]["state"], "code": "abc"}
        shown = page.get("/settings/inboxes/consented/", asked, follow=True).content.decode()

    assert "Palveluntarjoaja ei hyväksy asiakastunnusta" in shown
    assert "Google: invalid_client" in shown


@pytest.mark.parametrize("language", ["en", "he", "ar", "fi", "fa", "ru"])
def test_pages_are_drawn_in_every_language(page: Client, desk: Inbox, language: str) -> None:
    for path in ("", "new/", f"{desk.pk}/"):
        assert page.get(f"/settings/inboxes/{path}", headers={"accept-language": language}).status_code == 200


def test_list_asks_no_more_for_more_inboxes(
    page: Client, desk: Inbox, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page.get("/settings/inboxes/")
    with CaptureQueriesContext(connection) as few:
        page.get("/settings/inboxes/")
    for n in range(3):
        Inbox.objects.create(name=f"N{n}", channel="email", address=f"n{n}@desk.example")

    with django_assert_num_queries(len(few)):
        page.get("/settings/inboxes/")
