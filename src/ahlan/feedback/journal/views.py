"""Pages of the journal: the board by theme, what was noted, themes, and the monthly page for who reads along."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core import keyset
from ahlan.core.clock import now
from ahlan.core.languages import INSTALLED
from ahlan.core.reached import house_address
from ahlan.feedback.journal import actions as verbs
from ahlan.feedback.journal.forms import HintForm, InsightForm, ReaderForm, ThemeForm
from ahlan.feedback.journal.models import Insight, Reader, Source, Theme
from ahlan.feedback.journal.policies import (
    MANAGE,
    VIEW,
    insight_for,
    insights_for,
    may_change,
    own_insight,
    reader_for,
    reader_of,
    theme_for,
)
from ahlan.feedback.journal.queries import SEARCH, SURVEY, Row, board, month_of, next_month, themes
from ahlan.knowledge.anonymous import without_names
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.policies import inbox_ids_of, ticket_for

PAGE = 30
ORDER = ("-heard_on", "-id")
MOST_SEARCHES = 5  # wordings of a theme that are shown


def source_names() -> dict[str, str]:
    names = {value: str(label) for value, label in Source.choices}
    return {**names, SEARCH: _("Searched in vain"), SURVEY: _("Surveys")}


def told(rows: list[Row], *, quotes: bool = True) -> list[dict[str, Any]]:
    """Rows as pages show them, without anybody's name."""
    names = source_names()
    return [
        {
            "row": one, "name": one.name or _("Without a theme"), "sources": [(names[key], n) for key, n in one.sources.most_common()],
            "languages": one.languages.most_common(), "searches": [(without_names(words), n) for words, n in one.searches[:MOST_SEARCHES]],
            "quotes": [without_names(each.said, _people(each)) for each in one.quotes] if quotes else [],
        }
        for one in rows
    ]  # fmt: skip


def _people(insight: Insight) -> list[str]:
    return [insight.customer.name] if insight.customer else []


def _span(request: HttpRequest) -> dict[str, Any]:
    """The month the address asks for, and those beside it."""
    today = now().date()
    on, until = month_of(request.GET.get("month", ""), today)
    later = next_month(on)
    return {
        "on": on, "until": until, "month": f"{on:%Y-%m}", "earlier": f"{on - timedelta(days=1):%Y-%m}",
        "later": f"{later:%Y-%m}" if later <= today else "",
    }  # fmt: skip


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def needs(request: AgentRequest) -> HttpResponse:
    """What customers need, by theme, a month at a time."""
    span, language = _span(request), request.GET.get("language", "")
    language = language if language in INSTALLED else ""
    rows = board(span["on"], span["until"], language=language, quotes=True)
    context = {**span, "found": told(rows), "spoken": language, "codes": INSTALLED}
    return render(request, "feedback/journal/needs.html", context)


@login_required
@require_GET
def insights(request: AgentRequest) -> HttpResponse:
    """What was noted, the latest first; of one theme, from one source."""
    found = insights_for(request.user)
    theme, source = request.GET.get("theme", ""), request.GET.get("source", "")
    if theme.isdecimal() and len(theme) < 18:
        found = found.filter(theme=int(theme))
    elif theme == "none":
        found = found.filter(theme=None)
    if source in Source.values:
        found = found.filter(source=source)
    page = keyset.page(found, ORDER, request.GET.get("after"), PAGE)
    context = {
        "page": page, "themes": themes().all, "theme": theme, "source": source, "sources": Source.choices,
        "seen": set(inbox_ids_of(request.user)), "address": f"?theme={theme}&source={source}&",
        "mine": {one.pk for one in page.items if may_change(request.user, one)},
    }  # fmt: skip
    return render(request, "feedback/journal/insights.html", context)


@login_required
@permission_required(VIEW, raise_exception=True)
@require_http_methods(["GET", "POST"])
def new_insight(request: AgentRequest) -> HttpResponse:
    """Note what was heard somewhere."""
    form = InsightForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        verbs.note_insight(agent=request.user, actor=request.user.actor, **form.cleaned_data)
        messages.success(request, _("Noted."))
        return redirect("feedback:insights")
    return _form(request, form, _("Note a need"), reverse("feedback:insights"))


@login_required
@require_http_methods(["GET", "POST"])
def hint(request: AgentRequest, number: int) -> HttpResponse:
    """Note a need beside a ticket."""
    ticket = ticket_for(request.user, number)
    form = HintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        verbs.note_insight(
            ticket=ticket,
            source=Source.HINT,
            agent=request.user,
            actor=request.user.actor,
            **form.cleaned_data,
        )
        messages.success(request, _("Noted."))
        return redirect(ticket.get_absolute_url())
    text = f"#{ticket.pk} {ticket.subject}"
    return _form(request, form, _("Note a need"), ticket.get_absolute_url(), text=text)


@login_required
@require_http_methods(["GET", "POST"])
def insight(request: AgentRequest, pk: int) -> HttpResponse:
    """One insight with how it read before; whoever noted it changes it."""
    found = insight_for(request.user, pk)
    mine = may_change(request.user, found)
    form = InsightForm(request.POST or None, insight=found)
    if request.method == "POST":
        own_insight(request.user, pk)
        if form.is_valid() and _change(request, found, form):
            return redirect("feedback:insights")
    context = {
        "insight": found, "form": form, "mine": mine and not found.retracted_at, "may_retract": mine,
        "wordings": found.wordings.select_related("agent", "theme")[:PAGE], "seen": set(inbox_ids_of(request.user)),
    }  # fmt: skip
    return render(request, "feedback/journal/insight.html", context, status=422 if form.errors else 200)


def _change(request: AgentRequest, found: Insight, form: InsightForm) -> bool:
    try:
        verbs.change_insight(found, agent=request.user, actor=request.user.actor, **form.cleaned_data)
    except verbs.Retracted:
        form.add_error(None, _("It was taken back. Bring it back to change it."))
        return False
    messages.success(request, _("Saved."))
    return True


@login_required
@require_POST
def retraction(request: AgentRequest, pk: int) -> HttpResponse:
    """Take it back, or bring it back: `on` is 1 or 0."""
    found = own_insight(request.user, pk)
    verbs.retract_insight(found, request.POST.get("on") == "1", actor=request.user.actor)
    return redirect("feedback:insight", pk)


def _form(request: AgentRequest, form: Any, title: str, back: str, **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, "cancel_url": back, **more}
    return render(request, "core/form.html", context, status=422 if form.errors else 200)


@login_required
@permission_required(MANAGE, raise_exception=True)
@require_GET
def theme_list(request: AgentRequest) -> HttpResponse:
    return render(
        request,
        "feedback/journal/themes.html",
        {"found": themes().open, "away": [one for one in themes().all if one.archived_at]},
    )


@login_required
@permission_required(MANAGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def theme(request: AgentRequest, pk: int | None = None) -> HttpResponse:
    """Make a theme or change one. A new one may begin with `words` in a `language`."""
    found = theme_for(request.user, pk) if pk else None
    form = (
        ThemeForm(request.POST or None, theme=found)
        if found or request.POST
        else ThemeForm(initial=_begun(request))
    )
    if request.method == "POST" and form.is_valid() and _save_theme(request, found, form):
        messages.success(request, _("Saved."))
        return redirect("feedback:themes")
    title = str(found) if found else _("New theme")
    return _form(request, form, title, reverse("feedback:themes"), base="core/settings.html")


def _begun(request: AgentRequest) -> dict[str, Any]:
    language, words = request.GET.get("language", ""), request.GET.get("words", "")[:1_000]
    return {"words": {language: "\n".join(words.split(","))}} if language in INSTALLED and words else {}


def _save_theme(request: AgentRequest, found: Theme | None, form: ThemeForm) -> bool:
    try:
        verbs.save_theme(found, actor=request.user.actor, **form.cleaned_data)
    except verbs.Nameless:
        form.add_error("names", _("Give it a name."))
    except verbs.TooManyThemes:
        form.add_error(None, _("There are as many themes as can be kept."))
    return not form.errors


@login_required
@require_POST
def theme_archive(request: AgentRequest, pk: int) -> HttpResponse:
    """Away or back: `on` is 1 or 0."""
    verbs.archive_theme(theme_for(request.user, pk), request.POST.get("on") == "1", actor=request.user.actor)
    return redirect("feedback:themes")


@login_required
@permission_required(MANAGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def readers(request: AgentRequest) -> HttpResponse:
    """Who may read the monthly page; a new link is shown this once."""
    form, link = ReaderForm(request.POST or None, initial={"language": request.user.language}), ""
    if request.method == "POST" and form.is_valid():
        try:
            _made, token = verbs.invite_reader(actor=request.user.actor, **form.cleaned_data)
        except verbs.TooManyReaders:
            form.add_error(None, _("There are as many links as can be kept."))
        else:
            link, form = f"{house_address()}{reverse('feedback:needs_page', args=[token])}", ReaderForm()
    found = Reader.objects.filter(withdrawn_at=None)[: verbs.MOST_READERS]
    context = {"found": found, "form": form, "link": link}
    return render(request, "feedback/journal/readers.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def reader_withdrawal(request: AgentRequest, pk: int) -> HttpResponse:
    verbs.withdraw_reader(reader_for(request.user, pk), actor=request.user.actor)
    messages.success(request, _("Withdrawn. The link leads nowhere any more."))
    return redirect("feedback:readers")


@never_cache
@require_GET
def needs_page(request: HttpRequest, token: str) -> HttpResponse:
    """What customers needed in a month, for whoever has the link: counts and words, nobody's name."""
    reader = reader_of(token)
    given = request.GET.get("lang", "")
    with translation.override(given if given in INSTALLED else reader.language):
        span = _span(request)
        rows = board(span["on"], span["until"], quotes=reader.quotes)
        context = {**span, "found": told(rows, quotes=reader.quotes), "lang": given}
        response = render(request, "feedback/journal/page.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
