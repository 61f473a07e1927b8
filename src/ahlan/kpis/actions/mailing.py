"""Sending reports by mail: when and to whom, each to each once, as far as who gets it may see."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from smtplib import SMTPException
from zoneinfo import available_timezones

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Min
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ahlan.core.clock import now
from ahlan.core.reached import house_address
from ahlan.core.tables import MEDIA, written
from ahlan.events.log import record
from ahlan.kpis.files import table_of
from ahlan.kpis.models import Copy, Every, Mailing, Report
from ahlan.kpis.policies import VIEW, seen_inboxes
from ahlan.kpis.printing import report_pdf, when_of, words_of
from ahlan.kpis.question import question_of
from ahlan.kpis.reports import answer
from ahlan.kpis.shown import shown
from ahlan.kpis.timetable import LAST_DAY, next_of
from ahlan.staff.models import Agent

log = logging.getLogger(__name__)

MOST_PEOPLE = 200
AT_ONCE = 50
MOST_TRIES = 5
PAUSE = timedelta(minutes=10)
KEPT = timedelta(days=400)


class BadMailing(ValueError):
    """A day, an hour or a zone that is none, or nobody who may see figures."""


@transaction.atomic
def set_mailing(
    report: Report, *, every: str, day: int, hour: int, zone: str, people: Iterable[Agent], actor: str
) -> Mailing:
    """Let a report go by mail. Raises BadMailing."""
    chosen = {one.pk: one for one in people if one.may(VIEW)}
    days = (
        {Every.DAY: range(1), Every.WEEK: range(7), Every.MONTH: range(1, LAST_DAY + 1)}.get(Every(every))
        if every in Every.values
        else None
    )
    if days is None or day not in days or not 0 <= hour < 24 or zone not in available_timezones():
        raise BadMailing("no such time")
    if not 0 < len(chosen) <= MOST_PEOPLE or report.archived_at is not None:
        raise BadMailing("to nobody, to too many, or archived")
    given = {"every": every, "day": day, "hour": hour, "zone": zone}
    mailing = Mailing(report=report, **given)
    mailing, _made = Mailing.objects.update_or_create(
        report=report, defaults={**given, "next_at": next_of(mailing, now())}
    )
    mailing.people.set(chosen.values())
    record("report.mailed", report, actor=actor)
    return mailing


@transaction.atomic
def stop_mailing(report: Report, *, actor: str) -> None:
    """No more by mail."""
    if Mailing.objects.filter(report=report).delete()[0]:
        record("report.mailed", report, actor=actor)


@transaction.atomic
def send_now(report: Report, agent: Agent) -> Copy:
    """To somebody who asks for it, now."""
    at = now()
    return Copy.objects.create(report=report, agent=agent, due_at=at, try_at=at)


def next_due() -> datetime | None:
    """When the next report is to go."""
    planned = Copy.objects.filter(state=Copy.State.PLANNED).aggregate(at=Min("try_at"))["at"]
    turn = Mailing.objects.filter(next_at__isnull=False).aggregate(at=Min("next_at"))["at"]
    return min((one for one in (planned, turn) if one), default=None)


def send_due() -> int:
    """What is due now; returns how many copies were dealt with."""
    for mailing in Mailing.objects.filter(next_at__lte=now()).order_by("next_at")[:AT_ONCE]:
        _plan(mailing)
    due = Copy.objects.filter(state=Copy.State.PLANNED, try_at__lte=now()).select_related(
        "report", "agent__role"
    )
    many = list(due.order_by("try_at", "id")[:AT_ONCE])
    for one in many:
        _send(one)
    return len(many)


@transaction.atomic
def _plan(mailing: Mailing) -> None:
    """Whoever moves the turn on from the time it was seen at plans its copies; turns that were missed are made up for once."""
    due, at = mailing.next_at, now()
    if due is None or not Mailing.objects.filter(pk=mailing.pk, next_at=due).update(
        next_at=next_of(mailing, at)
    ):
        return
    copies = [
        Copy(report_id=mailing.report_id, agent=one, due_at=due, try_at=at) for one in mailing.people.all()
    ]
    Copy.objects.bulk_create(copies, ignore_conflicts=True)
    Copy.objects.filter(report_id=mailing.report_id, due_at__lt=at - KEPT).delete()


def _send(copy: Copy) -> None:
    """Once: a worker that dies between the wire and its note leaves one that may have gone, and is not sent again."""
    if not copy.agent.may(VIEW) or copy.report.archived_at is not None:
        _settle(copy, Copy.State.FAILED, "may not see figures, or archived", before=Copy.State.PLANNED)
        return
    try:
        mail = mail_of(copy.report, copy.agent)
        line = get_connection()
        line.open()
    except Exception as error:
        log.exception("a report could not be sent: %s", copy.report_id)
        _later(copy, str(error) or type(error).__name__)
        return
    try:
        claimed = Copy.objects.filter(pk=copy.pk, state=Copy.State.PLANNED)
        if not claimed.update(state=Copy.State.SENDING, tries=copy.tries + 1, sent_at=now()):
            return
        try:
            line.send_messages([mail])
        except SMTPException as error:  # refused: it has not gone
            _settle(copy, Copy.State.FAILED, str(error))
        except OSError as error:  # broken off: it may have
            _settle(copy, Copy.State.SENDING, str(error))
        else:
            _settle(copy, Copy.State.SENT, "")
    finally:
        line.close()


def _later(copy: Copy, error: str) -> None:
    tries = copy.tries + 1
    if tries >= MOST_TRIES:
        _settle(copy, Copy.State.FAILED, error, before=Copy.State.PLANNED)
        return
    Copy.objects.filter(pk=copy.pk, state=Copy.State.PLANNED).update(
        tries=tries, try_at=now() + PAUSE * tries, error=error[:300]
    )


def _settle(copy: Copy, state: str, error: str, *, before: str = Copy.State.SENDING) -> None:
    Copy.objects.filter(pk=copy.pk, state=before).update(state=state, error=error[:300])


def mail_of(report: Report, reader: Agent) -> EmailMultiAlternatives:
    """What somebody gets: the figures in a few lines, the whole as PDF and as XLSX; in his language, of what he may see."""
    with translation.override(reader.language), timezone.override(reader.time_zone):
        told, seen = answer(question_of(report.asks), reader), seen_inboxes(reader)
        found = shown(told, seen)
        lines = [when_of(found), *found.limits, ""]
        for part in found.parts:
            change = f" · {words_of(part.whole)}" if found.other else ""
            lines.append(f"{part.name}: {part.whole.value} ({_('Counted')}: {part.whole.n}){change}")
        address = f"{house_address()}{reverse('kpis:report', args=[report.pk])}"
        mail = EmailMultiAlternatives(report.name, "\n".join([*lines, "", address, ""]), None, [reader.email])
        name = f"{report.name}-{told.period.start}"
        mail.attach(f"{name}.pdf", report_pdf(report.name, found), "application/pdf")
        sheet = b"".join(written(table_of(told, title=report.name, seen=seen), "xlsx"))
        mail.attach(f"{name}.xlsx", sheet, MEDIA["xlsx"])
        return mail
