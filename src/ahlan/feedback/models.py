"""What is asked, of whom, what was answered, and the daily counts of it."""

from functools import cached_property

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy

from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.core.languages import said
from ahlan.customers.models import Customer, Organisation
from ahlan.feedback.instruments.shape import Instrument
from ahlan.feedback.journal.models import Insight as Insight
from ahlan.feedback.journal.models import Theme as Theme
from ahlan.feedback.register.models import Complaint as Complaint
from ahlan.feedback.register.models import Compliment as Compliment
from ahlan.feedback.segments.models import Segment as Segment
from ahlan.staff.models import Agent, Team
from ahlan.tickets.models import Ticket


class Version(models.Model):
    """An instrument as it was worded at one time. An answer keeps the one it was asked with, and no series mixes two.

    `by_hand`: the house has worded it. `archived_at`: of the latest one; the instrument is offered no more.
    """

    key = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    kept = models.JSONField()
    by_hand = models.BooleanField(default=True)
    archived_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="instrument_version_once")]

    def __str__(self) -> str:
        return said(self.kept["title"], get_language() or "")

    @cached_property
    def instrument(self) -> Instrument:
        return Instrument.of(self.kept, self.number)


class Trigger(models.TextChoices):
    """What makes somebody be asked. Appointments and calls plan invitations the same way once there are any."""

    CLOSED = "closed", pgettext_lazy("when to ask", "After a ticket is closed")
    CHAT = "chat", pgettext_lazy("when to ask", "At the end of a chat")
    SCHEDULE = "schedule", pgettext_lazy("when to ask", "Again and again, whoever had to do with us")
    PLACE = "place", pgettext_lazy("when to ask", "Only at a link, a QR code or a kiosk")


class Survey(models.Model):
    """An instrument put to people: when, to whom, how gently. Of an `anonymous` one no answer leads to anybody.

    `conditions` are asked of the ticket. `low`: a respondent's own score from which on somebody looks into it, within `work_hours`
    of the team's hours.
    """

    name = models.CharField(max_length=80)
    key = models.CharField(max_length=40)
    trigger = models.CharField(max_length=10, choices=Trigger.choices, default=Trigger.CLOSED)
    conditions = models.JSONField(default=dict)
    delay_minutes = models.PositiveIntegerField(default=60)
    share = models.PositiveSmallIntegerField(default=100)
    quiet_days = models.PositiveSmallIntegerField(default=30)
    remind_days = models.PositiveSmallIntegerField(null=True, blank=True, default=3)
    every_days = models.PositiveSmallIntegerField(default=90)
    in_hours = models.BooleanField(default=True)
    anonymous = models.BooleanField(default=False)
    lock_days = models.PositiveSmallIntegerField(default=14)
    low = models.FloatField(null=True, blank=True)
    work_hours = models.PositiveSmallIntegerField(default=8)
    inbox = models.ForeignKey(
        Inbox, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
    )  # fmt: skip
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """Where anybody may answer without being asked: a link, a QR code on a table, a kiosk at the counter. `slug` is its secret."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="places")
    name = models.CharField(max_length=80)
    slug = models.CharField(max_length=32, unique=True)
    kiosk = models.BooleanField(default=False)
    language = models.CharField(max_length=10, default="en")
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class State(models.TextChoices):
    """How far an invitation has come. "Sending" that is never left means that it may have gone: it is not sent again."""

    PLANNED = "planned", pgettext_lazy("invitation", "Planned")
    SENDING = "sending", pgettext_lazy("invitation", "Being sent")
    SENT = "sent", pgettext_lazy("invitation", "Sent")
    ANSWERED = "answered", pgettext_lazy("invitation", "Answered")
    NOT_ASKED = "not_asked", pgettext_lazy("invitation", "Not asked")
    UNDELIVERED = "undelivered", pgettext_lazy("invitation", "Not delivered")


class Reason(models.TextChoices):
    """Why somebody was not asked."""

    SHARE = "share", pgettext_lazy("not asked", "Not in the sample")
    RECENT = "recent", pgettext_lazy("not asked", "Was asked something lately")
    UNSUBSCRIBED = "unsubscribed", pgettext_lazy("not asked", "Does not want to be asked")
    COMPLAINT = "complaint", pgettext_lazy("not asked", "Has a complaint that is still open")
    REOPENED = "reopened", pgettext_lazy("not asked", "The ticket was opened again")
    REMOVED = "removed", pgettext_lazy("not asked", "The ticket was spam, deleted or merged")
    NO_REPLY = "no_reply", pgettext_lazy("not asked", "No person has answered")
    MACHINE = "machine", pgettext_lazy("not asked", "A machine wrote")
    NO_ADDRESS = "no_address", pgettext_lazy("not asked", "No address to ask at")
    BOUNCED = "bounced", pgettext_lazy("not asked", "The address does not take mail")
    WINDOW = "window", pgettext_lazy("not asked", "The channel no longer lets us write")
    OFF = "off", pgettext_lazy("not asked", "The survey was switched off")


class Invitation(models.Model):
    """One person asked once, or not asked and why. The links' tokens are not kept, only their digests.

    Who is credited (agent, team, inbox …) is fixed when it is sent. Of an anonymous survey `answered_at` is the day alone.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invitations", db_index=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    agent = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    digest = models.CharField(max_length=64, null=True, unique=True)
    reminder_digest = models.CharField(max_length=64, null=True, unique=True)
    send_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    marks = models.TextField(blank=True)
    made_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(fields=["send_at"], condition=Q(state="planned"), name="invitation_due"),
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="invitation_to_remind"),
            models.Index("customer", models.F("sent_at").desc(), name="invitation_by_customer"),
            models.Index("survey", "state", models.F("id").desc(), name="invitation_by_state"),
            models.Index(fields=["ticket"], condition=Q(ticket__isnull=False), name="invitation_by_ticket"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.survey}: {self.get_state_display()}"


class Source(models.TextChoices):
    """By which way an answer came."""

    INVITED = "invited", pgettext_lazy("source of an answer", "Invitation")
    CHAT = "chat", pgettext_lazy("source of an answer", "Chat")
    PLACE = "place", pgettext_lazy("source of an answer", "Link or QR code")
    KIOSK = "kiosk", pgettext_lazy("source of an answer", "Kiosk")
    PHONE = "phone", pgettext_lazy("source of an answer", "Phone keys")
    IMPORT = "import", pgettext_lazy("source of an answer", "Import")


class Answer(models.Model):
    """What one respondent said, and the facts it is counted by. `parts`: his answers as small whole numbers (see `instruments/scores.py`).
    `spoken`: the language of what he wrote. `marks`: see `marks.py`.

    `digest`: of the link that may change it until `locked_at`. `row_key` names an imported row, so that no import doubles it. Of an
    anonymous survey there is neither customer, ticket nor time of day, and no way from the invitation here.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", db_index=False)
    survey = models.ForeignKey(Survey, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    place = models.ForeignKey(Place, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    agent = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10, blank=True)
    spoken = models.CharField(max_length=10, blank=True)
    marks = models.TextField(blank=True)
    source = models.CharField(max_length=8, choices=Source.choices)
    anonymous = models.BooleanField(default=False)
    answers = models.JSONField(default=dict)
    parts = models.JSONField(default=dict)
    score = models.FloatField(null=True)
    comment = models.TextField(blank=True)
    answered_at = models.DateTimeField()
    finished = models.BooleanField(default=False)
    locked_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, null=True, unique=True)
    row_key = models.CharField(max_length=64, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "row_key"], name="answer_row_once")]
        indexes = [
            models.Index("version", models.F("answered_at").desc(), models.F("id").desc(), name="answer_by_time"),
            models.Index(
                "version", models.F("answered_at").desc(), models.F("id").desc(),
                name="answer_with_comment", condition=~Q(comment=""),
            ),
            models.Index(fields=["ticket"], condition=Q(ticket__isnull=False), name="answer_by_ticket"),
            models.Index(fields=["customer", "-answered_at"], condition=Q(customer__isnull=False), name="answer_by_customer"),
            models.Index(fields=["look_at"], condition=Q(look_at__isnull=False), name="answer_to_look_at"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None and self.locked_at <= now()


class Grain(models.TextChoices):
    DAY = "day"
    MONTH = "month"


class Count(models.Model):
    """How many answers of a day (or the month that begins on it) have a part of one value; by one facet at a time.

    Verbs only ever add rows, so that no two wait for each other; a timer folds them into one for each place. Parts that begin with
    "i." count invitations, on the day they were sent.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+", db_index=False)
    grain = models.CharField(max_length=5, choices=Grain.choices)
    on = models.DateField()
    inbox_id = models.BigIntegerField(null=True)
    facet = models.CharField(max_length=12, blank=True)
    key = models.CharField(max_length=40, blank=True)
    part = models.CharField(max_length=40)
    value = models.IntegerField()
    n = models.IntegerField()
    folded = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["version", "facet", "grain", "on"], name="feedback_count_by_day"),
            models.Index(fields=["id"], condition=Q(folded=False), name="feedback_count_new"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.facet}={self.key} {self.part}={self.value}: {self.n}"


class OptOut(models.Model):
    """Somebody who does not want to be asked."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"#{self.customer_id}"


class Outcome(models.TextChoices):
    OPEN = "", pgettext_lazy("of a low score", "To be looked into")
    RECOVERED = "recovered", pgettext_lazy("of a low score", "Won back")
    LOST = "lost", pgettext_lazy("of a low score", "Not won back")
    NOTHING = "nothing", pgettext_lazy("of a low score", "Nothing to be done")


class Recovery(models.Model):
    """The work a low score opens: on its ticket, by whom and until when; and how it ended."""

    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, related_name="recovery")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    agent = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN, blank=True)
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        Agent, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(outcome=""), name="recovery_open"),
            models.Index(fields=["customer"], condition=Q(outcome=""), name="recovery_of_customer"),
            models.Index(
                fields=["-ended_at", "-id"], condition=Q(ended_at__isnull=False), name="recovery_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id}"
