"""A day at the desk, with the keyboard and with the hand."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ahlan.courtesy.actions.way import set_question
from ahlan.tickets.models import Direction, Draft, Mention, Message, State
from tests.journeys.conftest import Look, SignIn
from tests.makers import make_customer, make_message, make_ticket

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

LANGUAGES = {"en": "ltr", "he": "rtl", "ar": "rtl", "fi": "ltr", "fa": "rtl", "ru": "ltr"}


@pytest.fixture
def tickets(desk: Any, chief: Any) -> list[Any]:
    """Three tickets, the last of them the newest; it has a note, a reply that failed and a file-sized text."""
    made = []
    for subject, words in (
        ("Lasku", "Hei!"),
        ("متى يصل طلبي؟", "السلام عليكم"),
        ("The parcel came open", "Hello there"),
    ):
        ticket = make_ticket(
            subject=subject, inbox=desk, customer=make_customer(language="en"), preview=words
        )
        make_message(ticket, text=words)
        made.append(ticket)
    last = made[-1]
    make_message(
        last, direction=Direction.NOTE, author=chief, customer=None, text="Look at **pallet 7**", addresses={}
    )
    make_message(
        last, direction=Direction.OUT, author=chief, customer=None, text="On its way", delivery="failed",
        delivery_error="550 no such mailbox", addresses={"to": [["Cy", "cy@else.example"]]},
    )  # fmt: skip
    make_message(last, text="\n\n".join(["Still waiting, and getting wet."] * 60))
    return made


def subject(page: Page) -> Any:
    return page.locator("#ticket .ticket-head__subject")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workspace_is_open_to_everybody_in_every_language(
    sign_in: SignIn, barriers: Look, chief: Any, tickets: list[Any], language: str
) -> None:
    page = sign_in(chief, f"/tickets/{tickets[-1].pk}/", language)

    expect(page.locator("html")).to_have_attribute("dir", LANGUAGES[language])
    assert barriers(page) == []


@pytest.mark.parametrize("width", [390, 1280, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_sticks_out_and_all_can_be_read(
    sign_in: SignIn, barriers: Look, chief: Any, tickets: list[Any], width: int, theme: Any
) -> None:
    page = sign_in(chief, f"/tickets/{tickets[-1].pk}/", "he", theme)
    page.set_viewport_size({"width": width, "height": 844})

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert barriers(page) == []


def test_the_heads_of_all_panes_stand_on_one_line(sign_in: SignIn, chief: Any, tickets: list[Any]) -> None:
    page = sign_in(chief, f"/tickets/{tickets[-1].pk}/")
    page.set_viewport_size({"width": 1440, "height": 900})
    heads = (".views .pane-head", ".list .pane-head", ".ticket-head__first", ".panels__head")

    boxes = [page.locator(head).first.bounding_box() for head in heads]

    middles = {round(box["y"] + box["height"] / 2) for box in boxes if box}
    assert max(middles) - min(middles) <= 1


def test_j_and_k_select_at_once_and_open_what_is_selected(
    sign_in: SignIn, chief: Any, tickets: list[Any]
) -> None:
    page = sign_in(chief, "/inbox/open/")
    page.keyboard.press("j")
    expect(subject(page)).to_have_text("The parcel came open")
    expect(page.locator("[data-row][aria-current=true]")).to_have_attribute("data-row", str(tickets[2].pk))
    expect(page).to_have_url(re.compile(f"/tickets/{tickets[2].pk}/"))

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#ticket .said")).to_have_count(1)
    expect(subject(page)).to_have_text("Lasku")
    expect(page).to_have_url(re.compile(f"/tickets/{tickets[0].pk}/"))

    page.go_back()
    expect(subject(page)).to_have_text("The parcel came open")


def test_a_draft_survives_and_a_note_is_written_with_the_keyboard(
    sign_in: SignIn, chief: Any, tickets: list[Any]
) -> None:
    page = sign_in(chief, f"/tickets/{tickets[0].pk}/")
    page.keyboard.press("n")
    page.keyboard.type("Ring the *warehouse*")
    expect(page.locator("[data-draft-state]")).to_have_text("Draft saved")
    page.reload()

    expect(page.locator(".composer textarea")).to_have_value("Ring the *warehouse*")
    expect(page.locator("input[value=note]")).to_be_checked()
    page.locator(".composer textarea").focus()
    page.keyboard.press("Control+Enter")

    expect(page.locator(".said--note em")).to_have_text("warehouse")
    expect(page.locator(".composer textarea")).to_have_value("")
    assert Message.objects.filter(ticket=tickets[0], direction=Direction.NOTE).count() == 1
    assert not Draft.objects.exists()


def test_a_draft_the_server_never_got_is_kept_in_the_browser(
    sign_in: SignIn, chief: Any, tickets: list[Any], complaints: list[str]
) -> None:
    page = sign_in(chief, f"/tickets/{tickets[0].pk}/")
    page.route("**/draft/", lambda route: route.abort())
    page.locator(".composer textarea").fill("Do not lose this")
    expect(page.locator("[data-draft-state]")).to_contain_text("kept in this browser")

    page.unroute("**/draft/")
    page.reload()

    expect(page.locator(".composer textarea")).to_have_value("Do not lose this")
    expect(page.locator("[data-draft-state]")).to_have_text("Draft saved")
    assert Draft.objects.get().text == "Do not lose this"
    complaints.clear()  # the browser says that requests failed, as they should


def test_a_reply_goes_on_its_way_and_can_be_taken_back(
    sign_in: SignIn, chief: Any, tickets: list[Any]
) -> None:
    page = sign_in(chief, f"/tickets/{tickets[2].pk}/")
    page.keyboard.press("r")
    page.keyboard.type("A new one left today.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".said--out").last).to_contain_text("A new one left today.")
    expect(page.locator(".ticket-head .badge").first).to_have_text("Waiting")

    page.locator(".toast").get_by_role("button", name="Undo").click()

    expect(page.locator(".composer textarea")).to_have_value("A new one left today.")
    expect(page.locator(".ticket-head .badge").first).to_have_text("Open")


def test_forwarding_asks_to_whom_and_names_nobody(sign_in: SignIn, chief: Any, tickets: list[Any]) -> None:
    page = sign_in(chief, f"/tickets/{tickets[0].pk}/")
    page.locator(".composer label", has_text="Forward").click()

    expect(page.locator("#composer-to")).to_be_focused()
    expect(page.locator(".composer__to bdi")).to_be_hidden()

    page.keyboard.type("partner@else.example")
    page.locator(".composer textarea").fill("Could you look?")
    page.locator(".composer__for-forward").click()
    expect(page.locator(".said--out").last).to_contain_text("Could you look?")


def test_closing_is_undone_rather_than_confirmed(sign_in: SignIn, chief: Any, tickets: list[Any]) -> None:
    set_question(False, actor="system")
    page = sign_in(chief, f"/tickets/{tickets[0].pk}/")
    page.keyboard.press("e")
    expect(page.locator(".ticket-head .badge").first).to_have_text("Closed")

    page.locator(".toast").get_by_role("button", name="Undo").click()

    expect(page.locator(".ticket-head .badge").first).to_have_text("Open")
    tickets[0].refresh_from_db()
    assert tickets[0].state == State.OPEN


def test_files_go_up_by_themselves_and_with_the_message(
    sign_in: SignIn, chief: Any, tickets: list[Any], tmp_path: Any
) -> None:
    (tmp_path / "plan.txt").write_text("a plan")
    page = sign_in(chief, f"/tickets/{tickets[0].pk}/")
    page.set_input_files(".composer input[type=file]", str(tmp_path / "plan.txt"))
    expect(page.locator(".upload")).to_have_text("plan.txt")

    page.keyboard.press("n")
    page.keyboard.type("See the plan")
    page.get_by_role("button", name="Add note").click()

    expect(page.locator(".said--note .files__one")).to_contain_text("plan.txt")


def test_a_long_mail_folds_and_unfolds(sign_in: SignIn, chief: Any, tickets: list[Any]) -> None:
    page = sign_in(chief, f"/tickets/{tickets[2].pk}/")
    more = page.get_by_role("button", name="Show the whole message")
    expect(more).to_be_visible()

    more.click()

    expect(more).to_have_count(0)
    expect(page.locator(".letter.is-folded")).to_have_count(0)


def test_the_width_of_a_pane_is_set_with_the_keyboard_and_remembered(
    sign_in: SignIn, chief: Any, tickets: list[Any]
) -> None:
    page = sign_in(chief, "/inbox/open/", "ar")
    separator = page.locator("[data-pane=list]")
    width = page.locator("#list").bounding_box()["width"]  # type: ignore[index]
    separator.focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator("#list").bounding_box()["width"] == width + 16  # type: ignore[index]

    page.reload()

    expect(page.locator("[data-pane=list]")).to_have_attribute("aria-valuenow", str(round(width) + 16))


def test_on_a_phone_list_ticket_and_panels_are_three_screens(
    sign_in: SignIn, chief: Any, tickets: list[Any]
) -> None:
    page = sign_in(chief, "/inbox/open/")
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("[data-row]").first.click()
    expect(page.locator("#timeline")).to_be_visible()
    expect(page.locator("#list")).not_to_be_visible()

    page.locator("[data-panels-toggle]").click()
    expect(page.locator("#panels")).to_be_visible()
    page.get_by_role("button", name="Back to the ticket").click()
    page.get_by_role("link", name="Back to the list").click()

    expect(page.locator("#list")).to_be_visible()
    expect(page).to_have_url(re.compile("/inbox/open/$"))


@pytest.fixture
def phone(sign_in: SignIn, chief: Any, browser: Any) -> Iterator[Callable[[str, str], Page]]:
    """An address on a phone with a touch screen, in a language."""
    contexts = []

    def open_page(address: str, language: str) -> Page:
        desktop = sign_in(chief, "/style/", language)
        context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
        context.add_cookies(desktop.context.cookies())
        contexts.append(context)
        page: Page = context.new_page()
        page.goto(desktop.url.replace("/style/", address))
        return page

    yield open_page
    for context in contexts:
        context.close()


def swipe(page: Page, start: tuple[float, float], way: tuple[float, float]) -> None:
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *at: dict[str, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(at)})

    touch("touchStart", {"x": start[0], "y": start[1]})
    for step in range(1, 5):
        touch("touchMove", {"x": start[0] + way[0] * step / 4, "y": start[1] + way[1] * step / 4})
    touch("touchEnd")


@pytest.mark.parametrize(("language", "onwards"), [("en", 1), ("ar", -1)])
def test_a_swipe_the_way_one_reads_closes_the_ticket_on_a_phone(
    phone: Callable[[str, str], Page], tickets: list[Any], language: str, onwards: int
) -> None:
    page = phone(f"/tickets/{tickets[1].pk}/?view=open", language)
    middle = (195.0, 200.0)
    for way in ((-140 * onwards, 0), (90 * onwards, 90), (40 * onwards, 0)):  # backwards, slanted, short
        swipe(page, middle, way)
    expect(page.locator("#timeline")).to_be_visible()

    swipe(page, middle, (140 * onwards, 10))

    expect(page.locator("#list")).to_be_visible()
    expect(page.locator("#timeline")).not_to_be_visible()
    expect(page).to_have_url(re.compile("/inbox/open/$"))


def test_a_swipe_over_what_scrolls_sideways_or_is_written_in_closes_nothing(
    phone: Callable[[str, str], Page], tickets: list[Any]
) -> None:
    wide = make_message(tickets[0], text="x" * 10)
    Message.objects.filter(pk=wide.pk).update(html=f"<pre>{'wide ' * 80}</pre>")
    page = phone(f"/tickets/{tickets[0].pk}/?view=open", "en")
    scrolling = page.locator("#timeline pre").bounding_box() or {}
    writing = page.locator(".composer textarea").bounding_box() or {}

    swipe(page, (195, scrolling["y"] + 10), (140, 0))
    swipe(page, (195, writing["y"] + 20), (140, 0))

    expect(page.locator("#timeline")).to_be_visible()


def test_a_swipe_leaves_the_panels_for_the_ticket(
    phone: Callable[[str, str], Page], tickets: list[Any]
) -> None:
    page = phone(f"/tickets/{tickets[0].pk}/?view=open", "en")
    page.locator("[data-panels-toggle]").tap()
    expect(page.locator("#panels")).to_be_visible()

    swipe(page, (195, 400), (140, 0))

    expect(page.locator("#timeline")).to_be_visible()
    expect(page.locator("#panels")).not_to_be_visible()


def test_without_scripts_a_note_is_still_written(
    sign_in: SignIn, chief: Any, tickets: list[Any], browser: Any
) -> None:
    scripted = sign_in(chief, "/style/")
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(scripted.context.cookies())
    page = plain.new_page()
    page.goto(scripted.url.replace("/style/", f"/tickets/{tickets[0].pk}/"))
    page.locator(".composer label", has_text="Note").click()
    page.locator(".composer textarea").fill("Plain and simple")
    page.get_by_role("button", name="Add note").click()

    expect(page.locator(".said--note")).to_contain_text("Plain and simple")
    plain.close()


def test_a_ticket_is_snoozed_and_woken_by_the_keyboard(
    sign_in: SignIn, chief: Any, tickets: list[Any]
) -> None:
    page = sign_in(chief, f"/tickets/{tickets[-1].pk}/")

    page.locator(".timeline").focus()
    page.keyboard.press("z")
    expect(page.locator("#ticket-snooze .menu__item").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".ticket-head__snoozed")).to_be_visible()
    page.get_by_role("button", name="Undo").click()

    expect(page.locator(".ticket-head__snoozed")).to_have_count(0)


def test_what_is_chosen_in_a_menu_is_done(sign_in: SignIn, chief: Any, tickets: list[Any]) -> None:
    page = sign_in(chief, f"/tickets/{tickets[-1].pk}/")

    page.locator("[popovertarget=ticket-priority]").click()
    page.locator("#ticket-priority").get_by_role("button", name="Urgent").click()

    expect(page.locator(".property--priority-4")).to_be_visible()


def test_a_colleague_is_mentioned_by_the_keyboard(
    sign_in: SignIn, chief: Any, ada: Any, tickets: list[Any]
) -> None:
    page = sign_in(chief, f"/tickets/{tickets[-1].pk}/")

    page.locator(".timeline").focus()
    page.keyboard.press("n")
    page.keyboard.type("Please look, @a")
    expect(page.get_by_role("option")).to_have_text(["Ada"])
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".said--note").last).to_contain_text("Please look, @Ada")
    assert list(Mention.objects.values_list("agent", flat=True)) == [ada.pk]
