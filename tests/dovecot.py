"""A real Dovecot on loopback, with its own configuration and mails in a folder of its own."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient

CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
imap_capability = {capability}
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{home}/mail/%u
maildir_stat_dirs = yes
mailbox_idle_check_interval = 1s
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN {home}/users
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {home}/oauth2
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    port: int
    home: Path
    user: str = "desk"
    password: str = "salakala 123"

    @property
    def settings(self) -> dict[str, object]:
        """For an inbox; the password is a secret of its own."""
        return {
            "imap_host": "127.0.0.1",
            "imap_port": self.port,
            "imap_security": "none",
            "imap_user": self.user,
        }

    @contextmanager
    def open(self, folder: str = "INBOX") -> Iterator[IMAPClient]:
        """The mailbox as its owner sees it in another program."""
        with IMAPClient("127.0.0.1", self.port, ssl=False, timeout=20) as client:
            client.login(self.user, self.password)
            if not client.folder_exists(folder):
                client.create_folder(folder)
            client.select_folder(folder)
            yield client

    def put(self, *mails: bytes, folder: str = "INBOX", seen: bool = False) -> None:
        with self.open(folder) as client:
            for mail in mails:
                client.append(folder, mail, flags=[b"\\Seen"] if seen else [])

    def forget_numbers(self) -> None:
        """The server loses its own list of numbers, as after a restored backup: another UIDVALIDITY."""
        time.sleep(1.1)  # it is a time in seconds
        for one in (self.home / "mail" / self.user).glob("dovecot*"):
            one.unlink()


@contextmanager
def dovecot(capability: str = "", introspection: str = "", user: str = "desk") -> Iterator[Dovecot]:
    """Runs until the end of the block. `introspection`: where it asks whether an OAuth2 token is good."""
    home = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
    account = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    group = grp.getgrgid(account.pw_gid).gr_name
    server = Dovecot(free_port(), home, user)
    (home / "users").write_text(f"{server.user}:{server.password}\n")
    (home / "oauth2").write_text(
        f"introspection_mode = post\nintrospection_url = {introspection or 'http://127.0.0.1:9/'}\n"
        "username_attribute = email\nactive_attribute = active\nactive_value = true\n"
    )
    (home / "mail" / server.user).mkdir(parents=True)
    (home / "dovecot.conf").write_text(
        CONFIGURATION.format(
            home=home, user=account.pw_name, group=group, port=server.port, capability=capability
        )
    )
    if os.getuid() == 0:
        for path in [home, *home.rglob("*")]:
            os.chown(path, account.pw_uid, account.pw_gid)
    command = [shutil.which("dovecot") or "/usr/sbin/dovecot", "-F", "-c", str(home / "dovecot.conf")]
    as_nobody = (
        {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
    )
    process = subprocess.Popen(command, cwd="/", **as_nobody)
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(home, ignore_errors=True)


def _wait(server: Dovecot, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", server.port)) == 0:
                return
        time.sleep(0.05)
    log = server.home / "log"
    raise AssertionError(f"Dovecot does not start: {log.read_text() if log.exists() else process.poll()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
