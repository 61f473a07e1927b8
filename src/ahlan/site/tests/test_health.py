"""The health page."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.makers import mail, make_inbox, make_message, make_ticket

from ahlan.channels.actions import keep, note_mailbox
from ahlan.channels.models import RawInbound
from ahlan.site.health import Threading, mailbox_lines, threading
from ahlan.tickets.actions.intake import receive_raw
from ahlan.tickets.models import Delivery, Direction

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(chief: Any) -> Client:
    client = Client()
    client.force_login(chief)
    return client


def test_page_counts_what_has_not_left(desk: Any, page: Client) -> None:
    ticket = make_ticket(inbox=desk)
    for delivery in (Delivery.QUEUED, Delivery.HANDING, Delivery.FAILED, Delivery.UNSURE, Delivery.SENT):
        make_message(ticket, direction=Direction.OUT, delivery=delivery)

    (line,) = mailbox_lines()

    assert (line.waiting, line.failed, line.unsure) == (2, 1, 1)
    assert page.get("/settings/health/").status_code == 200


def test_trouble_is_told_in_words_on_the_page_and_above_every_page(desk: Any, page: Client) -> None:
    note_mailbox(desk, error="sign_in: Authentication failed.")

    shown = page.get("/settings/health/").content.decode()

    assert "The server refused the user name or the password." in shown
    assert "Mail is not flowing for:" in shown
    note_mailbox(desk, error="")
    assert "Mail is not flowing for:" not in page.get("/settings/health/").content.decode()


def test_nobody_without_the_permission_sees_health(ada: Any, desk: Any) -> None:
    note_mailbox(desk, error="broken: x")
    client = Client()
    assert client.get("/settings/health/").status_code == 302
    client.force_login(ada)
    assert client.get("/settings/health/").status_code == 403
    assert b"Mail is not flowing" not in client.get("/").content


def test_share_of_answers_that_find_their_ticket(desk: Any) -> None:
    for over in (
        {"message_id": "<first@else.example>"},
        {"in_reply_to": "<first@else.example>"},
        {"in_reply_to": "<nobody-knows@else.example>"},
    ):
        keep(mail(**over), channel="email", door="smtp", inbox=desk)
        receive_raw(RawInbound.objects.latest("id"))

    assert threading() == Threading(answers=2, found=1)
    assert threading().share == 50


def test_page_asks_no_more_for_more_inboxes(desk: Any, page: Client, django_assert_num_queries: Any) -> None:
    page.get("/settings/health/")
    with CaptureQueriesContext(connection) as few:
        page.get("/settings/health/")
    for _ in range(3):
        note_mailbox(make_inbox(), error="")

    with django_assert_num_queries(len(few)):
        page.get("/settings/health/")


@pytest.mark.parametrize("language", ["en", "he", "ar", "fi", "fa", "ru"])
def test_page_is_drawn_in_every_language(page: Client, desk: Any, language: str) -> None:
    assert page.get("/settings/health/", headers={"accept-language": language}).status_code == 200
