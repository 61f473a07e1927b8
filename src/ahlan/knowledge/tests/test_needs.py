"""Searching the help centre, what is looked for in vain, and how the gap closes; articles offered to who writes, and to who answers."""

import re
import time

import pytest
from django.core.cache import cache
from django.test import Client
from tests.makers import make_message, make_ticket

from ahlan.channels.models import RawInbound
from ahlan.channels.webform.forms import STAMP
from ahlan.channels.webform.models import Webform
from ahlan.events.models import Job
from ahlan.knowledge.actions import articles as verbs
from ahlan.knowledge.actions.needs import begin_answer, close_need, forget_needs, miss
from ahlan.knowledge.actions.sections import save_section, set_help_centre
from ahlan.knowledge.anonymous import without_names
from ahlan.knowledge.models import Article, Need, NeedDay
from ahlan.knowledge.searching import key_of, look, searched
from ahlan.knowledge.subscribers import close_gaps
from ahlan.knowledge.tests.makers import client_of, events, make_article, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def article(db) -> Article:
    made = make_article(
        make_section(names={"en": "Orders"}), title="My cup came broken", text="We send you a **new** one."
    )
    verbs.publish(verbs.word(made, "he", title="הכוס הגיעה שבורה", text="אנחנו שולחים כוס חדשה."))
    return made


def visit(words: str, language: str = "en", **client: object) -> str:
    return Client(**client).get(f"/help/{language}/search/", {"q": words}).content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "broken cups"), ("en", "brokn cup"), ("he", "כוסות שבורות"), ("he", "הכוס")],
)
def test_articles_are_found_in_other_forms_of_their_words(article, language, words):
    found = look(words, language)

    assert [hit.group_id for hit in found.hits] == [article.pk]
    assert not found.is_vain and not found.elsewhere


def test_what_is_only_in_another_language_is_found_there(article):
    assert look("broken", "fi").elsewhere
    assert "Nothing found" not in visit("broken", "fi")


@pytest.mark.parametrize("hide", ["draft", "agents", "away"])
def test_visitors_find_nothing_that_is_not_for_them(article, ada, hide):
    if hide == "draft":
        for one in article.translations.all():
            verbs.take_back(one)
    elif hide == "agents":
        save_section(article.section, names={"en": "Orders"}, audience="agents", actor="system")
    else:
        verbs.put_away(article)

    assert look("broken cup", "en").hits == []
    assert bool(look("broken cup", "en", ada).hits) == (hide == "agents")


def test_a_draft_is_not_found_by_its_new_words(article, ada):
    verbs.word(article, "en", title="Porcelain", text="Secret.")

    assert look("porcelain", "en", ada).hits == []


@pytest.mark.parametrize(
    "words",
    [
        "x" * 10_000,
        "a " * 5_000,
        "💥" * 10_000,
        '"' * 9_999,
        "-" * 10_000,
        "\x00‮" * 5_000,
        "type:ticket before:x",
        " ",
    ],
)
def test_no_search_is_an_error(article, words):
    started = time.perf_counter()

    response = Client().get("/help/en/search/", {"q": words})

    assert response.status_code == 200
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [("en", "wrapping gifts", "Gift wrapped"), ("fi", "lahjakortti", "Lahjakorttia"), ("ru", "подарочная упаковка", "Упаковки подарочные"), ("ar", "فاتورة", "الفاتورة")],
)  # fmt: skip
def test_the_same_words_in_other_forms_are_one_need(language, one, other):
    assert key_of(one, language) == key_of(other, language)

    miss(one, language, "nothing")
    miss(other, language, "nothing")

    need = Need.objects.get()
    assert (need.n, need.wordings, need.days.get().n) == (2, [one, other], 2)
    assert len(events("need.met")) == 1


def test_what_nobody_found_is_kept_once_for_each_visitor(article):
    for agent in ("one", "two", "two"):
        visit("gift wrapping", headers={"user-agent": agent})
    visit("broken cup")

    assert [(str(one), one.n) for one in Need.objects.all()] == [("gift wrapping", 2)]


def test_nothing_that_leads_to_somebody_is_kept():
    miss("where is order 1234567 of cy@else.example", "en", "nothing")

    assert Need.objects.get().wordings == ["where is order … of …"]


def test_what_was_found_but_did_not_help_is_a_need(article):
    link = re.search(r'href="(/help/en/\d+-[^"]+\?s=[^"]+)"', visit("broken cup"))[1]

    Client().post(link, {"helped": "0"})
    Client().post(link, {"helped": "0", "word": "Nothing on plates"})

    assert [(one.outcome, one.n) for one in NeedDay.objects.all()] == [("unhelpful", 1)]


def test_a_search_that_ended_in_a_ticket_is_one_need_with_two_ends(article, desk):
    form = Webform.objects.create(slug="help", title="Write", brand="Mitra", inbox=desk)
    set_help_centre(webform=form, actor="system")
    link = re.search(r'href="(/forms/help/\?lang=en&amp;searched=[^"]+)"', visit("gift wrapping"))[1].replace(
        "&amp;", "&"
    )
    token = re.search(r'name="searched" value="([^"]+)"', Client().get(link).content.decode())[1]

    send(form, searched=token)

    assert Need.objects.get().n == 1
    assert sorted(one.outcome for one in NeedDay.objects.all()) == ["nothing", "ticket"]


def send(form: Webform, **more: str):
    stamp = STAMP.sign("key")
    import time_machine

    from ahlan.core.clock import now

    with time_machine.travel(now().timestamp() + 10, tick=False):
        given = {
            "email": "cy@else.example",
            "subject": "Gift wrapping",
            "text": "Please",
            "stamp": stamp,
            **more,
        }
        return Client().post(f"/forms/{form.slug}/", given)


def test_a_made_up_token_counts_nothing_and_breaks_nothing(article, desk):
    form = Webform.objects.create(slug="help", title="Write", brand="Mitra", inbox=desk)

    assert send(form, searched="x" * 5_000).status_code == 302
    assert searched("x:y:z") is None and searched("") is None
    assert (RawInbound.objects.count(), Need.objects.count()) == (1, 0)


def test_articles_are_offered_while_one_writes(article, desk):
    form = Webform.objects.create(slug="help", title="Write", brand="Mitra", inbox=desk)
    assert "/help/en/offers/" in Client().get(form.get_absolute_url()).content.decode()

    some = Client().get("/help/en/offers/", {"subject": "My cup is broken", "text": "…"})
    none = Client().get("/help/en/offers/", {"subject": "quantum", "text": ""})

    assert b"My cup came broken" in some.content and b"<ul>" not in none.content
    words = re.search(r'value="([^"]+)"', none.content.decode())[1]
    assert searched(words)[0] == "quantum"
    assert "X-Frame-Options" not in some


def test_after_sending_without_scripts_articles_are_offered(article, desk):
    form = Webform.objects.create(slug="help", title="Write", brand="Mitra", inbox=desk)
    place = send(form, subject="broken cup")["Location"]

    assert "My cup came broken" in Client().get(place).content.decode()


def test_the_gap_closes_when_an_article_answers_the_search(article, ada):
    need, other = miss("gift wrapping", "en", "nothing"), miss("wholesale gifts for cafés", "en", "nothing")
    made = begin_answer(need, article.section, agent=ada)
    verbs.publish(
        verbs.word(made, "en", title="Can it be wrapped as a gift?", text="Yes, for three euros.", agent=ada),
        agent=ada,
    )
    from ahlan.events.models import Event

    event = Event.objects.filter(kind="article.published").latest("id")
    close_gaps(event)

    need.refresh_from_db()
    other.refresh_from_db()
    assert (need.closed_at is not None, need.article, other.closed_at) == (True, made, None)
    miss("gift wrapping", "en", "unhelpful")
    need.refresh_from_db()
    assert need.closed_at is None
    assert len(events("need.reopened")) == 1


def test_publishing_writes_the_job_that_closes_gaps(article):
    assert Job.objects.filter(name="ahlan.knowledge.subscribers.close_gaps").count() == 2


def test_needs_are_listed_counted_assigned_and_closed(ada, article):
    for _ in range(3):
        miss("gift wrapping", "en", "nothing")
    need = miss("lahjapaketti", "fi", "ticket")
    client = client_of(ada)

    page = client.get("/articles/needs/?language=fi").content.decode()
    assert "lahjapaketti" in page and "gift wrapping" not in page
    client.post(f"/articles/needs/{need.pk}/assignee/", {"agent": ada.pk})
    assert "lahjapaketti" in client.get("/articles/needs/?state=mine").content.decode()
    client.post(f"/articles/needs/{need.pk}/closure/")
    assert "lahjapaketti" not in client.get("/articles/needs/").content.decode()
    assert "lahjapaketti" in client.get("/articles/needs/?state=closed").content.decode()
    begun = client.post(
        f"/articles/needs/{Need.objects.get(language='en').pk}/article/", {"section": article.section_id}
    )
    assert begun["Location"].endswith("/en/")
    assert client.get(begun["Location"]).content.decode().count("gift wrapping") > 1


def test_what_was_searched_once_long_ago_is_forgotten(ada):
    import time_machine

    from ahlan.core.clock import now

    miss("one", "en", "nothing")
    close_need(miss("two two", "en", "nothing"), agent=ada)
    miss("three", "en", "nothing")
    miss("three", "en", "nothing")
    with time_machine.travel(now().timestamp() + 200 * 86_400, tick=False):
        assert forget_needs() > 0

    assert [one.key for one in Need.objects.all()] == [key_of("three", "en")]


def test_beside_a_ticket_an_article_is_put_in_as_words_or_link(article, ada):
    kept = verbs.keep_file(article, b"words", name="a.txt", content_type="text/plain")
    verbs.publish(
        verbs.word(
            article,
            "en",
            title="My cup came broken",
            text=f"See [the form](attachment:{kept.pk}) and [lost](article:999).",
        )
    )

    text = (
        client_of(ada).get("/articles/beside/", {"subject": "broken cup", "language": "en"}).content.decode()
    )

    assert f"See [the form](http://localhost:8000/help/files/{kept.pk}/) and lost." in text
    assert "[My cup came broken](http://localhost:8000/help/en/" in text


def test_what_is_for_agents_has_no_link_to_give(article, ada):
    save_section(article.section, names={"en": "Orders"}, audience="agents", actor="system")

    text = client_of(ada).get("/articles/beside/", {"q": "broken cup"}).content.decode()

    assert "<mark>broken</mark>" in text and "Put text" in text and "Put link" not in text


def test_the_panel_stands_beside_a_ticket(ada, desk, cy):
    ticket = make_ticket(inbox=desk, customer=cy, subject="broken & cup")

    assert "subject=broken%20%26%20cup" in client_of(ada).get(f"/tickets/{ticket.pk}/").content.decode()


def test_an_article_begun_from_a_ticket_names_nobody(ada, desk, cy, article):
    from ahlan.tickets.models import Ticket

    ticket = make_ticket(inbox=desk, customer=cy, subject="Cy's cup", language="en")
    make_message(
        ticket,
        text="Hello, I am Cy Customer (cy@else.example, +358 40 123 4567). Order 1182345 broke.\n> Old words",
        folds=[[83, 94]],
    )
    make_message(ticket, direction="out", author=ada, text="Dear Cy, a new one is on its way. Ada")
    make_message(ticket, direction="note", author=ada, text="Secret note")
    Ticket.objects.filter(pk=ticket.pk).update(first_answered_at=ticket.opened_at)
    assert (
        f"/tickets/{ticket.pk}/article/"
        in client_of(ada).get(f"/tickets/{ticket.pk}/choices/more/").content.decode()
    )

    client_of(ada).post(f"/tickets/{ticket.pk}/article/")

    made = Article.objects.latest("id").translations.get()
    whole = f"{made.title} {made.text}"
    assert not re.search(r"\b(Cy|Ada|Customer)\b|@|\d{4}|Secret|Old words", whole), whole
    assert "# The problem" in made.text and "a new one is on its way" in made.text
    assert made.live == 0


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Mr Green likes green cups", "Mr … likes green cups"), ("שלום נועה, הכוס", "שלום …, הכוס"), ("write to a.b+c@d.example!", "write to …!"),
        ("IBAN FI21 1234 5600 0007 85 please", "IBAN … please"), ("https://x.example/a?b=1 and 3 cups", "… and 3 cups"), ("call +972-50-1234567", "call …"),
    ],
)  # fmt: skip
def test_people_are_taken_out(text, left):
    assert without_names(text, ["Anna Green", "נועה לוי"]) == left
