"""Who may see figures: whoever has the permission, and of them those of the inboxes he sees."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from ahlan.channels.models import Inbox
from ahlan.customers.models import Organisation
from ahlan.kpis.models import Mailing, Report
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


def reports_of(agent: Agent) -> QuerySet[Report]:
    """His own, those shared with him or with everybody, and those he gets by mail. Whatever they tell is limited to what he sees."""
    if not agent.may(VIEW):
        return Report.objects.none()
    teams = Team.agents.through.objects.filter(agent=agent).values("team")
    mailed = Mailing.people.through.objects.filter(agent=agent).values("mailing__report")
    return Report.objects.filter(
        Q(owner=agent)
        | Q(shared=Report.Shared.ALL)
        | Q(shared=Report.Shared.TEAM, team__in=teams)
        | Q(pk__in=mailed)
    )


def may_change(agent: Agent, report: Report) -> bool:
    """Its owner; what is shared also whoever sets the goals of the house."""
    return report.owner_id == agent.pk or (bool(report.shared) and agent.may(MANAGE))


def report_for(agent: Agent, pk: int, *, changing: bool = False) -> Report:
    """Raises Http404 for one he may not know of, PermissionDenied for one he may only read."""
    found = reports_of(agent).select_related("owner", "team", "mailing").filter(pk=pk).first()
    if found is None:
        raise Http404("no such report")
    if changing and not may_change(agent, found):
        raise PermissionDenied
    return found
