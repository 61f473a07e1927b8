"""Reading a mailbox elsewhere, from a real Dovecot."""

import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection
from django.utils import translation
from tests.dovecot import Dovecot, dovecot
from tests.mail_server import postbox
from tests.makers import mail
from tests.own_house import own_house
from tests.token_server import TokenServer, token_server

from ahlan.channels.contract import Address, NotSent, Outbound
from ahlan.channels.email import imap, oauth, sending
from ahlan.channels.email.plain_words import sentence
from ahlan.channels.email.subscribers import fetch_mailbox, fetch_mailboxes
from ahlan.channels.email.watch import Watcher, watch_mailboxes
from ahlan.channels.models import Inbox, Mailbox, RawInbound
from ahlan.events.models import Job
from ahlan.tickets.actions.intake import receive_raw
from ahlan.tickets.models import Message

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not shutil.which("dovecot"), reason="needs dovecot-imapd (sh tests/tools.sh)"),
]


@pytest.fixture(scope="module")
def provider() -> Iterator[TokenServer]:
    with token_server() as server:
        yield server


@pytest.fixture(scope="module")
def dove(provider: TokenServer) -> Iterator[Dovecot]:
    with dovecot(introspection=f"{provider.url}/introspect") as server:
        yield server


@pytest.fixture
def server(dove: Dovecot) -> Dovecot:
    """An empty mailbox."""
    with dove.open() as client:
        client.delete_messages(client.search(["ALL"]))
        client.expunge()
    return dove


@pytest.fixture
def inbox(desk: Inbox, server: Dovecot) -> Inbox:
    """Its mailbox has been looked at once: all that comes from now on is new."""
    desk.settings = dict(server.settings)
    desk.set_secret("imap_password", server.password)
    desk.save()
    assert imap.fetch(desk) == 0
    return desk


def kept() -> list[bytes]:
    return [raw.content() for raw in RawInbound.objects.order_by("id")]


def mails(number: int) -> list[bytes]:
    return [mail().replace(b"\n", b"\r\n") for _ in range(number)]


def test_new_mails_are_kept_byte_for_byte_and_once(inbox: Inbox, server: Dovecot) -> None:
    new = mails(3)
    server.put(*new)

    assert imap.fetch(inbox) == 3
    assert imap.fetch(inbox) == 0

    assert kept() == new
    assert {raw.inbox_id for raw in RawInbound.objects.all()} == {inbox.pk}


def test_a_mail_somebody_has_read_elsewhere_is_new_to_us(inbox: Inbox, server: Dovecot) -> None:
    server.put(mail(), seen=True)

    assert imap.fetch(inbox) == 1


def test_reading_leaves_no_mark(inbox: Inbox, server: Dovecot) -> None:
    server.put(mail())

    imap.fetch(inbox)

    with server.open() as client:
        assert b"\\Seen" not in client.get_flags(client.search())[client.search()[0]]


def test_what_lay_there_before_is_fetched_only_when_asked_for(desk: Inbox, server: Dovecot) -> None:
    server.put(*mails(2))
    desk.settings = dict(server.settings)
    desk.set_secret("imap_password", server.password)
    assert imap.fetch(desk) == 0

    Mailbox.objects.all().delete()
    desk.settings["imap_from_start"] = True
    assert imap.fetch(desk) == 2


def test_deleted_mails_leave_no_hole(inbox: Inbox, server: Dovecot) -> None:
    server.put(*mails(3))
    with server.open() as client:
        client.delete_messages(client.search()[1:2])
        client.expunge()

    assert imap.fetch(inbox) == 2


def test_a_long_queue_is_read_in_pieces(inbox: Inbox, server: Dovecot, monkeypatch) -> None:
    new = mails(5)
    server.put(*new)
    monkeypatch.setattr(imap, "MOST_AT_ONCE", 2)

    assert [imap.fetch(inbox) for _ in range(4)] == [2, 2, 1, 0]
    assert kept() == new


def test_renumbered_mailbox_loses_nothing_and_doubles_no_message(inbox: Inbox, server: Dovecot) -> None:
    server.put(*mails(2))
    imap.fetch(inbox)
    server.forget_numbers()
    server.put(*mails(1))

    imap.fetch(inbox)
    assert imap.fetch(inbox) == 0

    for raw in RawInbound.objects.all():
        receive_raw(raw)
    assert Message.objects.count() == 3


def test_empty_renumbered_mailbox_does_not_bring_its_past(inbox: Inbox, server: Dovecot) -> None:
    place = imap._place(inbox, "INBOX")
    Mailbox.objects.update_or_create(
        inbox=inbox, defaults={"cursor": {"place": place, "validity": 1, "uid": 700}}
    )
    with server.open() as client:
        client.append("INBOX", mail(), msg_time=None)
        client.delete_messages(client.search())
        client.expunge()

    assert imap.fetch(inbox) == 0

    with server.open() as client:
        next_uid = client.folder_status("INBOX", ["UIDNEXT"])[b"UIDNEXT"]
    assert Mailbox.objects.get().cursor["uid"] == next_uid - 1


@pytest.mark.parametrize("folder", ["Asiakkaat ääkkösin", "ملفات", "a.b.c", "quotes \" and \\ 'more'"])
def test_any_folder_can_be_read(desk: Inbox, server: Dovecot, folder: str) -> None:
    if '"' in folder and "\\" in folder:
        folder = folder.replace("\\", "")
    desk.settings = {**server.settings, "imap_folder": folder, "imap_from_start": True}
    desk.set_secret("imap_password", server.password)
    server.put(mail(), folder=folder)
    server.put(mail())

    assert imap.fetch(desk) == 1


def test_large_mail_is_fetched_whole_and_one_beyond_the_limit_in_part(
    inbox: Inbox, server: Dovecot, settings
) -> None:
    large = mail(text="words\n" * 200_000).replace(b"\n", b"\r\n")
    server.put(large)
    imap.fetch(inbox)
    settings.MAIL_SIZE = 100_000
    server.put(large)
    imap.fetch(inbox)

    assert kept() == [large, large[:100_000]]


def test_sent_mail_is_found_by_its_id_and_absence_proves_nothing(inbox: Inbox, server: Dovecot) -> None:
    server.put(mail(message_id="<there@desk.example>"), folder="Sent")
    settings = {**inbox.for_its_wire, "imap_sent_folder": "Sent"}

    def found(external_id: str, **over: object) -> bool | None:
        sender = Address("email", "support@desk.example")
        return imap.find_sent(Outbound(external_id, sender, (), "", settings={**settings, **over}))

    assert found("<there@desk.example>") is True
    assert found("<elsewhere@desk.example>") is None
    assert found("<there@desk.example>", imap_sent_folder="No such folder") is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"imap_host": "no-such-host.invalid"}, "no server of that name"),
        ({"imap_port": 9}, "nothing listens on that port"),
        ({"imap_folder": "Nowhere"}, "no such folder"),
        ({"imap_user": "somebody"}, "refused the user name or the password"),
        ({"imap_security": "tls"}, "does not speak this kind of encryption"),
        ({"imap_security": "starttls"}, "does not speak this kind of encryption"),
    ],
)
def test_trouble_is_said_in_plain_words(inbox: Inbox, change: dict[str, object], words: str) -> None:
    inbox.settings |= change

    with pytest.raises(OSError, match="cannot be read"):
        imap.fetch(inbox)

    assert words in sentence(Mailbox.objects.get().error)[0]


def test_a_mailbox_that_fails_is_left_alone_for_longer_and_longer(inbox: Inbox, server: Dovecot) -> None:
    inbox.settings["imap_port"] = 9
    inbox.save()
    pauses = []
    for _ in range(7):
        fetch_mailbox.call(inbox.pk)
        found = Mailbox.objects.get()
        pauses.append(round((found.retry_at - found.error_at).total_seconds() / 60))
    assert pauses == [1, 2, 4, 8, 16, 30, 30]

    fetch_mailboxes()
    assert not Job.objects.filter(queue="fetch").exists()

    inbox.settings["imap_port"] = server.port
    inbox.save()
    fetch_mailbox.call(inbox.pk)
    found = Mailbox.objects.get()
    assert (found.error, found.failures, found.retry_at) == ("", 0, None)


def test_clock_asks_each_mailbox_once(inbox: Inbox) -> None:
    fetch_mailboxes()
    fetch_mailboxes()

    assert list(Job.objects.filter(queue="fetch").values_list("args", flat=True)) == [[inbox.pk]]


# Signing in by consent


@pytest.fixture
def consented(inbox: Inbox, provider: TokenServer, settings) -> Inbox:
    settings.MAIL_OAUTH = {"google": provider.endpoints(), "microsoft": provider.endpoints()}
    provider.asked.clear()
    provider.refusal, provider.gives = "", {}
    inbox.settings |= {"oauth": "google", "oauth_client_id": "our-id"}
    inbox.sealed = {}
    inbox.set_secret("oauth_client_secret", "our-secret")
    inbox.set_secret("oauth_refresh_token", f"lasting-{inbox.pk}-{time.monotonic()}")
    inbox.save()
    oauth._tokens.clear()
    return inbox


def test_token_opens_the_mailbox_and_is_asked_for_once(
    consented: Inbox, server: Dovecot, provider: TokenServer
) -> None:
    server.put(mail())

    assert imap.fetch(consented) == 1
    assert imap.fetch(consented) == 0

    (asked,) = provider.asked
    assert (asked["grant_type"], asked["client_id"], asked["client_secret"]) == (
        "refresh_token",
        "our-id",
        "our-secret",
    )


def test_new_refresh_token_is_sealed(consented: Inbox, provider: TokenServer) -> None:
    provider.gives = {"refresh_token": "the next one"}

    imap.fetch(consented)

    consented.refresh_from_db()
    assert consented.secret("oauth_refresh_token") == "the next one"
    assert "the next one" not in str(consented.sealed)


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ("invalid_grant", "Kirjaudu siellä uudelleen"),
        ("invalid_client", "asiakastunnusta"),
        ("odd", "torjui kirjautumisemme"),
    ],
)
def test_refused_token_says_what_to_do_in_the_readers_language(
    consented: Inbox, provider: TokenServer, refusal: str, words: str
) -> None:
    provider.refusal = refusal

    with pytest.raises(OSError, match="cannot be read"):
        imap.fetch(consented)

    with translation.override("fi"):
        text, said = sentence(Mailbox.objects.get().error)
    assert words in text
    assert said == f"Google: {refusal}"


def test_mail_that_waits_for_consent_says_so(consented: Inbox, provider: TokenServer) -> None:
    provider.refusal = "invalid_grant"
    settings = {**consented.for_its_wire, "smtp_consent": True, "smtp_security": "none"}

    with postbox() as server:
        settings |= {"smtp_host": "127.0.0.1", "smtp_port": server.port}
        with pytest.raises(NotSent, match="consent_ended: Google: invalid_grant"):
            sending.hand_over(
                b"", Outbound("<x@x>", Address("email", "a@x"), (), "", settings=settings), committing=list
            )


def test_code_is_redeemed_with_its_verifier(consented: Inbox, provider: TokenServer) -> None:
    provider.gives = {"refresh_token": "lasting"}

    oauth.redeem(consented, code="abc", verifier="v" * 43, callback="https://desk.example/back/")

    (asked,) = provider.asked
    assert (asked["code"], asked["code_verifier"]) == ("abc", "v" * 43)
    consented.refresh_from_db()
    assert consented.secret("oauth_refresh_token") == "lasting"


# Hearing at once, and being killed

SET_UP = """
from ahlan.channels.models import Inbox
inbox = Inbox(name="S", channel="email", address="support@desk.example")
inbox.settings = {{**{settings!r}, "imap_from_start": True}}
inbox.set_secret("imap_password", {password!r})
inbox.save()
"""
# What the clock does, without the wait for a dead worker's lease to end
ASK = """
from ahlan.events.models import Job
Job.objects.filter(queue="fetch").delete()
from ahlan.channels.email.subscribers import ask_for_fetch
from ahlan.channels.models import Inbox
ask_for_fetch(Inbox.objects.get().pk)
"""
# Stands ready before the worker starts, because starting Python takes longer than fetching.
KILLER = """
from ahlan.site.cli import start_django; start_django()
import os, signal, time
from ahlan.channels.models import RawInbound
before = RawInbound.objects.count()
print("ready", flush=True)
pid = int(input())
while (kept := RawInbound.objects.count()) < before + 40:
    time.sleep(0.005)
os.kill(pid, signal.SIGKILL)
print(kept)
"""
LOOK = "from ahlan.tickets.models import Message; print(Message.objects.count())"


@pytest.mark.django_db(transaction=True)
def test_waiting_connection_asks_for_a_fetch_within_two_seconds(inbox: Inbox, server: Dovecot) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=watch_mailboxes, kwargs={"stop": stop, "pause": 0.2})
    thread.start()
    try:
        assert _waits_for(lambda: Job.objects.filter(queue="fetch").exists())  # the first look
        time.sleep(1)
        Job.objects.all().delete()
        server.put(mail())
        begun = time.monotonic()
        assert _waits_for(lambda: Job.objects.filter(queue="fetch").exists())
        assert time.monotonic() - begun < 2
    finally:
        stop.set()
        thread.join(20)
        connection.close()


def _waits_for(condition, seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_while_fetching_loses_none_and_doubles_none(tmp_path, server: Dovecot) -> None:
    number = 300
    with own_house(tmp_path / "data", AHLAN_LEASE="4") as house:
        house.do(SET_UP.format(settings=server.settings, password=server.password))
        server.put(*mails(number))
        seen = -1
        for _ in range(4):
            worker = house.ahlan("work", "--queue", "fetch")
            _waits_for(lambda before=seen: (now := _count(house)) > before or now >= number, 20)
            seen = _count(house)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        worker = house.ahlan("work")
        try:
            assert _waits_for(lambda: house.do(LOOK) >= number, 90)
        finally:
            worker.terminate()
            worker.wait(30)
        assert house.do(LOOK) == number
        print(f"killed 4 times while fetching {number} mails; the last time after {seen}")


# Servers without IDLE

PLAIN = "IMAP4rev1 LITERAL+ SASL-IR ENABLE AUTH=PLAIN AUTH=LOGIN"


@pytest.fixture
def plain_server() -> Iterator[Dovecot]:
    with dovecot(capability=PLAIN) as server:
        yield server


@pytest.mark.django_db(transaction=True)
def test_server_without_idle_is_left_to_the_clock(desk: Inbox, plain_server: Dovecot) -> None:
    desk.settings = dict(plain_server.settings)
    desk.set_secret("imap_password", plain_server.password)
    desk.save()
    watcher = Watcher(desk)
    watcher.start()
    watcher.join(10)

    assert not watcher.is_alive()
    assert not Job.objects.filter(queue="fetch").exists()
    assert imap.fetch(desk) == 0
    plain_server.put(mail())
    assert imap.fetch(desk) == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_in_the_midst_without_idle_loses_none_and_doubles_none(
    tmp_path, plain_server: Dovecot
) -> None:
    number, midway = 300, 0
    with own_house(tmp_path / "data", AHLAN_LEASE="4") as house:
        house.do(SET_UP.format(settings=plain_server.settings, password=plain_server.password))
        plain_server.put(*mails(number))
        for _ in range(3):
            house.do(ASK)
            kept = _kill_in_the_midst(house)
            midway += kept < number
        worker = house.ahlan("work")
        try:
            plain_server.put(mail())  # nobody asks for this one: the clock comes by itself
            assert _waits_for(lambda: house.do(LOOK) > number, 180)
        finally:
            worker.terminate()
            worker.wait(30)
        assert house.do(LOOK) == number + 1
    assert midway == 3


def _kill_in_the_midst(house) -> int:
    """A worker killed as soon as it has kept some mails more; how many are kept then."""
    killer = [sys.executable, "-c", KILLER]
    with subprocess.Popen(killer, env=house.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as near:
        assert near.stdout.readline() == b"ready\n"
        worker = house.ahlan("work", "--queue", "fetch")
        near.stdin.write(b"%d\n" % worker.pid)
        near.stdin.close()
        kept = int(near.stdout.readline())
    assert worker.wait(30) == -signal.SIGKILL
    return kept


def _count(house) -> int:
    return house.do("from ahlan.channels.models import RawInbound\nprint(RawInbound.objects.count())")
