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
from ahlan.core.asking import kept
from ahlan.core.clock import now
from ahlan.core.numerals import language_name
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
    lead = models.ForeignKey(
        "staff.Agent",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lead"),
    )
    next_team = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("next tier"),
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
        if not conditions and named.keys() == {"pk"}:  # so begins every request
            found = _agent_of.first(named["pk"])
            if found is None:
                raise Agent.DoesNotExist(named["pk"])
            return found
        return self.get_queryset().select_related("role").get(*conditions, **named)

    def get_by_natural_key(self, username: str | None) -> "Agent":
        return self.get(email__iexact=username or "")


@kept
def _agent_of(pk: int) -> models.QuerySet["Agent"]:
    return Agent.objects.select_related("role").filter(pk=pk)


class Availability(models.TextChoices):
    """What every state of presence comes down to. Work is given to who is available, and to nobody else."""

    AVAILABLE = "available", pgettext_lazy("presence", "Available")
    BUSY = "busy", pgettext_lazy("presence", "Busy")
    AWAY = "away", pgettext_lazy("presence", "Away")
    OFFLINE = "offline", pgettext_lazy("presence", "Offline")


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
    hours = models.ForeignKey(
        BusinessHours,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("working hours"),
    )
    signature = models.TextField(_("signature"), blank=True)
    signatures = models.JSONField(default=dict, blank=True)  # in other languages, by their codes
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

    @property
    def presence_kind(self) -> str:
        """Whether he is there. No query for who was read with `presence`."""
        presence = getattr(self, "presence", None)
        return presence.kind if presence else Availability.OFFLINE.value

    @property
    def presence_word(self) -> str:
        """The same in a word: the house's own where he chose one and it holds."""
        presence = getattr(self, "presence", None)
        return presence.word if presence else str(Availability.OFFLINE.label)

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


class ApiToken(models.Model):
    """What a program shows that acts as an agent. Only the digest of its secret is kept; `prefix` is how it begins."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=80)
    scopes = models.JSONField(_("scopes"), default=list)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def is_over(self) -> bool:
        return self.revoked_at is not None or (self.expires_at is not None and self.expires_at <= now())


class ApiAnswer(models.Model):
    """What a write through the API was answered, under the name its caller gave it: written with what it did, or not at all."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    at = models.DateTimeField(default=now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="api_answer_once")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.key}"


class Attendance(models.Model):
    """The house's one row of settings about presence. After `idle_minutes` without a move somebody is away; 0 is never."""

    idle_minutes = models.PositiveSmallIntegerField(_("minutes"), default=15)


class PresenceState(models.Model):
    """A state the house has named; it counts as one of the four kinds. One retired is chosen no more, but spans know it."""

    name = models.CharField(_("name"), max_length=40)
    kind = models.CharField(_("counts as"), max_length=9, choices=Availability.choices)
    is_active = models.BooleanField(default=True, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(is_active=True), name="presence_state_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Presence(models.Model):
    """Whether somebody is there. `chosen` (and `state`) is what he said, `kind` what holds: nobody is there without a browser.

    `idle`: away because nothing moved. `look_at`: when to look at it next; None while nothing changes by itself.
    """

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="presence")
    chosen = models.CharField(max_length=9, choices=Availability.choices, default=Availability.AVAILABLE)
    state = models.ForeignKey(PresenceState, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=9, choices=Availability.choices, default=Availability.OFFLINE)
    idle = models.BooleanField(default=False)
    since = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(null=True)
    active_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["look_at"], condition=models.Q(look_at__isnull=False), name="presence_look_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.kind}"

    @property
    def word(self) -> str:
        """The house's own word while it holds, else the kind's."""
        if self.state and not self.idle and self.kind == self.state.kind:
            return self.state.name
        return str(Availability(self.kind).label)


class PresenceSpan(models.Model):
    """A stretch of time somebody spent in one state; the present one has no end."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=9, choices=Availability.choices)
    state = models.ForeignKey(
        PresenceState, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    idle = models.BooleanField(default=False)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["agent", "began_at"], name="presence_span_began")]
        constraints = [
            models.UniqueConstraint(
                fields=["agent"], condition=models.Q(ended_at__isnull=True), name="presence_span_present"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.kind} from {self.began_at}"


class Skill(models.Model):
    """Something people can do better or worse: named by the house, or a language (`language` holds its code)."""

    name = models.CharField(_("name"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)

    class Meta:
        ordering = ["-language", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=~models.Q(name=""), name="skill_once"),
            models.UniqueConstraint(
                fields=["language"], condition=~models.Q(language=""), name="skill_language_once"
            ),
        ]

    def __str__(self) -> str:
        return language_name(self.language) if self.language else self.name


class AgentSkill(models.Model):
    """How well somebody can do it, from 1 (a beginner) to 5 (teaches others)."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="skills", db_index=False)
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="agents")
    level = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "skill"], name="agent_skill_once"),
            models.CheckConstraint(condition=models.Q(level__range=(1, 5)), name="agent_skill_level"),
        ]

    def __str__(self) -> str:
        return f"{self.skill_id}: {self.level}"
