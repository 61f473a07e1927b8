from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.utils import translation

from ahlan.core import translations
from ahlan.core.translations import PLURALS, check, compile_all, place, rooms, sayings, update

FINISHED = ("core", "tickets")


@pytest.mark.parametrize("room", FINISHED)
def test_everything_a_room_says_is_said_in_every_language(room: str) -> None:
    assert [fault for fault in check() if fault.startswith(f"{room} [")] == []


def test_nothing_a_room_holds_leaves_a_placeholder_behind() -> None:
    assert [
        fault for fault in check() if "placeholders" in fault or "fuzzy" in fault or "incomplete" in fault
    ] == []


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(translations, "PACKAGE", tmp_path)
    made = tmp_path / "garden"
    (made / "templates").mkdir(parents=True)
    (made / "tests").mkdir()
    (made / "apps.py").touch()
    (made / "words.py").write_text(
        "from django.utils.translation import gettext_lazy as _, ngettext, pgettext\n"
        'A = _("Rose")\nB = pgettext("tool", "Spade")\n'
        'def c(n): return ngettext("%(n)s seed", "%(n)s seeds", n)\n'
    )
    (made / "tests" / "test_words.py").write_text('_("Not said")\n')
    (made / "templates" / "bed.html").write_text(
        '{% load i18n %}\n  <p>\n{% trans "Water" %} don\'t {{ x|default:_("Dry") }}</p>\n'
        "      {% blocktrans count n=n %}one bed{% plural %}{{ n }} beds{% endblocktrans %}\n"
    )
    return made


def test_a_room_is_read_from_its_python_and_its_templates(room: Path) -> None:
    said = {message.id: message.context for message in sayings(room) if message.id}

    assert said == {
        "Rose": None,
        "Spade": "tool",
        ("%(n)s seed", "%(n)s seeds"): None,
        "Water": None,
        "Dry": None,
        ("one bed", "%(n)s beds"): None,
    }


def test_a_new_catalogue_lacks_everything_and_check_says_so(room: Path) -> None:
    assert check() == [f"garden [{language}]: no catalogue" for language in PLURALS]

    update(room)

    assert len(check()) == 6 * len(PLURALS)
    assert "garden [ru]: missing: 'Rose'" in check()


def test_update_keeps_what_was_translated_and_drops_what_is_no_longer_said(room: Path) -> None:
    update(room)
    path = place(room, "fi")
    path.write_text(path.read_text().replace('msgid "Rose"\nmsgstr ""', 'msgid "Rose"\nmsgstr "Ruusu"'))
    (room / "templates" / "bed.html").unlink()

    update(room)

    assert 'msgstr "Ruusu"' in path.read_text()
    assert "Water" not in path.read_text()
    assert "garden [fi]: missing: 'Rose'" not in check()


def test_a_plural_must_have_all_its_forms_and_only_known_placeholders(room: Path) -> None:
    update(room)
    path = place(room, "ru")
    empty = 'msgstr[0] ""\nmsgstr[1] ""\nmsgstr[2] ""'
    path.write_text(path.read_text().replace(empty, 'msgstr[0] "a"\nmsgstr[1] ""\nmsgstr[2] "c"', 1))
    assert any("garden [ru]: incomplete plural" in fault for fault in check())

    path.write_text(path.read_text().replace('msgstr[1] ""', 'msgstr[1] "%(m)s b"', 1))
    assert any("garden [ru]: other placeholders" in fault for fault in check())


def test_compiling_writes_what_the_program_reads(room: Path) -> None:
    update(room)
    path = place(room, "he")
    path.write_text(path.read_text().replace('msgid "Rose"\nmsgstr ""', 'msgid "Rose"\nmsgstr "ורד"'))

    written = compile_all()

    assert [made.parent.parent.name for made in written] == ["ar", "fa", "fi", "he", "ru"]
    assert "ורד".encode() in path.with_suffix(".mo").read_bytes()
    assert compile_all() == []


@pytest.mark.parametrize("language", PLURALS)
def test_the_plural_rules_fill_exactly_their_forms(language: str) -> None:
    count, rule = PLURALS[language]
    choose = translation.trans_real.gettext_module.c2py(rule)  # type: ignore[attr-defined]

    assert {choose(n) for n in range(200)} == set(range(count))


def test_rooms_are_the_folders_that_django_knows() -> None:
    assert Path(translations.__file__).parent in rooms()
    assert isinstance(sayings(Path(translations.__file__).parent), Catalog)
