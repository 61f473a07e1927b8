"""A bot in front of the agents: on a chat and by mail, in several languages, and everything that hands over."""

from datetime import timedelta

import pytest
import time_machine
from tests.makers import make_agent

from ahlan.assistant.actions.conversation import hand_over_due
from ahlan.assistant.actions.thinking import see_to
from ahlan.assistant.models import Conversation, Reason, Stands, When
from ahlan.assistant.saying import yes_or_no
from ahlan.assistant.tests.makers import (
    chat,
    client_of,
    events,
    heard_by,
    make_bot,
    make_chat,
    offered_to,
    said,
    stands,
    work_off,
    write,
)
from ahlan.assistant.understanding import Heard, heard
from ahlan.calendars.actions import create_hours
from ahlan.calendars.spans import Span
from ahlan.channels.chat import actions as chats
from ahlan.channels.chat.actions import say
from ahlan.channels.chat.models import Chat, Line
from ahlan.channels.chat.queries import waiting
from ahlan.core.clock import now
from ahlan.courtesy.models import Inquiry
from ahlan.events.models import Event, Job
from ahlan.knowledge.models import Need, Translation
from ahlan.routing.models import Waiting
from ahlan.routing.tests.makers import make_plan
from ahlan.service_levels.actions.terms import save_policy
from ahlan.service_levels.clocks import Kind, Target, Unit
from ahlan.service_levels.models import Deadline
from ahlan.tickets.actions.answer import reply
from ahlan.tickets.actions.delivery import outbound_of
from ahlan.tickets.actions.work import assign_ticket, close_ticket
from ahlan.tickets.models import Message, State, Ticket

pytestmark = pytest.mark.django_db


# --- greeting, answering, solving -----------------------------------------------------------------------------------------------


def test_a_visitor_is_greeted_by_a_bot_that_says_so_and_answered_from_an_article(visitor, articles):
    ticket = chat(visitor, "My cup came broken. What now?")

    (told,) = heard_by(visitor)
    one = Translation.objects.get(article=articles[0], language="en")
    assert "an automatic assistant and not a person" in told
    assert "We send you a new cup the same day" in told
    assert one.get_absolute_url() in told
    assert "Did this help?" in told
    assert events("assistant.answered")[0]["articles"] == [one.pk]
    assert stands(ticket).state == Stands.ANSWERED


@pytest.mark.parametrize(
    ("language", "asks", "link", "agrees"),
    [
        ("he", "הכוס שלי הגיעה שבורה, מה עושים?", "/help/he/", "כן תודה"), ("ar", "وصل الكوب مكسورا ماذا أفعل؟", "/help/ar/", "نعم شكرا"),
        ("fi", "Kuppini tuli rikki perille, mitä teen?", "/help/fi/", "Kyllä, kiitos"), ("fa", "فنجانم شکسته رسید، چه کنم؟", "/help/fa/", "بله ممنون"),
        ("ru", "Чашка пришла разбитой, что делать?", "/help/ru/", "да, помогло"),
    ],
)  # fmt: skip
def test_it_speaks_the_customers_language(visitor, language, asks, link, agrees):
    ticket = chat(visitor, asks)
    (told,) = heard_by(visitor)

    chat(visitor, agrees)

    ticket.refresh_from_db()
    assert link in told and "Did this help" not in told and "Read all" not in told
    assert stands(ticket).language == language
    assert (ticket.state, stands(ticket).state) == (State.CLOSED, Stands.SOLVED)


def test_solved_by_the_bot_is_a_fact_of_its_own(visitor):
    with time_machine.travel(now(), tick=False) as clock:
        ticket = chat(visitor, "My cup came broken. What now?")
        clock.shift(timedelta(seconds=70))
        chat(visitor, "yes, thanks")

    ticket.refresh_from_db()
    (solved,) = events("assistant.solved")
    assert (solved["seconds"], solved["answers"], solved["language"]) == (70, 1, "en")
    assert (ticket.state, ticket.first_answered_at, ticket.assignee) == (State.CLOSED, None, None)
    assert heard_by(visitor)[-1] == "I am glad that it helped. Write again at any time."
    assert events("chat.answered") == []
    assert Chat.objects.get().ended_at is not None


def test_hello_alone_is_asked_what_it_wants(visitor):
    chat(visitor, "Hi there!")
    chat(visitor, "my cup came broken")

    first, second = heard_by(visitor)
    assert first.endswith("What can I help you with?")
    assert "not a person" not in second
    assert "new cup the same day" in second
    assert [one["language"] for one in events("assistant.greeted")] == ["en"]


# --- handing over ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["agent please", "נציג", "أريد موظف", "ihminen kiitos", "اپراتور", "оператор"]
)
def test_who_asks_for_a_person_gets_one_at_once(visitor, words):
    ticket = chat(visitor, words)

    assert stands(ticket).reason == Reason.ASKED
    assert len(heard_by(visitor)) == 1
    assert events("assistant.handed_over")[0]["reason"] == "asked"
    assert Need.objects.count() == 0


def test_everything_said_so_far_is_there_for_the_agent(visitor, chief):
    ticket = chat(visitor, "My cup came broken. What now?")
    chat(visitor, "I want to talk to a human")

    page = client_of(chief).get(f"/tickets/{ticket.pk}/").content.decode()

    assert "My cup came broken" in page
    assert "new cup the same day" in page
    assert "The customer asked for a person" in page
    assert "speaks with the customer" not in page


def test_what_no_article_answers_goes_to_people_and_becomes_a_need(visitor):
    ticket = chat(visitor, "Can I pay by invoice? I am Noa, noa@else.example")

    need = Need.objects.get()
    assert stands(ticket).reason == Reason.NO_ARTICLE
    assert "no answer" in heard_by(visitor)[0] and "A colleague takes over" in heard_by(visitor)[0]
    assert "invoice" in str(need) and "noa@" not in str(need)
    assert need.language == "en"


def test_after_so_many_articles_that_did_not_help_a_person_comes(visitor):
    ticket = chat(visitor, "My cup came broken. What now?")
    chat(visitor, "no")

    assert stands(ticket).reason == Reason.UNHELPFUL
    assert heard_by(visitor)[-1].startswith("I am sorry that this did not help.")
    assert Need.objects.get().days.get().outcome == "unhelpful"


def test_a_second_article_is_given_where_there_is_one(visitor):
    chat(visitor, "My cup came broken. What now?")
    ticket = chat(visitor, "No. And how long is the warranty on a kettle?")

    assert "Two years on kettles" in heard_by(visitor)[-1]
    assert (stands(ticket).answers, len(stands(ticket).shown)) == (2, 2)

    chat(visitor, "how do I get limescale out of my kettle")

    assert stands(ticket).reason == Reason.UNHELPFUL  # two tries are all it has


def test_a_file_is_for_people(visitor):
    from ahlan.core import files

    digest, size = files.keep(b"picture")
    chats.say(
        visitor,
        key="file-key",
        text="my cup came broken",
        attached=[{"name": "a.png", "type": "image/png", "size": size, "digest": digest}],
    )
    work_off()

    assert Conversation.objects.get().reason == Reason.FILE


def test_silence_hands_over_and_says_nothing(visitor):
    with time_machine.travel(now(), tick=False) as clock:
        ticket = chat(visitor, "My cup came broken. What now?")
        clock.shift(timedelta(minutes=14))
        hand_over_due()
        assert stands(ticket).holds
        clock.shift(timedelta(minutes=2))
        assert hand_over_due() == 1
        assert hand_over_due() == 0

    assert stands(ticket).reason == Reason.SILENT
    assert len(heard_by(visitor)) == 1


def test_a_visitor_who_ends_the_chat_leaves_the_ticket_to_people(visitor):
    ticket = chat(visitor, "My cup came broken. What now?")

    chats.end(Chat.objects.get(), by="visitor")
    work_off()

    assert stands(ticket).reason == Reason.LEFT
    assert events("chat.abandoned") == []


def test_an_agent_who_answers_or_takes_it_has_it(visitor, articles):
    inbox = visitor.inbox
    from tests.makers import make_team

    ada = make_agent(make_team(inbox))
    first = chat(visitor, "My cup came broken. What now?")
    reply(first, author=ada, text="I am here myself.")
    other = make_chat()
    make_bot(other.inbox)
    second = chat(other, "My cup came broken. What now?")
    assign_ticket(second, ada, actor="rule:1")

    assert stands(first).reason == stands(second).reason == Reason.AGENT
    chat(visitor, "thanks, and when does the new one come?")
    assert len(said(first)) == 1


def test_take_over_on_the_page(visitor, chief, ada):
    ticket = chat(visitor, "My cup came broken. What now?")
    page = client_of(chief).get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Assistant speaks with the customer" in page

    client_of(chief).post(f"/tickets/{ticket.pk}/assistant/hand-over/")
    work_off()

    assert stands(ticket).reason == Reason.AGENT
    assert "A colleague takes over" in heard_by(visitor)[-1]
    assert client_of(ada).post(f"/tickets/{ticket.pk}/assistant/hand-over/").status_code == 404


def test_what_a_bot_that_is_switched_off_holds_goes_to_people(visitor):
    ticket = chat(visitor, "My cup came broken. What now?")

    make_bot(visitor.inbox, is_on=False)
    hand_over_due()

    assert stands(ticket).reason == Reason.OFF


def test_a_job_that_died_hands_over(visitor):
    ticket = chat(visitor, "My cup came broken. What now?")
    from django.db import transaction

    from ahlan.events.log import record

    heard = Event.objects.filter(kind="assistant.heard").first()
    with transaction.atomic():
        record("job.died", Job.objects.first(), actor="system", event=heard.pk, event_kind="assistant.heard")

    assert stands(ticket).reason == Reason.BROKEN


# --- asking first ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def asking(visitor):
    from ahlan.courtesy.actions.questionnaires import save_questionnaire
    from ahlan.courtesy.questions import Asks

    asks = {
        "title": {"en": "Order"}, "intro": {},
        "questions": [
            {"id": "what", "kind": "choice", "wording": {"en": "What is it about?", "fi": "Mitä asia koskee?"},
             "options": [{"id": "cup", "label": {"en": "A cup"}}, {"id": "kettle", "label": {"en": "A kettle"}}]},
            {"id": "age", "kind": "number", "wording": {"en": "How old is it, in months?"}, "when": ["what", "kettle"]},
            {"id": "order", "kind": "text", "wording": {"en": "What is the number of your order?"}},
        ],
    }  # fmt: skip
    made = save_questionnaire(None, Asks.of(asks), actor="system")
    make_bot(visitor.inbox, questionnaire=made.pk)
    return made


def test_it_asks_first_and_answers_what_was_wanted(visitor, asking):
    ticket = chat(visitor, "how do I get limescale out of it?")
    chat(visitor, "2")
    chat(visitor, "dunno")
    chat(visitor, "order 1182")

    first, second, third, answer = heard_by(visitor)
    assert first.endswith("What is it about?")
    assert offered_to(visitor)[:2] == [["A cup", "A kettle"], []]
    assert (second, third) == ("How old is it, in months?", "What is the number of your order?")
    inquiry = Inquiry.objects.get(ticket=ticket)
    assert inquiry.answers == {"what": "kettle", "order": "order 1182"}
    assert (stands(ticket).passed, stands(ticket).asked) == (["age"], 3)
    assert "no answer to that" in answer or "limescale" in answer.lower()
    assert [one["question"] for one in events("assistant.asked")] == ["what", "age", "order"]


def test_a_button_is_its_word_and_pressed_again_the_same_word(visitor, asking):
    ticket = chat(visitor, "how do I get limescale out of it?")
    for choice in ("A kettle", "A cup"):  # in two tabs at once: the first one counts
        say(visitor, key="press-of-2", text=choice)
        work_off()
    say(
        visitor, key="press-of-99", text="A cup"
    )  # late: it is a word like any other, said to what is asked now
    work_off()

    assert Inquiry.objects.get(ticket=ticket).answers == {"what": "kettle"}
    assert stands(ticket).passed == ["age"]
    assert [line.text for line in Line.objects.filter(visitor=visitor, side="visitor").order_by("seq")] == [
        "how do I get limescale out of it?",
        "A kettle",
        "A cup",
    ]


@pytest.mark.parametrize("language", ["en", "he", "ar", "fi", "fa", "ru"])
def test_yes_and_no_on_buttons_are_understood_as_such(language):
    yes, no = yes_or_no(language)

    assert (heard(yes), heard(no)) == (Heard.YES, Heard.NO)


def test_yes_on_a_button_closes_and_mail_is_asked_in_words(visitor, desk):
    ticket = chat(visitor, "My cup came broken. What now?")
    make_bot(desk)
    mailed = write(desk, subject="Broken cup", text="My cup came broken. What now?")

    assert offered_to(visitor) == [["Yes", "No"]]
    assert heard_by(visitor)[0].endswith("Did this help?")
    answer = Message.objects.filter(ticket=mailed, automatic="bot").get()
    assert answer.text.endswith("Answer “yes” or “no”.") and answer.choices == []

    chat(visitor, "Yes")

    ticket.refresh_from_db()
    assert stands(ticket).state == Stands.SOLVED


def test_a_person_is_to_be_had_between_two_questions(visitor, asking):
    ticket = chat(visitor, "My cup came broken. What now?")
    chat(visitor, "a cup")
    chat(visitor, "a human please")

    assert stands(ticket).reason == Reason.ASKED
    assert Inquiry.objects.get(ticket=ticket).answers == {"what": "cup"}


def test_a_questionnaire_put_away_is_not_asked(visitor, asking):
    from ahlan.courtesy.actions.questionnaires import put_questionnaire_away

    put_questionnaire_away(asking, actor="system")

    chat(visitor, "My cup came broken. What now?")

    assert "new cup the same day" in heard_by(visitor)[0]


# --- once, in order, and to nobody else -----------------------------------------------------------------------------------------


def test_each_word_is_answered_once_however_often_the_job_runs(visitor):
    ticket = chat(visitor, "My cup came broken. What now?")
    last = Message.objects.filter(ticket=ticket, direction="in").latest("id").pk

    for _ in range(3):
        see_to(ticket.pk, last)

    assert len(heard_by(visitor)) == 1


def test_what_was_said_in_two_lines_is_answered_once(visitor):
    chats.say(visitor, key="first-key", text="Hello")
    chats.say(visitor, key="second-key", text="my cup came broken")

    assert work_off() == 2
    assert len(heard_by(visitor)) == 1
    assert "new cup the same day" in heard_by(visitor)[0]


def test_mail_is_answered_as_from_a_machine(desk, articles):
    make_bot(desk)

    ticket = write(desk, subject="Broken cup", text="Hello, my cup came broken. What now?")

    message = Message.objects.get(ticket=ticket, automatic="bot")
    out = outbound_of(message)
    assert out.automatic and out.sender.name == "Assistant · Support"
    assert "new cup the same day" in message.text


@pytest.mark.parametrize(
    "headers",
    [
        {"auto_submitted": "auto-replied"},
        {"precedence": "bulk"},
        {"list_id": "<a.b>"},
        {"x_autoreply": "yes"},
    ],
)
def test_machines_are_never_answered(desk, articles, headers):
    make_bot(desk)

    ticket = write(desk, text="my cup came broken, what now", **headers)

    assert said(ticket) == []
    assert not Conversation.objects.exists()


def test_a_machine_that_answers_the_bot_is_not_answered(desk, articles):
    make_bot(desk)
    ticket = write(
        desk, subject="Broken cup", text="my cup came broken, what now", message_id="<one@else.example>"
    )

    write(
        desk,
        text="I am away",
        in_reply_to=Message.objects.get(automatic="bot").external_id,
        auto_submitted="auto-replied",
    )

    assert len(said(ticket)) == 1


def test_by_mail_nothing_is_said_where_nothing_is_known(desk, articles):
    make_bot(desk)

    ticket = write(desk, subject="Invoice", text="Can I pay by invoice?")

    assert said(ticket) == []
    assert stands(ticket).reason == Reason.NO_ARTICLE


def test_a_customer_is_not_written_to_all_day(desk, articles):
    make_bot(desk)
    for n in range(9):
        ticket = write(desk, subject=f"Broken cup {n}", text="my cup came broken, what now")

    assert Message.objects.filter(automatic="bot").count() == 8
    assert stands(ticket).reason == Reason.UNWELCOME


def test_no_bot_no_word(desk, articles):
    ticket = write(desk, text="my cup came broken, what now")

    assert said(ticket) == []
    assert not Conversation.objects.exists()


def test_after_the_bot_closed_it_a_further_word_is_for_people(desk, articles):
    make_bot(desk)
    ticket = write(desk, subject="Broken cup", text="my cup came broken, what now")
    answer = Message.objects.get(automatic="bot").external_id
    write(desk, text="Yes, thank you!", in_reply_to=answer)
    ticket.refresh_from_db()
    assert ticket.state == State.CLOSED

    write(desk, text="It is broken again", in_reply_to=answer)

    ticket.refresh_from_db()
    assert (ticket.state, stands(ticket).reason) == (State.OPEN, Reason.CAME_BACK)
    assert len(said(ticket)) == 2


def test_only_while_nobody_is_there(desk, articles):
    hours = create_hours(
        name="Desk", time_zone="UTC", week=((Span(540, 1020),),) * 5 + ((),) * 2, actor="system"
    )
    make_bot(desk, when=When.OUTSIDE, hours=hours)
    with time_machine.travel("2026-11-24 10:00Z", tick=False):  # a Tuesday
        assert said(write(desk, subject="a", text="my cup came broken, what now")) == []
    with time_machine.travel("2026-11-24 20:00Z", tick=False):
        assert len(said(write(desk, subject="b", text="my cup came broken, what now"))) == 1


# --- apart from people ----------------------------------------------------------------------------------------------------------


def test_routing_waits_until_the_bot_hands_over(visitor):
    make_plan()
    ticket = chat(visitor, "My cup came broken. What now?")
    assert not Waiting.objects.filter(ticket=ticket).exists()

    chat(visitor, "agent please")

    assert Waiting.objects.filter(ticket=ticket).exists()


def test_a_chat_waits_for_nobody_while_the_bot_has_it(visitor):
    chat(visitor, "My cup came broken. What now?")
    assert not waiting(visitor.inbox_id).exists()
    type(visitor).objects.filter(pk=visitor.pk).update(seen_at=now() - timedelta(hours=1))
    assert chats.abandon_left() == 0

    chat(visitor, "agent please")

    assert waiting(visitor.inbox_id).count() == 1
    assert [one.get("again") for one in events("chat.queued")] == [None, True]


def test_promises_go_on_while_the_bot_speaks(visitor):
    targets = {2: {Kind.FIRST_RESPONSE: Target(60, Unit.MINUTES)}}
    save_policy(name="All", conditions={"all": []}, targets=targets, actor="system")
    ticket = chat(visitor, "My cup came broken. What now?")

    first = Deadline.objects.get(ticket=ticket, kind="first_response")
    assert first.met_at is None and first.state == "running"


def test_the_list_marks_what_the_bot_has_in_hand(visitor, chief):
    ticket = chat(visitor, "My cup came broken. What now?")

    assert b"in-hand-mark" in client_of(chief).get("/inbox/open/").content

    close_ticket(Ticket.objects.get(pk=ticket.pk), actor=chief.actor)

    assert b"in-hand-mark" not in client_of(chief).get("/inbox/closed/").content
    assert stands(ticket).reason == Reason.AGENT
