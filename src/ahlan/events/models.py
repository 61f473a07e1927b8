"""The event log, the job table, schedules, passing signals and the workers that are alive."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import pgettext_lazy

from ahlan.core.clock import now


class TransactionId(models.Func):
    """The writing transaction's number on PostgreSQL; 0 on SQLite, where one writer keeps ids in order.

    Filled in by the database, so that recording an event stays one statement.
    """

    allowed_default = True
    arity = 0
    template = "0"
    output_field = models.BigIntegerField()

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        return self.as_sql(compiler, connection, template="pg_current_xact_id()::text::bigint")


class Event(models.Model):
    """Something that happened. Holds ids and facts, never message text or addresses.

    `audience` says who may see it live ("inbox:3", "agent:5", "everyone"); "" is nobody. Readers go by
    (txid, id), see `ahlan.events.log.read_after`.
    """

    kind = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    actor = models.CharField(max_length=40)
    at = models.DateTimeField(default=now)
    audience = models.CharField(max_length=40, blank=True, default="")
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    txid = models.BigIntegerField(db_default=TransactionId(), editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="event_subject"),
            # SQLite writes only zeros and reads by id alone: there the index stays empty and costs nothing.
            models.Index(fields=["txid", "id"], condition=Q(txid__gt=0), name="event_order"),
            models.Index(fields=["kind", "id"], name="event_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def subject(self) -> str:
        """What it happened to, as "ticket:12"."""
        return f"{self.subject_kind}:{self.subject_id}"


class Job(models.Model):
    """A piece of work that will be done, though workers may be killed at any line.

    `name` is the path of the function. A claimed job carries a lease: whoever holds `token` may finish it,
    until the lease runs out and the job is given to another. `attempts` counts starts, so a job that kills
    its worker is found out. `last_error` is a type and a short message without secrets.
    """

    class State(models.TextChoices):
        READY = "ready", pgettext_lazy("job", "waiting")
        RUNNING = "running", pgettext_lazy("job", "running")
        DONE = "done", pgettext_lazy("job", "done")
        DEAD = "dead", pgettext_lazy("job", "failed")
        CANCELLED = "cancelled", pgettext_lazy("job", "cancelled")

    name = models.CharField(max_length=200)
    queue = models.CharField(max_length=40, default="default")
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    run_at = models.DateTimeField(default=now)
    event = models.ForeignKey(
        Event, on_delete=models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    args = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    kwargs = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    unique_key = models.CharField(max_length=120, null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=10)
    token = models.CharField(max_length=32, blank=True, default="")
    worker = models.CharField(max_length=60, blank=True, default="")
    lease_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error_class = models.CharField(max_length=200, blank=True, default="")
    last_error = models.CharField(max_length=500, blank=True, default="")
    result = models.JSONField(null=True, encoder=DjangoJSONEncoder)

    class Meta:
        # All partial: what is done weighs on nothing but the one that trimming walks. The conditions are such
        # that SQLite recognises them in queries with parameters; it does not for a list of states.
        indexes = [
            models.Index(
                fields=["queue", "priority", "run_at", "id"], condition=Q(state="ready"), name="job_ready"
            ),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="job_running"),
            models.Index(fields=["id"], condition=Q(state="dead"), name="job_dead"),
            models.Index(fields=["finished_at"], condition=Q(finished_at__isnull=False), name="job_finished"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=Q(finished_at__isnull=True, unique_key__isnull=False),
                name="job_unfinished_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class Schedule(models.Model):
    """When a repeated job is next due. Moving `next_at` on is what only one process can do."""

    name = models.CharField(max_length=200, unique=True)
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Signal(models.Model):
    """Something passing, as "is typing": shown to who is watching now, kept for seconds."""

    audience = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["at"], name="signal_at")]

    def __str__(self) -> str:
        return f"{self.audience} at {self.at}"


class Worker(models.Model):
    """A process that runs jobs, and when it last said so."""

    name = models.CharField(max_length=60, unique=True)
    queues = models.JSONField(default=list)
    threads = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.name


class Stamp(models.Model):
    """What tells that definitions have changed, see `ahlan.events.definitions`."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.BigIntegerField()

    def __str__(self) -> str:
        return self.name
