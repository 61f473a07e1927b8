"""Telling owners which articles are to be looked through."""

from collections import defaultdict

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ahlan.core.clock import now
from ahlan.core.reached import house_address
from ahlan.events.log import record
from ahlan.knowledge.models import Article

AT_ONCE = 200


@transaction.atomic
def remind() -> int:
    """One mail to each owner with all that has fallen due; each review date is told of once. Returns how many articles."""
    today, base = now().date(), house_address()
    due = Article.objects.filter(review_on__lte=today, archived_at=None, owner__is_active=True)
    fresh = due.filter(Q(reminded_on=None) | Q(reminded_on__lt=F("review_on"))).select_related("owner")
    mine = defaultdict(list)
    for one in fresh.prefetch_related("translations").order_by("review_on", "id")[:AT_ONCE]:
        mine[one.owner].append(one)
    for owner, found in mine.items():
        assert owner is not None  # as asked for
        with translation.override(owner.language):
            subject = ngettext(
                "%(n)d article to look through", "%(n)d articles to look through", len(found)
            ) % {"n": len(found)}
            lines = "\n".join(f"{one}\n{base}{one.get_absolute_url()}" for one in found)
            send_mail(
                subject,
                f"{_('Are they still right? Change what is not, then press “Reviewed”.')}\n\n{lines}\n",
                None,
                [owner.email],
            )
        for one in found:
            Article.objects.filter(pk=one.pk).update(reminded_on=one.review_on)
            record("article.review_due", one, actor="system", audience=owner.actor)
    return sum(map(len, mine.values()))
