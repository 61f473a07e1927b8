"""What an article may begin from: a skeleton in the language it is written in."""

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

BEGINNINGS: dict[str, str | Promise] = {
    "": gettext_lazy("Empty"),
    "explanation": gettext_lazy("Problem, solution, benefit"),
    "steps": gettext_lazy("How to do something"),
    "question": gettext_lazy("Question and answer"),
}


def beginning(kind: str, language: str) -> str:
    """The Markdown of a skeleton; "…" is a blank. "" for one nobody knows."""
    with translation.override(language):
        match kind:
            case "explanation":
                return _parts(
                    (_("The problem"), "…"), (_("The solution"), "1. …\n2. …"), (_("What it brings you"), "…")
                )
            case "steps":
                return _parts(("", "…"), (_("You need"), "- …"), (_("Step by step"), "1. …\n2. …\n3. …"))
            case "question":
                return _parts(("", "…"), (_("If that did not help"), "…"))
    return ""


def _parts(*parts: tuple[str, str]) -> str:
    return "\n\n".join(f"# {head}\n\n{text}" if head else text for head, text in parts)
