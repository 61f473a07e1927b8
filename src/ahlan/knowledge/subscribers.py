"""What happens by itself: what is due is published, and owners are reminded of what is to be looked through."""

from datetime import datetime, timedelta

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from ahlan.events.timers import every, when_due
from ahlan.knowledge.actions.articles import publish_due
from ahlan.knowledge.actions.reminders import remind
from ahlan.knowledge.models import Translation


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
