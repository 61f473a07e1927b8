"""Tokens by which programs act as somebody: one's own, and everybody's for those who change settings."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core.keyset import page
from ahlan.staff.actions.tokens import TooManyTokens, make_token, revoke_token
from ahlan.staff.forms import TokenForm
from ahlan.staff.models import ApiToken
from ahlan.staff.policies import token_for
from ahlan.staff.requests import AgentRequest

ROWS = 50


@login_required
@require_GET
def own(request: AgentRequest) -> HttpResponse:
    return _list(request, everybody=False)


@login_required
@permission_required("settings.manage", raise_exception=True)
@require_GET
def everybody(request: AgentRequest) -> HttpResponse:
    return _list(request, everybody=True)


def _list(request: AgentRequest, *, everybody: bool) -> HttpResponse:
    """The newest first; those that open nothing any more stay to be seen."""
    found = ApiToken.objects.select_related("agent") if everybody else request.user.tokens.all()
    shown = page(found, ("-id",), request.GET.get("after"), ROWS)
    return render(
        request,
        "staff/tokens.html",
        {"page": shown, "everybody": everybody, "may_see_all": request.user.may("settings.manage")},
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new(request: AgentRequest) -> HttpResponse:
    """Make a token; its secret is shown on the page that answers, and never again."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made, secret = make_token(
                request.user,
                name=given["name"],
                scopes=given["scopes"],
                lives=form.lives(),
                actor=request.user.actor,
            )
        except TooManyTokens:
            form.add_error(
                None, _("You have as many tokens as anybody can keep apart. Revoke one that nothing uses.")
            )
        else:
            return render(request, "staff/token_made.html", {"token": made, "secret": secret})
    context = {"form": form, "title": _("New token"), "submit": _("Make token")}
    return render(request, "staff/form.html", context, status=422 if request.method == "POST" else 200)


@login_required
@require_POST
def revocation(request: AgentRequest, pk: int) -> HttpResponse:
    """It opens nothing from now on."""
    found = token_for(request.user, pk)
    revoke_token(found, actor=request.user.actor)
    messages.success(request, _("“%(name)s” opens nothing any more.") % {"name": found.name})
    return redirect("staff:tokens" if found.agent_id == request.user.pk else "staff:all_tokens")
