"""What is counted: one narrow row for each thing, and how far the log of each ticket and chat has been followed."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ahlan.core.clock import now
from ahlan.staff.models import Agent, Team


class Fact(models.Model):
    """One thing that is counted (see `course.Fact`), of a `kind`, dated `at`. `turn` tells several of one subject apart.

    `gone`: its ticket is spam, deleted or merged away. `until`: of a stretch in the backlog, when it ended.
    """

    kind = models.CharField(max_length=24)
    subject_kind = models.CharField(max_length=10)
    subject_id = models.BigIntegerField()
    turn = models.BigIntegerField(default=0)
    ticket = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    value = models.IntegerField(null=True)
    business = models.IntegerField(null=True)
    good = models.SmallIntegerField(default=0)
    until = models.DateTimeField(null=True)
    agent = models.BigIntegerField(null=True)
    team = models.BigIntegerField(null=True)
    inbox = models.BigIntegerField(null=True)
    language = models.CharField(max_length=10, blank=True)
    priority = models.PositiveSmallIntegerField(default=2)
    internal = models.BooleanField(default=False)
    customer = models.BigIntegerField(null=True)
    topic = models.BigIntegerField(null=True)
    bot = models.BooleanField(default=False)
    gone = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "subject_kind", "kind", "turn"], name="kpi_fact_once"
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "at", "id"], name="kpi_fact_by_time"),
            models.Index(fields=["until", "at"], condition=Q(kind="backlog"), name="kpi_backlog"),
            models.Index(fields=["customer", "at"], condition=Q(kind="contact"), name="kpi_contact"),
            models.Index(fields=["ticket"], condition=~Q(subject_kind="ticket"), name="kpi_fact_beside"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.subject_kind}:{self.subject_id}"


class Followed(models.Model):
    """How far the log of one ticket or chat has been followed: `course.Course` or `legs.Leg`, as it is told."""

    subject_kind = models.CharField(max_length=10)
    subject_id = models.BigIntegerField()
    told = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "subject_kind"], name="kpi_followed_once")
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind}:{self.subject_id}"


class Sitting(models.Model):
    """One stretch of somebody's work on a ticket, as his page or his timer tells it.

    `seconds` only grow; `counted` of them stand in the log. `key` is the page's own, so that a word told twice is one. A timer that runs has
    no `seconds` yet, and there is one of each person.
    """

    agent = models.BigIntegerField()
    ticket = models.BigIntegerField()
    key = models.CharField(max_length=32)
    seconds = models.PositiveIntegerField(default=0)
    counted = models.PositiveIntegerField(default=0)
    is_timer = models.BooleanField(default=False)
    began_at = models.DateTimeField()
    heard_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "key"], name="kpi_sitting_once"),
            models.UniqueConstraint(fields=["agent"], condition=Q(is_timer=True), name="kpi_one_timer"),
        ]

    def __str__(self) -> str:
        return f"{self.agent} on {self.ticket}"


class Goal(models.Model):
    """What a figure shall come to from a day on, for the house (`scope` "") or for one team, agent, inbox, tag or organisation.

    `value` is in the figure's own unit: seconds, a share between 0 and 1, a number. `told`: the month and what was last told of it by mail.
    """

    SCOPES = [
        ("", _("the whole house")), ("team", _("a team")), ("agent", _("an agent")), ("inbox", _("an inbox")),
        ("tag", _("a tag")), ("organisation", _("an organisation")),
    ]  # fmt: skip

    key = models.CharField(max_length=60)
    scope = models.CharField(max_length=12, choices=SCOPES, blank=True)
    scope_id = models.BigIntegerField(default=0)
    value = models.FloatField()
    method = models.CharField(max_length=10, blank=True)
    business = models.BooleanField(default=False)
    since = models.DateField()
    told = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["key", "scope", "scope_id", "-since"]
        constraints = [
            models.UniqueConstraint(fields=["key", "scope", "scope_id", "since"], name="kpi_goal_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.scope}:{self.scope_id}"


class Report(models.Model):
    """A question about figures that is kept: `asks` is `question.Question` as data. `shared`: with whom beside its owner."""

    class Shared(models.TextChoices):
        NOBODY = "", _("nobody, it is mine")
        TEAM = "team", _("a team")
        ALL = "all", _("everybody who sees figures")

    name = models.CharField(_("name"), max_length=120)
    asks = models.JSONField()
    owner = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="reports")
    shared = models.CharField(max_length=4, choices=Shared.choices, blank=True)
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=now)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Every(models.TextChoices):
    DAY = "day", _("every day")
    WEEK = "week", _("every week")
    MONTH = "month", _("every month")


class Mailing(models.Model):
    """When a report goes by mail, and to whom. `day`: of the week (Monday is 0) or of the month. `next_at`: empty while it rests."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="mailing")
    every = models.CharField(max_length=5, choices=Every.choices)
    day = models.PositiveSmallIntegerField(default=0)
    hour = models.PositiveSmallIntegerField(default=8)
    zone = models.CharField(max_length=64)
    people = models.ManyToManyField(Agent, related_name="+")
    next_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="kpi_mailing_due")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.every}"


class Copy(models.Model):
    """A report on its way to one person. "Sending" that is never left means that it may have gone: it is not sent again."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("report by mail", "to be sent")
        SENDING = "sending", pgettext_lazy("report by mail", "may have been sent")
        SENT = "sent", pgettext_lazy("report by mail", "sent")
        FAILED = "failed", pgettext_lazy("report by mail", "not sent")

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="copies", db_index=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.PLANNED)
    try_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "due_at", "agent"], name="kpi_copy_once"),
        ]
        indexes = [
            models.Index(fields=["try_at"], condition=Q(state="planned"), name="kpi_copy_planned"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} to {self.agent_id}: {self.state}"


Row = dict[str, Any]
