"""Verbs on tags themselves: rename, merge, delete. (What a ticket bears is set by `work.tag_ticket`.)

Tickets are not told one by one: a tag may lie on a hundred thousand of them. Views that ask for tags are gathered anew.
"""

from django.db import transaction

from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.tickets.actions.views import gather_anew
from ahlan.tickets.actions.words import NameTaken
from ahlan.tickets.conditions import name_another, tests_of
from ahlan.tickets.models import SavedView, Tag, Ticket


@transaction.atomic
def rename_tag(tag: Tag, name: str, *, actor: str) -> Tag:
    """Raises ValueError for no name, NameTaken where another tag has it (merge them then)."""
    name = " ".join(clean(name).split())[:60]
    if not name:
        raise ValueError("a name is needed")
    if Tag.objects.filter(name=name).exclude(pk=tag.pk).exists():
        raise NameTaken
    was, tag.name = tag.name, name
    tag.save(update_fields=["name"])
    record("tag.renamed", tag, actor=actor, audience="everyone", was=was)
    return tag


@transaction.atomic
def merge_tags(tag: Tag, into: Tag, *, actor: str) -> Tag:
    """Every ticket that bears `tag` bears `into`; `tag` is no more. Views that asked for it ask for the other."""
    if tag.pk == into.pk:
        raise ValueError("a tag is merged into another one")
    borne = Ticket.tags.through.objects.filter(tag=tag)
    both = Ticket.tags.through.objects.filter(tag=into).values("ticket")
    borne.exclude(ticket__in=both).update(tag=into)
    record("tag.merged", tag, actor=actor, audience="everyone", into=into.pk, was=tag.name)
    key, other = str(tag.pk), str(into.pk)
    tag.delete()
    asking = _views_that_ask()
    name_another(asking, "tags", key, other)
    for view in asking:
        gather_anew(view)
    return into


@transaction.atomic
def delete_tag(tag: Tag, *, actor: str) -> None:
    """Take it off every ticket."""
    record("tag.deleted", tag, actor=actor, audience="everyone")
    tag.delete()
    for view in _views_that_ask():
        gather_anew(view)


def _views_that_ask() -> list[SavedView]:
    return [
        one
        for one in SavedView.objects.all()
        if any(leaf["facet"] == "tags" for leaf in tests_of(one.conditions))
    ]
