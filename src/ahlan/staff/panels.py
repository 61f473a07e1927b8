"""What the staff room hangs on every page: the menu of the one signed in."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from ahlan.core.panels import panel
from ahlan.staff.models import Agent


@panel("person.menu", order=10)
def person_menu(request: HttpRequest, agent: Agent) -> str:
    return render_to_string("staff/_menu.html", {"agent": agent}, request)
