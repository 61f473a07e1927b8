"""Folders of Markdown: brought in, brought in again, written out and brought in elsewhere."""

import json
from pathlib import Path

import pytest

from ahlan.knowledge.actions import articles as verbs
from ahlan.knowledge.actions.folders import export_folder, import_folder
from ahlan.knowledge.models import Article, File, Revision, Section, Translation
from ahlan.knowledge.tests.makers import make_article, make_section, picture

pytestmark = pytest.mark.django_db


def put(root: Path, name: str, text: str | bytes) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize(
    "name", ["faq/returns/fi.md", "faq/returns.fi.md", "fi/faq/returns.md", "faq/fi-FI/returns.md"]
)
def test_language_key_and_section_are_read_from_the_names(tmp_path, name):
    put(tmp_path, name, "# Palautukset\n\nLähetä takaisin.")

    report = import_folder(tmp_path)

    said = Translation.objects.get()
    assert (report.begun, report.troubles) == (1, [])
    assert (said.language, said.title, said.live_text) == ("fi", "Palautukset", "Lähetä takaisin.")
    assert (said.article.key, said.article.section.key) == ("returns", "faq")


def test_brought_in_again_nothing_changes(tmp_path):
    put(tmp_path, "faq/returns/en.md", "---\ntitle: Returns\n---\nSend it back.")
    put(tmp_path, "faq/returns/fi.md", "# Palautukset\n\nLähetä takaisin.")
    import_folder(tmp_path)

    again = import_folder(tmp_path)
    put(tmp_path, "faq/returns/fi.md", "# Palautukset\n\nLähetä se takaisin.")
    changed = import_folder(tmp_path)

    assert (again.begun, again.worded, again.same) == (0, 0, 2)
    assert (changed.begun, changed.worded, changed.same) == (0, 1, 1)
    assert (Article.objects.count(), Revision.objects.count()) == (1, 3)


def test_a_folder_written_out_comes_in_elsewhere_the_same(tmp_path, ada):
    section = make_section(
        names={"en": "Orders", "he": "הזמנות"}, about={"en": "All about orders"}, audience="agents"
    )
    other = make_article(section, title="Refunds", text="Money.")
    one = make_article(section, title="Returns", text=f"See [refunds](article:{other.pk}).", agent=ada)
    kept = verbs.keep_file(one, picture(), name="a label.png", content_type="image/png")
    verbs.publish(
        verbs.word(
            one,
            "en",
            title="Returns",
            text=f"![Label](attachment:{kept.pk}) and [refunds](article:{other.pk}).",
        )
    )
    verbs.word(one, "he", title="החזרות", text="מחזירים אלינו.")
    export_folder(tmp_path / "out")
    before = {one.language: (one.title, one.is_live) for one in one.translations.all()}
    Article.objects.all().delete()
    Section.objects.all().delete()

    report = import_folder(tmp_path / "out")

    found = Article.objects.get(key="returns")
    text, file = found.translations.get(language="en").live_text, File.objects.get()
    assert report.troubles == []
    assert {one.language: (one.title, one.is_live) for one in found.translations.all()} == before
    assert (found.owner, found.section.audience, found.section.names["he"]) == (ada, "agents", "הזמנות")
    assert (
        text
        == f"![Label](attachment:{file.pk}) and [refunds](article:{Article.objects.get(key='refunds').pk})."
    )
    assert (file.name, file.content_type) == ("a_label.png", "image/png")


def test_a_collection_by_language_is_read(tmp_path):
    faq = {
        "en": ("What is it?", ["It is", 'see <a href="https://a.example/x">this</a> &amp; <b>that</b>']),
        "fa": ("این چیست؟", "همین است."),
    }
    for language, (question, answer) in faq.items():
        put(
            tmp_path,
            f"faq/{language}.json",
            json.dumps([{"id": "what", "section": "x", "question": question, "answer": answer}]),
        )

    report = import_folder(tmp_path)

    article = Article.objects.get()
    assert (report.begun, report.troubles) == (1, [])
    assert (
        article.translations.get(language="en").live_text == "It is\n\nsee [this](https://a.example/x) & that"
    )
    assert article.translations.get(language="fa").title == "این چیست؟"


BAD = {
    "faq/a/en.md": "no title",
    "faq/b.md": "# No language",
    "faq/c/en.md": "---\n- a list\n---\n# X",
    "faq/d/en.md": "---\ntitle: [\n---\nX",
    "faq/e/en.md": b"# \xff\xfe",
    "faq/f/en.md": "# Long\n" + "x" * 100_001,
    "faq/g/en.md": "---\na: !!python/object/apply:os.system ['true']\n---\n# X",
    "en.json": '{"not": "a list"}',
    "fi.json": "[{}]",
    "he.json": "[" * 100_000,
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_told_and_leaves_the_others(tmp_path, name):
    put(tmp_path, name, BAD[name])
    put(tmp_path, "faq/good/en.md", "# Good\n\nYes.")

    report = import_folder(tmp_path)

    assert [one.partition(":")[0].partition("[")[0] for one in report.troubles] == [name]
    assert [str(one) for one in Article.objects.all()] == ["Good"]


def test_nothing_outside_of_the_folder_is_read(tmp_path):
    put(tmp_path, "secret.png", picture())
    put(tmp_path, "secret.md", "# Secret")
    put(
        tmp_path,
        "in/faq/a/en.md",
        "# A\n\n![x](../../../secret.png) ![y](/etc/passwd) [z](file:///etc/passwd)",
    )
    (tmp_path / "in/faq/b").mkdir()
    (tmp_path / "in/faq/b/en.md").symlink_to(tmp_path / "secret.md")

    import_folder(tmp_path / "in")

    assert (File.objects.count(), Article.objects.count()) == (0, 1)


def test_a_picture_that_is_a_bomb_is_told_of(tmp_path):
    put(tmp_path, "faq/a/en.md", "# A\n\n![x](files/bomb.png)")
    put(tmp_path, "faq/a/files/bomb.png", picture(20_000, 20_000))

    report = import_folder(tmp_path)

    assert len(report.troubles) == 1 and "bomb.png" in report.troubles[0]
    assert Article.objects.count() == 1


def test_a_draft_stays_one(tmp_path):
    put(tmp_path, "faq/a/en.md", "---\ntitle: A\npublished: false\nreview_on: 2027-01-05\n---\nX")

    import_folder(tmp_path)

    said = Translation.objects.select_related("article").get()
    assert (said.is_live, str(said.article.review_on)) == (False, "2027-01-05")
