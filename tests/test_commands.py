"""The commands as people type them, on a house of their own."""

import json
import mailbox
from pathlib import Path

import pytest

from tests.makers import mail
from tests.own_house import House, own_house

INBOX = """
from ahlan.channels.models import Inbox
Inbox.objects.get_or_create(channel="email", address="support@desk.example", defaults={"name": "Support"})
"""
COUNT = "from ahlan.tickets.models import Ticket; print(json.dumps(Ticket.objects.count()))"


@pytest.fixture
def house(tmp_path: Path):
    with own_house(tmp_path / "data") as found:
        found.do(INBOX)
        yield found


def receive(house: House, *arguments: str, **options) -> list[dict]:
    done = house.run("mail", "receive", "--json", *arguments, **options)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_mail_receive_takes_a_pipe_a_file_an_mbox_and_a_maildir(house, tmp_path):
    first, second, third = mail(), mail(), mail()
    (tmp_path / "one.eml").write_bytes(second)
    box = mailbox.mbox(tmp_path / "box")
    for one in (first, second, third):
        box.add(one)
    box.close()
    folder = mailbox.Maildir(tmp_path / "Maildir")
    folder.add(third)

    piped = receive(house, input=first)
    filed = receive(house, str(tmp_path / "one.eml"))
    boxed = receive(house, str(tmp_path / "box"))
    foldered = receive(house, str(tmp_path / "Maildir"))

    assert [one["decision"] for one in piped + filed] == ["opened", "opened"]
    assert [one["decision"] for one in boxed] == ["duplicate", "duplicate", "opened"]
    assert [one["decision"] for one in foldered] == ["duplicate"]
    assert set(piped[0]) == {"ticket", "message", "decision"}
    assert boxed[0]["ticket"] == piped[0]["ticket"]


def test_mail_receive_refuses_where_there_is_nothing_and_says_so(house):
    missing = house.run("mail", "receive", "/nowhere/at/all")
    unknown = house.run("mail", "receive", "--inbox", "nobody@desk.example", input=mail())

    assert (missing.returncode, unknown.returncode) == (66, 66)
    assert b"There is no" in missing.stderr


def test_backup_and_restore_bring_everything_back(house, tmp_path):
    receive(house, input=mail())
    target = str(tmp_path / "all.tar")
    saved = house.run("backup", target)
    receive(house, input=mail())

    refused = house.run("restore", target)
    forced = house.run("restore", target, "--force")

    assert (saved.returncode, refused.returncode, forced.returncode) == (0, 1, 0), forced.stderr
    assert b"--force" in refused.stderr
    assert house.do(COUNT) == 1


def test_restore_leaves_everything_when_the_file_is_no_backup(house, tmp_path):
    receive(house, input=mail())
    (tmp_path / "junk.tar").write_bytes(b"no tar at all")

    done = house.run("restore", str(tmp_path / "junk.tar"), "--force")

    assert done.returncode == 1
    assert b"damaged" in done.stderr
    assert house.do(COUNT) == 1


def test_user_create_prints_a_link_and_doctor_says_what_is_missing(house):
    made = house.run("user", "create", "chief@desk.example", "--role", "admin")
    again = house.run("user", "create", "chief@desk.example")
    ill = house.run("doctor")

    assert b"/in/" in made.stdout
    assert again.returncode == 1
    assert (ill.returncode, b"No worker has ever run" in ill.stdout) == (1, True)


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["run"],
        ["web"],
        ["work"],
        ["mail", "receive"],
        ["user", "create"],
        ["backup"],
        ["restore"],
        ["doctor"],
        ["setup"],
        ["sample"],
    ],
)
def test_every_command_tells_of_itself(command):
    from typer.testing import CliRunner

    from ahlan.site.cli import app

    done = CliRunner().invoke(app, [*command, "--help"])

    assert done.exit_code == 0
    assert "Usage" in done.output
