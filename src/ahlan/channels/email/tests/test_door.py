"""The mail door, by real connections to it."""

import asyncio
import resource
import smtplib
import socket
import sqlite3
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings as site
from django.db import connection, connections
from tests.makers import mail
from tests.own_house import own_house

from ahlan.channels.email.door import open_door
from ahlan.channels.models import RawInbound
from ahlan.tickets.actions.intake import receive_raw
from ahlan.tickets.models import Message

pytestmark = pytest.mark.django_db(transaction=True)

TO = ["support@desk.example"]


@contextmanager
def open_at() -> Iterator[int]:
    """The listening door in a loop of its own; gives its port."""
    loop, ready, ports = asyncio.new_event_loop(), threading.Event(), []

    async def stand_open() -> None:
        server = await open_door("127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()
        try:
            await asyncio.Event().wait()
        finally:
            server.close()

    def live() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner, suppress(asyncio.CancelledError):
            runner.run(stand_open())

    thread = threading.Thread(target=live)
    thread.start()
    assert ready.wait(10)
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(loop)])
        thread.join(20)


@pytest.fixture
def door(desk) -> Iterator[int]:
    with open_at() as port:
        yield port


def bring(port: int, content: bytes, to: list[str] = TO, options: tuple[str, ...] = ()) -> tuple[int, bytes]:
    """Hand one mail over as a mail server does; gives the answer to DATA, or to what was refused before."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as server:
        server.ehlo("mx.else.example")
        code, said = server.mail("cy@else.example", options)
        for one in to:
            if code == 250:
                code, said = server.rcpt(one, ())
        if code != 250:
            return code, said
        try:
            return server.data(content)
        except smtplib.SMTPDataError as error:
            return error.smtp_code, error.smtp_error


def test_what_got_250_is_committed(door: int) -> None:
    content = mail().replace(b"\n", b"\r\n")

    code, _said = bring(door, content)

    assert code == 250
    raw = RawInbound.objects.get()  # another connection than the door's: it sees what is committed
    assert raw.content() == content
    assert (raw.envelope["mail_from"], raw.envelope["rcpt_tos"]) == ("cy@else.example", TO)
    assert (raw.envelope["peer"], raw.envelope["helo"]) == ("127.0.0.1", "mx.else.example")


def test_plus_addresses_are_known_and_strangers_are_not(door: int) -> None:
    assert bring(door, mail(), ["Support+17-abc@Desk.Example"])[0] == 250
    assert bring(door, mail(), ["nobody@desk.example"])[0] == 550
    assert RawInbound.objects.count() == 1


def test_delivery_report_comes_from_nobody(door: int) -> None:
    with smtplib.SMTP("127.0.0.1", door, timeout=20) as server:
        server.sendmail("", TO, mail())

    assert RawInbound.objects.get().envelope["mail_from"] == ""


def test_too_large_is_refused_before_and_after_it_came(desk, settings) -> None:
    settings.MAIL_SIZE = 20_000
    with open_at() as port:
        assert bring(port, b"x", options=("size=30000",))[0] == 552
        assert bring(port, mail(text="long words\n" * 5_000))[0] == 552
        assert bring(port, mail())[0] == 250

    assert RawInbound.objects.count() == 1


def test_too_many_in_a_minute_are_put_off(desk, settings) -> None:
    settings.MAIL_PER_MINUTE = 3
    if time.monotonic() % 60 > 57:
        time.sleep(4)  # the minute must not end between them
    with open_at() as port:
        codes = [bring(port, mail())[0] for _ in range(5)]

    assert codes == [250, 250, 250, 450, 450]


def connect(port: int, source: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(source, 0))


def first_line(wire: socket.socket) -> bytes:
    with wire.makefile("rb") as lines:
        return lines.readline()


def test_more_than_so_many_at_once_hear_421_and_the_door_is_shut_on_them(desk, settings) -> None:
    settings.MAIL_CONNECTIONS, settings.MAIL_CONNECTIONS_EACH = 3, 2
    with open_at() as port, ExitStack() as open_wires:
        wires = [
            open_wires.enter_context(connect(port, place))
            for place in ("127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.2", "127.0.0.3")
        ]
        heard = [first_line(wire)[:3] for wire in wires]
        closed = [wires[n].recv(1) for n in (2, 4)]
        wires[0].close()
        again = until_let_in(port)

    assert heard == [b"220", b"220", b"421", b"220", b"421"]
    assert closed == [b"", b""]
    assert again == 250


def until_let_in(port: int) -> int:
    """As a mail server does: it comes again until it is heard."""
    for _ in range(200):
        try:
            return bring(port, mail())[0]
        except smtplib.SMTPConnectError as error:
            assert error.smtp_code == 421
            time.sleep(0.02)
    raise AssertionError("never let in")


def test_a_rush_of_senders_loses_no_mail(desk, settings) -> None:
    settings.MAIL_CONNECTIONS, settings.MAIL_CONNECTIONS_EACH = 4, 3
    with open_at() as port, ThreadPoolExecutor(20) as senders:
        codes = list(senders.map(lambda _: until_let_in(port), range(60)))

    assert codes == [250] * 60
    assert RawInbound.objects.count() == 60


def test_a_line_of_two_megabytes_is_taken_as_it_is(door: int) -> None:
    content = mail().replace(b"\n", b"\r\n") + b"x" * 2_000_000 + b"\r\n"

    assert bring(door, content)[0] == 250

    assert RawInbound.objects.get().content() == content


def test_addresses_in_any_script_are_taken(door: int, desk) -> None:
    desk.address = "دعم@desk.example"
    desk.save()
    with smtplib.SMTP("127.0.0.1", door, timeout=20) as server:
        server.ehlo()
        server.sendmail("נועה@else.example", ["دعم@desk.example"], mail(), ["SMTPUTF8", "BODY=8BITMIME"])

    envelope = RawInbound.objects.get().envelope
    assert (envelope["mail_from"], envelope["rcpt_tos"]) == ("נועה@else.example", ["دعم@desk.example"])


def test_starttls_with_a_certificate_of_ones_own(desk, settings, tmp_path: Path) -> None:
    settings.MAIL_CERT, settings.MAIL_KEY = certificate(tmp_path)
    with open_at() as port, smtplib.SMTP("localhost", port, timeout=20) as server:
        server.starttls(context=ssl.create_default_context(cafile=settings.MAIL_CERT))
        server.sendmail("cy@else.example", TO, mail())

    assert RawInbound.objects.get().envelope["tls"] is True


def certificate(folder: Path) -> tuple[str, str]:
    """A self-signed one for localhost: paths of certificate and key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, no_password = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, no_password))
    return str(folder / "cert.pem"), str(folder / "key.pem")


def test_a_mail_smuggled_behind_a_bare_line_feed_stays_inside_the_first(door: int) -> None:
    with smtplib.SMTP("127.0.0.1", door, timeout=20) as server:
        server.ehlo()
        server.mail("cy@else.example")
        server.rcpt(TO[0])
        server.docmd("DATA")
        server.send(b"Subject: one\r\n\r\nhello\n.\nMAIL FROM:<ceo@desk.example>\r\n.\r\n")
        assert server.getreply()[0] == 250

    assert b"ceo@desk.example" in RawInbound.objects.get().content()


def test_while_the_database_is_away_senders_are_told_to_come_again(door: int, monkeypatch) -> None:
    content = mail()
    with database_away(monkeypatch):
        assert bring(door, content)[0] == 451

    assert RawInbound.objects.count() == 0
    assert bring(door, content)[0] == 250
    assert RawInbound.objects.count() == 1


@contextmanager
def database_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connections.settings["default"]["OPTIONS"], "timeout", 0.2)
        blocker = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        yield
        blocker.close()
        return
    import psycopg

    name = connection.settings_dict["NAME"]
    params = connection.get_connection_params() | {"dbname": "postgres"}
    given = {key: params[key] for key in ("host", "port", "user", "password", "dbname") if params.get(key)}
    connection.close()
    with psycopg.connect(**given, autocommit=True) as link:
        link.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        link.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            link.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def test_two_workers_on_one_mail_make_one_message(door: int) -> None:
    content = mail()
    bring(door, content)
    bring(door, content)

    def work(pk: int) -> None:
        try:
            receive_raw(RawInbound.objects.get(pk=pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        first, second = RawInbound.objects.values_list("pk", flat=True)
        for done in [pool.submit(work, pk) for pk in (first, second, first, second)]:
            done.result()

    assert Message.objects.count() == 1


@pytest.mark.slow
@pytest.mark.parametrize("size", [2_000, 600_000], ids=["in the row", "in the file store"])
def test_on_a_full_disk_nothing_is_taken_and_later_all_is(tmp_path: Path, size: int) -> None:
    """A limit on the size of files (RLIMIT_FSIZE) is a full disk to everything the process writes."""
    if "postgres" in site.DATABASES["default"]["ENGINE"] and size < 256 * 1024:
        pytest.skip("rows lie on the database server's disk")
    content = mail(text="words\n" * (size // 6))
    with own_house(tmp_path / "data", PORT=free_port(), MAIL_PORT=(port := free_port())) as house:
        house.do(
            "from ahlan.channels.models import Inbox\n"
            "Inbox.objects.create(name='S', channel='email', address='support@desk.example')"
        )
        process = house.ahlan("web", "--door")
        try:
            wait_for(int(port))
            with full_disk(process.pid):
                assert bring(int(port), content)[0] == 451
                assert kept(house) == 0
            assert bring(int(port), content)[0] == 250
            assert kept(house) == 1
            assert process.poll() is None
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def full_disk(pid: int) -> Iterator[None]:
    _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1024, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))


def kept(house) -> int:
    return house.do("from ahlan.channels.models import RawInbound\nprint(RawInbound.objects.count())")


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def wait_for(port: int) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nobody listens on {port}")
