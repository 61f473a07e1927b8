"""A visitor's way in, and what nobody else gets."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ahlan.channels.chat.actions import introduce
from ahlan.channels.chat.identity import SECRET, signature
from ahlan.channels.chat.models import Chat, Line, Session, Visitor
from ahlan.channels.chat.tests.conftest import Browser
from ahlan.channels.models import RawInbound
from ahlan.core.clock import now
from ahlan.tickets.actions import answer
from ahlan.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


def vouched(widget, *, id: str = "42", email: str = "noa@else.example", name: str = "Noa", lasts: int = 600):
    exp = int(now().timestamp()) + lasts
    said = signature(widget.inbox.secret(SECRET), id=id, email=email, name=name, exp=exp)
    return {"id": id, "email": email, "name": name, "exp": exp, "hash": said}


def test_first_words_become_a_ticket_at_once(browser):
    response = browser.say("Where is my parcel?")

    ticket = Ticket.objects.get()
    assert response.status_code == 201
    assert response.json()["waits"] is True
    assert ticket.messages.get().text == "Where is my parcel?"
    assert Chat.objects.get().ticket == ticket.pk
    assert RawInbound.objects.get().state == "read"


def test_further_words_come_into_the_same_ticket(browser):
    browser.say("Where is my parcel?")
    browser.say("It was blue.")

    assert [one.text for one in Ticket.objects.get().messages.order_by("id")] == [
        "Where is my parcel?",
        "It was blue.",
    ]


def test_a_message_sent_again_is_one_message(browser):
    for _ in range(3):
        assert browser.say("Hello", key="same-key-1").json()["line"]["seq"] == 1

    assert Message.objects.count() == Line.objects.count() == 1


def test_what_cannot_be_filed_at_once_is_kept_for_a_worker(browser, monkeypatch):
    from ahlan.events.models import Job
    from ahlan.tickets.actions import intake

    def broken(_raw):
        raise RuntimeError("the desk is broken")

    monkeypatch.setattr(intake, "receive_raw", broken)
    response = browser.say("Hello")

    assert response.status_code == 201
    assert RawInbound.objects.get().state == "new"
    assert Job.objects.filter(name__endswith="understand").count() == 1
    monkeypatch.undo()
    intake.receive_raw(RawInbound.objects.get())
    assert Chat.objects.get().ticket == Ticket.objects.get().pk


def test_a_token_is_kept_only_as_a_digest(browser):
    assert browser.token not in str(Session.objects.values())


@pytest.mark.parametrize("token", ["", "1", "x" * 43, "\udcff"])
def test_a_guessed_token_neither_reads_nor_writes(browser, widget, token):
    browser.say("My secret")
    stranger = Browser(widget)
    stranger.token = token.encode("utf-8", "replace").decode()

    assert stranger.say("Me too").status_code == 403
    for what in ("typing", "read", "end", "rating", "transcript"):
        assert stranger.post(what, upto=1, thumb=1).status_code == 403
    assert Line.objects.count() == 1


def test_another_anonymous_visitor_hears_nothing(browser, widget):
    browser.say("My secret")
    other = Browser(widget).begin()

    assert other.begun.json()["chat"] is None
    assert other.visitor.pk != browser.visitor.pk
    assert other.post("rating", thumb=1).status_code == 422


def test_a_token_of_one_widget_opens_no_other(browser, widget):
    from ahlan.channels.chat.actions import save_widget
    from ahlan.channels.chat.models import Widget

    other = save_widget(
        Widget(slug="other", brand="Other"), name="Other", active=True, fields=[], actor="system"
    )
    stranger = Browser(other)
    stranger.token = browser.token

    assert stranger.say("Hello").status_code == 403


def test_a_token_ends(browser):
    with time_machine.travel(now().timestamp() + 31 * 86_400):
        assert browser.say("Hello").status_code == 403


def test_whom_the_site_vouches_for_is_the_customer_of_that_address(widget):
    noa = Browser(widget, **vouched(widget)).begin()
    noa.say("Hello")

    assert Ticket.objects.get().customer.addresses.get().value == "noa@else.example"


def test_whom_the_site_vouches_for_finds_his_chat_in_another_browser(widget):
    Browser(widget, **vouched(widget)).begin().say("Hello")
    other = Browser(widget, **vouched(widget)).begin()

    assert other.begun.json()["chat"] == Chat.objects.get().pk


@pytest.mark.parametrize(
    "forged",
    [
        {"id": "43"},
        {"email": "boss@else.example"},
        {"exp": 99_999_999_999},
        {"hash": "0" * 64},
        {"hash": ""},
        {"hash": None},
        {"hash": "é"},
        {"exp": "soon"},
        {"id": ["42"]},
        {"name": "Noa\n1"},
    ],
)
def test_a_forged_identity_is_refused(widget, forged):
    response = Browser(widget, **(vouched(widget) | forged)).begin().begun

    assert response.status_code == 403
    assert not Visitor.objects.exists()


@pytest.mark.parametrize("lasts", [-1, 0, 86_400 * 2])
def test_an_identity_too_old_or_good_for_too_long_is_refused(widget, lasts):
    assert Browser(widget, **vouched(widget, lasts=lasts)).begin().begun.status_code == 403


def test_words_moved_between_fields_are_not_the_same_signature(widget):
    given = vouched(widget, id="4", email="2@else.example")

    assert (
        Browser(widget, **(given | {"id": "42", "email": "@else.example"})).begin().begun.status_code == 403
    )


def test_a_widget_for_known_people_lets_no_other_in(widget):
    widget.needs_identity = True
    widget.save()

    assert Browser(widget).begin().begun.status_code == 403
    assert Browser(widget, **vouched(widget)).begin().begun.status_code == 200


def test_who_signs_out_of_the_site_leaves_his_chat_behind(widget):
    noa = Browser(widget, **vouched(widget)).begin()
    noa.say("My secret")
    noa.identity = None
    noa.begin()

    assert noa.begun.json()["chat"] is None
    assert noa.visitor.known_as == ""


def test_an_address_a_visitor_gives_himself_gives_no_rights(browser, cy):
    browser.say("Hello", name="Cy", email="cy@else.example")

    ticket = Ticket.objects.get()
    assert ticket.customer.pk != cy.pk
    assert ticket.customer.addresses.get().kind == "chat"
    assert browser.visitor.email == "cy@else.example"


def test_a_required_address_is_asked_for(widget, browser):
    widget.asks = "required"
    widget.save()

    assert browser.say("Hello").status_code == 422
    assert browser.say("Hello", email="nobody").status_code == 422
    assert browser.say("Hello", email="cy@else.example").status_code == 201


@pytest.mark.parametrize(
    "given", [{"text": ""}, {"text": " \n"}, {"text": "x", "key": "short"}, {"text": "x", "key": "é" * 9}]
)
def test_hostile_messages_get_a_clear_no(browser, given):
    assert browser.say(**given).status_code == 422
    assert not Line.objects.exists()


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b'"x"'])
def test_hostile_bodies_get_a_clear_no(browser, widget, body):
    for what in ("session", "read", "rating"):
        response = Client().post(
            f"{widget.get_absolute_url()}{what}/",
            body,
            content_type="application/json",
            headers=browser.headers,
        )
        assert response.status_code == 400


def test_a_file_goes_along_and_comes_back_only_by_its_sign(browser, widget, di):
    sent = browser.say("See", files=SimpleUploadedFile("cup.txt", b"broken", content_type="text/html"))

    (one,) = sent.json()["line"]["files"]
    got = Client().get(f"{widget.get_absolute_url()}files/{one['sign']}/")
    assert Message.objects.get().attachments.get().name == "cup.txt"
    assert b"".join(got.streaming_content) == b"broken"
    assert got["Content-Type"] == "application/octet-stream"
    assert "attachment" in got["Content-Disposition"]
    assert Client().get(f"{widget.get_absolute_url()}files/{one['sign']}x/").status_code == 404


def test_a_file_that_is_not_taken_is_told_and_nothing_is_said(browser, settings):
    settings.CLAMD = "127.0.0.1:1"

    refused = browser.say("See", files=SimpleUploadedFile("cup.txt", b"broken"))

    assert (refused.status_code, refused.json()["error"]) == (422, "files")
    assert "without them" in refused.json()["told"]
    assert not Message.objects.exists()


def test_an_answer_reaches_the_visitor_at_once_and_without_signature(
    browser, eve, django_capture_on_commit_callbacks
):
    eve.signature = "Eve, director"
    eve.undo_seconds = 30
    eve.save()
    browser.say("Where is it?")
    with django_capture_on_commit_callbacks(execute=True):
        message = answer.reply(Ticket.objects.get(), author=eve, text="On its **way**.")

    line = Line.objects.get(side="agent")
    message.refresh_from_db()
    assert message.delivery == "sent"
    assert (line.text, line.author) == ("On its **way**.", "Eve")
    assert "<strong>way</strong>" in line.html
    assert line.seq == 2


def test_a_forwarded_message_never_reaches_the_visitor(browser, eve, django_capture_on_commit_callbacks):
    browser.say("Where is it?")
    with django_capture_on_commit_callbacks(execute=True):
        message = answer.forward(
            Ticket.objects.get(), author=eve, text="He is difficult", to=[("", "store@desk.example")]
        )

    message.refresh_from_db()
    assert message.delivery == "failed"
    assert not Line.objects.filter(side="agent").exists()


def test_a_note_never_reaches_the_visitor(browser, eve, django_capture_on_commit_callbacks):
    browser.say("Where is it?")
    with django_capture_on_commit_callbacks(execute=True):
        answer.note(Ticket.objects.get(), author=eve, text="He is difficult")

    assert Line.objects.count() == 1


def test_only_its_sites_may_frame_it(widget):
    policy = Client().get(widget.get_absolute_url())["Content-Security-Policy"]

    assert "frame-ancestors 'self' https://www.mitra.example" in policy
    assert "unsafe-inline" not in policy


def test_the_loader_holds_hostile_words_as_words(widget):
    widget.nudges.create(text='"; alert(1); // </script>')

    script = Client().get(f"{widget.get_absolute_url()}embed.js")
    assert b'; "; alert(1)' not in script.content and b'"text":"\\"; alert(1)' in script.content
    assert b"</script>" not in script.content
    assert len(script.content) < 9_000


@pytest.mark.parametrize("language", ["en", "he", "ar", "fi", "fa", "ru"])
def test_the_widget_speaks_six_languages_both_ways(widget, language):
    page = Client().get(f"{widget.get_absolute_url()}?lang={language}").content.decode()

    assert f'lang="{language}" dir="{"rtl" if language in ("he", "ar", "fa") else "ltr"}"' in page
    assert ("Write a message" in page) is (language == "en")


def test_a_visitor_without_a_name_is_called_so_that_agents_tell_him_from_others(browser, widget):
    widget.inbox.language = "fi"
    widget.inbox.save()

    browser.say("Missä tilaus on?")

    assert str(Ticket.objects.get().customer) == f"Vierailija {browser.visitor.key[:4].upper()}"


def test_the_name_he_gives_later_takes_the_place_of_what_he_was_called_by(browser, widget):
    browser.say("Where is my order?")
    introduce(browser.visitor, name="Noa Levi", email="")

    browser.say("It is number 7.")

    assert str(Ticket.objects.get().customer) == "Noa Levi"
