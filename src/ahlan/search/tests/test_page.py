"""The page, the API and those who hear of questions."""

import pytest
from django.test import Client
from tests.makers import make_agent, make_caller, make_message, make_ticket

from ahlan.search import hearing
from ahlan.search.actions import count_new
from ahlan.tickets.search import index_messages

pytestmark = pytest.mark.django_db
TYPING = {"HX-Request": "true"}


def said(ticket, text):
    message = make_message(ticket, text=text)
    index_messages([message.pk])
    return message


def test_the_page_shows_what_was_found_marked_and_safe(client: Client, desk, ada):
    message = said(make_ticket(inbox=desk, subject="<b>Teapot</b>"), "The <script>handle</script> came off")
    client.force_login(ada)

    html = client.get("/search/", {"q": "teapots handle"}).content.decode()

    assert f'href="/tickets/{message.ticket_id}/#message-{message.pk}"' in html
    assert "&lt;b&gt;<mark>Teapot</mark>&lt;/b&gt;" in html
    assert "&lt;script&gt;<mark>handle</mark>" in html
    assert 'name="kind"' not in html


def test_while_one_types_only_the_results_come_and_nobody_is_told(client: Client, desk, ada):
    said(make_ticket(inbox=desk), "teapot")
    count_new()
    client.force_login(ada)
    heard = []
    hearing._hearers["test"] = lambda results, person: heard.append(
        (results.asked.text, person.pk, results.is_empty)
    )
    try:
        html = client.get("/search/", {"q": "teap", "typing": "1"}, headers=TYPING).content.decode()
        client.get("/search/", {"q": "teapot"})
        client.get("/search/", {"q": "kettle"})
        client.get("/search/", {"q": "is:open"})
    finally:
        del hearing._hearers["test"]

    assert "<mark>teapot</mark>" in html and "<form" not in html
    assert heard == [("teapot", ada.pk, False), ("kettle", ada.pk, True)]


def test_one_kind_pages_on_and_made_up_values_harm_nothing(client: Client, desk, ada):
    for _n in range(22):
        said(make_ticket(inbox=desk), "teapot")
    client.force_login(ada)

    first = client.get("/search/", {"q": "teapot", "kind": "ticket"}).content.decode()
    second = client.get("/search/", {"q": "teapot", "kind": "ticket", "start": "20"}).content.decode()

    assert (first.count('class="search-hit"'), second.count('class="search-hit"')) == (20, 2)
    assert "start=20" in first and "start=40" not in second
    for given in ({"kind": "none"}, {"start": "-1"}, {"start": "9" * 30}, {"q": "\x00"}, {"q": "is:nothing"}):
        assert client.get("/search/", {"q": "teapot", **given}).status_code == 200


def test_words_in_the_box_of_the_workspace_lead_to_search(client: Client, desk, ada):
    client.force_login(ada)

    assert client.get("/find/", {"q": "broken teapot"})["location"] == "/search/?q=broken+teapot"


def test_ctrl_k_finds_tickets_and_customers_by_any_word(client: Client, desk, ada, cy):
    said(make_ticket(inbox=desk, subject="A thing"), "The porcelain broke")
    count_new()
    client.force_login(ada)

    html = client.get("/palette/", {"q": "porcel"}).content.decode()

    assert "A thing" in html
    assert "Cy Customer" in client.get("/palette/", {"q": "custo"}).content.decode()


def test_programs_find_what_their_agent_may_find_and_their_scopes_let(desk, ada, bo, cy):
    message = said(make_ticket(inbox=desk, subject="Teapot"), "Cy Customer wants a teapot")
    count_new()

    found = make_caller(ada).get_json("/search?q=teapots")
    slip = make_caller(ada).get_json("/search?q=teapto")
    kinds = {one["kind"] for one in make_caller(ada, "tickets:read").get_json("/search?q=customer")["items"]}

    assert [(one["kind"], one["id"], one["part"], one["found"]) for one in found["items"]] == [
        ("ticket", message.ticket_id, message.pk, ["Teapot", "teapot"])
    ]
    assert slip["instead"].casefold() == "teapot" and slip["items"]
    assert kinds == {"ticket"}
    assert make_caller(ada, "customers:read").say("GET", "/search?q=x").status_code == 403
    assert make_caller(bo).get_json("/search?q=teapot")["items"] == []
    assert make_caller(ada).say("GET", "/search?q=is:nothing").status_code == 422
    assert make_caller(ada).say("GET", "/search?q=x&kind=nothing").status_code == 422


def test_who_may_see_no_tickets_finds_none(client: Client, desk, ada):
    said(make_ticket(inbox=desk), "teapot")
    other = make_agent()
    client.force_login(other)

    html = client.get("/search/", {"q": "teapot"}).content.decode()

    assert "search-hit" not in html
