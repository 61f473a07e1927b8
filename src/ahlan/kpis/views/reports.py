"""Reports: the list, one of them, asking a new one with the answer below at once, and taking its table away."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core.tables import handed_out
from ahlan.kpis.actions import mailing as sending_verbs
from ahlan.kpis.actions import reports as verbs
from ahlan.kpis.declared import kpi_for
from ahlan.kpis.files import table_of, ways
from ahlan.kpis.forms import KeepForm, MailingForm, ReportForm
from ahlan.kpis.models import Copy, Report
from ahlan.kpis.policies import VIEW, may_change, report_for, reports_of, seen_inboxes
from ahlan.kpis.printing import report_pdf
from ahlan.kpis.question import Question, question_of
from ahlan.kpis.reports import answer
from ahlan.kpis.shown import Shown, shown
from ahlan.kpis.views.export import checked
from ahlan.staff.models import Agent
from ahlan.staff.requests import AgentRequest

SHOWN = 200
COPIES = 12


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def reports(request: AgentRequest) -> HttpResponse:
    """One's own and those shared with one; `?archived` those that were put away."""
    archived = "archived" in request.GET
    found = (
        reports_of(request.user)
        .filter(archived_at__isnull=not archived)
        .select_related("owner", "team", "mailing")
    )
    rows = list(found.order_by("name", "id")[:SHOWN])
    context = {
        "mine": [one for one in rows if one.owner_id == request.user.pk],
        "others": [one for one in rows if one.owner_id != request.user.pk], "archived": archived,
    }  # fmt: skip
    return render(request, "kpis/reports.html", context)


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def report(request: AgentRequest, pk: int) -> HttpResponse:
    """What it answers today."""
    found = report_for(request.user, pk)
    context = {
        "report": found, "shown": _shown(question_of(found.asks), request.user), "may_change": may_change(request.user, found),
        "take": [("PDF", reverse("kpis:report_paper", args=[pk])), *ways("kpis:report_table", pk)],
        "mailing": getattr(found, "mailing", None), "copies": _copies(request.user, found),
    }  # fmt: skip
    return render(request, "kpis/report.html", context)


def _copies(reader: Agent, found: Report) -> list[Copy]:
    """What was sent lately: all for who may change it, else one's own."""
    rows = found.copies.select_related("agent")
    rows = rows if may_change(reader, found) else rows.filter(agent=reader)
    return list(rows.order_by("-due_at", "-id")[:COPIES])


def _shown(question: Question, reader: Agent) -> Shown:
    return shown(answer(question, reader), seen_inboxes(reader))


@login_required
@permission_required(VIEW, raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: AgentRequest) -> HttpResponse:
    """Ask; what is asked stands in the address, so that it can be passed on before it is kept."""
    return _builder(request, None)


@login_required
@permission_required(VIEW, raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: AgentRequest, pk: int) -> HttpResponse:
    """Ask something else under the same name."""
    return _builder(request, report_for(request.user, pk, changing=True))


def _builder(request: AgentRequest, found: Report | None) -> HttpResponse:
    keep = (
        {"name": found.name, "shared": f"team:{found.team_id}" if found.team_id else found.shared}
        if found
        else {}
    )
    if request.method == "POST":
        form, kept = ReportForm(request.POST, agent=request.user), KeepForm(request.POST)
        if form.is_valid() and kept.is_valid():
            try:
                saved = verbs.save_report(
                    found,
                    asks=form.as_data(),
                    owner=request.user,
                    actor=request.user.actor,
                    **kept.as_report(),
                )
            except verbs.TooManyReports:
                kept.add_error(None, _("There are as many reports as can be kept."))
            else:
                messages.success(request, _("The report is saved."))
                return redirect("kpis:report", saved.pk)
    else:
        form, kept = _asked_form(request, found), KeepForm(initial=keep)
    asks = form.question if form.is_bound and form.is_valid() else None
    if not form.is_bound:
        asks = question_of(form.first)
    context = {
        "report": found,
        "form": form,
        "kept": kept,
        "shown": _shown(asks, request.user) if asks else None,
    }
    wrong = request.method == "POST" and not (form.is_valid() and kept.is_valid())
    return render(request, "kpis/report_form.html", context, status=422 if wrong else 200)


def _asked_form(request: AgentRequest, found: Report | None) -> ReportForm:
    """As the address has it, else as it is kept, else the first figure of all or the one named."""
    if "figure0" in request.GET and "period" in request.GET:
        return ReportForm(request.GET, agent=request.user)
    key = request.GET.get("figure0", "first_response_time")
    try:
        kpi_for(key)
    except KeyError:
        key = "first_response_time"
    first = found.asks if found else question_of({"figures": [{"key": key}], "by": "day"}).as_data()
    return ReportForm(agent=request.user, asks=first)


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def preview(request: AgentRequest) -> HttpResponse:
    """The answer to what stands in the form, while it is being filled in."""
    form = ReportForm(request.GET, agent=request.user)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        context["shown"] = _shown(form.question, request.user)
    return render(request, "kpis/_preview.html", context)


@login_required
@permission_required(VIEW, raise_exception=True)
@require_POST
def copy(request: AgentRequest, pk: int) -> HttpResponse:
    """The same as one's own."""
    try:
        made = verbs.duplicate_report(
            report_for(request.user, pk), owner=request.user, actor=request.user.actor
        )
    except verbs.TooManyReports:
        messages.error(request, _("There are as many reports as can be kept."))
        return redirect("kpis:report", pk)
    return redirect("kpis:edit_report", made.pk)


@login_required
@permission_required(VIEW, raise_exception=True)
@require_POST
def archive(request: AgentRequest, pk: int) -> HttpResponse:
    """Put it away; `undo` brings it back."""
    found = report_for(request.user, pk, changing=True)
    if "undo" in request.GET or "undo" in request.POST:
        verbs.restore_report(found, actor=request.user.actor)
        return redirect("kpis:report", pk)
    verbs.archive_report(found, actor=request.user.actor)
    address = f"{reverse('kpis:archive_report', args=[pk])}?undo=1"
    messages.success(request, _("“%(name)s” is archived.") % {"name": found}, extra_tags=address)
    return redirect("kpis:reports")


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def table(request: AgentRequest, pk: int, form: str) -> StreamingHttpResponse:
    """Its table as a file."""
    found = report_for(request.user, pk)
    told = answer(question_of(found.asks), request.user)
    name = f"{found.name}-{told.period.start}"
    return handed_out(table_of(told, title=found.name, seen=seen_inboxes(request.user)), checked(form), name)


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def paper(request: AgentRequest, pk: int) -> HttpResponse:
    """It as a PDF, to be printed."""
    found = report_for(request.user, pk)
    drawn = report_pdf(found.name, _shown(question_of(found.asks), request.user))
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, f"{found.name}.pdf")
    return response


@login_required
@permission_required(VIEW, raise_exception=True)
@require_http_methods(["GET", "POST"])
def mailing(request: AgentRequest, pk: int) -> HttpResponse:
    """When it goes by mail, and to whom; `stop` ends it."""
    found = report_for(request.user, pk, changing=True)
    if request.method == "POST" and "stop" in request.POST:
        sending_verbs.stop_mailing(found, actor=request.user.actor)
        messages.success(request, _("It goes by mail no more."))
        return redirect("kpis:report", pk)
    form = MailingForm(
        request.POST if request.method == "POST" else None,
        reader=request.user,
        mailing=getattr(found, "mailing", None),
    )
    if form.is_bound and form.is_valid():
        try:
            sending_verbs.set_mailing(found, actor=request.user.actor, **form.as_mailing())
        except sending_verbs.BadMailing:
            form.add_error(None, _("Give a day, an hour and somebody who sees figures."))
        else:
            messages.success(request, _("It goes by mail."))
            return redirect("kpis:report", pk)
    context = {"report": found, "form": form, "mailing": getattr(found, "mailing", None)}
    return render(request, "kpis/mailing.html", context, status=422 if form.errors else 200)


@login_required
@permission_required(VIEW, raise_exception=True)
@require_POST
def sending(request: AgentRequest, pk: int) -> HttpResponse:
    """To oneself, now."""
    sending_verbs.send_now(report_for(request.user, pk), request.user)
    messages.success(request, _("It is on its way to you."))
    return redirect("kpis:report", pk)
