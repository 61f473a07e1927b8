"""What holds for every wire that is called by its provider: a test class to inherit from, for ours and for anybody's own."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from tests.makers import make_agent, make_inbox, make_team

from ahlan.channels.contract import (
    Address,
    Amendment,
    Consent,
    Inbound,
    NotSent,
    Outbound,
    Progress,
    Unspoken,
    Unsure,
)
from ahlan.channels.hooks import address_of
from ahlan.channels.models import Inbox, RawInbound
from ahlan.channels.registry import channel
from ahlan.tickets.actions import answer
from ahlan.tickets.actions.delivery import deliver
from ahlan.tickets.actions.intake import receive_raw
from ahlan.tickets.models import Delivery, Message, Ticket


def bring(inbox: Inbox, body: bytes, headers: dict[str, str], content_type: str = "application/json") -> Any:
    """Knock at the inbox's door as its provider does."""
    parts = urlsplit(address_of(inbox))
    return Client().post(parts.path, body, content_type=content_type, headers=headers)


def understand() -> list[Any]:
    """Do what the workers do with all that was kept, in order."""
    return [one for raw in RawInbound.objects.filter(state="new").order_by("id") for one in receive_raw(raw)]


@pytest.mark.django_db
class ChannelContract:
    """A subclass names its wire, makes its inbox and its provider, signs as the provider does, and gives what it once brought."""

    key: ClassVar[str]
    to: ClassVar[str]  # an address on it
    first: ClassVar[str]  # the name of the payload that holds one plain message
    refusals: ClassVar[
        list[tuple[int, Any, bool]]
    ] = []  # (status, body, whether it is for good), of the provider's own
    content_type: ClassVar[str] = "application/json"

    def provider(self) -> Any:
        """A context manager that gives the provider on loopback, see `ahlan.channels.messaging.tests.provider`."""
        raise NotImplementedError

    def secrets(self) -> dict[str, str]:
        raise NotImplementedError

    def settings(self) -> dict[str, Any]:
        return {}

    def signed(self, inbox: Inbox, body: bytes) -> dict[str, str]:
        """The headers with which the provider brings this."""
        raise NotImplementedError

    def payloads(self) -> dict[str, bytes]:
        raise NotImplementedError

    @pytest.fixture
    def there(self) -> Iterator[Any]:
        cache.clear()
        with self.provider() as provider:
            yield provider

    @pytest.fixture
    def inbox(self, there: Any) -> Inbox:
        made = make_inbox(
            name="Messages",
            channel=self.key,
            address="ours",
            settings={"api_url": there.url, **self.settings()},
        )
        for key, secret in self.secrets().items():
            made.set_secret(key, secret)
        made.save()
        return made

    @pytest.fixture
    def eve(self, inbox: Inbox) -> Any:
        return make_agent(make_team(inbox), email="eve@desk.example", name="Eve")

    def bring(self, inbox: Inbox, body: bytes) -> Any:
        return bring(inbox, body, self.signed(inbox, body), self.content_type)

    def outbound(self, inbox: Inbox, text: str = "Hello.", **over: Any) -> Outbound:
        wire = channel(self.key)
        message = Outbound(
            external_id=wire.new_id(""), sender=Address(self.key, inbox.address), to=(Address(self.key, self.to_in(inbox)),), text=text,
            settings=inbox.for_its_wire,
        )  # fmt: skip
        return replace(message, **over)

    def to_in(self, inbox: Inbox) -> str:
        return self.to

    def ticket(self, inbox: Inbox) -> Ticket:
        self.bring(inbox, self.payloads()[self.first])
        understand()
        return Ticket.objects.get(inbox=inbox)

    # --- in

    def test_a_message_becomes_a_ticket(self, inbox):
        ticket = self.ticket(inbox)

        message = ticket.messages.get()
        assert message.text and message.customer == ticket.customer
        assert ticket.customer.addresses.filter(kind=self.key).exists()

    def test_what_is_brought_again_is_the_same_message(self, inbox):
        for _time in range(3):
            assert self.bring(inbox, self.payloads()[self.first]).status_code in (200, 202)
        decisions = [str(one.decision) for one in understand()]

        assert Message.objects.count() == 1
        assert decisions.count("opened") == 1 and decisions.count("duplicate") == 2

    def test_nothing_forged_is_kept(self, inbox):
        body = self.payloads()[self.first]
        good = self.signed(inbox, body)
        changed = self.forged(inbox, body, good)

        for headers, content in changed:
            assert bring(inbox, content, headers, self.content_type).status_code == 403
        assert RawInbound.objects.count() == 0

    def forged(self, inbox: Inbox, body: bytes, good: dict[str, str]) -> list[tuple[dict[str, str], bytes]]:
        """Without a proof, with another's proof, and with a proof of other words."""
        other = {name: secrets.token_hex(8) for name in good}
        return [
            ({}, body),
            (other, body),
            *([(good, body.replace(b"1", b"2", 1))] if self.is_over_bytes else []),
        ]

    is_over_bytes: ClassVar[bool] = True  # the proof is over what is brought, not a password beside it

    def test_nothing_is_genuine_while_a_secret_is_missing(self, inbox):
        body = self.payloads()[self.first]
        good = self.signed(inbox, body)
        inbox.sealed = {}
        inbox.save()

        for headers in (good, dict.fromkeys(good, ""), {}):
            assert bring(inbox, body, headers, self.content_type).status_code == 403

    def test_every_payload_is_understood_and_twice_in_the_same_way(self, inbox):
        wire, envelope = channel(self.key), {"inbox": inbox.pk, "type": self.content_type}
        for name, body in self.payloads().items():
            found = list(wire.parse(body, envelope))
            assert found, name
            assert found == list(wire.parse(body, envelope)), name
            for one in found:
                assert isinstance(one, Inbound | Amendment | Progress | Consent | Unspoken)
                if isinstance(one, Inbound):
                    assert len(one.fingerprint) == 64 and one.external_id, name

    @pytest.mark.parametrize(
        "rubbish", [b"", b"{", b"[]", b"null", b"7", b'"x"', b"\xff\xfe\x00", b'{"a":' * 500, b"{}"]
    )
    def test_rubbish_is_told_apart_and_breaks_nothing(self, inbox, rubbish):
        channel(self.key).parse(rubbish, {"inbox": inbox.pk, "type": self.content_type})

    def test_events_of_another_shape_are_kept_and_shown(self, inbox):
        """Each leaf of each payload replaced by something else: nothing is raised, whatever comes of it."""
        wire, envelope = channel(self.key), {"inbox": inbox.pk, "type": self.content_type}
        for body in self.payloads().values():
            if self.content_type != "application/json":
                continue
            said = json.loads(body)
            for path in _leaves(said):
                for odd in (None, [], {}, "x", -1, {"a": {"b": 1}}):
                    list(wire.parse(json.dumps(_with(said, path, odd)).encode(), envelope))

    def test_what_is_too_large_is_refused_unread(self, inbox):
        response = bring(inbox, b"x" * (channel(self.key).largest_body + 1), {}, self.content_type)

        assert response.status_code == 413
        assert RawInbound.objects.count() == 0

    def test_an_inbox_that_is_switched_off_takes_nothing(self, inbox):
        inbox.is_active = False
        inbox.save()

        assert self.bring(inbox, self.payloads()[self.first]).status_code == 404

    # --- out

    def test_an_answer_arrives_once(self, there, inbox, eve):
        ticket = self.ticket(inbox)
        message = answer.reply(ticket, author=eve, text="It left **today**.")

        deliver(message.pk)
        deliver(message.pk)

        message.refresh_from_db()
        assert (message.delivery, message.delivery_error) == (Delivery.SENT, "")
        assert there.texts() == ["It left today."]

    @pytest.mark.parametrize(
        ("status", "permanent"), [(500, False), (503, False), (429, False), (401, False), (400, True)]
    )
    def test_refusals_for_good_and_for_now_are_told_apart(self, there, inbox, status, permanent):
        there.troubles = [(status, {})]

        with pytest.raises(NotSent) as refused:
            channel(self.key).send(self.outbound(inbox), committing=lambda: None)

        assert refused.value.permanent is permanent

    def test_the_provider_s_own_refusals_are_told_apart(self, there, inbox):
        for status, said, permanent in self.refusals:
            there.troubles = [(status, said)]
            with pytest.raises(NotSent) as refused:
                channel(self.key).send(self.outbound(inbox), committing=lambda: None)
            assert refused.value.permanent is permanent, said
            assert channel(self.key).sentence(refused.value.reason)[0], said

    def test_what_was_refused_can_be_sent_later(self, there, inbox):
        there.troubles = [(503, {})]
        wire, message = channel(self.key), self.outbound(inbox)
        with pytest.raises(NotSent):
            wire.send(message, committing=lambda: None)

        assert wire.was_sent(message) is False
        wire.send(message, committing=lambda: None)

        assert there.texts() == ["Hello."]
        assert wire.was_sent(message) is True

    def test_what_may_have_arrived_is_never_sent_twice(self, there, inbox):
        """Where the provider knows a repetition it is asked again; else nobody guesses."""
        there.troubles = ["drop"]
        wire, message = channel(self.key), self.outbound(inbox)

        with pytest.raises(NotSent if wire.is_idempotent else Unsure):
            wire.send(message, committing=lambda: None)

        assert wire.was_sent(message) is (False if wire.is_idempotent else None)
        if wire.is_idempotent:
            wire.send(message, committing=lambda: None)
            assert there.texts() == ["Hello."]  # the provider counts a key once

    def test_a_long_text_goes_in_pieces_and_goes_on_where_it_stopped(self, there, inbox):
        wire = channel(self.key)
        longest = wire.abilities.max_length
        words = " ".join(f"слово{n}" for n in range(longest // 4))
        message = self.outbound(inbox, words)
        there.troubles = [None, (503, {})]
        with pytest.raises(NotSent):
            wire.send(message, committing=lambda: None)

        wire.send(message, committing=lambda: None)

        sent = there.texts()
        assert len(sent) > 1 and " ".join(sent) == words
        assert all(wire.measure(one) <= longest for one in sent)

    def test_a_provider_that_is_not_there_can_be_tried_again(self, inbox):
        inbox.settings["api_url"] = "http://127.0.0.1:9"
        with pytest.raises(NotSent) as refused:
            channel(self.key).send(self.outbound(inbox), committing=lambda: None)

        assert refused.value.permanent is False

    def test_it_goes_to_one_person_of_its_own(self, there, inbox):
        two = (Address(self.key, self.to_in(inbox)), Address(self.key, self.to_in(inbox)))
        for people in (two, (Address(self.key, "cy@else.example"),)):
            with pytest.raises(NotSent) as refused:
                channel(self.key).send(self.outbound(inbox, to=people), committing=lambda: None)
            assert refused.value.permanent
        assert there.texts() == []

    def test_who_wants_no_more_gets_no_more(self, there, inbox, eve):
        from ahlan.channels.messaging.actions import let_speak, silence
        from ahlan.tickets.actions.automatic import Unwelcome, write_by_itself
        from ahlan.tickets.reach import OutOfReach, reach_of

        ticket = self.ticket(inbox)
        value = ticket.customer.addresses.filter(kind=self.key)[0].value
        silence(inbox, value)

        with pytest.raises(OutOfReach):
            answer.reply(ticket, author=eve, text="But …")
        with pytest.raises(Unwelcome):
            write_by_itself(ticket, text="Thank you for your message.", actor="rule:1")
        with pytest.raises(NotSent):
            channel(self.key).send(
                self.outbound(inbox, to=(Address(self.key, value),)), committing=lambda: None
            )
        assert not reach_of(ticket).is_open
        let_speak(inbox, value)
        assert answer.reply(ticket, author=eve, text="Here we are.")
        assert there.texts() == []


def _leaves(said: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    children = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ()
    for key, one in children:
        yield from _leaves(one, (*path, key))


def _with(said: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    key, *rest = path
    copied = dict(said) if isinstance(said, dict) else list(said)
    copied[key] = _with(said[key], tuple(rest), odd)
    return copied
