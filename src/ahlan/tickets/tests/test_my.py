"""A customer's own pages: in by a link, his own requests and no other's, answered, closed, opened again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings

from ahlan.channels.contract import Address as Sender
from ahlan.channels.contract import Attachment, Inbound
from ahlan.channels.email.channel import Email
from ahlan.channels.models import Inbox
from ahlan.channels.webform.models import Webform
from ahlan.core.clock import now
from ahlan.customers import visits
from ahlan.customers.actions import add_address, meet, merge, remove_address, unmerge
from ahlan.customers.models import Customer, Organisation, Visit, WayIn
from ahlan.events.models import Event, Job
from ahlan.staff.actions import create_agent, make_roles
from ahlan.staff.models import Agent
from ahlan.tickets.actions import answer, way_in
from ahlan.tickets.actions.answer import reply
from ahlan.tickets.actions.intake import receive
from ahlan.tickets.actions.merge import merge_tickets
from ahlan.tickets.actions.opening import open_ticket
from ahlan.tickets.models import Message, State, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox() -> Inbox:
    cache.clear()
    return Inbox.objects.create(name="Help", channel="email", address="help@desk.example")


@pytest.fixture
def ada(inbox: Inbox) -> Any:
    make_roles()
    return create_agent(email="ada@desk.example", name="Ada", role="admin", actor="system")


def ask(inbox: Inbox, sender: str, subject: str = "Kettle", text: str = "It drips.", **more: Any) -> Ticket:
    fingerprint = f"{sender}{subject}{text}"
    found = receive(
        Inbound(Sender("email", sender, ""), subject, text, fingerprint=fingerprint, **more), inbox
    )
    assert found.ticket is not None
    return found.ticket


def visiting(value: str) -> Client:
    """A browser whose customer has come in by a link."""
    visits.ask_way_in(value, language="en")
    token = visits.token_of(WayIn.objects.latest("pk"))
    client = Client()
    assert client.post(f"/my/in/{token}/").status_code == 302
    return client


def test_a_customer_comes_in_by_the_link_and_sees_his_own(inbox: Inbox) -> None:
    mine, others = ask(inbox, "cy@else.example"), ask(inbox, "di@else.example", "Secret of Di")

    page = visiting("CY@else.example ").get("/my/")

    assert page.status_code == 200
    assert "Kettle" in page.content.decode() and "Secret of Di" not in page.content.decode()
    assert [one.pk for one in page.context["page"].items] == [mine.pk] != [others.pk]
    assert Event.objects.filter(kind="customer.came_in", subject_id=mine.customer_id).count() == 1


def test_asking_says_the_same_for_a_stranger_and_does_as_much(
    inbox: Inbox, django_assert_num_queries: Any
) -> None:
    ask(inbox, "cy@else.example")
    answers, queries = [], []

    for value in ("cy@else.example", "nobody@else.example"):
        with django_assert_num_queries(6) as asked:
            response = Client().post("/my/sign-in/", {"email": value}, headers={"accept-language": "en"})
        answers.append((response.status_code, response["Location"], response.content))
        queries.append(len(asked))

    assert answers[0] == answers[1]
    assert queries[0] == queries[1]
    assert Job.objects.filter(name__endswith="send_a_way_in").count() == 2


def test_a_stranger_and_an_agent_are_nobody_here(inbox: Inbox, ada: Any) -> None:
    ticket = ask(inbox, "cy@else.example")
    agent = Client()
    agent.force_login(ada)

    for client in (Client(), agent):
        for address in ("/my/", f"/my/{ticket.pk}/", f"/my/{ticket.pk}/files/1/", "/my/about-me/"):
            assert client.get(address)["Location"] == "/my/sign-in/"
    visitor = visiting("cy@else.example")
    for address in ("/inbox/open/", f"/tickets/{ticket.pk}/", "/settings/"):
        assert visitor.get(address).status_code in (302, 404)
    assert visits.come_in(visits.token_of(WayIn(pk=10_000))) is None


def test_a_link_opens_once_and_not_for_long(inbox: Inbox) -> None:
    ask(inbox, "cy@else.example")
    visits.ask_way_in("cy@else.example", language="en")
    way = WayIn.objects.get()
    token = visits.token_of(way)

    looked = [Client().get(f"/my/in/{token}/").status_code for _n in range(3)]
    first, second = Client().post(f"/my/in/{token}/"), Client().post(f"/my/in/{token}/")
    WayIn.objects.update(used_at=None, asked_at=now() - visits.OPEN_FOR - timedelta(seconds=1))
    late = Client().post(f"/my/in/{token}/")

    assert looked == [200, 200, 200]  # what looks through mail has not used it up
    assert (first.status_code, second.status_code, late.status_code) == (302, 410, 410)
    assert Client().post("/my/in/1:forged/").status_code == 410
    assert Visit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_begin_one_visit(inbox: Inbox) -> None:
    ask(inbox, "cy@else.example")
    visits.ask_way_in("cy@else.example", language="en")
    token = visits.token_of(WayIn.objects.get())

    def click(_n: int) -> bool:
        try:
            return visits.come_in(token) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        came = list(pool.map(click, range(4)))

    assert sorted(came) == [False, False, False, True]
    assert Visit.objects.count() == 1


def test_too_many_links_for_one_address_are_not_sent(inbox: Inbox) -> None:
    for _n in range(visits.MOST_AN_HOUR + 3):
        visits.ask_way_in("cy@else.example", language="en")

    assert WayIn.objects.count() == visits.MOST_AN_HOUR


def test_one_network_is_slowed_down(inbox: Inbox) -> None:
    client = Client()
    said = [client.post("/my/sign-in/", {"email": f"{n}@else.example"}).status_code for n in range(22)]

    assert said[:20] == [302] * 20 and said[20:] == [429, 429]


def test_he_answers_with_a_file_and_a_doubled_click_is_one_word(inbox: Inbox) -> None:
    ticket = ask(inbox, "cy@else.example")
    client = visiting("cy@else.example")
    given = {"text": "Here is a picture.", "key": "k1"}

    for _n in range(2):
        file = SimpleUploadedFile("kettle.txt", b"drip", "text/plain")
        assert client.post(f"/my/{ticket.pk}/", {**given, "files": [file]}).status_code == 302

    said = Message.objects.filter(ticket=ticket).order_by("id")
    assert [one.text for one in said] == ["It drips.", "Here is a picture."]
    attached = said[1].attachments.get()
    handed = client.get(f"/my/{ticket.pk}/files/{attached.pk}/")
    assert (b"".join(handed.streaming_content), handed["Content-Disposition"]) == (
        b"drip", "attachment; filename*=UTF-8''kettle.txt",
    )  # fmt: skip


def test_too_many_files_lose_no_word(inbox: Inbox) -> None:
    ticket = ask(inbox, "cy@else.example")
    files = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(6)]

    page = visiting("cy@else.example").post(
        f"/my/{ticket.pk}/", {"text": "All of it", "key": "k", "files": files}
    )

    assert page.status_code == 422
    assert "All of it</textarea>" in page.content.decode()
    assert Message.objects.filter(ticket=ticket).count() == 1


def test_he_closes_and_opens_again(inbox: Inbox) -> None:
    ticket = ask(inbox, "cy@else.example")
    client = visiting("cy@else.example")

    client.post(f"/my/{ticket.pk}/closure/")
    ticket.refresh_from_db()
    closed = ticket.state
    client.post(f"/my/{ticket.pk}/closure/", {"reopen": "1"})
    ticket.refresh_from_db()

    assert (closed, ticket.state) == (State.CLOSED, State.OPEN)
    told = Event.objects.filter(subject_id=ticket.pk, kind__in=["ticket.closed", "ticket.reopened"])
    assert [(one.kind, one.actor) for one in told.order_by("id")] == [
        ("ticket.closed", ticket.customer.actor), ("ticket.reopened", ticket.customer.actor),
    ]  # fmt: skip


def test_notes_and_others_files_are_never_seen(inbox: Inbox, ada: Any) -> None:
    ticket = ask(inbox, "cy@else.example")
    answer.note(ticket, author=ada, text="He is difficult.")
    answer.reply(ticket, author=ada, text="A new one is on its way.")
    other = ask(inbox, "di@else.example", attachments=(Attachment("di.txt", "text/plain", b"secret"),))
    file = other.messages.get().attachments.get()
    client = visiting("cy@else.example")

    page = client.get(f"/my/{ticket.pk}/").content.decode()

    assert "A new one is on its way." in page and "difficult" not in page
    assert client.get(f"/my/{other.pk}/").status_code == 404
    assert client.post(f"/my/{other.pk}/", {"text": "hi", "key": "k"}).status_code == 404
    assert client.post(f"/my/{other.pk}/closure/").status_code == 404
    assert client.get(f"/my/{ticket.pk}/files/{file.pk}/").status_code == 404
    assert client.get(f"/my/{other.pk}/files/{file.pk}/").status_code == 404


def test_colleagues_read_along_only_where_the_organisation_wants_it(inbox: Inbox) -> None:
    company = Organisation.objects.create(name="Kettles", domain="kettles.example")
    asked = ask(inbox, "eve@kettles.example", "Of Eve")
    ask(inbox, "fay@kettles.example", "Of Fay")
    client = visiting("fay@kettles.example")
    before = client.get(f"/my/{asked.pk}/").status_code
    Organisation.objects.filter(pk=company.pk).update(shares_requests=True)

    listed = client.get("/my/").content.decode()
    page = client.get(f"/my/{asked.pk}/")
    client.post(f"/my/{asked.pk}/", {"text": "I butt in", "key": "k"})
    client.post(f"/my/{asked.pk}/closure/")

    assert before == 404
    assert "Of Eve" in listed and "Of Fay" in listed
    assert page.status_code == 200 and "<textarea" not in page.content.decode()
    asked.refresh_from_db()
    assert (asked.state, asked.messages.count()) == (State.OPEN, 1)
    assert visiting_stranger_sees_nothing(inbox, asked)


def visiting_stranger_sees_nothing(inbox: Inbox, asked: Ticket) -> bool:
    ask(inbox, "gus@else.example")
    return visiting("gus@else.example").get(f"/my/{asked.pk}/").status_code == 404


def test_who_was_merged_sees_all_of_himself(inbox: Inbox) -> None:
    one, two = ask(inbox, "cy@else.example", "First"), ask(inbox, "cy@home.example", "Second")
    merge(one.customer, two.customer, actor="system")

    listed = visiting("cy@home.example").get("/my/").content.decode()

    assert "First" in listed and "Second" in listed


def test_he_sets_language_and_time_zone_and_reads_in_them(inbox: Inbox) -> None:
    ask(inbox, "cy@else.example")
    client = visiting("cy@else.example")

    client.post("/my/about-me/", {"name": "סיי", "language": "he", "time_zone": "Asia/Jerusalem"})
    page = client.get("/my/", headers={"accept-language": "en"}).content.decode()

    customer = Customer.objects.get()
    assert (customer.name, customer.language, customer.time_zone) == ("סיי", "he", "Asia/Jerusalem")
    assert '<html lang="he" dir="rtl"' in page


def test_signing_out_ends_it_here_or_everywhere(inbox: Inbox) -> None:
    ask(inbox, "cy@else.example")
    here, there, third = (visiting("cy@else.example") for _n in range(3))

    here.post("/my/out/")
    after_one = [one.get("/my/").status_code for one in (here, there, third)]
    there.post("/my/out/", {"everywhere": "1"})
    after_all = [one.get("/my/").status_code for one in (here, there, third)]

    assert (after_one, after_all) == ([302, 200, 200], [302, 302, 302])
    assert Visit.objects.count() == 0


def test_a_visit_ends_by_itself_and_what_is_over_is_cleared_away(inbox: Inbox) -> None:
    ask(inbox, "cy@else.example")
    client = visiting("cy@else.example")
    Visit.objects.update(ends_at=now() - timedelta(seconds=1))
    WayIn.objects.update(asked_at=now() - timedelta(days=2))

    ended = client.get("/my/").status_code
    visits.trim_visits()

    assert ended == 302
    assert (Visit.objects.count(), WayIn.objects.count()) == (0, 0)


@override_settings(SECURE=True)
def test_the_cookie_is_for_these_pages_alone_and_no_script(inbox: Inbox) -> None:
    ask(inbox, "cy@else.example")
    visits.ask_way_in("cy@else.example", language="en")
    client = Client(enforce_csrf_checks=True)
    token = visits.token_of(WayIn.objects.get())

    forged = client.post(f"/my/in/{token}/")
    client.get(f"/my/in/{token}/")
    came = client.post(f"/my/in/{token}/", {"csrfmiddlewaretoken": client.cookies["csrftoken"].value})

    kept = came.cookies[visits.COOKIE]
    assert forged.status_code == 403
    assert (kept["path"], kept["httponly"], kept["samesite"], kept["secure"]) == ("/my/", True, "Lax", True)
    assert not Visit.objects.filter(digest=kept.value).exists()


def test_a_page_costs_the_same_for_one_request_or_many(inbox: Inbox, django_assert_num_queries: Any) -> None:
    ask(inbox, "cy@else.example", "0")
    client = visiting("cy@else.example")
    client.get("/my/")
    with django_assert_num_queries(4):
        client.get("/my/")
    for n in range(1, 30):
        ask(inbox, "cy@else.example", str(n))

    with django_assert_num_queries(4):
        page = client.get("/my/")

    assert len(page.context["page"].items) == 25
    assert len(client.get(f"/my/?after={page.context['page'].next_cursor}").context["page"].items) == 5


def test_the_customer_of_an_address_is_met_once() -> None:
    assert meet("email", "cy@else.example").pk == meet("email", "CY@else.example").pk


def test_who_is_taken_apart_again_sees_himself_alone(inbox: Inbox) -> None:
    one, two = ask(inbox, "cy@else.example", "Of Cy"), ask(inbox, "di@else.example", "Of Di")
    merge(one.customer, two.customer, actor="system")
    client = visiting("di@else.example")
    while_merged = client.get("/my/").content.decode()
    unmerge(Customer.objects.get(pk=two.customer.pk), actor="system")

    apart = client.get("/my/").content.decode()

    assert "Of Cy" in while_merged and "Of Di" in while_merged
    assert "Of Cy" not in apart and "Of Di" in apart
    assert client.get(f"/my/{one.pk}/").status_code == 404


def test_an_address_that_is_taken_away_opens_nothing_more(inbox: Inbox) -> None:
    ticket = ask(inbox, "cy@else.example")
    other = add_address(ticket.customer, "email", "cy@home.example", actor="system")
    by_other, by_own = visiting("cy@home.example"), visiting("cy@else.example")

    remove_address(other, actor="system")

    assert [one.get("/my/").status_code for one in (by_other, by_own)] == [302, 200]


def test_what_we_wrote_among_ourselves_is_no_request_of_his(inbox: Inbox, ada: Any) -> None:
    customer = ask(inbox, "cy@else.example").customer
    opened = {
        says: open_ticket(
            inbox, customer, subject=f"About Cy, {says}", text=f"Words of a {says}", author=ada, actor=ada.actor, says=says
        )
        for says in ("note", "out")
    }  # fmt: skip
    answer.forward(opened["note"], author=ada, text="Is he known to you?", to=[("", "police@else.example")])
    client = visiting("cy@else.example")

    page = client.get("/my/").content.decode()

    assert "About Cy, out" in page
    assert "About Cy, note" not in page and "Words of a note" not in page
    assert client.get(f"/my/{opened['out'].pk}/").status_code == 200
    assert client.get(f"/my/{opened['note'].pk}/").status_code == 404


def test_the_list_shows_nothing_that_others_wrote(inbox: Inbox) -> None:
    ticket = ask(inbox, "cy@else.example")
    ask(inbox, "eve@nowhere.example", f"Re: [#{ticket.pk}]", "Mine, not his", signed_ticket_number=ticket.pk)

    client = visiting("cy@else.example")

    assert "Mine, not his" not in client.get("/my/").content.decode()
    assert "Mine, not his" not in client.get(f"/my/{ticket.pk}/").content.decode()


def test_a_browser_that_keeps_the_address_to_itself_may_still_send_the_form(inbox: Inbox) -> None:
    """With "no-referrer" browsers send `Origin: null`, and every form of the page is refused."""
    ask(inbox, "cy@else.example")
    visits.ask_way_in("cy@else.example", language="en")
    client = Client(enforce_csrf_checks=True)
    address = f"/my/in/{visits.token_of(WayIn.objects.get())}/"

    page = client.get(address)
    given = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    origin = "http://testserver" if page["Referrer-Policy"] == "same-origin" else "null"

    assert client.post(address, given, headers={"origin": origin}).status_code == 302
    assert client.post(address, given, headers={"origin": "null"}).status_code == 403


def test_he_can_ask_something_new(inbox: Inbox) -> None:
    ask(inbox, "cy@else.example")
    client = visiting("cy@else.example")
    Customer.objects.update(language="fi")
    without = client.get("/my/").content.decode()
    Webform.objects.create(slug="contact", inbox=inbox, title="Ask us", brand="Mitra")
    Webform.objects.create(slug="old", inbox=inbox, title="Old", brand="Mitra", is_active=False)

    page = client.get("/my/").content.decode()

    assert "/forms/" not in without
    assert 'href="/forms/contact/?lang=fi"' in page and "/forms/old/" not in page


def test_the_link_leads_home_whatever_host_the_request_names(inbox: Inbox, settings: Any) -> None:
    """A stranger asks for somebody's link and names his own host: the key must not lead there."""
    settings.ALLOWED_HOSTS = ["*"]
    ask(inbox, "cy@else.example")
    Client().post("/my/sign-in/", {"email": "cy@else.example"}, headers={"host": "evil.example"})
    sent: list[Any] = []

    class Wire(Email):
        def send(self, message: Any, *, committing: Any) -> str:
            sent.append(message)
            return message.external_id

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(way_in, "channel", lambda _kind: Wire())
        way_in.send_way_in(WayIn.objects.get())

    assert "evil.example" not in sent[0].text + sent[0].html
    assert f"http://localhost:{settings.PORT}/my/in/" in sent[0].text
    assert not any("evil" in str(one.facts) for one in Event.objects.all())


def test_what_was_merged_into_another_ones_ticket_stays_his(inbox: Inbox, ada: Agent) -> None:
    mine, theirs = ask(inbox, "cy@else.example", "Kettle"), ask(inbox, "di@else.example", "Secret of Di")
    merge_tickets(mine, theirs, actor="system")
    reply(theirs, author=ada, text="To Di alone")
    client = visiting("cy@else.example")

    listed, page = client.get("/my/"), client.get(f"/my/{mine.pk}/")

    assert [(one.pk, one.stands) for one in listed.context["page"].items] == [(mine.pk, State.WAITING)]
    shown = page.content.decode()
    assert "It drips" in shown and "Kettle" in shown and f"#{mine.pk}<" in shown
    assert "Secret of Di" not in shown and "To Di alone" not in shown and f"#{theirs.pk}<" not in shown
    assert client.get(f"/my/{theirs.pk}/").status_code == 404
    assert [one.pk for one in visiting("di@else.example").get("/my/").context["page"].items] == [theirs.pk]


def test_he_goes_on_in_another_ones_ticket_but_does_not_close_it(inbox: Inbox) -> None:
    mine, theirs = ask(inbox, "cy@else.example", "Kettle"), ask(inbox, "di@else.example", "Other")
    merge_tickets(mine, theirs, actor="system")
    client = visiting("cy@else.example")

    client.post(f"/my/{mine.pk}/", {"text": "It still drips.", "key": "k"})
    client.post(f"/my/{mine.pk}/closure/")

    theirs.refresh_from_db()
    assert theirs.state == State.OPEN
    assert "It still drips." in client.get(f"/my/{mine.pk}/").content.decode()
    assert "It still drips." not in visiting("di@else.example").get(f"/my/{theirs.pk}/").content.decode()


def test_a_stranger_in_one_place_locks_nobody_out(inbox: Inbox) -> None:
    for _n in range(visits.MOST_AN_HOUR + 3):
        visits.ask_way_in("cy@else.example", language="en", network="203.0.113.9")

    visits.ask_way_in("cy@else.example", language="en", network="198.51.100.7")

    assert WayIn.objects.count() == visits.MOST_AN_HOUR + 1
    assert not WayIn.objects.filter(asked_from__contains="203").exists()


def test_one_address_gets_only_so_many_links_from_all_places(inbox: Inbox) -> None:
    for n in range(visits.MOST_OF_ALL + 3):
        visits.ask_way_in("cy@else.example", language="en", network=f"203.0.113.{n}")

    assert WayIn.objects.count() == visits.MOST_OF_ALL
