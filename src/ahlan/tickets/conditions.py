"""Conditions over tickets: one small language for lists, rules, routing and service levels.

    {"all": [{"facet": "state", "is": "any_of", "value": ["open"]},
             {"any": [{"facet": "priority", "is": "at_least", "value": ["3"]},
                      {"facet": "tags", "is": "any_of", "value": ["7"]}]}]}

A tree is asked of the database and of it alone (`query`, `matching`), so that what a list shows and what a
rule acts on can never differ. `of` says what is asked: tickets, unless a room asks another subject of its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.translation import gettext as _

from ahlan.core.numerals import listed, listed_or
from ahlan.staff.models import Agent
from ahlan.tickets.facets import TICKETS, Facet, Subject, Test, facet_named, one_look
from ahlan.tickets.models import Ticket

Tree = dict[str, Any]
MOST_TESTS = 40
DEEPEST = 3
AT_ONCE = 50  # trees asked in one query; each adds to the statement


class BadCondition(ValueError):
    """A condition that cannot be asked; its text says why, to a person."""


def check(tree: Tree, of: Subject = TICKETS) -> Tree:
    """The same tree without what does not belong there. Raises BadCondition."""
    checked = _checked(tree, 1, of)
    if sum(1 for _test in tests_of(checked)) > MOST_TESTS:
        raise BadCondition(_("At most %(n)d conditions fit together.") % {"n": MOST_TESTS})
    return checked


def _checked(tree: Any, depth: int, of: Subject) -> Tree:
    if not isinstance(tree, dict) or depth > DEEPEST + 1:
        raise BadCondition(_("This condition cannot be read."))
    for how in ("all", "any"):
        if isinstance(tree.get(how), list):
            return {how: [_checked(one, depth + 1, of) for one in tree[how]]}
    facet, test = _asked(tree, of)
    values = [str(one) for one in tree.get("value", ())]
    try:
        of.model._default_manager.filter(
            facet.ask(test, values, None)
        )  # the database's side says what it cannot read
    except (ValueError, OverflowError) as error:
        raise BadCondition(_("“%(name)s” needs another value.") % {"name": facet.name}) from error
    return {"facet": facet.key, "is": test.key, "value": values}


def _asked(leaf: Tree, of: Subject) -> tuple[Facet, Test]:
    facet = facet_named(str(leaf.get("facet", "")), of)
    if facet is None:
        raise BadCondition(_("There is no such property any more."))
    test = facet.test_named(str(leaf.get("is", "")))
    if test is None:
        raise BadCondition(_("“%(name)s” cannot be asked in this way.") % {"name": facet.name})
    return facet, test


def tests_of(tree: Tree) -> Iterator[Tree]:
    """The single conditions in a tree."""
    parts = tree.get("all", tree.get("any"))
    if parts is None:
        yield tree
    else:
        for one in parts:
            yield from tests_of(one)


def with_another(tree: Tree, facet: str, value: str, other: str) -> Tree:
    """The same tree that names another value of a property."""
    for how in ("all", "any"):
        if how in tree:
            return {how: [with_another(one, facet, value, other) for one in tree[how]]}
    if tree.get("facet") != facet:
        return tree
    values = [other if one == value else one for one in tree["value"]]
    return {**tree, "value": list(dict.fromkeys(values))}


def name_another(rows: Iterable[Any], facet: str, value: str, other: str) -> None:
    """Let the conditions of these rows name another value, because the one they name is no more. Part of a verb."""
    for row in rows:
        tree = with_another(row.conditions, facet, value, other)
        if tree != row.conditions:
            row.conditions = tree
            row.save(update_fields=["conditions"])


def query(
    tree: Tree, agent: Agent | None = None, paths: Mapping[str, str] | None = None, *, of: Subject = TICKETS
) -> Q:
    """What the database is asked. `agent` is who "me" is; without one nothing is anybody's own.

    `paths` says, by the facet's key, where else a property is looked for: as it was then, not as it is. Raises BadCondition. An empty "all" is true of every ticket, an empty "any" too: nothing is required.
    """
    for how, glue in (("all", Q.AND), ("any", Q.OR)):
        if how in tree:
            asked = Q()
            for one in tree[how]:
                asked.add(query(one, agent, paths, of=of), glue)
            return asked
    facet, test = _asked(tree, of)
    return facet.ask(test, tree["value"], agent, (paths or {}).get(facet.key, ""))


def matching(ticket: Ticket, trees: Mapping[int, Tree]) -> set[int]:
    """The keys of those trees that hold for a ticket now. A tree that cannot be asked any more never holds."""
    with one_look():
        return _matching(ticket, trees)


def _matching(ticket: Ticket, trees: Mapping[int, Tree]) -> set[int]:
    held: set[int] = set()
    keys = list(trees)
    for start in range(0, len(keys), AT_ONCE):
        asked = {}
        for key in keys[start : start + AT_ONCE]:
            try:
                asked[f"holds_{key}"] = ExpressionWrapper(
                    Q(pk__isnull=False) & query(trees[key]), output_field=BooleanField()
                )
            except BadCondition:
                continue
        row = Ticket.objects.filter(pk=ticket.pk).values_list(*asked.values()).first() if asked else None
        held |= {
            int(name.removeprefix("holds_")) for name, holds in zip(asked, row or (), strict=False) if holds
        }
    return held


def holding(keys: Iterable[int], trees: Mapping[int, Tree], of: Subject) -> dict[int, set[int]]:
    """Which of these things each tree holds for, by the tree's key. A tree that cannot be asked any more never holds."""
    with one_look():
        return {key: set(held) for key, held in _holding(list(keys), trees, of)}


def _holding(keys: list[int], trees: Mapping[int, Tree], of: Subject) -> Iterator[tuple[int, Iterator[int]]]:
    names = list(trees)
    for start in range(0, len(names), AT_ONCE):
        asked = {}
        for name in names[start : start + AT_ONCE]:
            try:
                holds = Q(pk__isnull=False) & query(trees[name], of=of)
            except BadCondition:
                continue
            asked[f"holds_{name}"] = ExpressionWrapper(holds, output_field=BooleanField())
        found = of.model._default_manager.filter(pk__in=keys)
        rows = list(found.values_list("pk", *asked.values())) if asked else []
        for n, column in enumerate(asked, 1):
            yield int(column.removeprefix("holds_")), (row[0] for row in rows if row[n])


def is_lasting(tree: Tree) -> bool:
    """Whether it holds until something happens to the ticket: neither the clock nor the reader changes it."""
    for leaf in tests_of(tree):
        facet, test = _asked(leaf, TICKETS)
        if facet.changes_by_itself(test, leaf["value"]):
            return False
    return True


def words(tree: Tree, of: Subject = TICKETS) -> str:
    """The tree as a sentence in the reader's language."""
    for how, joined in (("all", listed), ("any", listed_or)):
        if how in tree:
            parts = [words(one, of) for one in tree[how]]
            return joined(parts) if parts else _("always")
    try:
        facet, test = _asked(tree, of)
    except BadCondition as error:
        return str(error)
    return test.words(facet, tree["value"])
