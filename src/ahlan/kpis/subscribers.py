"""What figures do when something has happened."""

import logging
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from ahlan.events.models import Event
from ahlan.events.subscribe import within
from ahlan.events.timers import every, when_due
from ahlan.kpis.actions import goals, handling, keeping, mailing, rebuild
from ahlan.kpis.course import KINDS
from ahlan.kpis.legs import CALL_KIND, CHAT_KINDS

log = logging.getLogger(__name__)


@within(*KINDS, *CHAT_KINDS, CALL_KIND, history=True)
def keep_facts(event: Event) -> None:
    keeping.keep(event)


@within("customer.merged", "customer.unmerged")
def take_people(event: Event) -> None:
    keeping.take_people([event.subject_id, event.facts["other"], *event.facts["all"]])


@every(days=1, offset=timedelta(hours=5), title=_("Look at the goals of figures"))
def look_at_goals() -> None:
    goals.look_at_goals()


@every(days=1, offset=timedelta(hours=2, minutes=30), title=_("Compare the figures with the log"))
def compare_with_log() -> None:
    if found := rebuild.differences():
        log.error(
            "figures differ from the log; run `ahlan kpis rebuild`",
            extra={"n": len(found), "first": found[:20]},
        )


@within("ticket.took_in", "ticket.gave_back")
def carry_work(event: Event) -> None:
    handling.carry_work(event.facts["source"], event.subject_id, back=event.kind == "ticket.gave_back")


@every(seconds=30, title=_("Count the time worked on tickets"))
def count_silent() -> None:
    handling.count_silent()


@when_due(mailing.next_due, title=_("Send reports by mail"))
def send_reports() -> None:
    mailing.send_due()
