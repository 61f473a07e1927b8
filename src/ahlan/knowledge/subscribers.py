"""What happens by itself: what is due is published, owners are reminded, and what a new article answers is needed no more."""

from datetime import datetime, timedelta

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from ahlan.core.languages import INSTALLED
from ahlan.events.models import Event
from ahlan.events.subscribe import after
from ahlan.events.timers import every, when_due
from ahlan.knowledge.actions.articles import publish_due
from ahlan.knowledge.actions.needs import close_answered, forget_needs
from ahlan.knowledge.actions.reminders import remind
from ahlan.knowledge.models import Translation

SOON = timedelta(seconds=10)


def next_to_publish() -> datetime | None:
    """One step along a partial index."""
    due = Translation.objects.filter(publish_at__isnull=False, article__archived_at=None)
    found: datetime | None = due.aggregate(at=Min("publish_at"))["at"]
    return found


@when_due(next_to_publish, title=_("Publish articles that are due"))
def publish_articles() -> None:
    publish_due()


@every(hours=1, offset=timedelta(minutes=7), atomic=True, title=_("Remind owners of articles"))
def remind_owners() -> None:
    """Hourly, so that a machine that sleeps at night still tells on the day; each is told once."""
    remind()


@after(
    "article.published", title=_("See which needs new articles answer"),
    unique_key=lambda event: f"needs:{event.facts['language']}", delay=lambda event: event.at + SOON,
)  # fmt: skip
def close_gaps(event: Event) -> None:
    """A gap closes when its own search shows the new article. One look for all that is published in a while."""
    close_answered(event.facts["language"])


@every(days=1, offset=timedelta(hours=2), title=_("Forget what was searched once, long ago"))
def look_after_needs() -> None:
    """And look once more for answers: something may have been published while `close_gaps` was at it."""
    for language in INSTALLED:
        close_answered(language)
    forget_needs()
