"""A real Postfix on loopback: the mail server of a customer, with its configuration in a folder of its own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.dovecot import Dovecot, free_port

MAIN = """
compatibility_level = 3.6
queue_directory = {home}/spool
data_directory = {home}/data
maillog_file = {home}/log
maillog_file_prefixes = /tmp
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
mynetworks = 127.0.0.0/8
myhostname = mx.{domain}
alias_maps =
disable_dns_lookups = yes
smtp_host_lookup = native
smtputf8_enable = yes
smtpd_recipient_restrictions = permit_mynetworks, reject
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {mails}
virtual_mailbox_maps = static:{user}/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
transport_maps = inline:{{ {{ {elsewhere} = smtp:[127.0.0.1]:{door} }} }}
minimal_backoff_time = 5s
queue_run_delay = 5s
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


@contextmanager
def postfix(box: Dovecot, *, domain: str, elsewhere: str, door: int) -> Iterator[int]:
    """Mail for `domain` lands in the box; mail for `elsewhere` goes to our door. Gives its port. Needs root."""
    home = Path(tempfile.mkdtemp(prefix="postfix-", dir="/tmp"))
    home.chmod(0o755)
    port, owner = free_port(), (box.home / "mail").stat()
    for name in ("conf", "spool", "data"):
        (home / name).mkdir()
    os.chown(home / "data", pwd.getpwnam("postfix").pw_uid, -1)
    (home / "conf" / "main.cf").write_text(
        MAIN.format(
            home=home, domain=domain, elsewhere=elsewhere, door=door, mails=box.home / "mail",
            user=box.user, uid=owner.st_uid, gid=owner.st_gid,
        )
    )  # fmt: skip
    (home / "conf" / "master.cf").write_text(MASTER.format(port=port))
    command = [shutil.which("postfix") or "/usr/sbin/postfix", "-c", str(home / "conf")]
    try:
        subprocess.run([*command, "start"], check=True, capture_output=True, timeout=60)
        yield port
    finally:
        subprocess.run([*command, "stop"], check=False, capture_output=True, timeout=60)
        shutil.rmtree(home, ignore_errors=True)
