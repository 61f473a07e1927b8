"""Forms of canned replies and macros."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ahlan.core.forms import Form
from ahlan.core.languages import INSTALLED
from ahlan.core.numerals import language_name
from ahlan.rules.acts import LONGEST
from ahlan.rules.models import CannedReply, Shortcut
from ahlan.rules.shortcuts import CODE
from ahlan.rules.variables import unknown_in
from ahlan.staff.models import Agent


class ShortcutForm(Form):
    """Name, short code, and who has it."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"dir": "auto"}))
    code = forms.CharField(
        label=_("Short code"), max_length=41, required=False, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("One word. Typed after a slash in the box one writes in, as in /hours, it brings this up."),
    )  # fmt: skip
    audience = forms.ChoiceField(label=_("Who has it"))

    def __init__(self, data: Any = None, *, agent: Agent, found: Shortcut | None, **more: Any) -> None:
        start = {"name": found.name, "code": found.code, "audience": found.audience} if found else {}
        super().__init__(data, initial={"audience": "me", **start, **more.pop("initial", {})}, **more)
        self.agent, self.teams = agent, list(agent.teams.all())
        if found and found.team and found.team not in self.teams:
            self.teams.append(found.team)
        choices: list[tuple[str, Any]] = [("me", _("Only me"))]
        if agent.may("replies.share"):
            choices += [(f"team-{team.pk}", team.name) for team in self.teams]
            choices.append(("everyone", _("Everybody")))
        self.fields["audience"].choices = choices  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).strip().lstrip("/")
        if code and not CODE.fullmatch(code):
            raise ValidationError(_("Letters, digits and hyphens only."))
        return code

    def chosen(self) -> dict[str, Any]:
        """What the verbs take."""
        given = self.cleaned_data
        team = next((one for one in self.teams if f"team-{one.pk}" == given["audience"]), None)
        owner = self.agent if given["audience"] == "me" else None
        return {"name": given["name"], "code": given["code"], "owner": owner, "team": team}


class CannedReplyForm(ShortcutForm):
    """And its words: one for every language, and others where they are needed."""

    def __init__(self, data: Any = None, *, agent: Agent, found: CannedReply | None) -> None:
        texts = dict(found.texts.values_list("language", "text")) if found else {}
        initial = {f"text_{key or 'all'}": text for key, text in texts.items()}
        super().__init__(data, agent=agent, found=found, initial=initial)
        self._add("all", _("Text"), 8)
        for code in INSTALLED:
            self._add(code, language_name(code), 5)

    def _add(self, key: str, label: Any, rows: int) -> None:
        box = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
        self.fields[f"text_{key}"] = forms.CharField(
            label=label, required=False, max_length=LONGEST, widget=box
        )

    @property
    def variants(self) -> list[forms.BoundField]:
        return [self[f"text_{code}"] for code in INSTALLED]

    @property
    def is_translated(self) -> bool:
        return any(field.value() for field in self.variants)

    def clean(self) -> dict[str, Any]:
        if not any(self.texts().values()):
            self.add_error("text_all", _("Write something, here or in one of the languages."))
        for key, text in self.texts().items():
            if wrong := unknown_in(text):
                told = _("There is no variable “%(name)s”.")
                self.add_error(f"text_{key or 'all'}", ValidationError(told, params={"name": wrong}))
        return self.cleaned_data

    def texts(self) -> dict[str, str]:
        found = {code: str(self.cleaned_data.get(f"text_{code}") or "") for code in INSTALLED}
        return {"": str(self.cleaned_data.get("text_all") or ""), **found}
