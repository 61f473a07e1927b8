from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "ahlan.staff"
    label = "staff"

    def ready(self) -> None:
        from ahlan.core.navigation import SETTINGS, entry  # noqa: PLC0415 -- apps must be loaded first
        from ahlan.staff import panels, subscribers, tokens  # noqa: F401, PLC0415 -- apps must be loaded first

        entry("settings", _("Settings"), "staff:profile", "settings", 90)
        entry("staff.profile", _("Yourself"), "staff:profile", "user", 10, place=SETTINGS)
        entry("staff.tokens", _("Programs"), "staff:tokens", "braces", 15, place=SETTINGS)
        entry("staff.people", _("People"), "staff:people", "users", 20, "staff.manage", place=SETTINGS)
        entry("staff.teams", _("Teams"), "staff:teams", "users-round", 21, "staff.manage", place=SETTINGS)
        entry("staff.roles", _("Roles"), "staff:roles", "shield", 22, "staff.manage", place=SETTINGS)
        entry("staff.skills", _("Skills"), "staff:skills", "sparkles", 23, "presence.manage", place=SETTINGS)
        entry(
            "staff.presence",
            _("Presence"),
            "staff:presence_settings",
            "user-check",
            24,
            "presence.manage",
            place=SETTINGS,
        )
        entry("staff.audit", _("Audit log"), "staff:audit", "scroll-text", 80, "audit.view", place=SETTINGS)
