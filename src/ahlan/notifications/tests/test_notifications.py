"""Who is told of what, how loudly, and that nobody hears what is not his."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.makers import make_agent, make_message, make_ticket

from ahlan.channels.contract import Address, Inbound
from ahlan.core.clock import now
from ahlan.events.log import record
from ahlan.events.models import Event
from ahlan.notifications import actions
from ahlan.notifications.models import Kind, Notification
from ahlan.notifications.queries import lines_of, unseen
from ahlan.notifications.subscribers import KEEP, trim_notifications
from ahlan.tickets.actions.answer import note, reply
from ahlan.tickets.actions.follow import follow_ticket
from ahlan.tickets.actions.intake import receive
from ahlan.tickets.actions.work import assign_ticket

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def eve(desk):
    return make_agent(*desk.teams.all(), email="eve@desk.example", name="Eve")


@pytest.fixture
def ticket(desk, cy):
    return make_ticket(inbox=desk, customer=cy, subject="Where is it?")


def client_of(agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


def told(agent) -> list[str]:
    return list(
        Notification.objects.filter(agent=agent, seen_at=None).order_by("id").values_list("kind", flat=True)
    )


def happen(kind: str, ticket, actor: str = "system", **facts) -> None:
    with transaction.atomic():
        record(kind, ticket, actor=actor, audience=ticket.audience, **facts)


def customer_writes(ticket, desk) -> None:
    said = make_message(ticket, external_id="<first@else.example>", direction="out")
    inbound = Inbound(
        sender=Address("email", "cy@else.example"), fingerprint=f"again {said.pk}", text="Still nothing.",
        replies_to=(said.external_id,),
    )  # fmt: skip
    assert receive(inbound, desk).decision == "appended"


def test_who_is_given_a_ticket_is_told_and_only_he_hears_it(ticket, ada, eve):
    assign_ticket(ticket, eve, actor=ada.actor)

    event = Event.objects.get(kind="notification.raised")
    assert (told(eve), told(ada)) == (["assigned"], [])
    assert (event.audience, event.actor, event.facts) == (eve.actor, ada.actor, {"aloud": True})


def test_nobody_is_told_of_what_he_did_himself(ticket, ada):
    assign_ticket(ticket, ada, actor=ada.actor)
    note(ticket, author=ada, text="@Ada I must not forget.")

    assert told(ada) == []


def test_who_is_mentioned_is_told_once_though_he_follows(ticket, ada, eve):
    follow_ticket(ticket, eve, actor=eve.actor)
    note(ticket, author=ada, text="@Eve can you look?")

    assert told(eve) == ["mentioned"]


def test_the_customers_word_reaches_who_has_it_and_who_follows(ticket, desk, ada, eve):
    assign_ticket(ticket, ada, actor=ada.actor)
    follow_ticket(ticket, eve, actor=eve.actor)
    customer_writes(ticket, desk)

    assert (told(ada), told(eve)) == (["customer"], ["followed"])


def test_a_colleagues_reply_reaches_who_follows(ticket, ada, eve):
    follow_ticket(ticket, eve, actor=eve.actor)
    reply(ticket, author=ada, text="It is on its way.")

    assert told(eve) == ["followed"]


def test_a_reply_that_fails_is_told_to_its_author(ticket, ada, eve):
    said = make_message(ticket, direction="out", author=ada)
    happen("message.failed", ticket, message=said.pk)

    assert (told(ada), told(eve)) == (["failed"], [])


def test_a_missed_deadline_takes_the_place_of_its_warning(ticket, ada):
    assign_ticket(ticket, ada, actor=ada.actor)
    happen("service_level.warned", ticket)
    warned = told(ada)
    happen("service_level.breached", ticket)

    assert (warned, told(ada)) == (["due"], ["missed"])


def test_what_wakes_by_the_clock_is_told_and_what_somebody_wakes_is_not(ticket, ada):
    assign_ticket(ticket, ada, actor=ada.actor)
    happen("ticket.woken", ticket, actor="customer:1")
    by_somebody = told(ada)
    happen("ticket.woken", ticket)

    assert (by_somebody, told(ada)) == ([], ["woken"])


def test_the_same_again_is_one_line_that_is_new_again(ticket, ada, eve):
    assign_ticket(ticket, eve, actor=ada.actor)
    actions.see_ticket(eve, ticket)
    assign_ticket(ticket, None, actor=ada.actor)
    assign_ticket(ticket, eve, actor=ada.actor)

    assert told(eve) == ["assigned"]
    assert Notification.objects.count() == 1


def test_wishes_decide_how_loudly(ticket, ada, eve):
    actions.wish(eve, {"assigned": "off", "mentioned": "quiet"})
    assign_ticket(ticket, eve, actor=ada.actor)
    note(ticket, author=ada, text="@Eve can you look?")

    raised = Event.objects.filter(kind="notification.raised")
    assert told(eve) == ["mentioned"]
    assert [event.facts for event in raised] == [{"aloud": False}]
    with pytest.raises(ValueError, match="no such wish"):
        actions.wish(eve, {"assigned": "shouting"})


def test_opening_a_ticket_is_seeing_it(ticket, ada, eve):
    assign_ticket(ticket, eve, actor=ada.actor)
    before = unseen(eve)
    client_of(eve).get(f"/tickets/{ticket.pk}/")

    seen = Event.objects.get(kind="notification.seen")
    assert (before, unseen(eve)) == (1, 0)
    assert (seen.audience, seen.facts) == (eve.actor, {"n": 1})


def test_the_bell_the_menu_and_the_list_say_what_there_is(ticket, ada, eve):
    assign_ticket(ticket, eve, actor=ada.actor)
    client = client_of(eve)
    bell = client.get("/notifications/?part=bell", headers={"HX-Request": "true"}).content.decode()
    menu = client.get("/notifications/?part=menu", headers={"HX-Request": "true"}).content.decode()
    page = client.get("/notifications/").content.decode()
    after = client.post("/notifications/seeing/", headers={"HX-Request": "true"}).content.decode()

    assert "1" in bell
    assert "Ada gave you this ticket" in menu and "Where is it?" in menu
    assert "Ada gave you this ticket" in page
    assert "notification--new" in page and "notification--new" not in after


def test_the_browser_is_told_in_the_readers_language_and_nobody_elses(ticket, ada, eve, bo):
    assign_ticket(ticket, eve, actor=ada.actor)
    eve.language = "fi"
    eve.save()
    pk = Notification.objects.get().pk

    said = client_of(eve).get(f"/notifications/{pk}/").json()

    assert said == {
        "title": "Ada antoi tämän palvelupyynnön sinulle",
        "text": f"#{ticket.pk} Where is it?",
        "url": f"/tickets/{ticket.pk}/",
    }
    assert [client_of(one).get(f"/notifications/{pk}/").status_code for one in (ada, bo)] == [404, 404]


def test_what_one_may_no_longer_see_is_neither_shown_nor_counted(ticket, ada, eve):
    assign_ticket(ticket, eve, actor=ada.actor)
    eve.teams.clear()

    page = client_of(eve).get("/notifications/").content.decode()
    assert "Where is it?" not in page
    assert unseen(eve) == 0


@pytest.mark.parametrize("address", ["/notifications/", "/notifications/?part=menu"])
def test_the_list_costs_the_same_however_long(address, desk, ada, eve):
    client, counted = client_of(eve), []
    for count in (1, 3):
        for _n in range(count):
            assign_ticket(make_ticket(inbox=desk), eve, actor=ada.actor)
        with CaptureQueriesContext(connection) as asked:
            client.get(address, headers={"HX-Request": "true"})
        counted.append(len(asked))

    assert counted[0] == counted[1]


def test_a_refused_wish_changes_nothing(eve):
    client = client_of(eve)
    kept = client.post("/notifications/wishes/", dict.fromkeys(Kind.values, "quiet")).status_code
    refused = client.post("/notifications/wishes/", dict.fromkeys(Kind.values, "shouting")).status_code

    from ahlan.notifications.models import Wishes

    assert (kept, refused) == (302, 422)
    assert Wishes.objects.get().loudness["assigned"] == "quiet"


def test_what_is_old_is_cleared_away(ticket, ada, eve):
    assign_ticket(ticket, eve, actor=ada.actor)
    Notification.objects.update(at=now() - KEEP - (KEEP / 90))
    trim_notifications()

    assert not Notification.objects.exists()


def test_who_is_mentioned_reads_the_beginning_of_the_note(ticket, ada, eve):
    note(ticket, author=ada, text="@Eve, is <b>this</b> ours?")

    (line,) = lines_of(Notification.objects.filter(agent=eve))

    assert (
        line.said == '<mark class="named named--me" dir="auto">@Eve</mark>, is &lt;b&gt;this&lt;/b&gt; ours?'
    )
