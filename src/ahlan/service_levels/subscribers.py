"""What service levels do when something has happened to a ticket, and when a deadline falls due."""

from django.utils.translation import gettext_lazy as _

from ahlan.events.models import Event
from ahlan.events.subscribe import within
from ahlan.events.timers import when_due
from ahlan.service_levels.actions import keeping
from ahlan.service_levels.log import KINDS
from ahlan.service_levels.models import Policy
from ahlan.service_levels.queries import next_notice
from ahlan.tickets.conditions import name_another


@within(*KINDS)
def keep_deadlines(event: Event) -> None:
    keeping.keep(event)


@when_due(next_notice, priority=50, title=_("See which deadlines are missed"))
def notice_deadlines() -> None:
    keeping.notice_due()


@within("tag.merged")
def ask_for_the_other_tag(event: Event) -> None:
    name_another(Policy.objects.all(), "tags", str(event.subject_id), str(event.facts["into"]))
