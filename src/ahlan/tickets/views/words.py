"""Settings: types and statuses of a desk's own, and what every own word has: a place, and an archive it comes back from."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from ahlan.staff.requests import AgentRequest
from ahlan.tickets.actions import words as verbs
from ahlan.tickets.models import State, Status, TicketType
from ahlan.tickets.models.own import Field, Own
from ahlan.tickets.vocabulary import vocabulary

MODELS: dict[str, type[Own]] = {"types": TicketType, "statuses": Status, "fields": Field}
View = Callable[..., HttpResponse]


def for_setters(view: View) -> View:
    return login_required(permission_required("fields.manage", raise_exception=True)(view))


def attempt(request: AgentRequest, act: Callable[[], object]) -> bool:
    """Do it, or say to the person why not."""
    try:
        act()
    except verbs.NameTaken:
        messages.error(request, _("There is one of this name already. Look among the archived ones as well."))
    except verbs.TooManyWords:
        messages.error(request, _("There are as many as menus can offer. Rename one that nobody needs."))
    except ValueError:
        messages.error(request, _("Give it a name."))
    else:
        return True
    return False


@for_setters
@require_http_methods(["GET", "POST"])
def types(request: AgentRequest) -> HttpResponse:
    """All types; POST `name` makes one."""
    if request.method == "POST":
        attempt(request, lambda: verbs.save_type(name=_name(request), actor=request.user.actor))
        return redirect("tickets:types")
    found = vocabulary().types.values()
    block = {"words": [one for one in found if not one.is_archived], "state": "", "title": ""}
    context = {"blocks": [block], "archived": [one for one in found if one.is_archived], "kind": "types"}
    return render(request, "tickets/types.html", context)


@for_setters
@require_http_methods(["GET", "POST"])
def statuses(request: AgentRequest) -> HttpResponse:
    """All statuses by their states; POST `name` and `state` makes one, and with `plain` renames the state's own."""
    if request.method == "POST":
        attempt(request, lambda: _save_status(request))
        return redirect("tickets:statuses")
    archived = [one for one in vocabulary().statuses.values() if one.is_archived]
    blocks = [_block(state) for state in State]
    return render(
        request, "tickets/statuses.html", {"blocks": blocks, "archived": archived, "kind": "statuses"}
    )


def _save_status(request: AgentRequest) -> None:
    state, actor = _state(request), request.user.actor
    if "plain" in request.POST:
        verbs.name_plain(state, _name(request), actor=actor)
    else:
        verbs.save_status(name=_name(request), state=state, actor=actor)


def _block(state: State) -> dict[str, Any]:
    words = vocabulary()
    own = [one for one in words.own_statuses if one.state == state]
    plain, begins = words.plain_word(state), words.id_in(state, "")
    return {
        "state": state,
        "title": state.label,
        "plain": plain,
        "words": own,
        "plain_begins": begins is None,
    }


@for_setters
@require_POST
def default(request: AgentRequest) -> HttpResponse:
    """What a ticket gets that is put into `state`: the own status `pk`, or the plain one without it."""
    state, pk = _state(request), request.POST.get("pk", "")
    found = get_object_or_404(Status, pk=pk, state=state, archived_at=None) if pk.isdecimal() else None
    verbs.begin_with(state, found, actor=request.user.actor)
    return redirect("tickets:statuses")


def _name(request: AgentRequest) -> str:
    return request.POST.get("name", "")


def _state(request: AgentRequest) -> State:
    try:
        return State(request.POST.get("state", ""))
    except ValueError as error:
        raise Http404("no such state") from error


def word_for(kind: str, pk: int) -> Any:
    """Raises Http404; the plain statuses have no page of their own."""
    found = get_object_or_404(MODELS[kind], pk=pk)
    if isinstance(found, Status) and found.is_plain:
        raise Http404("a plain status")
    return found


@for_setters
@require_POST
def naming(request: AgentRequest, kind: str, pk: int) -> HttpResponse:
    """Rename a type or a status."""
    found, name, actor = word_for(kind, pk), _name(request), request.user.actor
    if isinstance(found, Status):
        attempt(request, lambda: verbs.save_status(found, name=name, state=found.state, actor=actor))
    else:
        attempt(request, lambda: verbs.save_type(found, name=name, actor=actor))
    return redirect(f"{reverse(f'tickets:{kind}')}#word-{pk}")


@for_setters
@require_POST
def place(request: AgentRequest, kind: str, pk: int) -> HttpResponse:
    """One place up or down: `steps` is -1 or 1."""
    steps = -1 if request.POST.get("steps") == "-1" else 1
    verbs.move_word(word_for(kind, pk), steps, actor=request.user.actor)
    return redirect(f"{reverse(f'tickets:{kind}')}#word-{pk}")


@for_setters
@require_POST
def archive(request: AgentRequest, kind: str, pk: int) -> HttpResponse:
    """Offer it no more; `undo` offers it again."""
    found, address = word_for(kind, pk), reverse(f"tickets:archive_{kind}", args=[pk])
    if "undo" in request.GET or "undo" in request.POST:
        verbs.bring_back(found, actor=request.user.actor)
    else:
        verbs.archive_word(found, actor=request.user.actor)
        text = _("“%(name)s” is archived. Tickets that have it keep it.") % {"name": found}
        messages.success(request, text, extra_tags=f"{address}?undo=1")
    return HttpResponseClientRefresh() if request.htmx else redirect(f"tickets:{kind}")
