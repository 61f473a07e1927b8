"""The page at which people answer, and robots, forgers and hostile words that come to it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from tests.makers import make_ticket

from ahlan.feedback.actions.asking import send_due
from ahlan.feedback.actions.surveys import archive_place, save_place
from ahlan.feedback.counting import fold
from ahlan.feedback.instruments.scores import Mean
from ahlan.feedback.instruments.shape import Instrument, Item, Kind, Option
from ahlan.feedback.models import Answer, Count, Invitation, OptOut
from ahlan.feedback.tests.makers import close, events, make_survey, token_in

pytestmark = pytest.mark.django_db
GENERIC = {"follow": True}


@pytest.fixture
def survey(db):
    return make_survey()


@pytest.fixture
def ticket(desk, cy):
    return make_ticket(inbox=desk, customer=cy, language="en", subject="Kettle")


@pytest.fixture
def token(survey, ticket, ada, sent):
    close(ticket, ada)
    send_due()
    return token_in(sent[-1])


def say(token, at="score", **given):
    return Client(enforce_csrf_checks=True).post(f"/s/{token}/", {"at": at, **given})


def counts():
    fold()
    return {
        (one.part, one.value): one.n
        for one in Count.objects.filter(facet="", grain="day").exclude(part__startswith="i.")
        if one.n
    }


def test_a_look_answers_nothing(token):
    """A gateway that opens every link of a mail, with each value, and asks for heads too."""
    client = Client()
    for value in ("", "?v=1", "?v=2", "?v=3", "?v=4", "?v=5", "?v=99", "?v=x", "?at=comment", "?at=nothing"):
        assert client.get(f"/s/{token}/{value}").status_code == 200
        assert client.head(f"/s/{token}/{value}").status_code == 200
    assert client.get(f"/s/{token}/stop/").status_code == 200

    assert Answer.objects.count() == 0
    assert OptOut.objects.count() == 0
    assert Invitation.objects.get().state == "sent"


def test_one_click_and_one_press_without_a_script(token, ticket, ada, cy):
    page = Client().get(f"/s/{token}/?v=4").content.decode()
    assert 'value="4" checked' in page
    assert page.count(" checked") == 1
    assert "data-confirm" in page

    response = say(token, score="4")
    further = Client().get(response["Location"]).content.decode()

    own = Answer.objects.get()
    assert (own.score, own.ticket, own.customer, own.agent, own.team, own.channel) == (
        4,
        ticket,
        cy,
        ada,
        ticket.team,
        "email",
    )
    assert "<textarea" in further
    assert Invitation.objects.get().state == "answered"
    assert events("survey.answered") == [
        {"survey": own.survey_id, "version": own.version_id, "answer": own.pk}
    ]
    assert counts() == {("value", 4): 1}


def test_answers_go_on_where_they_stopped_and_change_until_they_are_locked(token):
    say(token, score="2")
    say(token, at="comment", comment="Slow")
    assert "Thank you" in Client().get(f"/s/{token}/").content.decode()

    say(token, score="5")

    own = Answer.objects.get()
    assert (own.answers, own.finished) == ({"score": 5, "comment": "Slow"}, True)
    assert counts() == {("value", 5): 1}
    with time_machine.travel(datetime.now(UTC) + timedelta(days=15)):
        assert Client().get(f"/s/{token}/").status_code == 410
        assert say(token, score="1").status_code == 410
    assert Answer.objects.get().score == 5


@pytest.mark.parametrize("token", ["x", "0" * 22, "a" * 300, "..%2F", "'--"])
def test_a_forged_token_leads_nowhere(token):
    assert Client().get(f"/s/{token}/").status_code == 404
    assert say(token, score="5").status_code == 404
    assert Client().post(f"/s/{token}/stop/").status_code == 404
    assert Answer.objects.count() == 0


@pytest.mark.parametrize("score", ["0", "6", "-1", "five", "4.5", "", "99999999999999999999", "٣٤"])
def test_what_cannot_be_an_answer_is_refused_with_a_word(token, score):
    response = say(token, score=score)

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert Answer.objects.count() == 0


def test_a_question_nobody_asked_is_refused(token):
    assert say(token, at="nothing", nothing="1").status_code == 404
    assert say(token, at="", score="1").status_code == 404


def test_a_comment_of_100_kb_is_refused_and_kept_on_the_page(token):
    say(token, score="4")
    response = say(token, at="comment", comment="ä" * 100_000)

    assert response.status_code == 422
    assert "ä" * 100 in response.content.decode()
    assert Answer.objects.get().comment == ""


def test_hostile_words_do_nothing(token, ticket, ada):
    words = "<script>alert(1)</script>\x00 =cmd|' /C calc'!A0 \u202e"
    say(token, score="4")
    say(token, at="comment", comment=words)

    page = Client()
    page.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    shown = page.get(f"/tickets/{ticket.pk}/").content.decode()

    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert "\x00" not in Answer.objects.get().comment


def test_he_can_end_it_and_come_back(token, cy):
    page = Client(enforce_csrf_checks=True).post(f"/s/{token}/stop/", {"List-Unsubscribe": "One-Click"})
    assert page.status_code == 200
    assert OptOut.objects.get().customer == cy
    Client().post(f"/s/{token}/stop/", {"undo": "1"})
    assert OptOut.objects.count() == 0


def test_an_anonymous_answer_leads_to_nobody(desk, cy, ada, sent):
    survey = make_survey(anonymous=True)
    close(make_ticket(inbox=desk, customer=cy), ada)
    send_due()
    token = token_in(sent[0])
    say(token, score="1")

    own, invitation = Answer.objects.get(), Invitation.objects.get()
    assert (own.customer, own.ticket, own.look_at) == (None, None, None)
    assert (
        own.answered_at.hour,
        own.answered_at.minute,
        own.answered_at.second,
        invitation.answered_at.hour,
    ) == (0, 0, 0, 0)
    assert own.digest not in (invitation.digest, invitation.reminder_digest)
    assert events("survey.answered") == [{"survey": survey.pk, "version": own.version_id, "answer": None}]
    assert "anonymous" in sent[0].text


def test_an_anonymous_invitation_cannot_be_answered_at_both_links(desk, cy, ada, sent):
    from ahlan.feedback.actions.asking import remind_due

    make_survey(anonymous=True)
    close(make_ticket(inbox=desk, customer=cy), ada)
    send_due()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=4)):
        remind_due()
        first, second = token_in(sent[0]), token_in(sent[1])
        say(first, score="3")
        assert say(second, score="5").status_code == 410
        assert Client().get(f"/s/{second}/").status_code == 410
        say(first, score="4")
    assert [one.score for one in Answer.objects.all()] == [4]


def test_anybody_may_answer_at_a_place(survey):
    place = save_place(survey, None, name="Counter", kiosk=False, language="fi", actor="system")
    page = Client().get(f"/p/{place.slug}/")
    assert 'lang="fi"' in page.content.decode()

    response = Client(enforce_csrf_checks=True).post(
        f"/p/{place.slug}/", {"at": "score", "score": "3", "lang": "ar"}
    )
    further = Client().get(response["Location"]).content.decode()

    own = Answer.objects.get()
    assert (own.place, own.score, own.language, own.source, own.customer) == (place, 3, "ar", "place", None)
    assert 'dir="rtl"' in further
    archive_place(place, True, actor="system")
    assert Client().get(f"/p/{place.slug}/").status_code == 404


def test_a_kiosk_goes_back_to_its_first_question(survey):
    place = save_place(survey, None, name="Door", kiosk=True, language="en", actor="system")
    begun = Client().post(f"/p/{place.slug}/", {"at": "score", "score": "5"})
    further = Client().get(begun["Location"])
    token = begun["Location"].split("/")[2]
    say(token, at="comment", comment="")
    done = Client().get(f"/s/{token}/")

    assert further["Refresh"] == f"60; url=/p/{place.slug}/"
    assert done["Refresh"] == f"8; url=/p/{place.slug}/"
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
        assert say(token, score="1").status_code == 410  # the next visitor cannot change it


def test_ten_thousand_from_one_address_are_thirty(survey):
    place = save_place(survey, None, name="Table 4", kiosk=False, language="en", actor="system")
    client = Client()

    codes = [client.post(f"/p/{place.slug}/", {"at": "score", "score": "1"}).status_code for _ in range(60)]

    assert codes[:30] == [302] * 30
    assert set(codes[30:]) == {429}
    assert Answer.objects.count() == 30


def own_instrument():
    yes = tuple(Option(key, {"en": key}) for key in ("yes", "no"))
    items = (
        Item("came", Kind.CHOICE, {"en": "Did it come?", "ar": "هل وصل؟"}, options=yes, required=True),
        Item("late", Kind.CHOICES, {"en": "What was late?"}, options=tuple(Option(key, {"en": key}) for key in ("mail", "van")), when=("came", ("yes",))),
        Item("parts", Kind.MATRIX, {"en": "How was it?"}, 1, 5, options=(Option("speed", {"en": "Speed"}), Option("care", {"en": "Care"})), required=True),
        Item("share", Kind.POINTS, {"en": "What counts?"}, options=(Option("price", {"en": "Price"}), Option("time", {"en": "Time"}))),
        Item("why", Kind.TEXT, {"en": "Why?"}, when=("came", ("no",))),
    )  # fmt: skip
    return Instrument("own-1", {"en": "Delivery"}, items, Mean(("speed",), (1, 5)))


def test_an_own_questionnaire_branches_and_is_scored(desk):
    from ahlan.feedback.actions.instruments import save_instrument

    saved = save_instrument(own_instrument(), actor="system")
    assert saved.instrument.measure == Mean(("speed", "care"), (1, 5))
    place = save_place(
        make_survey(key="own-1", low=None), None, name="P", kiosk=False, language="en", actor="system"
    )
    begun = Client().post(f"/p/{place.slug}/", {"at": "came", "came": "yes"})
    assert begun["Location"].endswith("at=late")
    token = begun["Location"].split("/")[2]

    assert say(token, at="late", late=["van", "mail"])["Location"].endswith("at=parts")
    assert say(token, at="parts", speed="4").status_code == 422
    say(token, at="parts", speed="4", care="5")
    assert say(token, at="share", price="50", time="40").status_code == 422
    assert say(token, at="share", price="50", time="50")["Location"].endswith("lang=en")

    own = Answer.objects.get()
    assert own.answers == {
        "came": "yes",
        "late": ["van", "mail"],
        "speed": 4,
        "care": 5,
        "price": 50,
        "time": 50,
    }
    assert (own.score, own.finished) == (4.5, True)
    say(token, at="came", came="no")
    assert "late" not in Answer.objects.get().answers  # what is not asked is not kept


def test_servqual_half_answered_goes_on_where_it_stopped():
    place = save_place(
        make_survey(key="servqual", low=None), None, name="P", kiosk=False, language="en", actor="system"
    )
    begun = Client().post(
        f"/p/{place.slug}/", {"at": "e_tangibles", "e1": "7", "e2": "7", "e3": "6", "e4": "7"}
    )
    token = begun["Location"].split("/")[2]

    page = Client().get(f"/s/{token}/").content.decode()

    assert 'value="e_reliability"' in page
    assert (Answer.objects.get().parts, Answer.objects.get().score) == ({}, None)
