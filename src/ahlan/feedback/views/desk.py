"""Pages for those who look into low scores."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ahlan.core import keyset
from ahlan.core.clock import now
from ahlan.feedback.actions.recovering import end_work
from ahlan.feedback.models import Outcome, Recovery
from ahlan.feedback.policies import recoveries_for, recovery_for
from ahlan.feedback.queries import outcomes_of
from ahlan.staff.requests import AgentRequest

PAGE = 30


@login_required
@require_GET
def low_scores(request: AgentRequest) -> HttpResponse:
    """What is to be looked into, the most urgent first; or what was, and how it ended."""
    ended = request.GET.get("state") == "ended"
    found: QuerySet[Recovery] = recoveries_for(request.user)
    found = found.filter(ended_at__isnull=False) if ended else found.filter(outcome="")
    order = ("-ended_at", "-id") if ended else ("due_at", "id")
    page = keyset.page(found, order, request.GET.get("after"), PAGE)
    counts = outcomes_of(recoveries_for(request.user))
    context = {
        "page": page, "ended": ended, "present": now(), "outcomes": Outcome.choices[1:], "may_end": request.user.may("tickets.change"),
        "counts": [(label, counts.get(value, 0)) for value, label in Outcome.choices if value],
    }  # fmt: skip
    return render(request, "feedback/low_scores.html", context)


@login_required
@require_POST
def outcome(request: AgentRequest, pk: int) -> HttpResponse:
    """How it ended."""
    found = recovery_for(request.user, pk)
    given = request.POST.get("outcome", "")
    if given not in Outcome.values:
        return HttpResponse(status=422)
    end_work(found, given, agent=request.user)
    messages.success(request, _("Noted: %(outcome)s") % {"outcome": Outcome(given).label})
    back = request.POST.get("back", "")
    return redirect(found.ticket.get_absolute_url() if back == "ticket" else "feedback:low_scores")
