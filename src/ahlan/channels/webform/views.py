"""The form's pages: for visitors, on its own or inside another site, and for whoever sets it up."""

import secrets
from typing import Any
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from ahlan.channels.actions import keep
from ahlan.channels.embedding import brand_sheet, framed
from ahlan.channels.models import RawInbound
from ahlan.channels.webform.actions import save_webform
from ahlan.channels.webform.asking import answered, asked
from ahlan.channels.webform.forms import STAMP, VisitorForm, WebformForm
from ahlan.channels.webform.hearing import tell
from ahlan.channels.webform.models import Webform
from ahlan.channels.webform.work import is_done, use_up
from ahlan.core import files
from ahlan.core.clock import now
from ahlan.core.reached import address_for, too_often
from ahlan.core.sizes import WORDS, at_most, too_much

PER_HOUR = 20  # from one address
PER_HOUR_IDLE = 4  # where the browser has done no work


@at_most(None)
@never_cache
@csrf_exempt  # visitors have no session to misuse, and a cookie would not come along inside another site
@xframe_options_exempt
@require_http_methods(["GET", "POST"])
def form(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form and take what it brings. Works without JavaScript, alone or in a frame."""
    webform = get_object_or_404(Webform.objects.select_related("inbox"), slug=slug, is_active=True)
    with translation.override(_language(request, webform)):
        response = (
            _take(request, webform)
            if request.method == "POST"
            else _show(request, webform, VisitorForm(webform=webform))
        )
    return framed(response, webform.origins)


def _language(request: HttpRequest, webform: Webform) -> str:
    """The one named by `lang`, else the form's own."""
    named = request.GET.get("lang", "")
    return named if named in dict(settings.LANGUAGES) else webform.language


def _show(
    request: HttpRequest,
    webform: Webform,
    form: VisitorForm,
    status: int = 200,
    refused: dict[str, str] | None = None,
) -> HttpResponse:
    context = {
        "webform": webform,
        "form": form,
        "stamp": form.data.get("stamp") or STAMP.sign(secrets.token_hex(8)),
        "more": asked(request, webform, refused or {}),
    }
    return render(request, "webform/form.html", context, status=status)


def _take(request: HttpRequest, webform: Webform) -> HttpResponse:
    largest = webform.largest_bytes + WORDS
    if refusal := too_much(request, largest, "webform/too_large.html", webform=webform):
        return refusal
    form = VisitorForm(request.POST, request.FILES, webform=webform)
    if form.is_machine():
        return render(request, "webform/thanks.html", {"webform": webform})  # it shall not learn why
    more, refused = answered(request, webform)
    if not form.is_valid() or refused:
        return _show(request, webform, form, status=422, refused=refused)
    most = PER_HOUR if _has_worked(form, webform) else PER_HOUR_IDLE
    if too_often(f"webform:{request.META.get('REMOTE_ADDR', '')}", most, 3600):
        return render(request, "webform/busy.html", {"webform": webform}, status=429)
    raw = _keep(form.cleaned_data, webform, more)
    tell(request, webform)
    said = {"r": STAMP.sign(str(raw.pk)), "lang": translation.get_language()}
    return redirect(f"{reverse('webform:thanks', args=[webform.slug])}?{urlencode(said)}")


def _has_worked(form: VisitorForm, webform: Webform) -> bool:
    if not webform.work:
        return True
    stamp, words = form.data["stamp"], form.cleaned_data["text"]
    return is_done(stamp, form.data.get("work", ""), webform.work) and use_up(stamp, words)


def _keep(given: dict[str, Any], webform: Webform, more: dict[str, Any]) -> RawInbound:
    """The visitor's words, durable before he is thanked. The page's stamp makes a doubled click one message."""
    kept = [(one, files.keep(one.chunks)[0]) for one in given.get("files", [])]
    said = {
        **{key: given[key] for key in ("name", "email", "subject", "text")},
        "key": given["stamp"],
        "at": now().isoformat(),
        "more": more,
        "files": [
            {
                "name": one.name[:255],
                "content_type": one.content_type,
                "digest": digest,
            }
            for one, digest in kept
        ],
    }
    return keep(orjson.dumps(said), channel="webform", door="webform", inbox=webform.inbox)


@never_cache
@xframe_options_exempt
@require_GET
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """A word of thanks, and where to follow what becomes of it."""
    webform = get_object_or_404(Webform, slug=slug)
    raw = _raw(request.GET.get("r", ""))
    with translation.override(_language(request, webform)):
        response = render(request, "webform/thanks.html", {"webform": webform, "raw": raw})
    return framed(response, webform.origins)


def _raw(stamp: str) -> RawInbound | None:
    from django.core.signing import BadSignature  # noqa: PLC0415 -- only here

    try:
        return RawInbound.objects.filter(
            pk=int(STAMP.unsign(stamp, max_age=86_400)), channel="webform"
        ).first()
    except (BadSignature, ValueError):
        return None


@require_GET
def brand(request: HttpRequest, slug: str) -> HttpResponse:
    """The form's own colour as a style sheet, because the page itself holds no style."""
    return brand_sheet(get_object_or_404(Webform, slug=slug).colour)


@require_GET
def snippet(request: HttpRequest, slug: str) -> HttpResponse:
    """The script a web site includes: it puts the form's frame where the script stands, and fits its height."""
    webform = get_object_or_404(Webform, slug=slug, is_active=True)
    context = {"address": request.build_absolute_uri(webform.get_absolute_url()), "title": webform.title}
    response = render(request, "webform/snippet.js", context, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "public, max-age=300"
    return response


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_GET
def webforms(request: HttpRequest) -> HttpResponse:
    return render(request, "webform/list.html", {"webforms": Webform.objects.select_related("inbox")[:200]})


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Make or change a form; afterwards its snippet is shown."""
    webform = get_object_or_404(Webform, slug=slug) if slug else None
    form = WebformForm(request.POST or None, instance=webform)
    if request.method == "POST" and form.is_valid():
        saved = save_webform(
            form.save(commit=False), fields=form.changed_data, actor=f"agent:{request.user.pk}"
        )
        return redirect("webform:edit", slug=saved.slug)
    base = address_for(request)
    return render(request, "webform/edit.html", {"form": form, "webform": webform, "base_url": base})
