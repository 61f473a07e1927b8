"""Verbs on surveys and the places where they stand."""

from typing import Any

from django.db import transaction

from ahlan.core.clock import now
from ahlan.events.log import record
from ahlan.feedback.links import new_token
from ahlan.feedback.models import Invitation, Place, Reason, State, Survey
from ahlan.feedback.queries import MOST_SURVEYS
from ahlan.tickets.conditions import check

MOST_PLACES = 500


class TooManySurveys(Exception):
    """There are as many as can be kept."""


class NeverAnonymousAgain(Exception):
    """What was promised to those who have answered is kept: an anonymous survey stays so, and one with names too."""


@transaction.atomic
def save_survey(survey: Survey | None, *, actor: str, **values: Any) -> Survey:
    """Make or change one. Raises TooManySurveys, BadCondition, NeverAnonymousAgain."""
    if survey is None and Survey.objects.count() >= MOST_SURVEYS:
        raise TooManySurveys
    held = Survey.objects.select_for_update().get(pk=survey.pk) if survey else Survey()
    begun = held.pk is not None and held.invitations.exclude(digest=None).exists()
    if begun and (values.get("anonymous", held.anonymous), values.get("key", held.key)) != (
        held.anonymous,
        held.key,
    ):
        raise NeverAnonymousAgain
    values["conditions"] = check(values.get("conditions") or held.conditions or {"all": []})
    for name, value in values.items():
        setattr(held, name, value)
    held.save()
    record("survey.saved", held, actor=actor)
    return held


@transaction.atomic
def switch_survey(survey: Survey, on: bool, *, actor: str) -> Survey:
    """Ask, or ask no more; what was planned is not sent."""
    held = Survey.objects.select_for_update().get(pk=survey.pk)
    if held.is_active != on:
        held.is_active = on
        held.save(update_fields=["is_active"])
        if not on:
            held.invitations.filter(state=State.PLANNED).update(state=State.NOT_ASKED, reason=Reason.OFF)
            Invitation.objects.filter(survey=held, remind_at__isnull=False).update(remind_at=None)
        record("survey.switched", held, actor=actor, on=on)
    return held


@transaction.atomic
def save_place(
    survey: Survey, place: Place | None, *, name: str, kiosk: bool, language: str, actor: str
) -> Place:
    """Where anybody may answer. Raises TooManySurveys."""
    if place is None and survey.places.count() >= MOST_PLACES:
        raise TooManySurveys
    held = place or Place(survey=survey, slug=new_token())
    held.name, held.kiosk, held.language = name, kiosk, language
    held.save()
    record("survey.place_saved", survey, actor=actor, place=held.pk)
    return held


@transaction.atomic
def archive_place(place: Place, away: bool, *, actor: str) -> None:
    """Its link and code lead nowhere any more, or again."""
    place.archived_at = now() if away else None
    place.save(update_fields=["archived_at"])
    record(
        "survey.place_archived" if away else "survey.place_saved", place.survey, actor=actor, place=place.pk
    )
