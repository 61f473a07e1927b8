"""Settings pages of inboxes."""

import secrets

from django.conf import settings as site
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.channels.actions import save_inbox
from ahlan.channels.email import oauth
from ahlan.channels.email.bringers import USER
from ahlan.channels.email.forms import InboxForm
from ahlan.channels.email.plain_words import sentence, trouble_of
from ahlan.channels.email.trial import Outcome, try_out
from ahlan.channels.hooks import address_of
from ahlan.channels.models import Inbox

MOST = 500


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_GET
def inboxes(request: HttpRequest) -> HttpResponse:
    found = Inbox.objects.filter(channel="email").select_related("mailbox")
    return render(request, "email/inboxes.html", {"inboxes": found[:MOST]})


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def inbox(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make or change one; afterwards the page says what to do next."""
    found = _inbox(pk) if pk else Inbox()
    form = InboxForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        save_inbox(found, form.apply(), actor=f"agent:{request.user.pk}")
        messages.success(request, _("Saved."))
        return redirect("inboxes:inbox", pk=found.pk)
    return _page(request, form, status=422 if form.is_bound else 200)


def _page(
    request: HttpRequest, form: InboxForm, outcomes: list[Outcome] | None = None, status: int = 200
) -> HttpResponse:
    found = form.inbox
    context = {
        "form": form,
        "inbox": Inbox.objects.get(pk=found.pk) if found.pk else None,  # as it is kept, not as it was typed
        "outcomes": outcomes,
        "mail_host": site.MAIL_HOSTNAME,
        "mail_port": site.MAIL_PORT,
        "callback": _callback(request),
        "hook": _hook(found, "hook"),
        "events": _hook(found, "events"),
    }
    return render(request, "email/inbox.html", context, status=status)


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_POST
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Try the connections as they are saved."""
    found = _inbox(pk)
    return _page(request, InboxForm(instance=found), outcomes=try_out(found))


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_GET
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """To the provider's page, where the owner of the mailbox lets us in."""
    found = get_object_or_404(Inbox, pk=pk, channel="email", settings__oauth__in=list(oauth.NAMES))
    state, verifier = secrets.token_urlsafe(24), oauth.new_verifier()
    request.session["consent"] = {"inbox": pk, "state": state, "verifier": verifier}
    return redirect(oauth.consent_url(found, state=state, verifier=verifier, callback=_callback(request)))


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_GET
def consented(request: HttpRequest) -> HttpResponse:
    """Back from there. The state shows that this browser set out."""
    asked = request.session.pop("consent", None)
    if not asked or not constant_time_compare(asked["state"], request.GET.get("state", "")):
        messages.error(request, _("This sign-in was not begun here, or has been used. Begin again."))
        return redirect("inboxes:list")
    found = _inbox(asked["inbox"])
    try:
        code = request.GET.get("code", "")
        oauth.redeem(found, code=code, verifier=asked["verifier"], callback=_callback(request))
    except oauth.SignInRefused as error:
        text, said = sentence(trouble_of(error))
        messages.error(request, f"{text} ({said})")
    else:
        found.refresh_from_db()
        save_inbox(found, ["oauth_refresh_token"], actor=f"agent:{request.user.pk}")
        messages.success(request, _("We are let in."))
    return redirect("inboxes:inbox", pk=found.pk)


def _inbox(pk: int) -> Inbox:
    return get_object_or_404(Inbox, pk=pk, channel="email")


def _hook(inbox: Inbox, what: str) -> str:
    """Our address for the provider that brings mail ("hook") or tells of it ("events"), with the password that proves it; "" where none does."""
    secret = inbox.secret("hook_secret") if inbox.settings.get(what) else ""
    scheme, _sep, rest = address_of(inbox).partition("://")
    return f"{scheme}://{USER}:{secret}@{rest}{'?of=events' if what == 'events' else ''}" if secret else ""


def _callback(request: HttpRequest) -> str:
    base = site.SITE_URL or request.build_absolute_uri("/").rstrip("/")
    return f"{base}{reverse('inboxes:consented')}"
