"""Verbs on the people who answer: roles, agents, teams, and links that sign in once."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.staff.models import Agent, OneTimeLink, Role, Team
from ahlan.staff.permissions import BUILT_IN, PERMISSIONS

LINK_LIVES = timedelta(days=1)
INVITATION_LIVES = timedelta(days=7)


def make_roles() -> None:
    """The built-in roles, with the permissions this version knows. Safe to repeat."""
    known = dict(Role.objects.exclude(key="").values_list("key", "permissions"))
    for key, (_name, permissions) in BUILT_IN.items():
        wanted = sorted(permissions)
        if known.get(key) != wanted:
            Role.objects.update_or_create(key=key, defaults={"permissions": wanted})


@transaction.atomic
def create_agent(
    *,
    email: str,
    name: str = "",
    role: str | Role = "agent",
    language: str = "en",
    actor: str,
    password: str = "",
) -> Agent:
    """Somebody new at the desk. Without a password only a link or single sign-on lets him in.

    Raises ValidationError for an address that is none, or is somebody's already, or a role that is none.
    """
    email = clean(email).strip().casefold()
    validate_email(email)
    if Agent.objects.filter(email__iexact=email).exists():
        raise ValidationError(_("%(email)s is somebody's address already.") % {"email": email})
    held = role if isinstance(role, Role) else Role.objects.filter(key=role).first()
    if held is None:
        raise ValidationError(_("There is no role of that name."))
    agent = Agent(email=email, name=clean(name)[:120] or email.split("@")[0], role=held, language=language)
    if password:
        agent.set_password(password)
    else:
        agent.set_unusable_password()
    agent.save()
    record("agent.created", agent, actor=actor, role=held.pk)
    return agent


@transaction.atomic
def change_agent(agent: Agent, *, actor: str, **values: object) -> Agent:
    """Set name, role, language, time zone and the like. Raises ValidationError when the last administrator would go."""
    changed = [key for key, value in values.items() if getattr(agent, key) != value]
    managed = agent.may("staff.manage")
    for key in changed:
        setattr(agent, key, values[key])
    if changed:
        if managed and {"role", "is_active"} & set(changed):
            _keep_an_administrator(agent)
        agent.save(update_fields=changed)
        record("agent.changed", agent, actor=actor, audience=f"agent:{agent.pk}", fields=changed)
    return agent


def _keep_an_administrator(agent: Agent) -> None:
    if agent.may("staff.manage"):
        return
    others = (
        Agent.objects.active().exclude(pk=agent.pk).select_related("role").select_for_update(of=("self",))
    )
    if not any(other.may("staff.manage") for other in others):
        raise ValidationError(
            _("Somebody must be able to manage people: give another person that role first.")
        )


def make_link(agent: Agent, *, purpose: str = "sign-in") -> str:
    """A token that signs this person in once. Only its digest is kept."""
    token = secrets.token_urlsafe(24)
    lives = INVITATION_LIVES if purpose == "invitation" else LINK_LIVES
    OneTimeLink.objects.create(agent=agent, digest=_digest(token), purpose=purpose, expires_at=now() + lives)
    return token


@transaction.atomic
def use_link(token: str) -> Agent | None:
    """The person a link is for; None when it was used, has expired, or never was."""
    link = (
        OneTimeLink.objects.select_related("agent__role").filter(digest=_digest(token), used_at=None).first()
    )
    if link is None or link.expires_at < now() or not link.agent.is_active:
        return None
    if not OneTimeLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now()):
        return None
    record("agent.link_used", link.agent, actor=link.agent.actor, purpose=link.purpose)
    return link.agent


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@transaction.atomic
def set_teams(agent: Agent, teams: Iterable[Team], *, actor: str) -> None:
    teams = list(teams)
    if set(agent.teams.all()) != set(teams):
        agent.teams.set(teams)
        record(
            "agent.teams_changed",
            agent,
            actor=actor,
            audience=f"agent:{agent.pk}",
            teams=[one.pk for one in teams],
        )


@transaction.atomic
def save_team(team: Team, inboxes: Iterable[Inbox], *, actor: str) -> Team:
    """Make or change a team, the inboxes it may see and the hours it keeps."""
    made = team.pk is None
    team.save()
    inboxes = list(inboxes)
    team.inboxes.set(inboxes)
    kind = "team.created" if made else "team.changed"
    record(kind, team, actor=actor, inboxes=[one.pk for one in inboxes], hours=team.hours_id)
    return team


@transaction.atomic
def save_role(role: Role, permissions: Iterable[str], *, actor: str) -> Role:
    """Make or change one of the company's own roles. Raises ValidationError for a built-in one."""
    if role.key:
        raise ValidationError(_("The built-in roles stay as they are; make one of your own."))
    role.permissions = sorted(set(permissions) & set(PERMISSIONS))
    made = role.pk is None
    role.save()
    record("role.created" if made else "role.changed", role, actor=actor, permissions=role.permissions)
    return role


@dataclass(frozen=True, slots=True)
class Invited:
    """Who was invited, and the address that lets him in once."""

    agent: Agent
    address: str


@transaction.atomic
def invite(
    *, email: str, name: str, role: Role, teams: Iterable[Team], language: str, actor: str, address: str
) -> Invited:
    """Add somebody and mail him a link, in his language. Raises ValidationError as `create_agent` does."""
    agent = create_agent(email=email, name=name, role=role, language=language, actor=actor)
    set_teams(agent, teams, actor=actor)
    way_in = f"{address}{reverse('staff:link', args=[make_link(agent, purpose='invitation')])}"
    with translation.override(language):
        send_mail(
            _("You are invited to %(company)s") % {"company": settings.COMPANY},
            _("Welcome, %(name)s!\n\nThis link lets you in once, within seven days:\n%(link)s\n")
            % {"name": agent.name, "link": way_in},
            None,
            [agent.email],
        )
    record("agent.invited", agent, actor=actor)
    return Invited(agent, way_in)
