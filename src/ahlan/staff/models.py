"""Who answers: agents, their teams and roles, and the ways in (invitation, one-time link)."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import get_language_info, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ahlan.calendars.calendar import Calendar
from ahlan.calendars.models import BusinessHours
from ahlan.calendars.queries import calendar_for
from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.staff.permissions import BUILT_IN, PERMISSIONS


class Role(models.Model):
    """A named set of permissions. The built-in four have a key and are named by the interface."""

    key = models.CharField(max_length=20, blank=True)
    own_name = models.CharField(_("name"), max_length=80, blank=True)
    permissions = models.JSONField(_("permissions"), default=list)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="role_key_once"),
        ]

    def __str__(self) -> str:
        return self.own_name or str(BUILT_IN[self.key][0])

    @property
    def permission_names(self) -> list[str]:
        """What it may, in words, in the order of the list."""
        return [str(name) for key, name in PERMISSIONS.items() if key in self.permissions]


class Team(models.Model):
    """People who answer together, and the inboxes they may see."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    inboxes = models.ManyToManyField(Inbox, blank=True, related_name="teams", verbose_name=_("inboxes"))
    hours = models.ForeignKey(
        BusinessHours,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("business hours"),
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def calendar(self) -> Calendar:
        """When this team works: by its own hours, or the house's default. One query once they are known."""
        return calendar_for(self.hours_id)


class AgentQuerySet(models.QuerySet["Agent"]):
    def active(self) -> "AgentQuerySet":
        return self.filter(is_active=True)


class AgentRegister(BaseUserManager["Agent"]):
    """The manager Django's sign-in machinery asks for people by e-mail address."""

    def get_queryset(self) -> AgentQuerySet:
        return AgentQuerySet(self.model, using=self._db)

    def active(self) -> AgentQuerySet:
        return self.get_queryset().active()

    def get(self, *conditions: Any, **named: Any) -> "Agent":
        """With the role: whoever is looked up alone is about to be asked what he may."""
        return self.get_queryset().select_related("role").get(*conditions, **named)

    def get_by_natural_key(self, username: str | None) -> "Agent":
        return self.get(email__iexact=username or "")


class Density(models.TextChoices):
    COMFORTABLE = "comfortable", pgettext_lazy("list density", "Comfortable")
    DEFAULT = "default", pgettext_lazy("list density", "Default")
    COMPACT = "compact", pgettext_lazy("list density", "Compact")


class Agent(AbstractBaseUser):
    """Somebody who works at the desk and signs in with an e-mail address."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="agents", verbose_name=_("role"))
    teams = models.ManyToManyField(Team, blank=True, related_name="agents", verbose_name=_("teams"))
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    signature = models.TextField(_("signature"), blank=True)
    density = models.CharField(_("density"), max_length=12, choices=Density.choices, default=Density.DEFAULT)
    undo_seconds = models.PositiveSmallIntegerField(_("seconds to undo sending"), default=10)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(default=now)

    is_staff = is_superuser = False

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = AgentRegister()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def actor(self) -> str:
        """How the event log names this agent."""
        return f"agent:{self.pk}"

    @property
    def direction(self) -> str:
        return "rtl" if get_language_info(self.language)["bidi"] else "ltr"

    def may(self, permission: str) -> bool:
        return self.is_active and permission in self.role.permissions

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.may(perm)

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        return all(self.may(perm) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return False

    def sees_all_inboxes(self) -> bool:
        """Administrators see every inbox; others see those of their teams."""
        return self.may("tickets.view") and self.may("inboxes.manage")


class OneTimeLink(models.Model):
    """A link that signs in once: printed at the first start, or mailed as an invitation.

    Only the digest of its token is kept.
    """

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=12, default="sign-in")
    made_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
