"""The audit log: those events that tell of sign-ins and settings, as sentences."""

from typing import Any

from django.utils.translation import gettext_lazy, pgettext

from ahlan.channels.email.forms import InboxForm
from ahlan.channels.models import Inbox
from ahlan.events.models import Event
from ahlan.staff.models import Agent, Role, Team

NAMED = {"agent": Agent, "team": Team, "role": Role, "inbox": Inbox}  # what a sentence calls by its name

KINDS = {
    "agent.signed_in": gettext_lazy("%(who)s signed in"),
    "agent.link_used": gettext_lazy("%(who)s signed in by a link"),
    "agent.sign_in_failed": gettext_lazy("Somebody failed to sign in as %(about)s"),
    "agent.created": gettext_lazy("%(who)s added %(about)s"),
    "agent.invited": gettext_lazy("%(who)s invited %(about)s"),
    "agent.changed": gettext_lazy("%(who)s changed %(about)s: %(what)s"),
    "agent.teams_changed": gettext_lazy("%(who)s changed the teams of %(about)s"),
    "token.made": gettext_lazy("%(who)s made a token for the API"),
    "token.revoked": gettext_lazy("%(who)s revoked a token for the API"),
    "team.created": gettext_lazy("%(who)s made the team “%(about)s”"),
    "team.changed": gettext_lazy("%(who)s changed the team “%(about)s”"),
    "role.created": gettext_lazy("%(who)s made the role “%(about)s”"),
    "role.changed": gettext_lazy("%(who)s changed the role “%(about)s”"),
    "plan.saved": gettext_lazy("%(who)s set a routing plan"),
    "plan.moved": gettext_lazy("%(who)s changed the order of the routing plans"),
    "plan.deleted": gettext_lazy("%(who)s deleted a routing plan"),
    "capacity.set": gettext_lazy("%(who)s set how much people carry"),
    "agent.skills_set": gettext_lazy("%(who)s set the skills of %(about)s"),
    "skill.saved": gettext_lazy("%(who)s set a skill"),
    "skill.deleted": gettext_lazy("%(who)s deleted a skill"),
    "presence.idle_set": gettext_lazy("%(who)s set when people count as away"),
    "presence.state_saved": gettext_lazy("%(who)s set a state of presence"),
    "presence.state_retired": gettext_lazy("%(who)s removed a state of presence"),
    "hours.created": gettext_lazy("%(who)s made business hours"),
    "hours.renamed": gettext_lazy("%(who)s renamed business hours"),
    "hours.week_set": gettext_lazy("%(who)s changed the week of business hours"),
    "hours.week_dropped": gettext_lazy("%(who)s took back a change of business hours"),
    "hours.day_set": gettext_lazy("%(who)s set a day of business hours"),
    "hours.day_removed": gettext_lazy("%(who)s removed a day of business hours"),
    "hours.holidays_set": gettext_lazy("%(who)s set the holidays of business hours"),
    "hours.holidays_dropped": gettext_lazy("%(who)s removed the holidays of business hours"),
    "hours.made_default": gettext_lazy("%(who)s chose other default business hours"),
    "hours.deleted": gettext_lazy("%(who)s deleted business hours"),
    "service_level.saved": gettext_lazy("%(who)s set a service level"),
    "service_level.moved": gettext_lazy("%(who)s changed the order of the service levels"),
    "service_level.deleted": gettext_lazy("%(who)s deleted a service level"),
    "rule.saved": gettext_lazy("%(who)s set a rule"),
    "rule.switched": gettext_lazy("%(who)s switched a rule on or off"),
    "rule.moved": gettext_lazy("%(who)s changed the order of the rules"),
    "rule.deleted": gettext_lazy("%(who)s deleted a rule"),
    "ticket_type.saved": gettext_lazy("%(who)s set a ticket type"),
    "ticket_type.moved": gettext_lazy("%(who)s changed the order of the ticket types"),
    "ticket_type.archived": gettext_lazy("%(who)s archived a ticket type"),
    "ticket_type.brought_back": gettext_lazy("%(who)s brought a ticket type back"),
    "status.saved": gettext_lazy("%(who)s set a status"),
    "status.moved": gettext_lazy("%(who)s changed the order of the statuses"),
    "status.made_default": gettext_lazy("%(who)s chose which status a state begins with"),
    "status.archived": gettext_lazy("%(who)s archived a status"),
    "status.brought_back": gettext_lazy("%(who)s brought a status back"),
    "field.saved": gettext_lazy("%(who)s set a field"),
    "field.moved": gettext_lazy("%(who)s changed the order of the fields"),
    "field.archived": gettext_lazy("%(who)s archived a field"),
    "field.brought_back": gettext_lazy("%(who)s brought a field back"),
    "tag.renamed": gettext_lazy("%(who)s renamed a tag"),
    "tag.merged": gettext_lazy("%(who)s merged two tags"),
    "tag.deleted": gettext_lazy("%(who)s deleted a tag"),
    "canned_reply.saved": gettext_lazy("%(who)s set a canned reply for others"),
    "canned_reply.deleted": gettext_lazy("%(who)s deleted a canned reply of others"),
    "macro.saved": gettext_lazy("%(who)s set a macro for others"),
    "macro.deleted": gettext_lazy("%(who)s deleted a macro of others"),
    "ticket_template.saved": gettext_lazy("%(who)s set a ticket template for others"),
    "ticket_template.deleted": gettext_lazy("%(who)s deleted a ticket template of others"),
    "recurrence.begun": gettext_lazy("%(who)s let a ticket come again"),
    "recurrence.ended": gettext_lazy("%(who)s ended a ticket that came again"),
    "courtesy.question_set": gettext_lazy("%(who)s set what is asked before a ticket is closed"),
    "card.saved": gettext_lazy("%(who)s set a technique card"),
    "card.restored": gettext_lazy("%(who)s gave a technique card its original words back"),
    "card.put_away": gettext_lazy("%(who)s put a technique card away"),
    "card.brought_back": gettext_lazy("%(who)s brought a technique card back"),
    "questionnaire.saved": gettext_lazy("%(who)s set a questionnaire"),
    "questionnaire.put_away": gettext_lazy("%(who)s put a questionnaire away"),
    "questionnaire.brought_back": gettext_lazy("%(who)s brought a questionnaire back"),
    "inbox.created": gettext_lazy("%(who)s made the inbox “%(about)s”"),
    "inbox.changed": gettext_lazy("%(who)s changed the inbox “%(about)s”: %(what)s"),
    "webform.changed": gettext_lazy("%(who)s changed a web form"),
    "chat.changed": gettext_lazy("%(who)s changed a chat"),
    "theme.saved": gettext_lazy("%(who)s set a theme of needs"),
    "theme.archived": gettext_lazy("%(who)s put a theme of needs away"),
    "theme.brought_back": gettext_lazy("%(who)s brought a theme of needs back"),
    "reader.invited": gettext_lazy("%(who)s let somebody read what customers need"),
    "reader.withdrawn": gettext_lazy("%(who)s withdrew a link to what customers need"),
    "segment.saved": gettext_lazy("%(who)s set a segment of customers"),
    "segment.deleted": gettext_lazy("%(who)s deleted a segment of customers"),
    "goal.set": gettext_lazy("%(who)s set a goal"),
    "goal.dropped": gettext_lazy("%(who)s took a goal away"),
    "report.saved": gettext_lazy("%(who)s set a report of figures"),
    "report.archived": gettext_lazy("%(who)s archived a report of figures"),
    "report.restored": gettext_lazy("%(who)s brought a report of figures back"),
    "report.mailed": gettext_lazy("%(who)s set when a report goes by mail"),
    "section.saved": gettext_lazy("%(who)s set a section of articles"),
    "section.moved": gettext_lazy("%(who)s changed the order of the sections of articles"),
    "section.deleted": gettext_lazy("%(who)s deleted a section of articles"),
    "help_centre.set": gettext_lazy("%(who)s set how the help centre presents itself"),
    "organisation.created": gettext_lazy("%(who)s made an organisation"),
    "organisation.changed": gettext_lazy("%(who)s changed an organisation"),
}


def lines_of(events: list[Event]) -> list[dict[str, Any]]:
    """Time and sentence of each event; names in one query for each kind of thing that has one."""
    told = {event.actor for event in events} | {event.subject for event in events}
    names = {key: name for kind, model in NAMED.items() for key, name in _names(kind, model, told)}
    return [{"at": event.at, "sentence": _sentence(event, names)} for event in events]


def _names(kind: str, model: Any, told: set[str]) -> list[tuple[str, str]]:
    """Those of one kind among what is told, as "team:3" and a name."""
    ids = {int(key) for one in told for its, _sep, key in [one.partition(":")] if its == kind}
    return [(f"{kind}:{one.pk}", str(one)) for one in model.objects.filter(pk__in=ids)] if ids else []


def _sentence(event: Event, names: dict[str, str]) -> str:
    return str(KINDS[event.kind]) % {
        "who": names.get(event.actor, pgettext("who did it", "Ahlan")),
        "about": names.get(event.subject, "–"),
        "what": ", ".join(_field(event, name) for name in event.facts.get("fields", [])),
    }


def _field(event: Event, name: str) -> str:
    """A field as the form calls it; by its own name when it is no more."""
    if event.subject_kind == "inbox":
        return str(InboxForm.base_fields[name].label if name in InboxForm.base_fields else name)
    known = {field.name: field for field in Agent._meta.fields}
    return str(known[name].verbose_name if name in known else name)
