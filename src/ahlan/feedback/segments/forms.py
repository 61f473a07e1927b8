"""The form of a segment; its conditions are read apart."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ahlan.core.forms import Form
from ahlan.feedback.segments.actions import LONGEST
from ahlan.feedback.segments.models import Segment


class SegmentForm(Form):
    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput({"dir": "auto"}))
    approach = forms.CharField(
        label=_("Approach"), required=False, max_length=LONGEST, widget=forms.Textarea({"rows": 6, "dir": "auto"}),
        help_text=_("How these customers are met. It stands beside each of their tickets."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, segment: Segment | None = None, **more: Any) -> None:
        start = {"name": segment.name, "approach": segment.approach} if segment else {}
        super().__init__(data, initial=start, **more)
        self.segment = segment

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if is_taken(name, self.segment):
            raise ValidationError(_("There is a segment of this name already."))
        return name


def is_taken(name: str, segment: Segment | None) -> bool:
    return Segment.objects.filter(name=name).exclude(pk=segment.pk if segment else 0).exists()
