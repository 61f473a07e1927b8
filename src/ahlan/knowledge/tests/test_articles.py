"""Articles: drafts and what is published of them, languages and their age, revisions, schedules, reviews, files."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from ahlan.core.clock import now
from ahlan.knowledge.actions import articles as verbs
from ahlan.knowledge.actions.reminders import remind
from ahlan.knowledge.models import Article, File, Revision
from ahlan.knowledge.queries import compare, filtered
from ahlan.knowledge.subscribers import next_to_publish, publish_articles
from ahlan.knowledge.tests.makers import client_of, events, make_article, make_section, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(ada) -> Article:
    return make_article(title="Returns", text="Send it back.", agent=ada)


def test_a_draft_is_not_published_until_it_is(article, ada):
    said = verbs.word(article, "en", title="Returns", text="Send it back within 30 days.", agent=ada)

    assert (said.revision, said.live, said.live_text) == (2, 1, "Send it back.")
    said = verbs.publish(said, agent=ada)
    assert (said.live, said.live_text, said.has_draft) == (2, "Send it back within 30 days.", False)
    assert events("article.published")[-1] == {"language": "en", "revision": 2}


def test_the_same_words_are_no_revision(article, ada):
    verbs.word(article, "en", title=" Returns ", text="Send it back.\r\n", agent=ada)

    assert Revision.objects.count() == 1
    assert len(events("article.worded")) == 1


def test_a_translation_is_older_once_the_original_moves_on(article, ada):
    finnish = verbs.word(article, "fi", title="Palautukset", text="Lähetä takaisin.", agent=ada)
    english = article.translations.get(language="en")
    assert not finnish.is_older_than(english)

    english = verbs.word(article, "en", title="Returns", text="Send it back, please.", agent=ada)
    assert finnish.is_older_than(english)
    assert list(filtered(state="older")) == [article]
    mended = verbs.word(article, "fi", title="Palautus", text="Lähetä takaisin.", still_of=True, agent=ada)
    assert mended.is_older_than(english)

    renewed = verbs.word(article, "fi", title="Palautus", text="Lähetä takaisin.", agent=ada)
    assert not renewed.is_older_than(english)
    assert list(filtered(state="older")) == []


def test_two_who_write_at_once_do_not_undo_each_other(article, ada):
    verbs.word(article, "en", title="Returns", text="One.", seen=1, agent=ada)

    with pytest.raises(verbs.ChangedMeanwhile):
        verbs.word(article, "en", title="Returns", text="Two.", seen=1, agent=ada)


def test_a_revision_is_restored_as_a_new_one(article, ada):
    said = verbs.word(article, "en", title="Returns", text="Spoiled.", agent=ada)

    said = verbs.restore(said, 1, agent=ada)

    assert (said.revision, said.text) == (3, "Send it back.")


def test_what_is_scheduled_is_published_at_its_moment(article, ada):
    said = verbs.word(article, "en", title="Returns", text="Tomorrow's words.", agent=ada)
    at = now() + timedelta(days=1)
    verbs.schedule(said, at, agent=ada)
    publish_articles()
    said.refresh_from_db()
    assert (next_to_publish(), said.live) == (at, 1)

    with time_machine.travel(at + timedelta(seconds=1), tick=False):
        publish_articles()
        publish_articles()

    said.refresh_from_db()
    assert (said.live, said.publish_at, next_to_publish()) == (2, None, None)
    assert len(events("article.published")) == 2


def test_nothing_is_scheduled_for_the_past(article):
    with pytest.raises(ValueError):
        verbs.schedule(article.translations.get(), now() - timedelta(seconds=1))


def test_an_owner_is_reminded_once_of_each_review_date(article, ada):
    verbs.set_article(article, review_on=now().date(), agent=ada)

    assert (remind(), remind()) == (1, 0)
    assert [one.to for one in mail.outbox] == [[ada.email]]
    assert f"/articles/{article.pk}/" in mail.outbox[0].body
    verbs.review(article, now().date() + timedelta(days=1), agent=ada)
    with time_machine.travel(now() + timedelta(days=1, hours=1), tick=False):
        assert (remind(), len(mail.outbox)) == (1, 2)


def test_what_is_put_away_is_in_no_list_but_its_own(article, ada):
    verbs.put_away(article, agent=ada)

    assert list(filtered()) == []
    assert list(filtered(state="archived")) == [article]
    verbs.put_away(article, False, agent=ada)
    assert list(filtered(state="published", language="en", words="RETURN")) == [article]
    assert list(filtered(state="missing", language="fi")) == [article]


def test_articles_are_put_in_order(ada):
    section = make_section()
    one, two, three = (make_article(section) for _ in range(3))

    verbs.move(three, -2, agent=ada)
    verbs.move(one, 50, agent=ada)

    assert list(section.articles.order_by("position")) == [three, two, one]


def test_changes_are_shown_word_by_word_and_hold_no_markup():
    found = compare(("A", "the <b>red</b> cup"), ("A", "the <b>blue</b> cup"))

    assert found.text == "the &lt;b&gt;<del>red</del><ins>blue</ins>&lt;/b&gt; cup"


def test_a_comparison_of_long_texts_ends_soon():
    long = "".join(f"{n} and " for n in range(30_000))

    assert "<ins>" in compare(("", long), ("", long[::-1])).text


def test_files_are_kept_once_and_are_what_their_bytes_say(article, ada):
    one = verbs.keep_file(article, picture(), name="cup.png", content_type="text/html", agent=ada)
    again = verbs.keep_file(article, picture(), name="cup.png", content_type="text/html", agent=ada)
    page = verbs.keep_file(article, b"<script>", name="a/../b.html", content_type="text/html", agent=ada)

    assert (one, one.content_type, one.is_picture) == (again, "image/png", True)
    assert (page.name, page.is_picture) == ("a_.._b.html", False)


@pytest.mark.parametrize(
    "content", [picture(20_000, 20_000), picture(9_000, 9_000, "JPEG"), b"", b"x" * (verbs.LARGEST_FILE + 1)]
)
def test_bombs_are_refused_without_being_unpacked(article, content):
    assert len(content) < 12_000_000  # a picture of 400 million points is small on its way

    with pytest.raises(verbs.BadFile):
        verbs.keep_file(article, content, name="bomb.png", content_type="image/png")

    assert File.objects.count() == 0


def test_an_article_has_only_so_many_files(article, monkeypatch):
    monkeypatch.setattr(verbs, "MOST_FILES", 1)
    verbs.keep_file(article, b"1", name="1", content_type="text/plain")

    with pytest.raises(verbs.TooMany):
        verbs.keep_file(article, b"2", name="2", content_type="text/plain")


def test_pages_write_publish_compare_and_restore(ada, article):
    client = client_of(ada)
    place = f"/articles/{article.pk}/en/"

    saved = client.post(place, {"title": "Returns", "text": "Send <b>it</b> back.", "seen": "1"})
    late = client.post(place, {"title": "Returns", "text": "Too late.", "seen": "1"})
    client.post(f"{place}publication/")
    compared = client.get(f"{place}revisions/").content.decode()
    client.post(f"{place}restoring/", {"number": "1"})

    said = article.translations.get()
    assert (saved.status_code, late.status_code) == (302, 409)
    assert "Too late." in late.content.decode()
    assert (said.live_text, said.text) == ("Send <b>it</b> back.", "Send it back.")
    assert "<ins>&lt;</ins>" in compared or "&lt;b&gt;" in compared


def test_a_viewer_reads_and_does_not_write(desk, article):
    from tests.makers import make_agent

    client = client_of(make_agent(role="viewer"))

    assert client.get(f"/articles/{article.pk}/").status_code == 200
    for address in (
        "en/",
        "en/publication/",
        "en/restoring/",
        "about/",
        "review/",
        "place/",
        "archive/",
        "files/",
        "preview/",
    ):
        assert client.post(f"/articles/{article.pk}/{address}", {"title": "X"}).status_code == 403, address
    assert client.post("/settings/sections/new/").status_code == 403
    assert client.post("/settings/help-centre/").status_code == 403


def test_the_list_costs_the_same_for_more_articles(ada, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, costs = client_of(ada), []
    for count in (1, 3):
        for _ in range(count):
            make_article(agent=ada)
        client.get("/articles/")
        with CaptureQueriesContext(connection) as taken:
            client.get("/articles/")
        costs.append(len(taken))
    assert costs[0] == costs[1]
