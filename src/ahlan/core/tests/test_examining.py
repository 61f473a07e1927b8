"""Files of strangers: pictures drawn anew, bombs refused, a scanner asked over its own protocol."""

import io
import socket
import struct
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ahlan.core import examining
from ahlan.core.examining import NotTaken, examine

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "red").save(made, kind, **more)
    return made.getvalue()


def taken(name: str, content: bytes, content_type: str = "image/jpeg") -> tuple[str, bytes]:
    found = examine(SimpleUploadedFile(name, content, content_type))
    return found.content_type, b"".join(found.chunks)


def test_a_picture_keeps_what_is_seen_and_nothing_else():
    where = Image.Exif()
    where[0x010E] = "taken at home"
    given = picture(exif=where) + b"<script>hidden behind its end</script>"

    content_type, content = taken("cup.jpg", given)

    assert content_type == "image/jpeg"
    assert b"taken at home" in given and b"taken at home" not in content and b"hidden" not in content
    assert Image.open(io.BytesIO(content)).size == (40, 30)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_kinds_of_pictures_stay_what_they_are(kind):
    content_type, content = taken("cup", picture(kind), "application/octet-stream")

    assert content_type == f"image/{kind.lower()}"
    assert Image.open(io.BytesIO(content)).format == kind


def test_a_picture_turned_by_its_camera_is_turned():
    turned = Image.Exif()
    turned[0x0112] = 6

    _kind, content = taken("cup.jpg", picture(exif=turned))

    assert Image.open(io.BytesIO(content)).size == (30, 40)


def test_a_picture_that_is_none_is_a_file_that_no_browser_shows():
    assert taken("cup.jpg", b"GIF89a<script>") == ("application/octet-stream", b"GIF89a<script>")
    assert taken("half.png", picture("PNG")[:60], "image/png")[0] == "application/octet-stream"


def test_a_huge_picture_in_a_small_file_is_refused_without_being_drawn(monkeypatch):
    given = picture("PNG", (9_000, 9_000))

    with pytest.raises(NotTaken, match=r"bomb\.png"):
        taken("bomb.png", given, "image/png")

    assert len(given) < 400_000


def test_a_zip_bomb_stays_closed():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("zeros", b"\0" * 50_000_000)

    assert taken("bomb.zip", made.getvalue(), "application/zip") == ("application/zip", made.getvalue())


@contextmanager
def clamd(answer: bytes | None = None) -> Iterator[str]:
    """Speaks as clamd does: reads INSTREAM to its end and says whether the test virus was in it."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _peer = server.accept()
            except OSError:
                return
            with line:
                if answer is not None:
                    line.sendall(answer)
                    continue
                said, command = b"", line.recv(10, socket.MSG_WAITALL)
                assert command == b"zINSTREAM\0"
                while size := struct.unpack("!L", line.recv(4, socket.MSG_WAITALL))[0]:
                    said += line.recv(size, socket.MSG_WAITALL)
                line.sendall(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in said else b"stream: OK\0")

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.close()


def test_a_scanner_sees_all_of_a_file_and_is_heard(settings):
    with clamd() as settings.CLAMD:
        clean = taken("long.bin", b"x" * 200_000, "application/x-thing")
        with pytest.raises(NotTaken, match="virus"):
            taken("bad.bin", b"x" * 100_000 + EICAR, "application/x-thing")

    assert clean == ("application/x-thing", b"x" * 200_000)


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0"])
def test_a_scanner_that_does_not_answer_lets_nothing_in(settings, answer):
    with clamd(answer) as settings.CLAMD, pytest.raises(NotTaken):
        taken("cup.txt", b"cup", "text/plain")


def test_where_the_scanner_is_away_nothing_is_taken(settings):
    settings.CLAMD = "127.0.0.1:1"

    with pytest.raises(NotTaken, match="just now"):
        taken("cup.txt", b"cup", "text/plain")


def test_a_scanner_is_reached_by_a_socket_too(settings, tmp_path):
    place = str(tmp_path / "clamd.sock")
    server = socket.socket(socket.AF_UNIX)
    server.bind(place)
    server.listen()

    def serve() -> None:
        line, _peer = server.accept()
        with line:
            while line.recv(4096)[-4:] != b"\0\0\0\0":
                pass
            line.sendall(b"stream: OK\0")

    threading.Thread(target=serve, daemon=True).start()
    settings.CLAMD = place

    assert examining.ask_clamd(place, SimpleUploadedFile("cup.txt", b"cup")) == "stream: OK"
    server.close()
