from collections.abc import Iterator

import pytest
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from ahlan.core import panels
from ahlan.core.panels import panel


@pytest.fixture(autouse=True)
def own_slots(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(panels, "_panels", type(panels._panels)(list))
    return


def draw(thing: object = None) -> str:
    template = Template('{% load ahlan %}{% panels "house.wall" thing %}')
    return template.render(Context({"request": RequestFactory().get("/"), "thing": thing}))


def test_panels_are_drawn_in_order_with_the_slots_thing() -> None:
    @panel("house.wall", order=20)
    def second(request: HttpRequest, thing: object) -> str:
        return mark_safe(f"<p>{thing} two</p>")

    @panel("house.wall", order=10)
    def first(request: HttpRequest, thing: object) -> str:
        return mark_safe(f"<p>{thing} one</p>")

    assert draw("blue") == "<p>blue one</p>\n<p>blue two</p>"


def test_a_panel_with_nothing_to_say_leaves_no_trace() -> None:
    panel("house.wall", order=1)(lambda request, thing: "")

    assert draw() == ""


def test_text_that_is_not_markup_is_escaped() -> None:
    panel("house.wall", order=1)(lambda request, thing: "<script>")

    assert draw() == "&lt;script&gt;"


def test_a_panel_that_fails_leaves_the_others_and_a_notice() -> None:
    def broken(request: HttpRequest, thing: object) -> str:
        raise RuntimeError("another room's fault")

    panel("house.wall", order=1)(broken)
    panel("house.wall", order=2)(lambda request, thing: "still here")

    drawn = draw()

    assert "still here" in drawn
    assert "panel--failed" in drawn
    assert "another room's fault" not in drawn


def test_registering_twice_draws_once() -> None:
    def once(request: HttpRequest, thing: object) -> str:
        return "once"

    panel("house.wall", order=1)(once)
    panel("house.wall", order=1)(once)

    assert draw() == "once"


def test_rows_are_drawn_a_page_at_once_and_one_that_fails_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(panels, "_row_panels", type(panels._row_panels)(dict))
    asked = []

    @panels.row_panel("house.row", order=20)
    def second(request: object, things: object) -> dict[int, str]:
        asked.append(things)
        return {1: "<b>", 2: mark_safe("<i>")}

    @panels.row_panel("house.row", order=10)
    def first(request: object, things: object) -> dict[int, str]:
        return {1: "one "}

    @panels.row_panel("house.row", order=15)
    def broken(request: object, things: object) -> dict[int, str]:
        raise LookupError

    drawn = panels.draw_rows("house.row", HttpRequest(), ["a", "b"])

    assert drawn == {1: "one &lt;b&gt;", 2: "<i>"}
    assert asked == [["a", "b"]]
    assert panels.draw_rows("house.row", HttpRequest(), []) == {}
