"""What is counted: one narrow row for each thing, and how far the log of each ticket and chat has been followed."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


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


Row = dict[str, Any]
