"""Help beside an agent: a draft without any model; with one all the rest. Nothing is sent, and no word of it is kept for long."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from tests.makers import make_message, make_ticket

from ahlan.assistant.actions.help import NoHelp, ask_help, forget_words, leave, write_help
from ahlan.assistant.actions.settings import set_house
from ahlan.assistant.models import Help, Use
from ahlan.assistant.tests.makers import client_of, events, work_off
from ahlan.core.clock import now
from ahlan.events.log import record
from ahlan.events.models import Event, Job
from ahlan.tickets.models import Message, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(desk, cy, articles):
    made = make_ticket(inbox=desk, customer=cy, subject="Broken cup", language="en")
    make_message(made, text="Hello, my cup came broken. My order is 118234. What now? Cy Customer")
    return made


def helped(ticket, kind, agent, text=""):
    use = ask_help(ticket, kind, agent=agent, text=text)
    work_off()
    use.refresh_from_db()
    return use


def test_a_draft_needs_no_model(ticket, ada):
    use = ask_help(ticket, Help.DRAFT, agent=ada)

    assert use.state == Use.State.DONE and not use.by_model
    assert "Hello Cy Customer" in use.result
    assert "We send you a new cup the same day" in use.result
    assert "/help/en/" in use.result
    (used,) = events("assistant.used")
    assert (used["what"], used["tokens"], used["by_model"]) == ("draft", 0, False)
    assert not Message.objects.filter(direction="out").exists()


def test_where_nothing_fits_nothing_is_written(desk, cy, ada, articles):
    ticket = make_ticket(inbox=desk, customer=cy, subject="Xylophone", language="en")

    with pytest.raises(NoHelp) as refusal:
        ask_help(ticket, Help.DRAFT, agent=ada)

    assert refusal.value.why == "no_articles"
    assert not Use.objects.exists()


@pytest.mark.parametrize("kind", [one for one in Help if one != Help.DRAFT])
def test_all_else_needs_one(ticket, ada, kind):
    with pytest.raises(NoHelp) as refusal:
        ask_help(ticket, kind, agent=ada, text="Hello")

    assert refusal.value.why == "off"


@pytest.mark.parametrize(
    ("kind", "text", "sent", "words", "result"),
    [
        (Help.DRAFT, "", "[1] My cup came broken", "Dear [NAME_1], a new cup comes [1].", "Dear Cy Customer, a new cup comes."),
        (Help.SUMMARY, "", "Customer: Hello, my cup came broken", "The cup of order [NUMBER_1] is broken.", "The cup of order 118234 is broken."),
        (Help.WARMER, "We send a cup.", "We send a cup.", "With pleasure we send you a cup.", "With pleasure we send you a cup."),
        (Help.SHORTER, "We are going to send you a cup.", "going to send", "We send a cup.", "We send a cup."),
    ],
)  # fmt: skip
def test_what_is_asked_and_what_comes(ticket, ada, model, kind, text, sent, words, result):
    model.words = words

    use = helped(ticket, kind, ada, text)

    assert (use.state, use.tokens) == (Use.State.DONE, 321)
    assert use.result.startswith(result)
    asked = str(model.asked[0]["messages"])
    assert sent in asked
    assert not any(secret in asked for secret in ("118234", "Cy Customer"))


def test_translating_both_ways(ticket, ada, model):
    ticket.language, ada.language = "fi", "ru"
    ticket.save()
    ada.save()
    model.words = "Здравствуйте, моя чашка пришла разбитой."
    into = helped(ticket, Help.TRANSLATE_IN, ada)
    model.words = "Lähetämme teille uuden kupin vielä tänään."
    out = helped(ticket, Help.TRANSLATE_OUT, ada, "Мы вышлем новую чашку сегодня.")

    assert "Russian" in model.asked[0]["messages"][0]["content"]
    assert "Finnish" in model.asked[1]["messages"][0]["content"]
    assert (into.state, out.state) == (Use.State.DONE, Use.State.DONE)

    model.words = "This is quite plainly English and nothing else."
    assert helped(ticket, Help.TRANSLATE_OUT, ada, "Мы вышлем новую чашку.").why == "language"


def test_earlier_answers_help_where_the_agent_may_see_them(ticket, desk, cy, ada, bo, model):
    solved = make_ticket(inbox=desk, customer=cy, subject="Broken cup", state=State.CLOSED, language="en")
    make_message(
        solved,
        direction="out",
        author=ada,
        customer=None,
        fingerprint=None,
        text="Ada here: we sent a green cup, dear Cy Customer.",
    )
    with transaction.atomic():
        record("note.written", solved, actor=ada.actor, message=solved.messages.get().pk)

    helped(ticket, Help.DRAFT, ada)

    rules = model.asked[0]["messages"][0]["content"]
    assert "we sent a green cup" in rules
    assert "Cy Customer" not in rules and "Ada here" not in rules


@pytest.mark.parametrize("way", ["500", "empty", "cut", "silent", "garbage"])
def test_a_model_that_fails_says_so(ticket, ada, model, way):
    model.way = way

    use = helped(ticket, Help.SUMMARY, ada)

    assert (use.state, use.result) == (Use.State.FAILED, "")
    page = client_of(ada).get(f"/tickets/{ticket.pk}/assistance/{use.pk}/").content.decode()
    assert "try again" in page
    assert events("assistant.used")[0]["outcome"] == "failed"


def test_what_is_left_is_written_no_further(ticket, ada, model):
    use = ask_help(ticket, Help.SUMMARY, agent=ada)

    leave(use)
    work_off()
    write_help(use.pk)

    use.refresh_from_db()
    assert (use.state, use.result, model.asked) == (Use.State.LEFT, "", [])


def test_a_job_that_died_says_so(ticket, ada, model):
    use = ask_help(ticket, Help.SUMMARY, agent=ada)
    asked = Event.objects.get(kind="assistant.help_asked")

    with transaction.atomic():
        record(
            "job.died", Job.objects.first(), actor="system", event=asked.pk, event_kind="assistant.help_asked"
        )

    use.refresh_from_db()
    assert use.state == Use.State.FAILED


def test_words_are_forgotten_and_events_never_knew_them(ticket, ada, model):
    use = helped(ticket, Help.WARMER, ada, "A secret sentence")
    assert "secret sentence" not in str(list(Event.objects.values_list("facts", flat=True)))

    with time_machine.travel(now() + timedelta(minutes=61)):
        assert forget_words() == 1
        assert forget_words() == 0

    use.refresh_from_db()
    assert (use.given, use.result, use.kind, use.tokens) == ("", "", "warmer", 321)


def test_it_can_be_switched_off_for_agents(ticket, ada, model):
    set_house(masks=True, helps=False, tokens_a_day=1_000, actor="system")

    with pytest.raises(NoHelp):
        ask_help(ticket, Help.SUMMARY, agent=ada)
    assert ask_help(ticket, Help.DRAFT, agent=ada).state == Use.State.DONE
    assert model.asked == []


def test_on_the_page(ticket, ada, bo, chief, model):
    client = client_of(ada)
    assert (
        b"wand" in client.get(f"/tickets/{ticket.pk}/").content
        or b"assistance-menu" in client.get(f"/tickets/{ticket.pk}/").content
    )

    asked = client.post(
        f"/tickets/{ticket.pk}/assistance/", {"help": "warmer", "text": "We send <b>a cup</b>."}
    ).content.decode()
    use = Use.objects.get()
    assert f"/assistance/{use.pk}/" in asked and "aria-busy" in asked
    model.words = "Gladly we send <script>."
    work_off()
    done = client.get(f"/tickets/{ticket.pk}/assistance/{use.pk}/").content.decode()

    assert "&lt;script&gt;" in done and "data-help-take" in done
    assert client_of(chief).get(f"/tickets/{ticket.pk}/assistance/{use.pk}/").status_code == 404  # another's
    assert client_of(bo).post(f"/tickets/{ticket.pk}/assistance/", {"help": "draft"}).status_code == 404
    assert (
        "cannot do that"
        in client.post(f"/tickets/{ticket.pk}/assistance/", {"help": "nonsense"}).content.decode()
    )
