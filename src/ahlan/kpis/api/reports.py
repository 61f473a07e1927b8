"""Reports for programs: asking, answers, files, sending by mail."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import Cursor, Key, Limit, Listed, listed
from ahlan.kpis import reports
from ahlan.kpis.actions import mailing
from ahlan.kpis.actions import reports as report_verbs
from ahlan.kpis.api.report_shapes import (
    ReportAnswerOut,
    ReportAsks,
    ReportFigureOut,
    ReportIn,
    ReportMailingIn,
    ReportMailingOut,
    ReportOut,
)
from ahlan.kpis.api.room import BYTES, READ, WRITE, Form, file_of, room
from ahlan.kpis.files import table_of
from ahlan.kpis.models import Mailing, Report
from ahlan.kpis.policies import VIEW, report_for, reports_of, seen_inboxes
from ahlan.kpis.printing import report_pdf
from ahlan.kpis.question import BadQuestion, question_of
from ahlan.kpis.shown import shown
from ahlan.staff.models import Agent, Team
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest


def _asks(given: ReportAsks) -> dict[str, Any]:
    asks = given.model_dump()
    try:
        question_of(asks)
    except BadQuestion as refused:
        raise wrong("asks", f"{_('This cannot be asked.')} ({refused})") from None
    return asks


def _reports(request: ApiRequest) -> Any:
    must(request.user, VIEW)
    return reports_of(request.user).select_related("owner", "team")


@room.reads("/reports", READ)
def list_reports(
    request: ApiRequest, archived: bool = False, cursor: Cursor = "", limit: Limit = 30
) -> Listed[ReportOut]:
    """List the reports one may see. One’s own, those shared, and those one gets by mail."""
    found = _reports(request).filter(archived_at__isnull=not archived)
    return listed(found, ReportOut.told, cursor=cursor, limit=limit)


@room.writes("POST", "/reports", WRITE, makes="/reports/{id}")
def make_report(request: ApiRequest, given: ReportIn) -> ReportOut:
    """Keep a report. It is the caller’s own."""
    must(request.user, VIEW)
    return ReportOut.told(_saved(request, None, given))


def _saved(request: ApiRequest, report: Report | None, given: ReportIn) -> Report:
    team = Team.objects.filter(pk=given.team or 0).first()
    if given.shared == "team" and team is None:
        raise wrong("team", _("There is no such thing."))
    if not given.name.strip():
        raise wrong("name", _("Give it a name."))
    return report_verbs.save_report(
        report,
        name=given.name,
        asks=_asks(given.asks),
        owner=request.user,
        shared=given.shared,
        team=team,
        actor=request.user.actor,
    )


@room.reads("/reports/{int:pk}", READ)
def get_report(request: ApiRequest, pk: Key) -> ReportOut:
    """Get a report. What it asks, not what it answers."""
    must(request.user, VIEW)
    return ReportOut.told(report_for(request.user, pk))


@room.writes("PUT", "/reports/{int:pk}", WRITE)
def change_report(request: ApiRequest, pk: Key, given: ReportIn) -> ReportOut:
    """Change a report."""
    must(request.user, VIEW)
    return ReportOut.told(_saved(request, report_for(request.user, pk, changing=True), given))


@room.writes("POST", "/reports/{int:pk}/copy", WRITE, makes="/reports/{id}")
def copy_report(request: ApiRequest, pk: Key) -> ReportOut:
    """Duplicate a report. The copy is the caller’s own."""
    must(request.user, VIEW)
    return ReportOut.told(
        report_verbs.duplicate_report(
            report_for(request.user, pk), owner=request.user, actor=request.user.actor
        )
    )


@room.writes("POST", "/reports/{int:pk}/archive", WRITE)
def archive_report(request: ApiRequest, pk: Key) -> None:
    """Archive a report. It goes by mail no more."""
    must(request.user, VIEW)
    report_verbs.archive_report(report_for(request.user, pk, changing=True), actor=request.user.actor)


@room.writes("DELETE", "/reports/{int:pk}/archive", WRITE)
def restore_report(request: ApiRequest, pk: Key) -> None:
    """Bring a report back."""
    must(request.user, VIEW)
    report_verbs.restore_report(report_for(request.user, pk, changing=True), actor=request.user.actor)


@room.reads("/reports/{int:pk}/answer", READ)
def read_report(request: ApiRequest, pk: Key) -> ReportAnswerOut:
    """Read what a report answers today. Days by the caller’s time zone, or the team’s; of the inboxes the caller sees."""
    must(request.user, VIEW)
    told = reports.answer(question_of(report_for(request.user, pk).asks), request.user)
    one = timedelta(days=1)
    return ReportAnswerOut(
        start=told.period.start, until=told.period.end - one, zone=told.period.zone, other_start=told.other.start if told.other else None,
        other_until=told.other.end - one if told.other else None, figures=[ReportFigureOut.told(found) for found in told.figures],
    )  # fmt: skip


@room.reads("/reports/{int:pk}/file", READ)
def download_report(request: ApiRequest, pk: Key, form: Form = "csv") -> StreamingHttpResponse:
    """Take the table of a report away. As CSV, XLSX, JSON or Parquet."""
    must(request.user, VIEW)
    report = report_for(request.user, pk)
    told = reports.answer(question_of(report.asks), request.user)
    table = table_of(told, title=report.name, seen=seen_inboxes(request.user))
    return file_of(table, form, f"{report.name}-{told.period.start}")


@room.reads("/reports/{int:pk}/paper", READ)
def print_report(request: ApiRequest, pk: Key) -> HttpResponse:
    """Take a report away as PDF."""
    must(request.user, VIEW)
    report = report_for(request.user, pk)
    found = shown(reports.answer(question_of(report.asks), request.user), seen_inboxes(request.user))
    return HttpResponse(report_pdf(report.name, found), content_type=BYTES)


@room.reads("/reports/{int:pk}/mailing", READ)
def get_report_mailing(request: ApiRequest, pk: Key) -> ReportMailingOut:
    """See when a report goes by mail."""
    must(request.user, VIEW)
    return ReportMailingOut.told(_mailing(report_for(request.user, pk)))


def _mailing(report: Report) -> Mailing:
    found = Mailing.objects.prefetch_related("people").filter(report=report).first()
    if found is None:
        raise Http404("it does not go by mail")
    return found


@room.writes("PUT", "/reports/{int:pk}/mailing", WRITE)
def set_report_mailing(request: ApiRequest, pk: Key, given: ReportMailingIn) -> ReportMailingOut:
    """Let a report go by mail. Each gets a PDF and a sheet in his language, of what he may see."""
    must(request.user, VIEW)
    report = report_for(request.user, pk, changing=True)
    people = Agent.objects.active().select_related("role").filter(pk__in=given.people)
    chosen = {**given.model_dump(), "people": people}
    mailing.set_mailing(report, actor=request.user.actor, **chosen)
    return ReportMailingOut.told(_mailing(report))


@room.writes("DELETE", "/reports/{int:pk}/mailing", WRITE)
def stop_report_mailing(request: ApiRequest, pk: Key) -> None:
    """Send a report by mail no more."""
    must(request.user, VIEW)
    mailing.stop_mailing(report_for(request.user, pk, changing=True), actor=request.user.actor)


@room.writes("POST", "/reports/{int:pk}/sending", WRITE)
def send_report_now(request: ApiRequest, pk: Key) -> None:
    """Have a report sent to oneself, now."""
    must(request.user, VIEW)
    mailing.send_now(report_for(request.user, pk), request.user)
