"""Pages of segments: all of them, one with a trial of its rule, and who is in it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core import keyset
from ahlan.feedback.segments import actions as verbs
from ahlan.feedback.segments.facets import CUSTOMERS
from ahlan.feedback.segments.forms import SegmentForm
from ahlan.feedback.segments.models import Segment
from ahlan.feedback.segments.policies import MANAGE, segment_for, segments_for
from ahlan.feedback.segments.queries import MOST_SEGMENTS
from ahlan.staff.policies import must
from ahlan.staff.requests import AgentRequest
from ahlan.tickets import condition_form
from ahlan.tickets.conditions import tests_of, words

PAGE = 30
LOOKED_AT = 5_000  # customers a trial looks at, the latest
SHOWN = 20


@login_required
@require_GET
def segment_list(request: AgentRequest) -> HttpResponse:
    """Every segment with its rule in words and how many are in it."""
    found = [
        {"segment": one, "words": words(one.conditions, CUSTOMERS) if any(tests_of(one.conditions)) else ""}
        for one in segments_for(request.user, MANAGE)[:MOST_SEGMENTS]
    ]
    return render(request, "feedback/segments/list.html", {"found": found})


@login_required
@require_http_methods(["GET", "POST"])
def segment(request: AgentRequest, pk: int | None = None) -> HttpResponse:
    """Make a segment or change one."""
    must(request.user, MANAGE)
    found = segment_for(request.user, pk, MANAGE) if pk else None
    posted = request.method == "POST"
    form = SegmentForm(request.POST if posted else None, segment=found)
    rows = condition_form.rows_of(found.conditions if found else {"all": []}, CUSTOMERS)
    if posted:
        rows, well = condition_form.checked(condition_form.read(request.POST, of=CUSTOMERS), CUSTOMERS)
        if form.is_valid() and well and _save(request, found, form, rows):
            messages.success(request, _("Saved. Who is in it is found in a moment."))
            return redirect("feedback:segments")
    context = {"form": form, "segment": found, **condition_form.builder(rows, of=CUSTOMERS)}
    return render(request, "feedback/segments/segment.html", context, status=422 if posted else 200)


def _save(request: AgentRequest, found: Segment | None, form: SegmentForm, rows: condition_form.Rows) -> bool:
    tree = condition_form.tree_of(rows)
    try:
        verbs.save_segment(found, conditions=tree, actor=request.user.actor, **form.cleaned_data)
    except verbs.TooManySegments:
        form.add_error(None, _("There are as many segments as can be kept."))
        return False
    return True


@login_required
@require_POST
def trial(request: AgentRequest) -> HttpResponse:
    """Who would be in it, by the conditions as they stand in the form."""
    must(request.user, MANAGE)
    rows, well = condition_form.checked(condition_form.read(request.POST, of=CUSTOMERS), CUSTOMERS)
    context: dict[str, object] = {"wrong": not well}
    if well:
        people, n, of = verbs.first_of(condition_form.tree_of(rows), LOOKED_AT, SHOWN)
        context |= {"people": people, "n": n, "of": of, "more": n - len(people)}
    return render(request, "feedback/segments/_trial.html", context)


@login_required
@require_GET
def members(request: AgentRequest, pk: int) -> HttpResponse:
    """Who is in it, the latest to join first."""
    found = segment_for(request.user, pk)
    rows = found.members.select_related("customer__organisation")
    page = keyset.page(rows, ("-id",), request.GET.get("after"), PAGE)
    return render(request, "feedback/segments/members.html", {"segment": found, "page": page})


@login_required
@require_http_methods(["GET", "POST"])
def removal(request: AgentRequest, pk: int) -> HttpResponse:
    """Say what deleting does, then do it."""
    found = segment_for(request.user, pk, MANAGE)
    if request.method == "POST":
        verbs.delete_segment(found, actor=request.user.actor)
        messages.success(request, _("Deleted."))
        return redirect("feedback:segments")
    return render(request, "feedback/segments/removal.html", {"segment": found})
