"""What somebody may do. A role is a set of these; the built-in roles are the usual four."""

from django.utils.translation import gettext_lazy as _

PERMISSIONS = {
    "tickets.view": _("See tickets"),
    "tickets.reply": _("Answer customers"),
    "tickets.note": _("Write notes"),
    "tickets.assign": _("Assign and transfer tickets"),
    "tickets.change": _("Change state, priority and tags"),
    "tickets.delete": _("Delete tickets and mark spam"),
    "tickets.share_views": _("Share views with others"),
    "customers.edit": _("Edit and merge customers"),
    "staff.manage": _("Invite people, edit teams and roles"),
    "inboxes.manage": _("Set up inboxes"),
    "hours.manage": _("Set up business hours"),
    "service_levels.manage": _("Promise service levels"),
    "rules.manage": _("Set up rules"),
    "routing.manage": _("Set up routing and see who is here"),
    "presence.manage": _("Set up skills and states of presence"),
    "fields.manage": _("Set up ticket types, statuses, fields and tags"),
    "replies.share": _("Share canned replies and macros"),
    "knowledge.write": _("Write and publish articles"),
    "knowledge.manage": _("Set up the help centre and its sections"),
    "courtesy.manage": _("Set up the way of service"),
    "assistant.manage": _("Set up the assistant"),
    "feedback.view": _("See what customers say in surveys"),
    "feedback.manage": _("Set up surveys and instruments"),
    "kpis.view": _("See figures of everybody’s work"),
    "kpis.manage": _("Set goals for figures"),
    "settings.manage": _("Change settings"),
    "jobs.manage": _("See health and failed work"),
    "audit.view": _("See the audit log"),
}

AGENT = frozenset(
    {
        "tickets.view",
        "tickets.reply",
        "tickets.note",
        "tickets.assign",
        "tickets.change",
        "customers.edit",
        "knowledge.write",
    }
)
LEADING = frozenset(
    {
        "tickets.delete",
        "tickets.share_views",
        "hours.manage",
        "service_levels.manage",
        "rules.manage",
        "routing.manage",
        "presence.manage",
        "fields.manage",
        "replies.share",
        "courtesy.manage",
        "assistant.manage",
        "feedback.view",
        "feedback.manage",
        "kpis.view",
        "kpis.manage",
        "knowledge.manage",
        "jobs.manage",
        "audit.view",
    }
)
BUILT_IN = {
    "admin": (_("Administrator"), frozenset(PERMISSIONS)),
    "lead": (
        _("Team lead"),
        AGENT | LEADING,
    ),
    "agent": (_("Agent"), AGENT),
    "viewer": (_("Viewer"), frozenset({"tickets.view"})),
}
