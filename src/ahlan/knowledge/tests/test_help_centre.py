"""The help centre: what anybody may read, in his language and direction, from the shelf, and what he says of it."""

import gzip
import json
import re
import time

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ahlan.core.colour import contrast
from ahlan.knowledge.actions import articles as verbs
from ahlan.knowledge.actions.sections import set_help_centre
from ahlan.knowledge.models import Article, Opinion
from ahlan.knowledge.rendering import plain, render
from ahlan.knowledge.tests.makers import client_of, events, make_article, make_section, picture
from ahlan.knowledge.views.help_centre import PAPERS, PER_HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def article(db) -> Article:
    made = make_article(
        make_section(names={"en": "Orders", "ar": "الطلبات"}), title="Returns", text="Send it **back**."
    )
    verbs.publish(verbs.word(made, "ar", title="الإرجاع", text="أعدها إلينا."))
    return made


def status(place: str, client: Client | None = None) -> int:
    response = (client or Client()).get(place)
    shut(response)
    return response.status_code


def shut(response) -> None:
    """Close the file of an answer; closing the answer itself would close the test's database too."""
    for close in response._resource_closers:
        close()


def url(article: Article, language: str = "en") -> str:
    return article.translations.get(language=language).get_absolute_url()


def test_a_page_says_its_language_direction_and_others(article):
    text = Client().get(url(article, "ar")).content.decode()

    assert '<html lang="ar" dir="rtl">' in text
    assert 'hreflang="en" href="http://testserver/help/en/' in text
    assert f'rel="canonical" href="http://testserver{url(article, "ar")}"' in text


def test_what_machines_are_told_is_sound_even_of_a_hostile_title(article):
    said = verbs.word(article, "en", title="</script><script>alert(1)</script>", text="x")
    verbs.publish(said)

    response = Client().get(url(article))

    text = response.content.decode()
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert len(found) == 1 and "<script>alert" not in text
    assert [one["@type"] for one in json.loads(found[0])] == ["Article", "BreadcrumbList"]
    assert json.loads(found[0])[0]["headline"] == "</script><script>alert(1)</script>"
    assert "unsafe" not in response["Content-Security-Policy"]


@pytest.mark.parametrize("hidden", ["draft", "agents", "away", "closed"])
def test_strangers_read_nothing_that_is_not_for_them(article, hidden, ada):
    place, kept = url(article), verbs.keep_file(article, picture(), name="p.png", content_type="")
    shown = f"/help/files/{kept.pk}/"
    assert status(shown) == 200
    if hidden == "draft":
        for one in article.translations.all():
            verbs.take_back(one)
    elif hidden == "agents":
        verbs.set_article(article, section=make_section(audience="agents"))
    elif hidden == "away":
        verbs.put_away(article)
    else:
        set_help_centre(is_open=False, actor="system")

    assert Client().get(place).status_code == 404
    assert Client().post(place, {"helped": "1"}).status_code == 404
    assert status(shown) == (200 if hidden == "closed" else 404)
    assert status(shown, client_of(ada)) == 200
    for page in ("/help/en/", "/help/sitemap.xml", f"/help/en/sections/{article.section_id}-orders/"):
        assert b"Returns" not in Client().get(page).content


def test_a_draft_of_a_published_article_is_not_shown(article):
    verbs.word(article, "en", title="Secret plans", text="Secret words")

    assert b"Secret" not in Client().get(url(article)).content
    assert b"Secret" not in Client().get("/help/en/").content


def test_a_page_is_drawn_once_and_again_when_anything_changed(article):
    client, place = Client(), url(article)
    first = client.get(place)
    with CaptureQueriesContext(connection) as taken:
        second = client.get(place)
        known = client.get(place, headers={"if-none-match": first["ETag"]})
    asked = [one["sql"][:24] for one in taken.captured_queries]
    verbs.publish(verbs.word(article, "en", title="Returns", text="Keep it."))
    third = client.get(url(article), headers={"if-none-match": first["ETag"]})

    assert asked == ["SELECT value FROM events"] * 2
    assert (second.content, known.status_code, known.content) == (first.content, 304, b"")
    assert (first["Vary"], "Set-Cookie" in first, "sessionid" in first.cookies) == (
        "Accept-Encoding",
        False,
        False,
    )
    assert first["Cache-Control"].startswith("public, max-age=60")
    assert third.status_code == 200 and b"Keep it." in third.content


def test_a_page_from_the_shelf_is_as_safe_as_a_fresh_one(article):
    first, second = Client().get(url(article)), Client().get(url(article))

    for name in ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):
        assert first[name] == second[name] != ""


def test_a_page_is_packed_for_who_unpacks(article):
    packed = Client().get(url(article), headers={"accept-encoding": "gzip"})

    assert (packed["Content-Encoding"], packed["Content-Length"]) == ("gzip", str(len(packed.content)))
    assert gzip.decompress(packed.content) == Client().get(url(article)).content


def test_two_hosts_do_not_get_each_others_addresses(article):
    one = Client().get(url(article), headers={"host": "one.example"}).content
    two = Client().get(url(article), headers={"host": "two.example"}).content

    assert b"http://one.example/help" in one and b"one.example" not in two


def test_a_signed_in_agent_leaves_nothing_of_himself_on_the_shelf(article, ada):
    inside = client_of(ada).get(url(article)).content

    assert b"Ada" not in inside
    assert inside == Client().get(url(article)).content


def test_an_article_in_another_language_is_offered(article):
    assert Client().get(f"/help/fi/{article.pk}-x/")["Location"] == url(article)
    assert Client().get(f"/help/en/{article.pk}-old-name/")["Location"] == url(article)
    assert Client().get("/help/xx/").status_code == 404


def test_the_door_leads_to_the_visitors_language(article):
    assert Client(headers={"accept-language": "he,en;q=0.5"}).get("/help/")["Location"] == "/help/he/"
    set_help_centre(languages=["fi", "ar"], actor="system")
    assert Client(headers={"accept-language": "he"}).get("/help/")["Location"] == "/help/ar/"
    assert Client().get("/help/en/").status_code == 404


def test_the_sitemap_names_each_page_in_each_language(article):
    text = Client().get("/help/sitemap.xml").content.decode()

    assert text.count("<loc>") == 6 + 2
    assert text.count('hreflang="ar"') == 6 + 2
    import xml.etree.ElementTree as tree

    tree.fromstring(text)


@pytest.mark.parametrize("colour", ["#ffee00", "#000000", "#ffffff", "#0f5f5c", "#ff0000", "#808080"])
def test_any_colour_can_be_read(colour):
    set_help_centre(colour=colour, actor="system")

    text = Client().get("/help/brand.css").content.decode()

    ground, ink = re.search(r"--brand: (#\w+); --brand-ink: (#\w+);", text).groups()
    light, dark = re.search(r"light-dark\((#\w+), (#\w+)\)", text).groups()
    assert contrast(ground, ink) >= 4.5
    assert contrast(light, PAPERS[0]) >= 4.5 and contrast(dark, PAPERS[1]) >= 4.5


def test_each_visitor_has_one_opinion(article):
    one, two = Client(headers={"user-agent": "one"}), Client(headers={"user-agent": "two"})
    one.post(url(article), {"helped": "1"})
    one.post(url(article), {"helped": "0"})
    one.post(url(article), {"helped": "0", "word": "Nothing on cups. My address is cy@else.example"})
    two.post(url(article), {"helped": "1"})
    Client(headers={"user-agent": "two"}).post(url(article), {"helped": "1"})  # without the cookie

    said = article.translations.get(language="en")
    assert (said.helped, said.failed, Opinion.objects.count()) == (1, 1, 2)
    assert Opinion.objects.get(helped=False).word == "Nothing on cups. My address is …"
    assert events("article.judged")[0] == {"language": "en", "helped": True}


def test_too_many_opinions_from_one_place_wait(article):
    for n in range(PER_HOUR):
        Client(headers={"user-agent": f"{n}"}).post(url(article), {"helped": "1"})

    assert Client(headers={"user-agent": "more"}).post(url(article), {"helped": "1"}).status_code == 429
    assert Opinion.objects.count() == PER_HOUR


HOSTILE = """# Head

<script>alert(1)</script> <img src=x onerror=alert(1)>
[one](javascript:alert(1)) [two](JaVaScRiPt:alert(1)) [three](data:text/html,<script>) ![four](https://else.example/pixel.gif)
![five](attachment:999) [six](article:999) ![seven](javascript:alert(1)) [eight]( "onmouseover=alert(1)) <https://ok.example/>
"""


def test_hostile_markdown_is_words():
    html = render(HOSTILE, files={}, address=lambda _pk: "")

    assert "<script" not in html and "<img" not in html
    assert not re.search(r'(href|src)="(?!https://ok)', html)
    assert not re.search(r"<[^>]*\son\w+=", html)
    assert "<h2" in html and "<h1" not in html


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "![" * 50_000, "> " * 50_000, "* " * 50_000, "`" * 100_000, "_a" * 50_000, "|a" * 50_000 + "\n" + "|-" * 50_000, "<" * 100_000, "https://a." * 10_000, "[a](" * 25_000, "  - a\n" * 16_000],
    ids=lambda text: text[:6],
)  # fmt: skip
def test_hostile_markdown_ends_soon(text):
    started = time.perf_counter()

    render(text, files={}, address=lambda _pk: "")

    assert time.perf_counter() - started < 8


def test_articles_that_link_in_a_loop_are_drawn(article):
    other = make_article(article.section, title="Refunds", text=f"See [returns](article:{article.pk}).")
    verbs.publish(
        verbs.word(
            article,
            "en",
            title="Returns",
            text=f"See [refunds](article:{other.pk}), [me](article:{article.pk}).",
        )
    )

    text = Client().get(url(article)).content.decode()

    assert f'<a href="{url(other)}">refunds</a>' in text
    verbs.take_back(other.translations.get())
    text = Client().get(url(article)).content.decode()
    assert "See refunds," in text


def test_plain_words_of_a_text():
    assert (
        plain("# A *b*\n\n![pic](attachment:1) [c](https://x.example)\n\n- d\n- e `f`")
        == "A b\npic c\nd\ne f"
    )


def test_a_file_is_only_ever_saved_unless_it_is_a_picture(article):
    page = verbs.keep_file(article, b"<script>alert(1)</script>", name="x.html", content_type="text/html")
    shown = verbs.keep_file(article, picture(), name="x.png", content_type="")

    evil, good = (Client().get(f"/help/files/{one.pk}/") for one in (page, shown))

    assert (evil["Content-Type"], evil["Content-Disposition"][:10]) == (
        "application/octet-stream",
        "attachment",
    )
    assert (good["Content-Type"], good["Content-Disposition"][:6]) == ("image/png", "inline")
    assert "sandbox" in evil["Content-Security-Policy"] and "public" in good["Cache-Control"]
    for response in (evil, good):
        shut(response)


def test_what_only_asks_whether_a_page_is_there_is_told_and_leaves_the_page_whole(article):
    asked = Client().head(url(article))
    page = Client().get(url(article))

    assert (asked.status_code, asked.content, asked["ETag"]) == (200, b"", page["ETag"])
    assert "<strong>back</strong>" in page.content.decode()


def test_a_saved_draft_leaves_the_shelf_as_it_is_and_publishing_does_not(article):
    client, place = Client(), url(article)
    client.get(place)
    draft = verbs.word(article, "en", title="Returns", text="Not yet.")
    with CaptureQueriesContext(connection) as taken:
        still = client.get(place)

    verbs.publish(draft)

    assert len(taken) == 1 and b"Not yet." not in still.content
    assert b"Not yet." in client.get(place).content
