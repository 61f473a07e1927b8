"""The bones of a page, drawn without a browser."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

LANGUAGES = {"en": "ltr", "he": "rtl", "ar": "rtl", "fi": "ltr", "fa": "rtl", "ru": "ltr"}


def request() -> object:
    made = RequestFactory().get("/")
    made.user = AnonymousUser()
    return made


def tag(source: str, **context: object) -> str:
    return Template("{% load ahlan %}" + source).render(Context({"request": request(), **context}))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "template", ["core/page.html", "core/plain.html", "core/settings.html", "404.html", "500.html"]
)
def test_every_page_says_its_language_and_direction(template: str, language: str) -> None:
    with translation.override(language):
        drawn = render_to_string(template, {}, request())  # type: ignore[arg-type]

    assert f'<html lang="{language}" dir="{LANGUAGES[language]}"' in drawn
    assert 'id="main"' in drawn


def test_the_scripts_get_their_words_in_the_readers_language() -> None:
    with translation.override("fi"):
        drawn = render_to_string("core/page.html", {}, request())  # type: ignore[arg-type]

    assert '<script id="strings" type="application/json">' in drawn


def test_the_broken_page_needs_no_request() -> None:
    assert "core/css/ahlan.css" in render_to_string("500.html")


def test_an_icon_is_decoration_unless_it_is_named() -> None:
    assert 'aria-hidden="true"' in tag('{% icon "inbox" %}')
    assert 'aria-label="Inbox &amp; co"' in tag('{% icon "inbox" label="Inbox & co" %}')


def test_icons_that_point_are_mirrored_and_others_are_not() -> None:
    assert "icon--directional" in tag('{% icon "chevron-right" %}')
    assert "icon--directional" not in tag('{% icon "inbox" %}')


def test_names_are_escaped_and_isolated() -> None:
    assert tag("{% person name %}", name="<b>Bo</b>") == "<bdi>&lt;b&gt;Bo&lt;/b&gt;</bdi>"
    assert re.fullmatch(
        r'<span class="avatar hue-\d+" aria-hidden="true">BC</span>', tag("{% avatar name %}", name="<b> Cy")
    )


def test_nothing_is_told_of_a_moment_that_is_not() -> None:
    assert tag("{% when moment %}", moment=None) == ""


def test_the_theme_comes_from_the_cookie_and_only_a_known_one() -> None:
    asked = request()
    asked.COOKIES["theme"] = "dark"  # type: ignore[attr-defined]
    assert 'data-theme="dark"' in render_to_string("core/plain.html", {}, asked)  # type: ignore[arg-type]

    asked.COOKIES["theme"] = '"><script>'  # type: ignore[attr-defined]
    assert "data-theme=" not in render_to_string("core/plain.html", {}, asked)  # type: ignore[arg-type]


def test_the_style_page_is_closed_to_strangers(client: Client) -> None:
    assert client.get("/style/").status_code == 403


def test_the_style_page_opens_while_debugging(client: Client, settings: object) -> None:
    settings.DEBUG = True  # type: ignore[attr-defined]

    drawn = client.get("/style/", headers={"accept-language": "he"})

    assert drawn.status_code == 200
    assert 'dir="rtl"' in drawn.content.decode()


def test_a_form_tells_its_faults_beside_the_field(client: Client, settings: object) -> None:
    settings.DEBUG = True  # type: ignore[attr-defined]

    drawn = client.get("/style/").content.decode()

    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    assert '<ul class="field__errors" id="id_name_error"' in drawn


def test_a_stranger_chooses_the_language_and_stays_on_the_page(client: Client) -> None:
    answer = client.post("/language/", {"language": "fa", "next": "/accounts/login/"})

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert client.cookies["django_language"].value == "fa"


def test_the_choice_of_language_leads_nowhere_else(client: Client) -> None:
    answer = client.post("/language/", {"language": "fa", "next": "https://elsewhere.example/"})

    assert answer["Location"] == "/"


def test_six_languages_stand_by_their_own_names() -> None:
    with translation.override("he"):
        drawn = render_to_string("core/plain.html", {}, request())  # type: ignore[arg-type]

    assert re.findall(r'<button class="languages__one"[^>]*>([^<]+)<', drawn) == [
        "English", "עברית", "العربية", "Suomi", "فارسی", "Русский",
    ]  # fmt: skip
