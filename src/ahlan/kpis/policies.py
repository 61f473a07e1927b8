"""Who may see figures: whoever has the permission, and of them those of the inboxes he sees."""

from typing import Any

from django.db.models import QuerySet

from ahlan.channels.models import Inbox
from ahlan.customers.models import Organisation
from ahlan.staff.models import Agent, Team
from ahlan.tickets.models import Tag
from ahlan.tickets.policies import inbox_ids_of

VIEW, MANAGE = "kpis.view", "kpis.manage"


def scope_rows(scope: str) -> "QuerySet[Any]":
    """What a goal can be for."""
    tables: dict[str, Any] = {
        "team": Team, "agent": Agent, "inbox": Inbox, "tag": Tag, "organisation": Organisation,
    }  # fmt: skip
    return tables[scope].objects.all()  # type: ignore[no-any-return]


def seen_inboxes(agent: Agent) -> tuple[int, ...] | None:
    """None: all of them."""
    return None if agent.sees_all_inboxes() else tuple(inbox_ids_of(agent))
