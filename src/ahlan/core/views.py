"""The page that shows every component, for those who draw the others."""

import sys
from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.views.decorators.http import require_GET

from ahlan.core.clock import now
from ahlan.core.forms import Form
from ahlan.core.palette import found
from ahlan.core.panels import draw
from ahlan.core.text import HUES

NAMES = ("نور", "אור", "Aino Ö", "Руслан", "Bo", "D i", "کیان", "Q")


def broken(request: HttpRequest) -> HttpResponse:
    """What is shown when a page failed: 503 while the database is away, which passes, else 500."""
    away = isinstance(sys.exception(), (OperationalError, InterfaceError))
    page = loader.get_template("503.html" if away else "500.html").render()
    headers = {"Retry-After": "5", "Cache-Control": "no-store"} if away else {}
    return HttpResponse(page, status=503 if away else 500, headers=headers)


@login_required
@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """What the command palette finds for `q`, as a fragment."""
    groups = found(request, request.GET.get("q", ""))
    return render(request, "core/palette_found.html", {"groups": groups})


@login_required
@require_GET
def banners(request: HttpRequest) -> HttpResponse:
    """What has stopped or goes on, as a fragment: a page that stays open for hours asks now and then."""
    return HttpResponse(draw("page.banner", request, request.user))


class _Sample(Form):
    name = forms.CharField(label="Name", help_text="As customers see it.")
    address = forms.EmailField(label="E-mail address", required=False)
    language = forms.ChoiceField(label="Language", choices=settings.LANGUAGES)
    about = forms.CharField(label="About", widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "One"), ("b", "Other")], widget=forms.RadioSelect)
    active = forms.BooleanField(label="Active", required=False)


def style(request: HttpRequest) -> HttpResponse:
    """Every component on one page. Raises PermissionDenied outside of debugging for all but administrators."""
    if not settings.DEBUG and not request.user.has_perm("settings.manage"):
        raise PermissionDenied
    present = now()
    moments = [present - timedelta(minutes=4), present - timedelta(hours=5), present - timedelta(days=40)]
    wrong = _Sample({"name": "", "address": "nobody", "language": "en"})
    context = {"form": _Sample(), "wrong": wrong, "moments": moments, "names": NAMES, "hues": range(HUES)}
    return render(request, "core/style.html", context)
