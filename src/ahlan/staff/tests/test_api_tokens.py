"""Tokens and the door of the API: who is let in, how often, and that what is sent twice is done once."""

import json
import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from tests.makers import Caller, make_caller, make_message, make_ticket

from ahlan.core.clock import now
from ahlan.events.models import Event
from ahlan.staff.actions.tokens import make_token, revoke_token
from ahlan.staff.models import ApiAnswer, ApiToken
from ahlan.staff.tokens import sweep_answers
from ahlan.tickets.models import Message

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def ticket(desk, cy):
    made = make_ticket(inbox=desk, customer=cy)
    make_message(made)
    return made


def test_a_token_is_made_once_and_only_its_digest_is_kept(ada):
    token, secret = make_token(ada, name=" Shop ", scopes=["tickets:read", "moon:walk"], actor=ada.actor)

    assert (token.name, token.scopes) == ("Shop", ["tickets:read"])
    assert secret.startswith(token.prefix) and secret not in json.dumps(
        list(ApiToken.objects.values()), default=str
    )
    event = Event.objects.get(kind="token.made")
    assert (event.actor, event.facts) == (ada.actor, {"agent": ada.pk, "scopes": ["tickets:read"]})
    with pytest.raises(ValueError):
        make_token(ada, name="None", scopes=[], actor=ada.actor)


def test_a_revoked_token_opens_nothing(ada, ticket):
    caller = make_caller(ada)
    token = ApiToken.objects.get()

    assert caller.say("GET", "/tickets").status_code == 200
    assert revoke_token(token, actor=ada.actor) is True
    assert revoke_token(token, actor=ada.actor) is False
    assert caller.say("GET", "/tickets").status_code == 401
    assert Event.objects.filter(kind="token.revoked").count() == 1


def test_an_expired_token_opens_nothing(ada):
    _token, secret = make_token(
        ada, name="Short", scopes=["tickets:read"], lives=timedelta(days=1), actor=ada.actor
    )

    assert Caller(secret).say("GET", "/tickets").status_code == 200
    with time_machine.travel(now() + timedelta(days=2)):
        assert Caller(secret).say("GET", "/tickets").status_code == 401


def test_who_has_left_has_no_token_that_opens(ada):
    caller = make_caller(ada)
    type(ada).objects.filter(pk=ada.pk).update(is_active=False)

    assert caller.say("GET", "/tickets").status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ahlan_none", "Basic YTpi", "Bearer \x00"])
def test_without_a_valid_token_nothing_opens(ada, header):
    answer = Client(headers={"authorization": header} if header else {}).get("/api/v1/tickets")

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_browsers_session_means_nothing(chief):
    client = Client()
    client.force_login(chief, backend=BACKEND)

    assert client.get("/api/v1/tickets").status_code == 401
    assert client.post("/api/v1/tickets", "{}", content_type="application/json").status_code == 401


def test_scopes_narrow_what_the_agent_may(ada, ticket):
    reader = make_caller(ada, "tickets:read")
    writer = make_caller(ada, "tickets:write")
    path = f"/tickets/{ticket.pk}"

    refused = reader.say("POST", f"{path}/closure")

    assert refused.status_code == 403
    assert 'scope="tickets:write"' in refused["WWW-Authenticate"]
    assert writer.say("GET", path).status_code == 200  # who may write may read
    assert writer.say("POST", f"{path}/closure").status_code == 200
    assert writer.say("GET", "/customers").status_code == 403


def test_errors_are_told_in_the_callers_language(ada):
    told = {
        lang: make_caller(ada).say("GET", "/tickets/999", **{"accept-language": lang}).json()
        for lang in ("en", "fi", "ar")
    }

    assert len({one["title"] for one in told.values()}) == 3
    assert all(one["type"].endswith("#problem-not-found") for one in told.values())


def test_a_token_has_so_many_calls_a_minute(ada, settings):
    settings.API_PER_MINUTE = 2
    caller = make_caller(ada)

    with time_machine.travel("2026-11-22T10:00:10Z", tick=False):
        first, second, third = (caller.say("GET", "/tickets") for _ in range(3))
        other = make_caller(ada).say("GET", "/tickets")
    with time_machine.travel("2026-11-22T10:01:00Z", tick=False):
        later = caller.say("GET", "/tickets")

    assert [one.status_code for one in (first, second, third, other, later)] == [200, 200, 429, 200, 200]
    assert (first["RateLimit-Limit"], first["RateLimit-Remaining"], first["RateLimit-Reset"]) == (
        "2",
        "1",
        "50",
    )
    assert (third["Retry-After"], third["RateLimit-Remaining"]) == ("50", "0")


def test_when_a_token_was_used_is_noted_once_a_minute(ada):
    caller = make_caller(ada)
    caller.say("GET", "/tickets")
    first = ApiToken.objects.get().used_at
    caller.say("GET", "/tickets")

    assert first is not None
    assert ApiToken.objects.get().used_at == first


def test_the_same_key_gives_the_same_answer_and_does_nothing_more(ada, ticket):
    caller, path, given = make_caller(ada), f"/tickets/{ticket.pk}/messages", {"kind": "note", "text": "Once"}

    first = caller.say("POST", path, given, **{"idempotency-key": "k1"})
    second = caller.say("POST", path, given, **{"idempotency-key": "k1"})
    other = caller.say("POST", path, {**given, "text": "Twice"}, **{"idempotency-key": "k1"})
    elsewhere = make_caller(ada).say("POST", path, given, **{"idempotency-key": "k1"})

    assert (first.status_code, second.status_code, other.status_code, elsewhere.status_code) == (
        201,
        201,
        422,
        201,
    )
    assert second.content == first.content
    assert second["Location"] == first["Location"]
    assert (first.has_header("Idempotent-Replay"), second["Idempotent-Replay"]) == (False, "true")
    assert Message.objects.filter(direction="note").count() == 2


def test_a_write_that_was_refused_leaves_no_key(ada, ticket):
    caller, path = make_caller(ada), f"/tickets/{ticket.pk}/messages"

    refused = caller.say("POST", path, {"kind": "note", "text": " "}, **{"idempotency-key": "k1"})
    done = caller.say("POST", path, {"kind": "note", "text": "Now"}, **{"idempotency-key": "k1"})

    assert (refused.status_code, done.status_code, ApiAnswer.objects.count()) == (422, 201, 1)


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "ä"])
def test_a_key_is_visible_characters(ada, ticket, key):
    answer = make_caller(ada).say("POST", f"/tickets/{ticket.pk}/closure", **{"idempotency-key": key})

    assert answer.status_code == 422


def test_keys_are_kept_for_a_day(ada, ticket):
    caller, path = make_caller(ada), f"/tickets/{ticket.pk}/messages"
    caller.say("POST", path, {"kind": "note", "text": "One"}, **{"idempotency-key": "k1"})
    sweep_answers()
    kept = ApiAnswer.objects.count()

    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        sweep_answers()

    assert (kept, ApiAnswer.objects.count()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_with_one_key_are_done_once(ada, ticket):
    caller, path = make_caller(ada), f"/tickets/{ticket.pk}/messages"
    together, answers = threading.Barrier(4), []

    def send():
        together.wait()
        answers.append(
            caller.say("POST", path, {"kind": "note", "text": "Once"}, **{"idempotency-key": "k1"})
        )
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert [one.status_code for one in answers] == [201] * 4
    assert len({one.content for one in answers}) == 1
    assert sorted(one.has_header("Idempotent-Replay") for one in answers) == [False, True, True, True]
    assert Message.objects.filter(direction="note").count() == 1


def test_tokens_are_made_and_revoked_on_a_page(ada, bo, chief):
    mine, hers, admins = (Client() for _ in range(3))
    for client, agent in ((mine, ada), (hers, bo), (admins, chief)):
        client.force_login(agent, backend=BACKEND)

    made = mine.post("/settings/tokens/new/", {"name": "Shop", "scopes": ["tickets:read"], "days": "30"})
    token = ApiToken.objects.get()
    secret = made.context["secret"]

    assert secret in made.content.decode()
    assert secret not in mine.get("/settings/tokens/").content.decode()
    assert Caller(secret).say("GET", "/tickets").status_code == 200
    assert hers.post(f"/settings/tokens/{token.pk}/revocation/").status_code == 404
    assert hers.get("/settings/tokens/everybody/").status_code == 403
    assert "Shop" in admins.get("/settings/tokens/everybody/").content.decode()
    admins.post(f"/settings/tokens/{token.pk}/revocation/")
    assert Caller(secret).say("GET", "/tickets").status_code == 401
    assert mine.post("/settings/tokens/new/", {"name": "", "scopes": []}).status_code == 422
