"""What customers looked for in vain, and what to do about it; and what is found beside a ticket."""

from datetime import UTC, date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ahlan.core.clock import now
from ahlan.core.languages import INSTALLED
from ahlan.knowledge.actions import needs as verbs
from ahlan.knowledge.forms import languages
from ahlan.knowledge.models import Outcome, Section
from ahlan.knowledge.offering import link_of, words_of
from ahlan.knowledge.policies import WRITE, need_for
from ahlan.knowledge.queries import needs_of
from ahlan.knowledge.searching import LONGEST, is_sure, look, wordings_of
from ahlan.staff.models import Agent
from ahlan.staff.requests import AgentRequest

PERIODS = (7, 30, 90, 365)  # days
SHOWN, BESIDE = 100, 5


@login_required
@permission_required(WRITE, raise_exception=True)
@require_GET
def needs(request: AgentRequest) -> HttpResponse:
    """Needs of a language met in a period, the most frequent first: open ones, mine, or those that are closed."""
    days = int(given) if (given := request.GET.get("days", "")) in [str(one) for one in PERIODS] else 30
    language = request.GET.get("language", "") if request.GET.get("language") in INSTALLED else ""
    state = request.GET.get("state", "") if request.GET.get("state") in ("mine", "closed") else ""
    found = list(needs_of(since=since(days), language=language, state=state, agent=request.user)[:SHOWN])
    context: dict[str, Any] = {
        "needs": found, "days": days, "code": language, "state": state, "languages": languages(), "periods": PERIODS,
        "sections": Section.objects.all()[:200], "agents": Agent.objects.active()[:200], "outcomes": Outcome.choices,
    }  # fmt: skip
    return render(request, "knowledge/needs.html", context)


def since(days: int) -> date:
    return now().astimezone(UTC).date() - timedelta(days=days)


@login_required
@require_POST
def answering(request: AgentRequest, pk: int) -> HttpResponse:
    """Begin the article that answers it, in the chosen section or the first one."""
    need, given = need_for(request.user, pk), request.POST.get("section", "")
    chosen = Section.objects.filter(pk=int(given)).first() if given.isdecimal() and len(given) < 18 else None
    section = chosen or Section.objects.first()
    if section is None:
        messages.error(request, _("Make a section first, for the article to stand in."))
        return redirect("knowledge:needs")
    made = verbs.begin_answer(need, section, agent=request.user)
    return redirect("knowledge:wording", made.pk, made.language)


@login_required
@require_POST
def assigning(request: AgentRequest, pk: int) -> HttpResponse:
    """Let it be somebody's task."""
    need, given = need_for(request.user, pk), request.POST.get("agent", "")
    to = (
        Agent.objects.active().filter(pk=int(given)).first()
        if given.isdecimal() and len(given) < 18
        else None
    )
    verbs.assign_need(need, to, actor=request.user.actor)
    return redirect("knowledge:needs")


@login_required
@require_POST
def closing(request: AgentRequest, pk: int) -> HttpResponse:
    """Nobody will answer it, or it is answered otherwise; with `undo` it is open again."""
    need = need_for(request.user, pk)
    verbs.close_need(need, "undo" not in request.POST, agent=request.user)
    return redirect("knowledge:needs")


@login_required
@require_GET
def beside(request: AgentRequest) -> HttpResponse:
    """Articles for a ticket, as a fragment: found for `q`, or else for its subject."""
    words = (request.GET.get("q", "") or request.GET.get("subject", ""))[:LONGEST]
    found = look(words, request.GET.get("language", ""), request.user, size=BESIDE)
    hits = [one for one in found.hits if is_sure(one)]
    known = wordings_of(hits)
    rows = [
        {
            "hit": hit,
            "one": one,
            "words": words_of(one),
            "link": link_of(one) if one.article.section.is_public else "",
        }
        for hit in hits
        if (one := known.get(hit.object_id))
    ]
    context = {"rows": rows, "may_reply": request.user.may("tickets.reply")}
    return render(request, "knowledge/_beside_found.html", context)
