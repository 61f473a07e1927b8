"""Lines in a ticket's history for what rules have done, and what they could not do."""

from django.utils.translation import gettext as _

from ahlan.core.numerals import listed
from ahlan.events.models import Event
from ahlan.rules.acts import REASONS, act_named
from ahlan.rules.models import Macro, Rule
from ahlan.tickets.history import NAMED, SENTENCES, Names


def _ran(event: Event, names: Names) -> str:
    rule = names.named(event, "rule")
    failed = failures(event.facts.get("failed", []))
    if failed:
        return _("The rule “%(rule)s” ran. Not done: %(failed)s") % {"rule": rule, "failed": failed}
    return _("The rule “%(rule)s” ran") % {"rule": rule}


def failures(failed: list[list[str]]) -> str:
    """Acts that were not done, each with its reason: “Write to the customer (there is nobody to write to)”."""
    told = []
    for key, reason in failed:
        act = act_named(key)
        told.append(f"{act.name if act else key} ({REASONS.get(reason, reason)})")
    return listed(told)


def _held_back(event: Event, names: Names) -> str:
    return _("The rule “%(rule)s” was held back, so that rules do not call one another without end") % {
        "rule": names.named(event, "rule")
    }


def _macro_ran(event: Event, names: Names) -> str:
    who = {"actor": names.actor(event), "macro": names.named(event, "macro")}
    failed = failures(event.facts.get("failed", []))
    if failed:
        return _("%(actor)s used the macro “%(macro)s”. Not done: %(failed)s") % {**who, "failed": failed}
    return _("%(actor)s used the macro “%(macro)s”") % who


def _macro_undone(event: Event, names: Names) -> str:
    who = {"actor": names.actor(event), "macro": names.named(event, "macro")}
    return _("%(actor)s took the macro “%(macro)s” back") % who


NAMED |= {"rule": Rule, "macro": Macro}
SENTENCES |= {
    "rule.ran": _ran,
    "rule.held_back": _held_back,
    "macro.ran": _macro_ran,
    "macro.undone": _macro_undone,
}
