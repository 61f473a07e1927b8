"""What the staff room hangs on every page: the menu of the one signed in, and whether he is there."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.template.loader import render_to_string

from ahlan.core.panels import panel
from ahlan.staff.models import Agent, Availability
from ahlan.staff.queries import own_states


@panel("page.head", order=20)
def presence_head(request: HttpRequest, agent: Agent) -> str:
    """The dots stand on pages of other rooms; the script tells that somebody is here."""
    return render_to_string("staff/_presence_head.html", {}, request)


@panel("person.face", order=10)
def own_face(request: HttpRequest, agent: Agent) -> str:
    """His picture in the rail. He is read anew: whoever signed in was read without his presence."""
    return render_to_string("staff/_face.html", {"agent": with_presence(agent)}, request)


@panel("person.menu", order=5)
def presence_menu(request: HttpRequest, agent: Agent) -> str:
    return render_to_string("staff/_presence_menu.html", choices_for(agent), request)


@panel("person.menu", order=10)
def person_menu(request: HttpRequest, agent: Agent) -> str:
    return render_to_string("staff/_menu.html", {"agent": agent}, request)


def with_presence(agent: Agent) -> Agent:
    """The same, with his presence read, once for a page."""
    prefetch_related_objects([agent], "presence__state")
    return agent


def choices_for(agent: Agent) -> dict[str, Any]:
    """The states he can choose, each with what it counts as and whether he has chosen it."""
    presence = getattr(with_presence(agent), "presence", None)
    state, chosen = (presence.state_id, presence.chosen) if presence else (None, Availability.AVAILABLE.value)
    kinds = [
        {"value": kind, "kind": kind, "name": name, "chosen": state is None and chosen == kind}
        for kind, name in Availability.choices
    ]
    own = [
        {"value": f"state-{one.pk}", "kind": one.kind, "name": one.name, "chosen": one.pk == state}
        for one in own_states()
    ]
    return {
        "choices": [*kinds[:-1], *own, kinds[-1]],
        "agent": agent,
        "idle": bool(presence and presence.idle),
    }
