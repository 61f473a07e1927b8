"""Verbs on questionnaires: save an edition, put away and bring back, take in those that come with the house."""

from django.db import transaction

from ahlan.core.clock import now
from ahlan.courtesy.models import Edition, Questionnaire
from ahlan.courtesy.queries import MOST
from ahlan.courtesy.questions import Asks, check
from ahlan.courtesy.ready_questionnaires import READY_QUESTIONNAIRES
from ahlan.events.log import record


class TooManyQuestionnaires(Exception):
    """The house has as many as can be kept."""


class ChangedMeanwhile(Exception):
    """Somebody else has saved another edition since."""


@transaction.atomic
def save_questionnaire(
    questionnaire: Questionnaire | None,
    asks: Asks,
    *,
    seen: int | None = None,
    actor: str,
    by_hand: bool = True,
) -> Questionnaire:
    """Make one, or give it a new edition; what was asked keeps the old words. Nothing when nothing is different.

    `seen`: the number of the edition that was changed. Raises BadQuestionnaire, ChangedMeanwhile, TooManyQuestionnaires.
    """
    kept = check(asks).kept()
    if questionnaire is None:
        if Questionnaire.objects.count() >= MOST:
            raise TooManyQuestionnaires
        held = Questionnaire()
    else:
        held = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
        if seen is not None and seen != held.number:
            raise ChangedMeanwhile
        if held.editions.filter(number=held.number, kept=kept).exists():
            return held
    return _edit(held, kept, actor, by_hand=by_hand)


def _edit(held: Questionnaire, kept: dict[str, object], actor: str, *, by_hand: bool) -> Questionnaire:
    held.titles, held.number = kept["title"], held.number + 1
    held.save()
    Edition.objects.create(questionnaire=held, number=held.number, kept=kept, by_hand=by_hand)
    record("questionnaire.saved", held, actor=actor, audience="everyone", number=held.number)
    return held


@transaction.atomic
def put_questionnaire_away(questionnaire: Questionnaire, away: bool = True, *, actor: str) -> Questionnaire:
    """Asked no more, or again; what was asked stays."""
    held = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    if (held.archived_at is not None) != away:
        held.archived_at = now() if away else None
        held.save()
        record(
            "questionnaire.put_away" if away else "questionnaire.brought_back",
            held,
            actor=actor,
            audience="everyone",
        )
    return held


@transaction.atomic
def make_ready() -> None:
    """The questionnaires that come with this version, in its words where nobody has written others. Safe to repeat."""
    known = {one.key: one for one in Questionnaire.objects.exclude(key="")}
    touched = set(
        Edition.objects.filter(questionnaire__in=known.values(), by_hand=True).values_list(
            "questionnaire", flat=True
        )
    )
    for key, given in READY_QUESTIONNAIRES.items():
        found = known.get(key) or Questionnaire.objects.create(key=key)
        if found.pk not in touched:
            save_questionnaire(found, Asks.of(given), actor="system", by_hand=False)
