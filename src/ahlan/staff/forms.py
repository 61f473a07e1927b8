"""Forms about people."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ahlan.core.forms import ZONES, ByLanguageField, Form, ModelForm
from ahlan.core.languages import INSTALLED
from ahlan.core.numerals import language_name, seconds
from ahlan.staff.actions.presence import MOST_IDLE
from ahlan.staff.models import Agent, PresenceState, Role, Skill, Team
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
        fields = ["name", "role", "teams", "hours", "is_active"]
        widgets = {"teams": forms.CheckboxSelectMultiple}
        help_texts = {
            "teams": _("Who is in a team sees the inboxes of that team."),
            "hours": _("When this person works. Outside these hours nothing is assigned by itself."),
            "is_active": _("Who is not active cannot sign in. What this person wrote and did stays."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hours"].empty_label = _("The hours of the team")  # type: ignore[attr-defined]


class TeamForm(ModelForm):
    class Meta:
        model = Team
        fields = ["name", "inboxes", "hours", "lead", "next_team"]
        widgets = {"inboxes": forms.CheckboxSelectMultiple}
        help_texts = {
            "inboxes": _("The people of this team see the tickets of these inboxes."),
            "lead": _("Who a ticket goes to when it is escalated to the lead."),
            "next_team": _("The team that knows more: a ticket escalated to the next tier goes there."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hours"].empty_label = _("The default hours")  # type: ignore[attr-defined]
        self.fields["lead"].queryset = Agent.objects.active()  # type: ignore[attr-defined]
        self.fields["next_team"].queryset = Team.objects.exclude(pk=self.instance.pk)  # type: ignore[attr-defined]


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
    signatures = ByLanguageField(
        label=_("Signature in other languages"), max_length=2000, required=False,
        help_text=_("A customer who writes in one of these finds it under what you send."),
    )  # fmt: skip
    undo_seconds = forms.TypedChoiceField(
        label=_("Time to take a reply back"),
        coerce=int,
        help_text=_("A reply waits so long before it leaves."),
    )

    class Meta:
        model = Agent
        fields = ["name", "language", "time_zone", "signature", "signatures", "density", "undo_seconds"]
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


class IdleForm(Form):
    minutes = forms.IntegerField(
        label=_("Away after so many minutes without a move"), min_value=0, max_value=MOST_IDLE,
        help_text=_("Who was available becomes available again with the first move. 0: never."),
    )  # fmt: skip


SCOPE_WORDS = {
    "tickets:read": _("See tickets, messages, files, lists and inboxes"),
    "tickets:write": _("Answer, move, merge and tag tickets; macros and work on many at once"),
    "customers:read": _("See customers and organisations"),
    "customers:write": _("Change, merge and add customers and organisations"),
    "articles:read": _("See articles, their revisions, and what was searched in vain"),
    "articles:write": _("Write and publish articles"),
    "staff:read": _("See people, teams, skills and who is here"),
    "staff:write": _("Invite people, change teams and skills, choose presence"),
    "settings:read": _("See hours, service levels, rules, routing and shortcuts"),
    "settings:write": _("Change hours, service levels, rules, routing and shortcuts"),
}
LIVES = [
    ("30", _("A month")),
    ("90", _("Three months")),
    ("366", _("A year")),
    ("0", _("Until it is revoked")),
]


class TokenForm(Form):
    """A token for a program: what it is called, what it may, how long it lives (days)."""

    name = forms.CharField(
        label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("What uses it, so that you know later which one to revoke."),
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=_("What it may"), choices=list(SCOPE_WORDS.items()), widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may yourself."),
    )  # fmt: skip
    days = forms.ChoiceField(label=_("How long it lives"), choices=LIVES, initial="90")

    def lives(self) -> timedelta | None:
        days = int(self.cleaned_data["days"])
        return timedelta(days=days) if days else None


class PresenceStateForm(ModelForm):
    class Meta:
        model = PresenceState
        fields = ["name", "kind"]
        widgets = {"name": forms.TextInput(attrs={"dir": "auto"})}
        help_texts = {"kind": _("New tickets are given to who is available, and to nobody else.")}

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if PresenceState.objects.filter(name=name, is_active=True).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a state of this name already."))
        return name


class SkillForm(Form):
    """A language, or what the house calls it."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    name = forms.CharField(
        label=_("Or another skill"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(self, data: Any = None, *, skill: Skill | None) -> None:
        start = {"name": skill.name, "language": skill.language} if skill else {}
        super().__init__(data, initial=start)
        others = Skill.objects.exclude(pk=skill.pk) if skill else Skill.objects.all()
        self.taken = {name for pair in others.values_list("name", "language") for name in pair if name}
        free = [(code, language_name(code)) for code in INSTALLED if code not in self.taken]
        self.fields["language"].choices = [("", "–"), *free]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        name, language = self.cleaned_data.get("name", ""), self.cleaned_data.get("language", "")
        if bool(name) == bool(language):
            raise ValidationError(_("Choose a language or give a name, one of the two."))
        if name in self.taken:
            raise ValidationError(_("There is a skill of this name already."))
        return self.cleaned_data


LEVELS = [
    (0, pgettext_lazy("level of a skill", "none")),
    (1, pgettext_lazy("level of a skill", "1 · beginner")),
    (2, pgettext_lazy("level of a skill", "2 · with help")),
    (3, pgettext_lazy("level of a skill", "3 · alone")),
    (4, pgettext_lazy("level of a skill", "4 · very well")),
    (5, pgettext_lazy("level of a skill", "5 · teaches others")),
]


class LevelsForm(Form):
    """A level for each skill."""

    def __init__(self, data: Any = None, *, skills: list[Skill], held: dict[int, int]) -> None:
        super().__init__(data)
        for skill in skills:
            self.fields[f"skill_{skill.pk}"] = forms.TypedChoiceField(
                label=str(skill), choices=LEVELS, coerce=int, initial=held.get(skill.pk, 0)
            )

    def levels(self) -> dict[int, int]:
        return {int(name.removeprefix("skill_")): level for name, level in self.cleaned_data.items()}
