"""Who may see figures: whoever has the permission, and of them those of the inboxes he sees."""

from ahlan.staff.models import Agent
from ahlan.tickets.policies import inbox_ids_of

VIEW = "kpis.view"


def seen_inboxes(agent: Agent) -> tuple[int, ...] | None:
    """None: all of them."""
    return None if agent.sees_all_inboxes() else tuple(inbox_ids_of(agent))
