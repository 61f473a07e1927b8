"""Questionnaires on a ticket: filled in by an agent, answered at a link, by both at once, and by people who should not."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.makers import make_ticket

from ahlan.core import clock
from ahlan.courtesy.actions import inquiries as verbs
from ahlan.courtesy.actions.questionnaires import make_ready, save_questionnaire
from ahlan.courtesy.links import SIGNER, token_for
from ahlan.courtesy.models import Inquiry, Questionnaire
from ahlan.courtesy.queries import inquiries_of
from ahlan.courtesy.questions import Asks
from ahlan.courtesy.ready_questionnaires import READY_QUESTIONNAIRES
from ahlan.courtesy.tests.makers import client_of, events, hear
from ahlan.tickets.actions import work
from ahlan.tickets.actions.merge import merge_tickets
from ahlan.tickets.actions.snooze import snooze_ticket
from ahlan.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
WELL = {"q-product": "Kettle 7", "q-happens": "It leaks.\nAll over.", "q-often": "once", "q-stops": "no"}
TEXT = "Fault report\n\nWhich product is it about?\nKettle 7\n\nWhat happens?\nIt leaks.\nAll over.\n\nHow often?\nIt was once\n\nCan you go on using it?\nNo"


@pytest.fixture(autouse=True)
def _ready(db):
    make_ready()
    cache.clear()


@pytest.fixture
def ticket(desk, cy) -> Ticket:
    ticket = make_ticket(inbox=desk, customer=cy, language="en", subject="Kettle")
    hear(ticket, "It leaks.")
    return ticket


def ready(key: str = "fault") -> Questionnaire:
    return Questionnaire.objects.get(key=key)


@pytest.fixture
def inquiry(ticket, ada) -> Inquiry:
    return verbs.share(verbs.begin(ticket, ready(), agent=ada), agent=ada)


def fresh(inquiry: Inquiry) -> Inquiry:
    return Inquiry.objects.get(pk=inquiry.pk)


def send(inquiry: Inquiry, given: dict[str, Any] = WELL, **more: Any) -> Any:
    revision = str(more.pop("revision", fresh(inquiry).revision))
    client = more.pop("client", None) or Client(enforce_csrf_checks=True)
    return client.post(f"/inquiries/{token_for(fresh(inquiry))}/", {**given, "revision": revision, **more})


def said(ticket: Ticket) -> list[tuple[str, str]]:
    return list(Message.objects.filter(ticket=ticket).order_by("id").values_list("direction", "text"))


def test_a_customer_answers_at_his_link(ticket, inquiry, cy):
    page = Client().get(f"/inquiries/{token_for(inquiry)}/")

    response = send(inquiry)
    thanks = Client().get(response["Location"]).content.decode()

    assert (page.status_code, page["Referrer-Policy"], response.status_code) == (200, "same-origin", 302)
    assert said(ticket)[-1] == ("in", TEXT)
    assert fresh(inquiry).answers == {
        "product": "Kettle 7",
        "happens": "It leaks.\nAll over.",
        "often": "once",
        "stops": "no",
    }
    message = Message.objects.latest("id")
    assert events("questionnaire.answered") == [
        {"questionnaire": ready().pk, "inquiry": inquiry.pk, "message": message.pk}
    ]
    assert message.customer == cy
    assert "Thank you" in thanks


def test_his_answer_wakes_and_opens_the_ticket(ticket, inquiry):
    work.set_state(ticket, "waiting", actor="system")
    snooze_ticket(ticket, clock.now() + timedelta(days=2), actor="system")

    send(inquiry)

    now = Ticket.objects.get(pk=ticket.pk)
    assert (now.state, now.snoozed, now.last_from_customer) == ("open", False, True)


def test_sent_twice_is_once_and_changed_answers_are_a_second_word(ticket, inquiry):
    for _ in range(2):
        send(inquiry, revision=0)
    once = len(said(ticket))
    send(inquiry, {**WELL, "q-product": "Kettle 8"})

    assert once == 2
    assert [text.splitlines()[3] for _way, text in said(ticket)[1:]] == ["Kettle 7", "Kettle 8"]
    assert len(events("questionnaire.answered")) == 2


def test_what_is_saved_for_later_is_nobodys_business_yet(ticket, inquiry):
    saved = send(inquiry, {"q-product": "Kettle"}, later="1")
    page = Client().get(saved["Location"]).content.decode()

    assert saved.status_code == 302
    assert 'value="Kettle"' in page
    assert "go on" in page
    assert len(said(ticket)) == 1
    assert events("questionnaire.answered") == []


def test_what_is_missing_or_wrong_is_told_and_nothing_is_lost(ticket, inquiry):
    for given in (
        {},
        {**WELL, "q-product": ""},
        {**WELL, "q-often": "daily"},
        {**WELL, "q-since": "yesterday"},
        {**WELL, "q-happens": "x" * 4001},
    ):
        response = send(inquiry, given)
        assert response.status_code == 422
    assert "x" * 4001 in response.content.decode()
    assert fresh(inquiry).answers == {}
    assert len(said(ticket)) == 1


def test_what_is_not_asked_is_not_missed_and_not_kept(ticket, ada):
    inquiry = verbs.share(verbs.begin(ticket, ready("return"), agent=ada), agent=ada)
    given = {"q-order": "7", "q-why": "mind", "q-wish": "money", "q-damage": "none of it"}

    other = send(inquiry, given)
    missed = send(inquiry, {**given, "q-why": "broken", "q-damage": ""})

    assert (other.status_code, missed.status_code) == (302, 422)
    assert fresh(inquiry).answers == {"order": "7", "why": "mind", "wish": "money"}


@pytest.mark.parametrize(
    ("given", "kept"), [("3,50", "3.5"), ("۱۲", "12"), ("-1", "-1"), ("1e3", "1000"), ("١٫٥", "1.5")]
)
def test_numbers_are_read_as_people_write_them(ticket, ada, given, kept):
    inquiry = verbs.share(verbs.begin(ticket, ready("return"), agent=ada), agent=ada)

    send(inquiry, {"q-pieces": given}, later="1")

    assert fresh(inquiry).answers == {"pieces": kept}


@pytest.mark.parametrize("given", ["NaN", "inf", "1e400", "two", "9" * 29])
def test_what_is_no_number_is_refused(ticket, ada, given):
    inquiry = verbs.share(verbs.begin(ticket, ready("return"), agent=ada), agent=ada)

    assert send(inquiry, {"q-pieces": given}, later="1").status_code == 422


def test_forged_links_lead_nowhere(inquiry):
    token = token_for(inquiry)
    others = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        f"{inquiry.pk}-1:x",
        "x",
        SIGNER.sign("x"),
        SIGNER.sign("1"),
        SIGNER.sign("99-1"),
        SIGNER.sign(f"{inquiry.pk}-" + "9" * 400),
    ]

    for one in others[:-1]:
        assert Client().get(f"/inquiries/{one}/").status_code == 404, one
        assert Client().post(f"/inquiries/{one}/", WELL).status_code == 404, one


def test_links_end_by_their_day_by_hand_and_when_it_is_finished(ticket, inquiry, ada):
    token = token_for(inquiry)
    Inquiry.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    expired = Client().post(f"/inquiries/{token}/", WELL)
    again = verbs.share(inquiry, agent=ada)
    alive = Client().get(f"/inquiries/{token_for(again)}/")
    verbs.revoke(inquiry, agent=ada)
    revoked = Client().post(f"/inquiries/{token}/", WELL)
    new = token_for(verbs.share(inquiry, agent=ada))
    still = Client().get(f"/inquiries/{token}/")
    verbs.finish(inquiry, agent=ada)
    finished = Client().post(f"/inquiries/{new}/", WELL)

    assert (
        expired.status_code,
        alive.status_code,
        revoked.status_code,
        still.status_code,
        finished.status_code,
    ) == (410, 200, 410, 410, 410)
    assert "send you a new one" in expired.content.decode()
    assert "taken it back" in revoked.content.decode()
    assert "finished" in finished.content.decode()
    assert len(said(ticket)) == 1
    assert len(events("questionnaire.revoked")) == 1


def test_a_deleted_ticket_takes_its_links_along(ticket, inquiry):
    work.delete_ticket(ticket, actor="system")

    assert send(inquiry).status_code == 404


def test_a_merged_ticket_takes_its_answers_along(ticket, inquiry, desk, cy, ada):
    other = make_ticket(inbox=desk, customer=cy)
    merge_tickets(ticket, other, actor="system")

    send(inquiry)

    assert said(other)[-1] == ("in", TEXT)
    assert list(inquiries_of(other)) == [inquiry]
    assert client_of(ada).get(f"/tickets/{other.pk}/inquiries/{inquiry.pk}/", headers=HTMX).status_code == 200


def test_two_at_once_do_not_undo_each_other(ticket, inquiry, ada):
    send(inquiry, {"q-product": "By the agent"}, later="1")

    late = send(inquiry, WELL, revision=0)
    again = send(inquiry, WELL)

    assert late.status_code == 409
    assert "It leaks." in late.content.decode()
    assert 'name="revision" value="1"' in late.content.decode()
    assert again.status_code == 302


def test_the_agent_is_told_that_the_customer_was_quicker(ticket, inquiry, ada):
    send(inquiry)

    response = client_of(ada).post(
        f"/tickets/{ticket.pk}/inquiries/{inquiry.pk}/", {"q-product": "Pot", "revision": "0"}, headers=HTMX
    )

    assert "Somebody else has answered meanwhile" in response.content.decode()
    assert fresh(inquiry).answers["product"] == "Kettle 7"


def test_an_agent_fills_it_in_while_asking(ticket, ada):
    client = client_of(ada)
    client.post(f"/tickets/{ticket.pk}/inquiries/", {"questionnaire": ready().pk}, headers=HTMX)
    inquiry = Inquiry.objects.get()
    address = f"/tickets/{ticket.pk}/inquiries/{inquiry.pk}/"
    saved = client.post(address, {"q-product": "Kettle 7", "revision": "0"}, headers=HTMX)
    wrong = client.post(address, {"q-product": "Kettle 7", "q-since": "no", "revision": "1"}, headers=HTMX)
    done = client.post(address, {**WELL, "revision": "1", "finish": "1"}, headers=HTMX)

    assert ("Saved" in saved.content.decode(), 'value="1"' in saved.content.decode()) == (True, True)
    assert "is-wrong" in wrong.content.decode()
    assert "finished" in done.content.decode()
    assert said(ticket)[-1] == ("note", TEXT)
    assert [len(events(f"questionnaire.{kind}")) for kind in ("begun", "finished", "answered")] == [1, 1, 0]


def test_finishing_writes_no_note_of_what_the_customer_has_said_himself(ticket, inquiry, ada):
    send(inquiry)
    verbs.finish(inquiry, agent=ada)
    once = len(said(ticket))
    verbs.take_up(inquiry, agent=ada)
    verbs.save_answers(inquiry, {**fresh(inquiry).answers, "product": "Pot"}, revision=1)
    verbs.finish(inquiry, agent=ada)
    verbs.finish(inquiry, agent=ada)

    assert once == 2
    assert [way for way, _text in said(ticket)] == ["in", "in", "note"]
    assert "Pot" in said(ticket)[-1][1]


def test_finished_answers_stand(inquiry, ada):
    verbs.finish(inquiry, agent=ada)

    with pytest.raises(verbs.Finished):
        verbs.save_answers(inquiry, {"product": "x"}, revision=0)
    with pytest.raises(verbs.Finished):
        verbs.answer(inquiry, {"product": "x"}, revision=0)
    with pytest.raises(verbs.Finished):
        verbs.share(inquiry, agent=ada)


def test_only_what_nobody_has_answered_is_dropped(ticket, inquiry, ada):
    other = verbs.begin(ticket, ready("need"), agent=ada)
    send(inquiry)
    client = client_of(ada)

    refused = client.post(f"/tickets/{ticket.pk}/inquiries/{inquiry.pk}/", {"drop": "1"}, headers=HTMX)
    client.post(f"/tickets/{ticket.pk}/inquiries/{other.pk}/", {"drop": "1"}, headers=HTMX)

    assert refused.status_code == 422
    assert list(Inquiry.objects.all()) == [inquiry]


def test_the_link_goes_into_the_reply_in_the_customers_language(desk, cy, ada):
    ticket = make_ticket(inbox=desk, customer=cy, language="fi")
    inquiry = verbs.begin(ticket, ready(), agent=ada)

    response = client_of(ada).post(f"/tickets/{ticket.pk}/inquiries/{inquiry.pk}/link/", headers=HTMX)

    told = response["HX-Trigger"].encode().decode("unicode_escape")
    address = re.search(r"/inquiries/[^/]+/", told)[0]
    assert "vastaa" in told.casefold()
    assert "Vikailmoitus" in Client().get(address).content.decode()


def test_a_link_by_which_is_asked_takes_the_step_need(ticket, inquiry, ada):
    from ahlan.courtesy.way import way_of
    from ahlan.tickets.actions.answer import reply

    reply(ticket, author=ada, text=f"http://desk.example/inquiries/{token_for(inquiry)}/")

    assert [one.step.value for one in way_of(ticket) if one.done] == ["need"]


def test_an_answer_keeps_the_words_it_was_asked_with(ticket, inquiry, ada):
    send(inquiry)
    kept = {**READY_QUESTIONNAIRES["fault"], "title": {"en": "Trouble"}}
    save_questionnaire(ready(), Asks.of(kept), actor="system")

    page = client_of(ada).get(f"/tickets/{ticket.pk}/inquiries/{inquiry.pk}/", headers=HTMX).content.decode()

    assert fresh(inquiry).edition.asks.title["en"] == "Fault report"
    assert "What happens?" in page


def test_somebody_who_sends_without_end_is_stopped(inquiry, monkeypatch):
    monkeypatch.setitem(__import__("ahlan.courtesy.views.public", fromlist=["x"]).PER_HOUR, "link", 2)
    codes = [send(inquiry, {**WELL, "q-product": str(n)}).status_code for n in range(3)]

    assert codes == [302, 302, 429]


def test_there_is_an_end_to_rounds_and_to_inquiries(ticket, inquiry, ada, monkeypatch):
    monkeypatch.setattr(verbs, "MOST_ROUNDS", 1)
    monkeypatch.setattr(verbs, "MOST_ON_A_TICKET", 1)
    codes = [send(inquiry, {**WELL, "q-product": str(n)}).status_code for n in range(2)]

    assert codes == [302, 410]
    assert (
        client_of(ada).post(f"/tickets/{ticket.pk}/inquiries/", {"questionnaire": ready().pk}).status_code
        == 422
    )


def test_a_customer_without_an_address_answers_in_a_note(ticket, inquiry, cy):
    cy.addresses.all().delete()

    send(inquiry)

    assert said(ticket)[-1] == ("note", TEXT)


def test_odd_words_come_through_clean(ticket, inquiry):
    send(inquiry, {**WELL, "q-product": "a\x00<script>b</script>"})

    assert fresh(inquiry).answers["product"] == "a<script>b</script>"
    assert "<script>b" not in Client().get(f"/inquiries/{token_for(inquiry)}/").content.decode()


def test_what_is_put_away_cannot_be_begun(ticket, ada):
    from ahlan.courtesy.actions.questionnaires import put_questionnaire_away

    put_questionnaire_away(ready(), actor="system")
    for key in (ready().pk, 999, "", "x", "9" * 30):
        assert (
            client_of(ada).post(f"/tickets/{ticket.pk}/inquiries/", {"questionnaire": key}).status_code == 404
        )


def test_another_tickets_inquiry_is_not_found_here(inquiry, desk, ada, bo):
    other = make_ticket(inbox=desk)
    for address in (
        f"/tickets/{other.pk}/inquiries/{inquiry.pk}/",
        f"/tickets/{other.pk}/inquiries/{inquiry.pk}/link/",
    ):
        assert client_of(ada).post(address).status_code == 404
    assert client_of(bo).get(f"/tickets/{inquiry.ticket_id}/inquiries/{inquiry.pk}/").status_code == 404


def test_the_panel_costs_the_same_for_more_inquiries(ticket, ada):
    client, costs = client_of(ada), []
    for count in (1, 2):
        for _ in range(count):
            verbs.begin(ticket, ready(), agent=ada)
        client.get(f"/tickets/{ticket.pk}/")
        with CaptureQueriesContext(connection) as taken:
            client.get(f"/tickets/{ticket.pk}/")
        costs.append(len(taken))

    assert costs[0] == costs[1]


@pytest.mark.parametrize("language", ["en", "he", "ar", "fi", "fa", "ru"])
def test_it_is_asked_in_the_customers_language(desk, cy, ada, language):
    ticket = make_ticket(inbox=desk, customer=cy, language=language)
    inquiry = verbs.share(verbs.begin(ticket, ready(), agent=ada), agent=ada)

    page = Client().get(f"/inquiries/{token_for(inquiry)}/").content.decode()

    assert READY_QUESTIONNAIRES["fault"]["title"][language] in page
    assert f'lang="{language}"' in page
    assert 'style="' not in page
