"""How many mails a second become tickets, and whether that stays so as the desk grows.

`python bench/intake.py [TICKETS …]` (0 100000): by the verb of `ahlan mail receive`, and by the mail door with the
product running. DATABASE_URL for PostgreSQL, AHLAN_BENCH for a desk that is filled.
"""

import os
import smtplib
import subprocess
import sys
import threading
import time
from pathlib import Path

import desk

MAILS = 2_000
VISITORS = 4
PORT, MAIL_PORT = 8190, 8191


def by_command(count: int) -> tuple[float, float]:
    """Mails a second through the verb, one after another, each its own transaction; CPU ms for each."""
    from generate import mail, ticket

    from ahlan.site.mail_command import receive_one

    inbox, _agents = desk.staff()
    mails = [mail(ticket(n, 1_000_000), unique=f".c{count}") for n in range(MAILS)]
    began, busy = time.perf_counter(), time.process_time()
    for one in mails:
        receive_one(one, inbox)
    return MAILS / (time.perf_counter() - began), (time.process_time() - busy) / MAILS * 1000


def by_door(count: int, data: Path) -> tuple[float, float, float]:
    """(accepted, understood) mails a second, CPU ms for each: the product runs as always, visitors bring mail."""
    from generate import mail, ticket

    from ahlan.tickets.models import Ticket

    mails = [mail(ticket(n, 1_000_000), unique=f".d{count}") for n in range(MAILS)]
    env = {**os.environ, "AHLAN_DATA": str(data), "PORT": str(PORT), "MAIL_PORT": str(MAIL_PORT)}
    env |= {"AHLAN_MAIL_PER_MINUTE": "1000000"}
    before = Ticket.objects.count()
    house = subprocess.Popen(
        [sys.executable, "-m", "ahlan", "run", "--empty"], env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        assert house.stdout is not None
        for line in house.stdout:
            if "at home" in line:
                break
        time.sleep(3)
        began, busy = time.perf_counter(), seconds_busy(house.pid)
        visitors = [threading.Thread(target=_bring, args=(mails[n::VISITORS],)) for n in range(VISITORS)]
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.join()
        accepted = time.perf_counter() - began
        while Ticket.objects.count() < before + MAILS:
            time.sleep(0.05)
        understood = time.perf_counter() - began
        time.sleep(2)  # what each mail calls for afterwards is part of what it costs
        return MAILS / accepted, MAILS / understood, (seconds_busy(house.pid) - busy) / MAILS * 1000
    finally:
        house.terminate()
        house.wait(30)


def seconds_busy(pid: int) -> float:
    """CPU seconds a process and its children have taken so far (Linux)."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    threads = Path(f"/proc/{pid}/task").iterdir()
    children = [one for thread in threads for one in (thread / "children").read_text().split()]
    own = (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(seconds_busy(int(one)) for one in children)


def _bring(mails: list[bytes]) -> None:
    with smtplib.SMTP("127.0.0.1", MAIL_PORT) as server:
        for one in mails:
            server.sendmail("bench@else.example", ["support@desk.example"], one)


def main() -> None:
    data = desk.start(os.environ.get("AHLAN_BENCH"))
    rows = []
    for count in [int(one) for one in sys.argv[1:]] or [0, 100_000]:
        desk.fill(count)
        figures = [*by_command(count), *by_door(count, data)]
        rows.append([f"{count:,}", *(f"{one:.1f}" for one in figures)])
    head = [
        "tickets before",
        "mail receive, /s",
        "CPU ms",
        "door accepts, /s",
        "door to ticket, /s",
        "CPU ms",
    ]
    desk.table(f"Intake, {desk.kind()}, {MAILS:,} mails each", head, rows)


if __name__ == "__main__":
    main()
