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


def by_command(count: int) -> float:
    """Mails a second through the verb, one after another, each its own transaction."""
    from generate import mail, ticket

    from ahlan.site.mail_command import receive_one

    inbox, _agents = desk.staff()
    mails = [mail(ticket(n, 1_000_000), unique=f".c{count}") for n in range(MAILS)]
    began = time.perf_counter()
    for one in mails:
        receive_one(one, inbox)
    return MAILS / (time.perf_counter() - began)


def by_door(count: int, data: Path) -> tuple[float, float]:
    """(accepted, understood) mails a second: the product runs as always, visitors bring mail."""
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
        began = time.perf_counter()
        visitors = [threading.Thread(target=_bring, args=(mails[n::VISITORS],)) for n in range(VISITORS)]
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.join()
        accepted = time.perf_counter() - began
        while Ticket.objects.count() < before + MAILS:
            time.sleep(0.05)
        return MAILS / accepted, MAILS / (time.perf_counter() - began)
    finally:
        house.terminate()
        house.wait(30)


def _bring(mails: list[bytes]) -> None:
    with smtplib.SMTP("127.0.0.1", MAIL_PORT) as server:
        for one in mails:
            server.sendmail("bench@else.example", ["support@desk.example"], one)


def main() -> None:
    data = desk.start(os.environ.get("AHLAN_BENCH"))
    rows = []
    for count in [int(one) for one in sys.argv[1:]] or [0, 100_000]:
        desk.fill(count)
        command = by_command(count)
        accepted, understood = by_door(count, data)
        rows.append([f"{count:,}", f"{command:.0f}", f"{accepted:.0f}", f"{understood:.0f}"])
    head = ["tickets before", "mail receive, /s", "door accepts, /s", "door to ticket, /s"]
    desk.table(f"Intake, {desk.kind()}, {MAILS:,} mails each", head, rows)


if __name__ == "__main__":
    main()
