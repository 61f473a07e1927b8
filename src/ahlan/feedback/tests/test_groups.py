"""Groups that overlap: segments, articles and themes; the language of what was written; the overview and tables to take away."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.makers import make_caller, make_customer, make_message, make_ticket

from ahlan.core.clock import now
from ahlan.feedback import reports
from ahlan.feedback.actions.answering import change_answer, put_down, theme_anew
from ahlan.feedback.clusters import groups_of
from ahlan.feedback.counting import fold
from ahlan.feedback.journal.actions import archive_theme, save_theme
from ahlan.feedback.journal.queries import board, month_of
from ahlan.feedback.models import Answer
from ahlan.feedback.queries import latest
from ahlan.feedback.segments import actions as segments
from ahlan.feedback.subscribers import look_for_themes
from ahlan.feedback.tests.makers import client_of, make_survey, put
from ahlan.knowledge.models import Article, Section, Translation
from ahlan.tickets.models import Direction

pytestmark = pytest.mark.django_db
EVERYBODY = {"all": []}


def asked(key="csat"):
    return reports.Asked(latest(key), now().date() - timedelta(days=40), now().date())


def groups(facet: str) -> dict[str, tuple[float | None, int]]:
    return {
        one.name: (one.reading.score, one.reading.n) for one in reports.split(asked(), facet) if one.reading
    }


def theme(name: str, *words: str):
    return save_theme(None, names={"en": name}, words={"en": words}, actor="system")


def test_themes_are_counted_and_follow_what_is_written():
    theme("Price", "expensive", "price")
    theme("Delivery", "late", "delivery")
    made = put(1, at=now(), comment="Far too expensive, and the delivery came late")
    put(5, at=now(), comment="Good prices")
    put(4, at=now(), comment="Fine")

    assert groups("theme") == {"Price": (50, 2), "Delivery": (0, 1)}

    made.locked_at = None
    made.save()
    change_answer(made, {"comment": "The price is fine"})
    fold()
    assert groups("theme") == {"Price": (50, 2)}
    assert reports.total(asked())["value"] == {1: 1, 5: 1, 4: 1}


def test_a_theme_that_is_made_later_is_found_in_what_was_written(django_assert_max_num_queries):
    put(1, at=now(), comment="Liian kallis tilaus", language="fi")
    put(3, at=now(), comment="")
    made = save_theme(None, names={"en": "Price"}, words={"fi": ["kallis"]}, actor="system")

    look_for_themes(None)
    assert groups("theme") == {"Price": (0, 1)}
    on, until = month_of("", now().date())
    [row] = board(on, until)
    assert (row.name, dict(row.sources), dict(row.languages)) == ("Price", {"survey": 1}, {"fi": 1})
    assert board(on, until, language="ru") == []

    archive_theme(made, True, actor="system")
    assert theme_anew(0, 1) is not None
    while (last := theme_anew(0, 500)) is not None:
        theme_anew(last, 500)
    assert groups("theme") == {}


def test_the_language_is_that_of_the_words(cy):
    told = [
        put(4, at=now(), comment=text, language="en").spoken
        for text in ("שירות נהדר ומהיר מאוד", "خدمة ممتازة جدا", "Ok")
    ]
    assert told[:2] == ["he", "ar"] and put(4, at=now(), language="en").spoken == ""


def test_segments_count_as_they_were_when_it_was_answered(cy, ada):
    segments.save_segment(None, name="All", conditions=EVERYBODY, actor="system")
    segments.keep_members()
    made = put(2, at=now(), customer=cy)
    segments.delete_segment(segments.Segment.objects.get(), actor="system")
    made.locked_at = None
    made.save()
    change_answer(made, {"score": 5})
    put(1, at=now(), customer=make_customer())

    [(_name, found)] = groups("segment").items()
    assert found == (100, 1)


def test_articles_that_were_sent_are_counted(cy, desk, ada):
    section = Section.objects.create(names={"en": "Help"}, key="help")
    article = Article.objects.create(section=section, key="pump")
    Translation.objects.create(article=article, language="en", title="The pump", live=1)
    ticket = make_ticket(inbox=desk, customer=cy)
    make_message(
        ticket,
        direction=Direction.OUT,
        author=ada,
        text=f"See https://desk.example/help/en/{article.pk}-the-pump/ please",
    )
    put(5, at=now(), ticket=ticket, customer=cy)
    put(1, at=now(), ticket=make_ticket(inbox=desk, customer=cy), customer=cy)

    assert groups("article") == {"The pump": (100, 1)}


def test_an_anonymous_answer_is_in_no_group_that_overlaps(cy):
    theme("Price", "price")
    survey = make_survey(anonymous=True)
    put_down(
        latest("csat"),
        {"score": 1, "comment": "The price"},
        source="place",
        survey=survey,
        anonymous=True,
        at=now(),
    )

    assert Answer.objects.get().marks == "" and groups("theme") == {}


def test_the_page_of_a_group_shows_its_answers_alone(chief):
    made = theme("Price", "price")
    theme("Other", "late")
    put(1, at=now(), comment="The price!")
    put(2, at=now(), comment="Too late")

    page = client_of(chief).get(f"/feedback/csat/answers/?facet=theme&key={made.pk}").content.decode()
    assert "The price!" in page and "Too late" not in page
    split = client_of(chief).get("/feedback/csat/?by=theme").content.decode()
    assert "Price" in split and "Other" in split


def test_the_overview_costs_the_same_for_one_instrument_or_many(chief):
    browser = client_of(chief)
    put(5, at=now())
    taken = []
    for key in ("nps", "ces", "acsi"):
        with CaptureQueriesContext(connection) as queries:
            page = browser.get("/feedback/")
        taken.append(len(queries))
        assert page.status_code == 200
        version = latest(key)
        answers = {item.columns[0]: 5 for item in version.instrument.items if item.kind == "scale"}
        put_down(version, answers, source="import", at=now())

    assert len(set(taken)) == 1, taken


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_answers_are_taken_away_as_a_table(chief, form):
    put(5, at=datetime.now(UTC), comment="=SUM(A1)")

    answer = client_of(chief).get(f"/feedback/csat/export/?form={form}")
    body = b"".join(answer.streaming_content)

    assert f'.{form}"' in answer["Content-Disposition"]
    if form == "csv":
        head, row = csv.reader(io.StringIO(body.decode("utf-8-sig")))
        assert head[:2] == ["score", "comment"] and row[:2] == ["5", "'=SUM(A1)"]
    if form == "xlsx":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet and "=SUM(A1)" in sheet


LID, LATE = "the lid of the teapot does not fit", "parcel came two weeks late by courier"
SPOKEN = [
    *[f"{LID} {n}" for n in "abcde"],
    *[f"{LATE} {n}" for n in "abcd"],
    *["fine"] * 9,
    "teapots are nice",
]


@pytest.mark.once
def test_words_that_stand_together_are_found_and_others_are_not():
    first, second = groups_of(SPOKEN, "en")[:2]

    assert {"lid", "teapot"} <= set(first.words) | {"teapot"} and len(first.texts) == 5
    assert len(second.texts) == 4 and {"late", "courier", "parcel"} & set(second.words)
    assert groups_of([], "en") == [] and groups_of(["one", "two", ""], "") == []
    assert groups_of(["same words here"] * 30, "en") == []  # what everybody says says nothing


def test_what_they_speak_of_can_be_named_as_a_theme(chief):
    for text in SPOKEN:
        put(3, at=now(), comment=text, language="en")

    page = client_of(chief).get("/feedback/csat/words/").content.decode()
    assert "lid" in page and "/settings/themes/new/?language=en&amp;words=" in page and LID in page
    found = make_caller(chief).get_json("/instruments/csat/words")["items"]
    assert found[0]["n"] == 5 and found[0]["language"] == "en"
