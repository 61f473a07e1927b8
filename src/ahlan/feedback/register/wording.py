"""What letters say: the house's own words or those that came with it, in the customer's language, filled in."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml
from django.urls import reverse
from django.utils import translation

from ahlan.core.languages import Texts, said
from ahlan.core.numerals import listed, long_day
from ahlan.core.reached import house_address
from ahlan.feedback.register.models import Complaint, Compliment, LetterKind, StepKind
from ahlan.feedback.register.profiles import latest
from ahlan.feedback.register.queries import house, own_letters, today
from ahlan.staff.models import Agent

FILE = Path(__file__).with_name("letters.yaml")
HOLES = ("name", "number", "received", "due", "follow", "rights", "outcome", "redress", "agent", "praised")
GAP = "…"  # to be written over


@cache
def ready() -> Mapping[str, Texts]:
    """By kind and language, as they came with the house."""
    return {kind: dict(texts) for kind, texts in yaml.safe_load(FILE.read_text()).items()}


def words_of(kind: str, language: str) -> str:
    """The wording with its holes, in this language or the next best that is said."""
    own = own_letters().get(kind, {})
    return str(own.get(language) or ready()[kind].get(language) or said(own or ready()[kind], language))


def letter_for(complaint: Complaint, kind: str, *, agent: Agent | None, due: date | None = None) -> str:
    """A letter about a complaint, in its language, as Markdown."""
    language = complaint.language
    with translation.override(language):
        told = {
            "number": complaint.told, "received": long_day(complaint.received_on), "follow": follow_address(),
            "due": long_day(due) if due else GAP, "rights": said(house().rights, language),
            "outcome": str(complaint.outcome or GAP), "redress": str(complaint.redress or GAP),
            **_people(complaint.customer.primary.name, agent),
        }  # fmt: skip
    return fill(words_of(kind, language), told)


def thanks_for(compliment: Compliment, *, agent: Agent | None) -> str:
    with translation.override(compliment.language):
        praised = [one.name for one in compliment.agents.all()] or (
            [str(compliment.team)] if compliment.team else []
        )
        name = compliment.customer.primary.name if compliment.customer else ""
        told = {"praised": listed(praised) if praised else GAP, **_people(name, agent)}
    return fill(words_of(LetterKind.THANKS, compliment.language), told)


def _people(name: str, agent: Agent | None) -> dict[str, str]:
    return {"name": name, "agent": agent.name if agent else str(house().head_name)}


def fill(words: str, told: Mapping[str, str]) -> str:
    """Known holes filled, all others left as they are; a paragraph that has come out empty goes."""
    filled = re.sub(r"\{(\w+)\}", lambda hole: told.get(hole[1], hole[0]), words)
    return "\n\n".join(part for part in (one.strip() for one in re.split(r"\n\s*\n", filled)) if part)


def follow_address() -> str:
    return f"{house_address()}{reverse('feedback:follow_complaint')}"


def due_of(complaint: Complaint, kind: StepKind = StepKind.ANSWER) -> date | None:
    """By which day the step of the present round is due."""
    found = (
        complaint.steps.filter(kind=kind, round=complaint.round)
        .order_by("-id")
        .values_list("due_on", flat=True)
    )
    return found.first()


def next_of(complaint: Complaint) -> date | None:
    """By when a holding letter says that he hears again: the latest day there may be, else two weeks after what was due."""
    day = due_of(complaint)
    return complaint.extended_on or (
        max(day, today(latest(complaint.profile))) + timedelta(weeks=2) if day else None
    )
