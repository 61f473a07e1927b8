"""Keeping reports: saving, duplicating, putting away and bringing back."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ahlan.core.clock import now
from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.kpis.models import Mailing, Report
from ahlan.kpis.question import question_of
from ahlan.kpis.timetable import next_of
from ahlan.staff.models import Agent, Team

MOST = 2_000


class TooManyReports(ValueError):
    """There are as many as can be kept."""


@transaction.atomic
def save_report(
    report: Report | None, *, name: str, asks: Mapping[str, Any], owner: Agent | None = None, shared: str = "", team: Team | None = None,
    actor: str,
) -> Report:  # fmt: skip
    """Keep a question; `report` None makes a new one. Raises BadQuestion, ValueError without a name or team, TooManyReports."""
    question, name = question_of(asks), clean(name).strip()
    if (
        not name
        or len(name) > 120
        or shared not in Report.Shared.values
        or (shared == Report.Shared.TEAM and team is None)
    ):
        raise ValueError("no name, or shared with nobody")
    if report is None:
        if Report.objects.count() >= MOST:
            raise TooManyReports
        report = Report(owner=owner)
    report.name, report.asks, report.shared = name, question.as_data(), shared
    report.team = team if shared == Report.Shared.TEAM else None
    report.save()
    record("report.saved", report, actor=actor)
    return report


def duplicate_report(report: Report, *, owner: Agent, actor: str) -> Report:
    """The same question as somebody's own. Raises TooManyReports."""
    name = (_("%(name)s (copy)") % {"name": report.name})[:120]
    return save_report(None, name=name, asks=report.asks, owner=owner, actor=actor)


@transaction.atomic
def archive_report(report: Report, *, actor: str) -> None:
    """Out of the list and no more by mail, until it is brought back. Nothing happens to one that is archived."""
    if Report.objects.filter(pk=report.pk, archived_at=None).update(archived_at=now()):
        Mailing.objects.filter(report=report).update(next_at=None)
        record("report.archived", report, actor=actor)


@transaction.atomic
def restore_report(report: Report, *, actor: str) -> None:
    """Back in the list, and by mail as before."""
    if Report.objects.filter(pk=report.pk).exclude(archived_at=None).update(archived_at=None):
        mailing = Mailing.objects.filter(report=report).first()
        if mailing is not None:
            Mailing.objects.filter(pk=mailing.pk).update(next_at=next_of(mailing, now()))
        record("report.restored", report, actor=actor)
