"""What a page of figures is asked for: a time, a zone, and what it is limited to. What cannot be asked is passed over."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.dateparse import parse_date

from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.kpis.policies import seen_inboxes
from ahlan.kpis.question import KINDS
from ahlan.kpis.reading import Filters, Period
from ahlan.staff.models import Agent, Team
from ahlan.tickets.policies import inboxes_of

SPANS = (7, 30, 90, 365)
USUAL = 30
LONGEST = 2 * 366  # days


@dataclass(frozen=True)
class Asked:
    """`said`: what of the address was understood, as it goes on into links. `people`, `teams`, `inboxes`: what can be chosen."""

    period: Period
    filters: Filters
    said: dict[str, str]
    team: Team | None
    teams: list[Team]
    inboxes: list[Inbox]

    @property
    def query(self) -> str:
        return urlencode(self.said)

    @property
    def last(self) -> date:
        """The last day that is looked at."""
        return self.period.end - timedelta(days=1)

    @property
    def before(self) -> Period:
        """As many days right before."""
        length = self.period.end - self.period.start
        return Period(self.period.start - length, self.period.start, self.period.zone)

    def also(self, **more: object) -> str:
        """The same with something else asked."""
        return urlencode({**self.said, **{key: str(value) for key, value in more.items()}})


def asked_of(agent: Agent, given: QueryDict) -> Asked:
    teams, inboxes = (
        list(Team.objects.select_related("hours").order_by("name", "id")),
        list(inboxes_of(agent)),
    )
    team = next((one for one in teams if str(one.pk) == given.get("team")), None)
    inbox = next((one for one in inboxes if str(one.pk) == given.get("inbox")), None)
    zone = agent.time_zone
    said: dict[str, str] = {}
    if team is not None:
        said["team"] = str(team.pk)
        if given.get("clock") == "team" and team.hours is not None:
            zone, said["clock"] = team.calendar().zone_on(now().date()).key, "team"
    start, end = _days(given, zone, said)
    if inbox is not None:
        said["inbox"] = str(inbox.pk)
    for key in ("business", "internal"):
        if given.get(key) in ("1", "only"):
            said[key] = str(given[key])
    if given.get("bot") in ("0", "1"):
        said["bot"] = str(given["bot"])
    kind = "internal" if "internal" in said else given.get("customer_kind", "")
    if kind in KINDS:
        said["customer_kind"] = kind
    filters = Filters(
        team=team.pk if team else None, inbox=inbox.pk if inbox else None, business="business" in said,
        customer_kind=kind if kind in KINDS else "", agent=_number(given.get("agent"), said, "agent"),
        tag=_number(given.get("tag"), said, "tag"), organisation=_number(given.get("organisation"), said, "organisation"), priority=_number(given.get("priority"), said, "priority"),
        language=_word(given.get("language"), said, "language"), channel=_word(given.get("channel"), said, "channel"),
        bot={"1": True, "0": False}.get(said.get("bot", "")), inboxes=seen_inboxes(agent),
    )  # fmt: skip
    return Asked(Period(start, end, zone), filters, said, team, teams, inboxes)


def _days(given: QueryDict, zone: str, said: dict[str, str]) -> tuple[date, date]:
    """From the first day to the one after the last: two days that were named, else so many up to today."""
    today = now().astimezone(ZoneInfo(zone)).date()
    first, last = _day(given.get("start", "")), _day(given.get("until", ""))
    if first and last and first <= last and (last - first).days < LONGEST:
        said["start"], said["until"] = first.isoformat(), last.isoformat()
        return first, last + timedelta(days=1)
    days = next((one for one in SPANS if str(one) == given.get("days")), USUAL)
    said["days"] = str(days)
    return today - timedelta(days=days - 1), today + timedelta(days=1)


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and 1900 <= found.year <= 2200 else None


def _number(text: str | None, said: dict[str, str], key: str) -> int | None:
    if not (text and text.isascii() and text.isdecimal() and len(text) < 18):
        return None
    said[key] = text
    return int(text)


def _word(text: str | None, said: dict[str, str], key: str) -> str:
    if not (text and text.isascii() and text.replace("_", "").replace("-", "").isalnum() and len(text) <= 20):
        return ""
    said[key] = text
    return text
