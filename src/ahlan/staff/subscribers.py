"""What the staff room does as people come and go."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from ahlan.events.models import Event
from ahlan.events.subscribe import within
from ahlan.events.timers import when_due
from ahlan.staff.actions.presence import leave, notice_presence
from ahlan.staff.models import Agent
from ahlan.staff.queries import next_look


@when_due(next_look, priority=60, title=_("See who has gone"))
def notice_who_has_gone() -> None:
    notice_presence()


@receiver(user_logged_out)
def go_offline(sender: Any, user: Agent | None, **signal: Any) -> None:
    if user is not None:
        leave(user)


@within("agent.changed")
def let_go(event: Event) -> None:
    """Who works here no longer is not there any more either."""
    if "is_active" in event.facts.get("fields", []):
        agent = Agent.objects.filter(pk=event.subject_id, is_active=False).first()
        if agent is not None:
            leave(agent)
