"""The register: complaints with their steps, compliments, the lists they are sorted by, and what the house has chosen."""

from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy

from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.core.languages import said
from ahlan.customers.models import Customer
from ahlan.feedback.register.numbers import told
from ahlan.staff.models import Agent, Team
from ahlan.tickets.models import Ticket


class Register(models.Model):
    """What the house has chosen; one row at most, and without one all is as it ships.

    `rights`: by language, where somebody may turn who is not content; it stands in letters. `head_…`: the head of letters.
    """

    profile = models.CharField(max_length=40, default="house")
    subdivision = models.CharField(max_length=10, blank=True)
    is_open = models.BooleanField(default=False)
    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    rights = models.JSONField(default=dict, blank=True)
    head_name = models.CharField(max_length=120, blank=True)
    head_address = models.TextField(max_length=500, blank=True)
    head_foot = models.TextField(max_length=500, blank=True)
    logo = models.CharField(max_length=64, blank=True)  # digest
    logo_type = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return self.profile


class List(models.TextChoices):
    """What a complaint is sorted by: separate lists, never one that mixes them."""

    PRODUCT = "product", pgettext_lazy("list of the register", "Product or service")
    STAGE = "stage", pgettext_lazy("list of the register", "Stage of the journey")
    CAUSE = "cause", pgettext_lazy("list of the register", "Cause")
    OUTCOME = "outcome", pgettext_lazy("list of the register", "Outcome")
    REDRESS = "redress", pgettext_lazy("list of the register", "Redress")
    ACTION = "action", pgettext_lazy("list of the register", "Corrective action")


class Term(models.Model):
    """An entry of a list, named and defined by language. `key`: it came with the house. What is put away stays where it is used."""

    list = models.CharField(max_length=8, choices=List.choices)
    key = models.CharField(max_length=20, blank=True)
    names = models.JSONField(default=dict)
    tells = models.JSONField(default=dict, blank=True)
    place = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["list", "place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["list", "key"], condition=~Q(key=""), name="term_came_once")
        ]

    def __str__(self) -> str:
        return said(self.names, get_language() or "")

    @property
    def meaning(self) -> str:
        return said(self.tells, get_language() or "")


class Source(models.TextChoices):
    """By which way it came to us."""

    PORTAL = "portal", pgettext_lazy("way of a complaint", "Customer’s own pages")
    LINK = "link", pgettext_lazy("way of a complaint", "Link")
    MAIL = "mail", pgettext_lazy("way of a complaint", "E-mail")
    CHAT = "chat", pgettext_lazy("way of a complaint", "Chat or messenger")
    PHONE = "phone", pgettext_lazy("way of a complaint", "Telephone")
    COUNTER = "counter", pgettext_lazy("way of a complaint", "At the counter")
    LETTER = "letter", pgettext_lazy("way of a complaint", "Letter")


class State(models.TextChoices):
    OPEN = "open", pgettext_lazy("complaint", "Open")
    ANSWERED = "answered", pgettext_lazy("complaint", "Answered")
    CLOSED = "closed", pgettext_lazy("complaint", "Closed")


class Severity(models.IntegerChoices):
    MINOR = 1, pgettext_lazy("severity of a complaint", "Minor")
    SERIOUS = 2, pgettext_lazy("severity of a complaint", "Serious")
    GRAVE = 3, pgettext_lazy("severity of a complaint", "Grave")


def _sorted_by() -> "models.ForeignKey[Term | None, Term | None]":
    return models.ForeignKey(Term, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)


class Complaint(models.Model):
    """Dissatisfaction that expects an answer, on a ticket. `number` is what its customer follows it by.

    `due_on` and its end `due_at`: of the next step that has a deadline; once all are taken, of the last one. `short_on`: settled by then, the short letter
    will do. `extended_on`: the latest day to which a holding letter may put the answer off. All are worked out when it is registered,
    so no news of holidays or laws re-judges it.
    """

    number = models.CharField(max_length=12, unique=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    source = models.CharField(max_length=8, choices=Source.choices)
    profile = models.CharField(max_length=40)
    subdivision = models.CharField(max_length=10, blank=True)
    language = models.CharField(max_length=10)
    said = models.TextField(blank=True)
    wanted = models.TextField(blank=True)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, null=True)
    product = _sorted_by()
    stage = _sorted_by()
    cause = _sorted_by()
    outcome = _sorted_by()
    redress = _sorted_by()
    action = _sorted_by()
    found = models.TextField(blank=True)
    action_text = models.TextField(blank=True)
    preventable = models.BooleanField(null=True)
    verified_at = models.DateTimeField(null=True)
    received_on = models.DateField()
    short_on = models.DateField(null=True)
    extended_on = models.DateField(null=True)
    due_on = models.DateField()
    due_at = models.DateTimeField()
    agent = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    round = models.PositiveSmallIntegerField(default=1)
    registered_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=~Q(state="closed"), name="complaint_open_once"
            )
        ]
        indexes = [
            models.Index(fields=["ticket"], name="complaint_by_ticket"),
            models.Index(fields=["customer", "-registered_at"], name="complaint_by_customer"),
            models.Index(fields=["state", "due_at", "id"], name="complaint_by_deadline"),
            models.Index(fields=["profile", "state", "due_at", "id"], name="complaint_by_profile"),
        ]

    def __str__(self) -> str:
        return self.told

    @property
    def told(self) -> str:
        return told(self.number)

    @property
    def is_overdue(self) -> bool:
        return self.state == State.OPEN and self.due_at <= now()


class StepKind(models.TextChoices):
    """The steps of ISO 10002 that are dated. Receiving and tracking are the registering itself."""

    ACKNOWLEDGE = "acknowledge", pgettext_lazy("step of a complaint", "Acknowledged")
    ASSESS = "assess", pgettext_lazy("step of a complaint", "Assessed")
    INVESTIGATE = "investigate", pgettext_lazy("step of a complaint", "Investigated")
    HOLDING = "holding", pgettext_lazy("step of a complaint", "Put off by a holding letter")
    ANSWER = "answer", pgettext_lazy("step of a complaint", "Answered")


class Step(models.Model):
    """One step, done or to be done. `due_at` is the end of `due_on`; `look_at` when it must be noticed next.

    `rule` names what sets the deadline. `message`: the id of the letter, which may have been taken back since. `was_on`: of a holding
    letter, until when the answer was due before.
    """

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="steps", db_index=False)
    kind = models.CharField(max_length=12, choices=StepKind.choices)
    round = models.PositiveSmallIntegerField(default=1)
    rule = models.CharField(max_length=40, blank=True)
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    agent = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    message = models.BigIntegerField(null=True)
    was_on = models.DateField(null=True)

    class Meta:
        ordering = ["round", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "kind", "round"], condition=~Q(kind="holding"), name="step_once"
            )
        ]
        indexes = [
            models.Index(fields=["complaint"], name="step_by_complaint"),
            models.Index(fields=["look_at"], condition=Q(look_at__isnull=False), name="step_to_look_at"),
            models.Index(fields=["message"], condition=Q(message__isnull=False), name="step_by_message"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_late(self) -> bool:
        """Done after its deadline, or not done though it is over."""
        return self.due_at is not None and (self.done_at or now()) > self.due_at

    def put_off(self, day: date, ends: datetime, look_at: datetime | None) -> None:
        self.due_on, self.due_at, self.look_at = day, ends, look_at


class Compliment(models.Model):
    """Praise: who for what, thanked or not yet, and whether it hangs on the wall."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    source = models.CharField(max_length=8, choices=Source.choices)
    language = models.CharField(max_length=10)
    said = models.TextField()
    agents = models.ManyToManyField(Agent, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    received_on = models.DateField()
    registered_at = models.DateTimeField(default=now)
    thanked_at = models.DateTimeField(null=True)
    thanked_by = models.ForeignKey(
        Agent, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    message = models.BigIntegerField(null=True)
    shown_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["ticket"], condition=Q(ticket__isnull=False), name="compliment_by_ticket"),
            models.Index(fields=["-id"], condition=Q(shown_at__isnull=False), name="compliment_on_the_wall"),
            models.Index(
                fields=["message"], condition=Q(message__isnull=False), name="compliment_by_message"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class LetterKind(models.TextChoices):
    ACKNOWLEDGEMENT = "acknowledge", pgettext_lazy("letter", "Acknowledgement")
    HOLDING = "holding", pgettext_lazy("letter", "Holding letter")
    SHORT = "short", pgettext_lazy("letter", "Short letter")
    FINAL = "answer", pgettext_lazy("letter", "Final answer")
    THANKS = "thanks", pgettext_lazy("letter", "Thanks for praise")


class Letter(models.Model):
    """What the house has worded of its own, by language; for the others what came with it holds."""

    kind = models.CharField(max_length=12, choices=LetterKind.choices, unique=True)
    texts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.get_kind_display()
