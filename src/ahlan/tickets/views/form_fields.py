"""Which of the desk's own fields a web form asks for."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ahlan.channels.webform.models import Webform
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.form_fields import ask_in, askable


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_POST
def form_fields(request: AgentRequest, pk: int) -> HttpResponse:
    webform = get_object_or_404(Webform, pk=pk)
    asked, required = set(request.POST.getlist("asked")), set(request.POST.getlist("required"))
    chosen = {one.pk: str(one.pk) in required for one in askable() if str(one.pk) in asked}
    ask_in(webform, chosen, actor=request.user.actor)
    messages.success(request, _("Saved."))
    return redirect("webform:edit", slug=webform.slug)
