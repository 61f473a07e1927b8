"""The whole product as a newcomer starts it: second start, idle memory, and pages a second for eight readers.

`python bench/serve.py [TICKETS]` (10000); DATABASE_URL for PostgreSQL, AHLAN_BENCH to use a desk that is filled.
"""

import http.client
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import desk

PORT, MAIL_PORT = 8192, 8193
READERS, SECONDS, STARTS = 8, 5.0, 3


def start(data: Path) -> tuple["subprocess.Popen[str]", float, str]:
    """The product, the seconds until it was at home, and its link."""
    env = {**os.environ, "AHLAN_DATA": str(data), "PORT": str(PORT), "MAIL_PORT": str(MAIL_PORT)}
    began = time.perf_counter()
    house = subprocess.Popen(
        [sys.executable, "-m", "ahlan", "run", "--empty"], env=env, stdout=subprocess.PIPE, text=True
    )
    assert house.stdout is not None
    seconds, link = 0.0, ""
    for line in house.stdout:
        seconds = seconds or (time.perf_counter() - began if "at home" in line else 0.0)
        if found := re.search(r"http\S+/in/\S+", line):
            link = found[0]
            break
    return house, seconds, link


def memory(house: "subprocess.Popen[str]") -> float:
    """Megabytes of all its processes: what each has for itself and its share of what they share (PSS)."""
    children = subprocess.run(["pgrep", "-P", str(house.pid)], capture_output=True, text=True).stdout.split()
    kilobytes = 0
    for pid in [house.pid, *children]:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        kilobytes += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])  # type: ignore[index]
    return kilobytes / 1000


def pages(link: str, address: str) -> float:
    """Answers a second for eight readers at once."""
    path = link.partition(f":{PORT}")[2]
    first = http.client.HTTPConnection("localhost", PORT)
    first.request("GET", path)
    answer = first.getresponse()
    answer.read()
    cookie = "; ".join(one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie", []))
    counted, until = [0] * READERS, time.monotonic() + SECONDS
    readers = [
        threading.Thread(target=_read, args=(address, cookie, until, counted, n)) for n in range(READERS)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return sum(counted) / SECONDS


def _read(address: str, cookie: str, until: float, counted: list[int], n: int) -> None:
    link = http.client.HTTPConnection("localhost", PORT)
    while time.monotonic() < until:
        link.request("GET", address, headers={"Cookie": cookie, "HX-Request": "true"})
        answer = link.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        counted[n] += 1


def main() -> None:
    data = desk.start(os.environ.get("AHLAN_BENCH"))
    desk.fill(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    start(data)[0].terminate()
    time.sleep(3)
    starts, idle, link = [], 0.0, ""
    for n in range(STARTS):
        house, seconds, link = start(data)
        starts.append(seconds)
        time.sleep(5)
        idle = memory(house)
        if n < STARTS - 1:
            house.terminate()
            house.wait(30)
    rates = {}
    for name, address in {"list": "/inbox/open/?part=rows", "ticket": "/tickets/100/"}.items():
        rates[name] = pages(link, address) if not rates else pages(fresh_link(data), address)
    loaded = memory(house)
    house.terminate()
    house.wait(30)
    rows = [
        ["second start, s (median)", f"{desk.p(starts, 0.5):.1f}"],
        ["idle memory, MB", f"{idle:.0f}"],
        ["memory after the load, MB", f"{loaded:.0f}"],
        *([f"{name}: pages/s, {READERS} readers", f"{rate:.0f}"] for name, rate in rates.items()),
    ]
    desk.table(f"The product, {desk.kind()}", ["what", "figure"], rows)


def fresh_link(data: Path) -> str:
    from ahlan.staff.actions import make_link
    from ahlan.staff.models import Agent

    agent = Agent.objects.filter(role__key="admin").order_by("id").first()
    assert agent is not None
    return f"http://localhost:{PORT}/in/{make_link(agent)}/"


if __name__ == "__main__":
    main()
