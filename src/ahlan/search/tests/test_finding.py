"""Finding, over a source of the tests' own: notes on shelves, some of them locked."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from tests.makers import make_inbox

from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.search import actions, sources
from ahlan.search.finding import find
from ahlan.search.models import Key
from ahlan.search.sources import EVERYTHING, NOTHING, BadFilter, Filter, Shown, Source, Text, facet

pytestmark = pytest.mark.django_db
KEPT: dict[int, Text] = {}


class Notes(Source):
    """Who is "all" sees everything, "nobody" nothing, and anybody else the shelf of his name."""

    kind, title, icon, order = "slip", "Slips", "sticky-note", 1

    def texts(self, after, limit):
        return [KEPT[one] for one in sorted(KEPT) if one > after][:limit]

    def open_to(self, person):
        return {"all": EVERYTHING, "nobody": NOTHING}.get(person, (facet("shelf", person),))

    def filters(self, person):
        def even(value):
            if value != "even":
                raise BadFilter("only even")
            return Inbox.objects.filter(pk__in=range(0, 20, 2))  # any table, whose ids are those of the slips

        return {"shelf": Filter("Shelf", lambda value: (facet("shelf", value),)), "n": Filter("N", even)}

    def shown(self, person, matches):
        return {
            one.object_id: Shown(
                KEPT[one.object_id].title, f"/{one.object_id}", "x", KEPT[one.object_id].body
            )
            for one in matches
        }


class Pieces(Notes):
    grams = True


@pytest.fixture(autouse=True)
def notes():
    before = dict(sources._sources)
    KEPT.clear()
    sources.add(Notes())
    yield
    sources._sources.clear()
    sources._sources.update(before)


def put(object_id, body, shelf="a", **more):
    KEPT[object_id] = Text(object_id, body, more.pop("at", now()), facets={"shelf": [shelf]}, **more)
    actions.put("slip", [KEPT[object_id]])


def found(question, person="all", **more):
    results = find(question, person, kinds=["slip"], **more)
    return [hit.object_id for one in results.found for hit in one.hits]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("My orders have not arrived", "order"),
        ("המשלוחים שלי לא הגיעו", "משלוח"),
        ("أين الفواتير التي طلبتها؟ الفاتورة", "فاتورة"),
        ("Tilaukset eivät ole saapuneet", "tilaus"),
        ("کتاب‌هایی که خواستم نرسید", "کتاب"),
        ("Где мои заказы?", "заказ"),
    ],
)
def test_a_word_is_found_in_its_other_forms_in_each_language(text, question):
    put(1, text)
    put(2, "Something else, кое-что другое, דבר אחר, شيء آخر")

    assert found(question) == [1]


def test_the_title_counts_more_and_the_rare_word_too():
    put(1, "a word about refund and more words")
    put(2, "a word about something", title="Refund")
    for n in range(3, 9):
        put(n, "a word about something")

    assert found("refund")[:2] == [2, 1]
    assert found("refund something")[0] == 2


def test_what_one_may_not_see_is_not_found_and_not_hinted_at():
    put(1, "secret plans", shelf="a")
    actions.count_new()

    assert found("secret", "a") == [1]
    assert found("secret", "b") == found("secret", "nobody") == []
    assert found("secert", "a") == [1]
    assert found("secert", "b") == found("sec", "b", typing=True) == []
    assert find("secert", "b", kinds=["slip"]).instead == ""
    assert find("secert", "a", kinds=["slip"]).instead == "secret"


@pytest.mark.parametrize(
    ("text", "typed", "meant"),
    [
        ("Please refund the order", "refnud", "refund"),
        ("Please refund the order", "refun", "refund"),
        ("בבקשה החזר על ההזמנה", "ההזמנח", "ההזמנה"),
        ("أريد استرداد المبلغ", "استرذاد", "استرداد"),
        ("Haluan hyvityksen", "hyvitksen", "hyvityksen"),
        ("لطفا بازپرداخت کنید", "بازپرداحت", "بازپرداخت"),
        ("Верните деньги за посылку", "посылкку", "посылку"),
    ],
)
def test_one_misspelling_is_forgiven_and_said(text, typed, meant):
    put(1, text)
    actions.count_new()

    results = find(typed, "all", kinds=["slip"])

    assert [hit.object_id for hit in results.found[0].hits] == [1]
    assert results.instead == meant


def test_as_one_types_the_last_word_may_be_unfinished():
    put(1, "Refund please")
    put(2, "Refurbished teapot")
    actions.count_new()

    assert set(found("ref", typing=True)) == {1, 2}
    assert found("refu", typing=False) == []
    assert found("please ref", typing=True)[0] == 1


def test_a_phrase_and_a_word_that_must_not_occur():
    put(1, "the new address of the shop")
    put(2, "the address is new")

    assert found('"new address"') == [1]
    assert set(found("new address")) == {1, 2}
    assert found("new address -shop") == [2]


def test_in_a_sentence_a_hyphen_takes_nothing_out_and_a_quotation_need_not_stand_so():
    sources.add(Pieces())
    put(1, "Microsoft 365 -tilauksen peruuttaminen")
    put(2, "Microsoft 365 asennus")
    put(3, "the address is new")
    actions.count_new()

    assert found("Peru Microsoft 365 -tilaus")[0] == 1
    assert found('"new address"') == [3]
    put(4, "a new address")
    assert found('"new address"') == [4]


def test_filters_narrow_by_the_index_and_by_what_things_are_now():
    for n in range(1, 5):
        make_inbox(pk=n)
        put(n, "teapot", shelf="ab"[n % 2])

    assert set(found("teapot shelf:a")) == {2, 4}
    assert set(found("teapot n:even")) == {2, 4}
    assert set(found("shelf:b")) == {1, 3}
    assert found("teapot shelf:b n:even") == []
    assert find("teapot n:odd", "all", kinds=["slip"]).wrong == ["only even"]


def test_a_filter_that_leaves_much_is_walked_along(monkeypatch):
    monkeypatch.setattr("ahlan.search.finding.FEW", 3)
    monkeypatch.setattr("ahlan.search.finding.WALKED", (2, 4, 8))
    for n in range(1, 13):
        make_inbox(pk=n)
        put(n, "teapot")

    assert set(found("teapot n:even")) == {2, 4, 6, 8, 10, 12}


def test_before_and_after_go_by_days():
    put(1, "teapot", at=datetime(2025, 12, 31, 12, tzinfo=UTC))
    put(2, "teapot", at=datetime(2026, 3, 5, 12, tzinfo=UTC))
    put(3, "teapot", at=datetime(2026, 11, 5, 12, tzinfo=UTC))

    assert set(found("teapot before:2026-11-05")) == {1, 2}
    assert found("teapot after:2026-03-06") == [3]
    assert set(found("teapot after:2026")) == {2, 3}
    assert found("before:2026-03-05") == [1]
    assert find("before:tomorrow", "all", kinds=["slip"]).wrong


@pytest.mark.parametrize(
    "question",
    [
        "", "   ", '"', '""', "-", "!!!???", "***", "AND", "NOT", "a OR", 'NEAR("a b")', "title:x", "^x", "x*", "(((", '"x" AND NOT',
        "'; DROP TABLE search_document; --", "a' & !b | c", "\\'", "a\x00b", "\ud800", "שלום hello سلام 123", "‮evil‬",
        "x" * 10_000, "слово " * 3_000, '"' * 10_000, "-" * 10_000, "from:" * 500, "@kind_slip", "#_sec", "🎉", "ﷺ",
    ],
)  # fmt: skip
def test_nothing_typed_is_an_error(question):
    put(1, "secret plans, title x")

    for person in ("all", "a", "nobody"):
        assert set(found(question, person)) <= {1}
        found(question, person, typing=True)
    assert found("@kind_slip", "b") == found("#_sec", "b") == []


def test_a_text_put_again_is_found_by_its_new_words_only():
    put(1, "teapot")
    actions.count_new()
    put(1, "kettle")

    assert (found("teapot"), found("kettle")) == ([], [1])
    assert Key.objects.filter(pk="teapot").first() is None
    assert Key.objects.get(pk="kettle").n == 1


def test_what_is_removed_leaves_the_index_and_the_words_with_it():
    put(1, "teapot kettle")
    put(2, "kettle")
    actions.count_new()
    actions.remove("slip", [1])

    assert (found("teapot"), found("kettle")) == ([], [2])
    assert dict(Key.objects.values_list("key", "n")) == {"kettle": 1, "kettl": 1}
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_index(search_index) VALUES ('integrity-check')")


def test_bringing_in_anew_goes_on_where_it_stopped_and_drops_what_is_gone(monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    for n in range(1, 8):
        put(n, "teapot")
    del KEPT[3]
    actions.begin_anew()

    steps = []
    while brought := actions.fill(limit=2):
        steps.append(brought)

    assert sum(steps) == 6
    assert len(steps) > 1
    assert set(found("teapot")) == {1, 2, 4, 5, 6, 7}


def test_things_shown_as_one_are_shown_once_by_the_best_of_them():
    put(1, "teapot", group_id=10)
    put(2, "teapot teapot handle", group_id=10)
    put(3, "teapot", group_id=11)

    hits = [hit for one in find("teapot handle", "all", kinds=["slip"]).found for hit in one.hits]

    assert (hits[0].group_id, hits[0].object_id) == (10, 2)
    assert sorted(hit.group_id for hit in hits) == [10, 11]


def test_pages_follow_one_another():
    for n in range(1, 8):
        put(n, "teapot", at=now() - timedelta(days=n))

    pages = [found("teapot", size=3, start=start) for start in (0, 3, 6, 9)]

    assert [len(one) for one in pages] == [3, 3, 1, 0]
    assert sorted(one for page in pages for one in page) == [1, 2, 3, 4, 5, 6, 7]


def test_what_was_found_is_marked_where_it_lies():
    put(1, "x " * 300 + "the Refunds of «Teapots» are late " + "y " * 300, title="On refunds")

    hit = find("refund teapot", "all", kinds=["slip"]).found[0].hits[0]

    assert [text for text, is_found in hit.text if is_found] == ["Refunds", "Teapots"]
    assert [text for text, is_found in hit.title if is_found] == ["refunds"]
    assert len("".join(text for text, _found in hit.text)) < 300


def test_pieces_of_words_find_what_stems_do_not():
    sources.add(Pieces())
    put(1, "kahvinkeittimen puhdistaminen", language="fi")
    put(2, "laskun maksaminen", language="fi")

    assert found("keitin")[:1] == found("kahvinkeitin")[:1] == [1]
