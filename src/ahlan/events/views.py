"""The page of work that failed for good: see why, run it again, or give it up."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from ahlan.core import keyset
from ahlan.events import actions
from ahlan.events.models import Job
from ahlan.events.queries import health
from ahlan.events.telling import failures


class Request(HttpRequest):
    """Rooms above know who signs in; here it is enough that they have permissions and a name in the log."""

    user: Any
    htmx: HtmxDetails


View = Callable[..., HttpResponse]
PAGE = 50


def for_managers(view: View) -> View:
    """Signed in, and allowed to see health and failed work."""

    @login_required
    @wraps(view)
    def checked(request: Request, **parts: Any) -> HttpResponse:
        if not request.user.has_perm("jobs.manage"):
            raise PermissionDenied
        return view(request, **parts)

    return checked


@require_safe
@for_managers
def work(request: Request) -> HttpResponse:
    dead = Job.objects.filter(state=Job.State.DEAD).select_related("event")
    page = keyset.page(dead, ["-id"], request.GET.get("after"), PAGE)
    context = {"page": page, "failures": failures(page.items), "health": health()}
    return render(request, "events/work.html", context)


@require_POST
@for_managers
def run_again(request: Request, *, pk: int) -> HttpResponse:
    job = get_object_or_404(Job, pk=pk)
    try:
        done = actions.run_again(job, actor=request.user.actor)
    except actions.AlreadyWaiting:
        return _answer(
            request, job, _("The same work is waiting already. You may discard this one."), stays=True
        )
    return _answer(request, job, _("It will be run again.") if done else _already_seen_to())


@require_POST
@for_managers
def discard(request: Request, *, pk: int) -> HttpResponse:
    job = get_object_or_404(Job, pk=pk)
    done = actions.discard(job, actor=request.user.actor)
    return _answer(request, job, pgettext("jobs", "Discarded.") if done else _already_seen_to())


def _already_seen_to() -> str:
    return _("Somebody has seen to it already.")


def _answer(request: Request, job: Job, text: str | Promise, *, stays: bool = False) -> HttpResponse:
    """With htmx what has become of the row; without, the page anew with a notice."""
    if not request.htmx:
        messages.info(request, str(text))
        return redirect("events:work")
    context = {"failure": failures([job])[0], "text": text, "stays": stays}
    return render(request, "events/_failure.html", context)
