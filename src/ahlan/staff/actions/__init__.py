"""Verbs on the people who answer. Those on people themselves are at hand here; presence and skills are files of their own."""

from ahlan.staff.actions.people import (
    change_agent,
    create_agent,
    invite,
    make_link,
    make_roles,
    save_role,
    save_team,
    set_teams,
    use_link,
)

__all__ = [
    "change_agent",
    "create_agent",
    "invite",
    "make_link",
    "make_roles",
    "save_role",
    "save_team",
    "set_teams",
    "use_link",
]
