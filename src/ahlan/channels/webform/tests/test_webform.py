import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ahlan.channels.models import RawInbound
from ahlan.channels.webform.forms import STAMP
from ahlan.channels.webform.models import Webform
from ahlan.channels.webform.work import is_done, use_up

pytestmark = pytest.mark.django_db
NOW = 1_795_000_000


@pytest.fixture
def webform(desk) -> Webform:
    return Webform.objects.create(
        slug="contact", inbox=desk, brand="Mitra", title="Ask us", sites="https://www.mitra.example", work=6
    )


def fill(webform: Webform, *, seconds: int = 30, **over: object):
    """A visitor opens the form and sends it after so many seconds."""
    with time_machine.travel(NOW, tick=False):
        stamp = STAMP.sign("visit")
    given = {
        "email": "cy@else.example",
        "name": "Cy",
        "subject": "Cups",
        "text": "Where are they?",
        "stamp": stamp,
    }
    given |= over
    if "work" not in given:
        given["work"] = do_work(str(given["stamp"]), webform.work)
    with time_machine.travel(NOW + seconds, tick=False):
        return Client().post(webform.get_absolute_url(), given)


def do_work(stamp: str, bits: int) -> str:
    """As the browser does it."""
    return next(str(n) for n in range(10**7) if is_done(stamp, str(n), bits))


@pytest.fixture(autouse=True)
def nobody_was_here():
    cache.clear()


def test_form_keeps_what_a_visitor_sends_before_thanking_him(webform, desk):
    response = fill(webform)

    raw = RawInbound.objects.get()
    assert response.status_code == 302
    assert (raw.channel, raw.inbox) == ("webform", desk)


def test_form_keeps_files_beside_the_words(webform):
    from ahlan.tickets.actions.intake import receive_raw

    fill(webform, files=SimpleUploadedFile("cup.txt", b"broken", content_type="text/plain"))

    (receipt,) = receive_raw(RawInbound.objects.get())
    (attachment,) = receipt.message.attachments.all()
    assert (attachment.name, attachment.size) == ("cup.txt", 6)


def test_form_that_takes_no_files_asks_for_none_and_drops_what_is_sent(webform):
    Webform.objects.update(largest=0)

    page = Client().get(webform.get_absolute_url()).content.decode()
    response = fill(webform, files=SimpleUploadedFile("cup.txt", b"broken", content_type="text/plain"))

    assert 'type="file"' not in page
    assert response.status_code == 302
    assert b"cup.txt" not in bytes(RawInbound.objects.get().body)


def test_form_sent_twice_is_one_message(webform):
    from ahlan.tickets.actions.intake import receive_raw
    from ahlan.tickets.models import Message

    fill(webform)
    fill(webform, seconds=31)

    decisions = [
        receipt.decision for raw in RawInbound.objects.order_by("id") for receipt in receive_raw(raw)
    ]
    assert decisions == ["opened", "duplicate"]
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "trick", [{"homepage": "https://spam.example"}, {"seconds": 1}, {"stamp": "made:up:x"}]
)
def test_form_thanks_a_machine_and_keeps_nothing(webform, trick):
    response = fill(webform, **trick)

    assert response.status_code == 200
    assert not RawInbound.objects.exists()


def test_form_says_what_is_missing_and_keeps_what_was_written(webform):
    response = fill(webform, email="nobody", text="A long story")

    assert response.status_code == 422
    assert "A long story" in response.content.decode()


def test_form_may_stand_in_frames_of_its_own_sites_only(webform):
    policy = Client().get(webform.get_absolute_url())["Content-Security-Policy"]

    assert "frame-ancestors 'self' https://www.mitra.example" in policy
    assert "unsafe-inline" not in policy


def test_form_stops_a_flood_from_one_place(webform, settings):
    statuses = [fill(webform, subject=f"n{n}", stamp=_stamp(n)).status_code for n in range(22)]

    assert statuses[:20] == [302] * 20
    assert statuses[20:] == [429] * 2


def _stamp(n: int) -> str:
    with time_machine.travel(NOW, tick=False):
        return STAMP.sign(f"visit{n}")


def test_thanks_gives_a_link_that_follows_the_request_and_shows_no_note(webform, ada):
    from ahlan.tickets.actions import answer
    from ahlan.tickets.actions.intake import receive_raw
    from ahlan.tickets.portal import token_for

    fill(webform)
    raw = RawInbound.objects.get()
    waiting = Client().get(f"/requests/{token_for(raw)}/")
    (receipt,) = receive_raw(raw)
    answer.note(receipt.ticket, author=ada, text="He seems cross")
    answer.reply(receipt.ticket, author=ada, text="They left **today**.")

    page = Client().get(f"/requests/{token_for(raw)}/").content.decode()

    assert waiting.status_code == 200
    assert "<strong>today</strong>" in page
    assert "cross" not in page


def test_request_page_takes_more_words_once_and_reopens(webform):
    from ahlan.tickets.actions.intake import receive_raw
    from ahlan.tickets.actions.work import close_ticket
    from ahlan.tickets.portal import token_for

    fill(webform)
    raw = RawInbound.objects.get()
    (receipt,) = receive_raw(raw)
    close_ticket(receipt.ticket, actor="system")
    address = f"/requests/{token_for(raw)}/"

    for _ in range(2):
        Client().post(address, {"text": "And the saucers?", "key": "k1"})

    receipt.ticket.refresh_from_db()
    assert receipt.ticket.state == "open"
    assert [one.text for one in receipt.ticket.messages.order_by("id")] == [
        "Where are they?",
        "And the saucers?",
    ]


@pytest.mark.parametrize("token", ["1", "1:forged", "x" * 500])
def test_request_page_opens_for_no_forged_link(db, token):
    assert Client().get(f"/requests/{token}/").status_code == 404


def test_settings_pages_are_closed_to_agents_without_the_right(webform, ada, chief):
    client = Client()
    client.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    refused = client.get("/settings/forms/").status_code
    client.force_login(chief, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert refused == 403
    assert client.get("/settings/forms/").status_code == 200
    assert client.get("/settings/forms/contact/").status_code == 200


def test_who_does_no_work_is_let_through_less_often(webform):
    statuses = [fill(webform, subject=f"n{n}", stamp=_stamp(n), work="").status_code for n in range(6)]
    wrong = fill(webform, subject="wrong", stamp=_stamp(7), work="-1").status_code

    assert statuses == [302] * 4 + [429] * 2
    assert wrong == 429


def test_work_serves_one_message_and_the_same_again():
    assert use_up("stamp", "Where are they?") and use_up("stamp", "Where are they?")
    assert not use_up("stamp", "Other words")


@pytest.mark.parametrize("number", ["", "-1", "1e3", "٣", "9" * 21, "x"])
def test_what_is_no_number_is_no_work(number):
    assert not is_done("stamp", number, 1)


def test_work_is_counted_in_bits():
    from hashlib import sha256

    number = do_work("stamp", 12)

    assert sha256(f"stamp:{number}".encode()).hexdigest().startswith("000")
    assert not is_done("other", number, 12) or not is_done("third", number, 12)


def test_only_the_kinds_of_files_that_are_taken_are_taken(webform):
    Webform.objects.update(kinds="pdf txt")

    page = Client().get(webform.get_absolute_url()).content.decode()
    refused = fill(webform, files=SimpleUploadedFile("run.exe", b"MZ"))
    taken = fill(webform, files=SimpleUploadedFile("cup.TXT", b"broken"))

    assert 'accept=".pdf,.txt"' in page
    assert refused.status_code == 422 and "run.exe" in refused.content.decode()
    assert "Where are they?" in refused.content.decode()  # no word is lost
    assert taken.status_code == 302


def test_thanks_are_said_in_the_language_of_the_form_that_was_filled_in(webform):
    with time_machine.travel(NOW, tick=False):
        given = {"email": "noa@else.example", "subject": "Kupit", "text": "Missä?", "stamp": STAMP.sign("fi")}
    with time_machine.travel(NOW + 30, tick=False):
        response = Client().post(f"{webform.get_absolute_url()}?lang=fi", given, follow=True)

    assert response.redirect_chain and '<html lang="fi"' in response.content.decode()
