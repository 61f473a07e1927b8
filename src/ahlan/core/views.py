"""The page that shows every component, for those who draw the others."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ahlan.core.clock import now
from ahlan.core.forms import Form
from ahlan.core.text import HUES

NAMES = ("نور", "אור", "Aino Ö", "Руслан", "Bo", "D i", "کیان", "Q")


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
