"""Words in templates are looked up once in each language, and only where they cannot change."""

from django.template import Context, Template
from django.utils.translation import override

from ahlan.core.templatetags.kept_i18n import Words


def drawn(template: Template, language: str, **context: object) -> str:
    with override(language):
        return template.render(Context(context))


def test_a_template_speaks_each_language_in_turn() -> None:
    template = Template('{% load i18n %}{% trans "Inbox" context "menu" %}|{% translate "Monday" %}')

    said = [drawn(template, language) for language in ("en", "fi", "he", "fi", "en")]

    assert [one.partition("|")[2] for one in said] == ["Monday", "maanantai", "שני", "maanantai", "Monday"]
    assert said[1] == said[3] != said[0] == said[4]
    assert len(template.nodelist.get_nodes_by_type(Words)) == 2


def test_what_is_no_constant_is_looked_up_each_time() -> None:
    template = Template(
        '{% load i18n %}{% trans day %}{% trans "Monday"|upper %}{% trans "Monday" as it %}<{{ it }}>'
    )

    assert drawn(template, "fi", day="Tuesday") == "tiistaiMAANANTAI<maanantai>"
    assert drawn(template, "fi", day="Sunday") == "sunnuntaiMAANANTAI<maanantai>"
    assert template.nodelist.get_nodes_by_type(Words) == []


def test_percent_signs_and_markup_are_as_djangos_own() -> None:
    template = Template('{% load i18n %}{% trans "100% & <b>more</b>" %}')

    assert drawn(template, "en") == "100% & <b>more</b>" == drawn(template, "en")
