"""How loudly an agent wants to hear of what."""

from typing import Any

from django import forms

from ahlan.core.forms import Form
from ahlan.notifications.models import USUAL, Kind, Loudness


class WishesForm(Form):
    """One choice for each kind; `loudness` what holds now."""

    def __init__(self, *args: Any, loudness: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        for kind in Kind:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                choices=Loudness.choices,
                initial=loudness.get(kind.value, USUAL[kind.value]),
            )
