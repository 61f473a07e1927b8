"""The open wire, against a program of somebody's own on loopback."""

import time
from datetime import timedelta
from typing import Any

import time_machine
from django.core.cache import cache

from ahlan.channels.contract import Address
from ahlan.channels.hooks import A_MINUTE
from ahlan.channels.messaging.models import Piece
from ahlan.channels.messaging.signatures import is_standard, of_standard
from ahlan.channels.messaging.tests.provider import Asked, Provider, on_loopback, raw
from ahlan.channels.models import RawInbound
from ahlan.channels.registry import channel
from ahlan.channels.tests.contract import ChannelContract, bring, understand
from ahlan.customers.actions import meet, unmerge
from ahlan.customers.models import Customer
from ahlan.events.models import Job
from ahlan.tickets.actions import answer
from ahlan.tickets.actions.amend import fetch_files
from ahlan.tickets.actions.delivery import deliver
from ahlan.tickets.models import Attachment, Message

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Program(Provider):
    def answer(self, asked: Asked) -> tuple[int, Any]:
        return 200, {"id": asked.json["id"]} if asked.json else {}

    def text_of(self, asked: Asked) -> str | None:
        return asked.json["text"] if asked.json and asked.json.get("type") == "message" else None

    def key_of(self, asked: Asked) -> str:
        return asked.headers.get("webhook-id", "")


def message(n: int, **over: Any) -> dict[str, Any]:
    return {
        "id": f"m{n}",
        "from": {"id": "u1", "name": "Noa"},
        "text": f"Words {n}",
        "at": "2026-11-28T10:00:00Z",
        **over,
    }


PAYLOADS = {
    "text": raw(messages=[message(1)]),
    "batch": raw(messages=[message(2), message(3, **{"from": {"id": "u2"}})]),
    "files": raw(messages=[message(4, files=[{"name": "a.txt", "type": "text/plain", "base64": "aGVsbG8="}, {"name": "b.pdf", "url": "/b"}])]),
    "voice": raw(messages=[message(5, kind="voice", text="")]),
    "odd": raw(messages=[message(6, kind="hologram")]),
    "edit": raw(messages=[message(7, edits="m1", text="Better words", at="2026-11-28T10:05:00Z")]),
    "removal": raw(messages=[message(8, removes="m1")]),
    "reaction": raw(messages=[message(9, reacts_to="m1", text="❤")]),
    "status": raw(statuses=[{"id": "nobody", "status": "read"}]),
    "consent": raw(consents=[{"from": "u1", "wants": False}]),
    "nothing": raw(messages=[]),
}  # fmt: skip


class TestOpen(ChannelContract):
    key, to, first = "open", "u1", "text"

    def provider(self):
        return on_loopback(Program())

    def secrets(self):
        return {"secret": SECRET}

    def to_in(self, inbox):
        return f"{inbox.pk}:u1"

    def signed(self, inbox, body, at: int | None = None):
        stamp = str(at or int(time.time()))
        return {
            "webhook-id": "msg_1",
            "webhook-timestamp": stamp,
            "webhook-signature": of_standard(SECRET, "msg_1", stamp, body),
        }

    def payloads(self):
        return PAYLOADS

    def test_a_knock_of_yesterday_is_not_genuine(self, inbox):
        body = PAYLOADS["text"]

        assert bring(inbox, body, self.signed(inbox, body, at=int(time.time()) - 3600)).status_code == 403
        assert bring(inbox, body, self.signed(inbox, body, at=int(time.time()) + 3600)).status_code == 403

    def test_answers_are_signed_so_that_the_other_side_can_tell(self, there, inbox):
        channel("open").send(self.outbound(inbox, "Hi"), committing=lambda: None)

        (asked,) = there.asked
        assert is_standard(SECRET, asked.headers, asked.body)
        assert (asked.json["to"], asked.json["text"]) == ("u1", "Hi")

    def test_two_programs_may_call_two_people_by_one_id(self, inbox):
        wire = channel("open")
        one, two = (next(iter(wire.parse(PAYLOADS["text"], {"inbox": n}))) for n in (1, 2))

        assert one.sender.value != two.sender.value

    def test_edits_removals_and_reactions_stand_where_they_belong(self, inbox):
        for name in ("text", "edit", "edit", "reaction", "removal"):
            self.bring(inbox, PAYLOADS[name])
        understand()

        message = Message.objects.get()
        assert message.text == "Better words"
        assert set(message.changes) == {"edits", "reactions", "removed_at"}

    def test_an_older_edit_that_comes_late_changes_nothing(self, inbox):
        late = raw(messages=[message(10, edits="m1", text="Older", at="2026-11-28T10:01:00Z")])
        for body in (PAYLOADS["text"], PAYLOADS["edit"], late):
            self.bring(inbox, body)
        understand()

        assert Message.objects.get().text == "Better words"

    def test_files_come_along_or_are_fetched(self, there, inbox):
        there.files = {"/b": ("application/pdf", b"%PDF")}
        self.bring(inbox, PAYLOADS["files"].replace(b'"/b"', f'"{there.url}/b"'.encode()))
        understand()
        fetch_files(Message.objects.get().pk)

        assert sorted(Attachment.objects.values_list("name", "size")) == [("a.txt", 5), ("b.pdf", 4)]

    def test_no_file_is_fetched_from_inside(self, inbox):
        for place in (
            "http://127.0.0.1:9/x",
            "http://169.254.169.254/latest",
            "file:///etc/passwd",
            "http://[::1]/",
        ):
            body = raw(messages=[message(hash(place) % 10**6, files=[{"name": "x", "url": place}])])
            self.bring(inbox, body)
        understand()
        for one in Message.objects.all():
            fetch_files(one.pk)
            one.refresh_from_db()
            assert one.changes["files"][0]["lost"]

    def test_reports_come_in_any_order_and_move_only_on(self, there, inbox, eve):
        ticket = self.ticket(inbox)
        message = answer.reply(ticket, author=eve, text="Here.")
        deliver(message.pk)
        native = there.asked[-1].json["id"]
        for status in ("read", "delivered", "read", "failed"):
            self.bring(inbox, raw(statuses=[{"id": native, "status": status}]))
        understand()

        message.refresh_from_db()
        assert (message.arrival, message.delivery) == ("read", "sent")

    def test_a_report_that_is_quicker_than_the_answer_counts(self, there, inbox, eve):
        ticket = self.ticket(inbox)
        message = answer.reply(ticket, author=eve, text="Here.")
        from ahlan.channels.messaging.wires.open import _key

        self.bring(inbox, raw(statuses=[{"id": _key(message.external_id, 0), "status": "delivered"}]))
        understand()
        deliver(message.pk)

        message.refresh_from_db()
        assert message.arrival == "delivered"
        assert Piece.objects.count() == 1

    def test_a_failure_told_later_is_shown_and_can_be_sent_again(self, there, inbox, eve):
        from ahlan.tickets.actions.delivery import resend

        ticket = self.ticket(inbox)
        message = answer.reply(ticket, author=eve, text="Here.")
        deliver(message.pk)
        native = there.asked[-1].json["id"]
        self.bring(inbox, raw(statuses=[{"id": native, "status": "failed", "reason": "gone"}]))
        understand()
        message.refresh_from_db()
        assert (message.delivery, message.delivery_error) == ("failed", "undelivered: gone")

        there.known.clear()
        resend(message, actor=eve.actor)
        deliver(message.pk)

        message.refresh_from_db()
        assert message.delivery == "sent"
        assert there.texts() == ["Here.", "Here."]

    def test_a_proved_address_joins_two_and_what_people_take_apart_stays_apart(self, inbox):
        known = meet("email", "noa@else.example", name="Noa Levi")
        proved = {"id": "u1", "name": "Noa", "email": "Noa@else.example", "verified": ["email"]}
        self.bring(inbox, raw(messages=[message(1, **{"from": proved})]))
        understand()
        other = Customer.objects.get(addresses__kind="open")
        assert other.primary == known

        unmerge(other, actor="agent:1")
        self.bring(inbox, raw(messages=[message(2, **{"from": proved})]))
        understand()

        assert Customer.objects.get(pk=other.pk).merged_into is None

    def test_an_address_that_is_not_proved_joins_nobody(self, inbox):
        meet("email", "noa@else.example", name="Noa Levi")
        self.bring(inbox, raw(messages=[message(1, **{"from": {"id": "u1", "email": "noa@else.example"}})]))
        understand()

        assert Customer.objects.get(addresses__kind="open").merged_into is None

    def test_a_flood_waits_and_harms_nobody(self, inbox):
        cache.clear()
        for n in range(A_MINUTE + 20):
            response = self.bring(inbox, raw(messages=[message(n)]))
        assert response.status_code == 429 and response["Retry-After"]
        other = self.bring(inbox, raw(messages=[message(999, **{"from": {"id": "u2"}})]))

        assert other.status_code == 202
        assert RawInbound.objects.count() == A_MINUTE + 21  # nothing is lost
        late = Job.objects.filter(name__endswith="understand_later")
        assert late.count() == 20
        assert all(one.priority < 0 and one.run_at > one.made_at + timedelta(seconds=50) for one in late)

    def test_long_after_it_was_closed_another_ticket_is_opened(self, inbox, eve):
        from ahlan.tickets.actions.work import close_ticket
        from ahlan.tickets.models import Ticket

        ticket = self.ticket(inbox)
        close_ticket(ticket, actor=eve.actor)
        self.bring(inbox, raw(messages=[message(2)]))
        understand()
        assert Ticket.objects.get().state == "open"
        close_ticket(Ticket.objects.get(), actor=eve.actor)
        with time_machine.travel(time.time() + 4 * 86_400, tick=False):
            self.bring(inbox, raw(messages=[message(3)]))
            understand()

        assert Ticket.objects.count() == 2

    def test_hostile_words_are_shown_as_they_are(self, inbox, eve):
        from ahlan.tickets.bodies import body_of

        hostile = "<script>alert(1)</script><img src=x onerror=alert(1)> \x00 \u202e [x](javascript:alert(1))"
        self.bring(
            inbox,
            raw(messages=[message(1, text=hostile, **{"from": {"id": "u1", "name": "<b>Noa</b>\x00"}})]),
        )
        understand()

        drawn = body_of(Message.objects.get())
        assert "<script" not in drawn and "<img" not in drawn and "\x00" not in drawn

    def test_somebody_with_a_very_long_id_stays_himself(self, inbox):
        for n, last in enumerate("ab"):
            self.bring(inbox, raw(messages=[message(n, **{"from": {"id": "x" * 5000 + last}})]))
        understand()

        assert Customer.objects.count() == 2
        assert Address  # two people, not one of their shared beginning


del ChannelContract
