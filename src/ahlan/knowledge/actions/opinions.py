"""What visitors say of an article."""

from django.db import transaction

from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.knowledge.actions.articles import count_opinion
from ahlan.knowledge.anonymous import without_names
from ahlan.knowledge.models import Opinion, Translation

LONGEST_WORD = 1_000  # characters of a word why


@transaction.atomic
def say(translation: Translation, *, visitor: str, helped: bool, word: str = "") -> Opinion:
    """A visitor's one opinion of an article; another of his takes its place."""
    held = Translation.objects.select_for_update().get(pk=translation.pk)
    before = Opinion.objects.filter(translation=held, visitor=visitor).first()
    word = without_names(clean(word).strip()[:LONGEST_WORD]) or (before.word if before else "")
    said, _made = Opinion.objects.update_or_create(
        translation=held, visitor=visitor, defaults={"helped": helped, "word": word}
    )
    if before is None:
        count_opinion(held, int(helped), int(not helped))
    elif before.helped != helped:
        count_opinion(held, 1 if helped else -1, -1 if helped else 1)
    if before is None or (before.helped, before.word) != (helped, word):
        record("article.judged", translation.article, actor="visitor", language=held.language, helped=helped)
    return said
