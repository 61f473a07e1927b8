from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from tests.makers import make_agent, make_customer, make_inbox, make_message, make_ticket

from ahlan.core.clock import now
from ahlan.events.models import Event
from ahlan.tickets.actions import later, words
from ahlan.tickets.actions.answer import Unanswerable
from ahlan.tickets.actions.later import hold_back, send_due, send_later
from ahlan.tickets.actions.merge import merge_tickets
from ahlan.tickets.actions.work import delete_ticket
from ahlan.tickets.models import Attachment, Draft, Later, Message

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(desk, cy):
    made = make_ticket(inbox=desk, customer=cy)
    make_message(made, text="When?")
    return made


def said(ticket) -> list[str]:
    return list(Message.objects.filter(ticket=ticket, direction="out").values_list("text", flat=True))


def told(ticket) -> list[tuple[str, str]]:
    kinds = ("reply.scheduled", "reply.held_back", "message.queued")
    found = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk, kind__in=kinds).order_by("id")
    return [(one.kind, one.facts.get("reason", "")) for one in found]


def in_two_hours():
    return now() + timedelta(hours=2)


def at_its_time(hours: float = 2.1) -> int:
    with time_machine.travel(now() + timedelta(hours=hours)):
        return send_due()


def test_a_reply_leaves_at_its_moment_and_not_before(ticket, ada):
    Draft.objects.create(ticket=ticket, agent=ada, text="Tom")
    made = send_later(ticket, author=ada, text="Tomorrow", at=in_two_hours())
    before = (send_due(), said(ticket), Draft.objects.count(), later.next_due())
    ticket.refresh_from_db()
    answered_at = ticket.first_answered_at

    assert before == (0, [], 0, made.send_at)
    assert answered_at is None
    assert (at_its_time(), at_its_time(), said(ticket)) == (1, 0, ["Tomorrow"])
    assert told(ticket) == [("reply.scheduled", ""), ("message.queued", "")]
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assignee) == ("waiting", ada)


def test_a_reply_is_held_back_into_its_authors_draft(ticket, ada, chief):
    made = send_later(ticket, author=ada, text="Tomorrow", at=in_two_hours(), cc=[("Di", "di@else.example")])
    first, second = hold_back(made, actor=chief.actor), hold_back(made, actor=chief.actor)
    draft = Draft.objects.get()

    assert (first, second, draft.agent, draft.text, draft.cc) == (
        True,
        False,
        ada,
        "Tomorrow",
        "di@else.example",
    )
    assert (at_its_time(), said(ticket)) == (0, [])


@pytest.mark.parametrize(("unless", "sent"), [(True, []), (False, ["Tomorrow"])])
def test_the_customers_word_keeps_it_back_where_that_was_asked(ticket, ada, unless, sent):
    send_later(ticket, author=ada, text="Tomorrow", at=in_two_hours(), unless_answered=unless)
    make_message(ticket, text="Never mind")
    at_its_time()

    assert said(ticket) == sent
    assert told(ticket)[-1] == (("reply.held_back", "answered") if unless else ("message.queued", ""))
    assert Draft.objects.filter(agent=ada, text="Tomorrow").exists() is unless


def test_nothing_leaves_for_somebody_who_may_not_answer_any_more(ticket, ada):
    send_later(ticket, author=ada, text="Tomorrow", at=in_two_hours())
    ada.teams.clear()
    at_its_time()

    assert (said(ticket), told(ticket)[-1]) == ([], ("reply.held_back", "author"))


def test_nothing_leaves_from_the_bin(ticket, ada):
    send_later(ticket, author=ada, text="Tomorrow", at=in_two_hours())
    delete_ticket(ticket, actor="system")
    at_its_time()

    assert (said(ticket), told(ticket)[-1]) == ([], ("reply.held_back", "removed"))


def test_a_merge_turns_it_to_nobody_else(ticket, ada, desk):
    other = make_ticket(inbox=desk, customer=make_customer(address="other@else.example"))
    send_later(ticket, author=ada, text="Tomorrow", at=in_two_hours())
    merge_tickets(ticket, other, actor="system")
    client = Client()
    client.force_login(ada, backend=BACKEND)
    shown = client.get(f"/tickets/{other.pk}/").content.decode()
    at_its_time()
    sent = Message.objects.get(ticket=other, direction="out")

    assert "Hold back" in shown
    assert [value for _name, value in sent.addresses["to"]] == ["cy@else.example"]


def test_its_files_are_in_nobodys_composer_and_go_with_it(ticket, ada):
    file = Attachment.objects.create(
        ticket=ticket, uploader=ada, name="a.txt", content_type="text/plain", size=1, digest="0" * 64
    )
    send_later(ticket, author=ada, text="See this", at=in_two_hours(), files=[file])
    file.refresh_from_db()
    hidden = file.uploader
    at_its_time()
    file.refresh_from_db()

    assert (hidden, file.message.text) == (None, "See this")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("then", ["closed", "archived"])
def test_what_stands_against_its_state_keeps_the_ticket_open_and_not_the_reply(ticket, ada, then):
    status = words.save_status(name="Solved", state="closed", actor="system")
    if then == "closed":
        words.save_field(name="Cause", kind="text", required="closing", actor="system")
    send_later(
        ticket,
        author=ada,
        text="Tomorrow",
        at=in_two_hours(),
        then="closed" if then == "closed" else str(status.pk),
    )
    words.archive_word(status, actor="system")

    assert (at_its_time(), said(ticket), Later.objects.count()) == (1, ["Tomorrow"], 0)
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_one_that_dies_while_sending_sends_once(ticket, ada, monkeypatch):
    send_later(ticket, author=ada, text="Tomorrow", at=in_two_hours())

    def die(**more):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(later, "reply", lambda *given, **more: die())
        with pytest.raises(SystemExit):
            at_its_time()
    half = (said(ticket), Later.objects.count())
    at_its_time()

    assert (half, said(ticket), Later.objects.count()) == (([], 1), ["Tomorrow"], 0)


@pytest.mark.parametrize("hours", [-1, 24 * 400])
def test_a_moment_that_is_past_or_too_far_is_refused(ticket, ada, hours):
    with pytest.raises(ValueError, match="not to come"):
        send_later(ticket, author=ada, text="Hm", at=now() + timedelta(hours=hours))


def test_nothing_to_send_is_refused(ticket, ada):
    with pytest.raises(Unanswerable):
        send_later(ticket, author=ada, text=" ", at=in_two_hours())


def test_it_is_written_shown_and_held_back_on_the_page(ticket, ada):
    client = Client()
    client.force_login(ada, backend=BACKEND)
    given = {"kind": "reply", "text": "Good morning", "choice": "tomorrow", "unless_answered": "1"}
    client.post(f"/tickets/{ticket.pk}/messages/", given)
    made = Later.objects.get()
    shown = client.get(f"/tickets/{ticket.pk}/").content.decode()
    wrong = client.post(
        f"/tickets/{ticket.pk}/messages/", {**given, "choice": "own"}, headers={"HX-Request": "true"}
    )
    client.post(f"/tickets/{ticket.pk}/later/{made.pk}/holding-back/")

    assert (made.text, made.unless_answered, made.author) == ("Good morning", True, ada)
    assert "Good morning" in shown
    assert wrong.status_code == 422
    assert (Later.objects.count(), Draft.objects.get().text) == (0, "Good morning")


def test_strangers_hold_nothing_back(ticket, ada):
    made = send_later(ticket, author=ada, text="Tomorrow", at=in_two_hours())
    di = make_agent()
    client = Client()
    client.force_login(di, backend=BACKEND)
    other = make_ticket(inbox=make_inbox(address="other@desk.example"))

    assert client.post(f"/tickets/{ticket.pk}/later/{made.pk}/holding-back/").status_code == 404
    client.force_login(ada, backend=BACKEND)
    assert client.post(f"/tickets/{other.pk}/later/{made.pk}/holding-back/").status_code == 404
    assert Later.objects.count() == 1
