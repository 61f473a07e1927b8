"""Forms about people."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ahlan.core.forms import ZONES, Form, ModelForm
from ahlan.core.numerals import seconds
from ahlan.staff.models import Agent, Role, Team
from ahlan.staff.permissions import PERMISSIONS

UNDO_SECONDS = (0, 5, 10, 20, 30)


class InvitationForm(Form):
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, help_text=_("A link for signing in is mailed there.")
    )
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    role = forms.ModelChoiceField(label=_("Role"), queryset=Role.objects.all())
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams"), queryset=Team.objects.all(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Who is in a team sees the inboxes of that team."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class AgentForm(ModelForm):
    class Meta:
        model = Agent
        fields = ["name", "role", "teams", "is_active"]
        widgets = {"teams": forms.CheckboxSelectMultiple}
        help_texts = {
            "teams": _("Who is in a team sees the inboxes of that team."),
            "is_active": _("Who is not active cannot sign in. What this person wrote and did stays."),
        }


class TeamForm(ModelForm):
    class Meta:
        model = Team
        fields = ["name", "inboxes", "hours"]
        widgets = {"inboxes": forms.CheckboxSelectMultiple}
        help_texts = {"inboxes": _("The people of this team see the tickets of these inboxes.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hours"].empty_label = _("The default hours")  # type: ignore[attr-defined]


class RoleForm(ModelForm):
    permissions = forms.MultipleChoiceField(
        label=_("May"), choices=list(PERMISSIONS.items()), widget=forms.CheckboxSelectMultiple, required=False
    )

    class Meta:
        model = Role
        fields = ["own_name", "permissions"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["own_name"].required = True


class ProfileForm(ModelForm):
    """What everybody sets for himself."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    undo_seconds = forms.TypedChoiceField(
        label=_("Time to take a reply back"),
        coerce=int,
        help_text=_("A reply waits so long before it leaves."),
    )

    class Meta:
        model = Agent
        fields = ["name", "language", "time_zone", "signature", "density", "undo_seconds"]
        widgets = {"signature": forms.Textarea(attrs={"rows": 4, "dir": "auto"})}
        help_texts = {
            "signature": _("Stands under what you send, in place of the inbox’s own signature."),
            "density": _("How much of each ticket the lists show."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = sorted({*UNDO_SECONDS, self.instance.undo_seconds})
        self.fields["undo_seconds"].choices = [  # type: ignore[attr-defined]
            (n, seconds(n) if n else _("None: it leaves at once")) for n in offered
        ]
