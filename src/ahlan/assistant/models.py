"""The bot of an inbox, how it stands with each ticket it has taken up, and the help agents have asked for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ahlan.calendars.models import BusinessHours
from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.staff.models import Agent
from ahlan.tickets.models import Ticket

MOST_TRIES = 5
MOST_MINUTES = 7 * 24 * 60


class When(models.TextChoices):
    """When it stands in front."""

    ALWAYS = "always", _("At any time")
    OUTSIDE = "outside", _("While nobody is there: outside business hours")
    WITHIN = "within", _("During business hours only")


class Bot(models.Model):
    """What stands in front of the agents of one inbox.

    `greetings` by language: the house's own words before the bot says what it is. `questionnaire` names one of the room
    `courtesy`, which may be left out. `patience`: minutes of silence after which people see to the ticket; None is the
    wire's usual.
    """

    inbox = models.OneToOneField(Inbox, on_delete=models.CASCADE, related_name="+")
    is_on = models.BooleanField(default=False)
    name = models.CharField(max_length=60, blank=True)
    greetings = models.JSONField(default=dict)
    questionnaire = models.BigIntegerField(null=True)
    tries = models.PositiveSmallIntegerField(default=2)
    when = models.CharField(max_length=8, choices=When.choices, default=When.ALWAYS)
    hours = models.ForeignKey(BusinessHours, on_delete=models.SET_NULL, null=True, related_name="+")
    patience = models.PositiveIntegerField(null=True)
    uses_model = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """Its name, in the language that is spoken now where the house has given it none."""
        return self.name or gettext("Assistant")

    @property
    def actor(self) -> str:
        return f"bot:{self.pk}"


class Stands(models.TextChoices):
    """How far a conversation has come."""

    BEGUN = "begun", pgettext_lazy("conversation of the assistant", "begun")
    ASKING = "asking", pgettext_lazy("conversation of the assistant", "asking")
    ANSWERED = "answered", pgettext_lazy("conversation of the assistant", "answered")
    HANDED = "handed", pgettext_lazy("conversation of the assistant", "handed over")
    SOLVED = "solved", pgettext_lazy("conversation of the assistant", "solved")


HOLDS = (Stands.BEGUN, Stands.ASKING, Stands.ANSWERED)


class Reason(models.TextChoices):
    """Why a person sees to it."""

    ASKED = "asked", _("The customer asked for a person")
    NO_ARTICLE = "no_article", _("No article answers it")
    UNHELPFUL = "unhelpful", _("The articles did not help")
    MODEL = "model", _("The language model gave no answer that stands on the articles")
    FILE = "file", _("The customer sent a file")
    SILENT = "silent", _("The customer said nothing more")
    LEFT = "left", _("The customer ended the chat")
    CAME_BACK = "came_back", _("The customer wrote again after it was solved")
    AGENT = "agent", _("A colleague stepped in")
    UNWELCOME = "unwelcome", _("Nothing may be written to the customer by itself")
    BROKEN = "broken", _("The assistant failed")
    OFF = "off", _("The assistant was switched off")


class Conversation(models.Model):
    """What the bot and one customer have come to. The bot holds the ticket until it is handed over or solved.

    `heard` is the latest of the customer's messages that was answered, so that none is answered twice; `revision` counts what
    was done, so that what was thought out meanwhile is thought out anew. `need`: what he wants, in his words. `shown`: the
    published wordings he was given. `inquiry` (0: there is none) and `question`: what is being asked. `due_at`: when people see to it if
    nothing more is said.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="+")
    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=Stands.choices, default=Stands.BEGUN)
    language = models.CharField(max_length=10)
    need = models.TextField(blank=True)
    shown = models.JSONField(default=list)
    inquiry = models.BigIntegerField(null=True)
    question = models.CharField(max_length=40, blank=True)
    passed = models.JSONField(default=list)  # questions he did not answer
    asked = models.PositiveSmallIntegerField(default=0)
    answers = models.PositiveSmallIntegerField(default=0)
    spoken = models.PositiveSmallIntegerField(default=0)  # messages of the bot
    by_model = models.BooleanField(default=False)
    reason = models.CharField(max_length=10, choices=Reason.choices, blank=True)
    heard = models.BigIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="conversation_due"),
            models.Index(fields=["bot", "began_at"], name="conversation_by_bot"),
            models.Index(fields=["began_at"], name="conversation_by_time"),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.state}"

    @property
    def holds(self) -> bool:
        return self.state in HOLDS

    @property
    def seconds(self) -> int:
        """Whole seconds for which the bot has held the ticket: its own time, and nobody else's."""
        return max(0, int(((self.ended_at or now()) - self.began_at).total_seconds()))


class House(models.Model):
    """What holds for the whole house; one row at most, and without one all is as it ships.

    `masks`: whether names, addresses and numbers leave the house as placeholders. `tokens_a_day`: what the language model may
    use, by everybody together.
    """

    masks = models.BooleanField(default=True)
    helps = models.BooleanField(default=True)  # the agents, by the model
    tokens_a_day = models.PositiveIntegerField(default=200_000)

    def __str__(self) -> str:
        return str(self.tokens_a_day)


class Spent(models.Model):
    """The tokens of one day (UTC). What is being asked is set aside beforehand, so that many at once cannot overdraw."""

    on = models.DateField(primary_key=True)
    tokens = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.on}: {self.tokens}"


class Help(models.TextChoices):
    """What an agent may ask for."""

    DRAFT = "draft", _("Draft an answer")
    SUMMARY = "summary", _("Summarise the ticket")
    TRANSLATE_IN = "translate_in", _("Translate the customer’s last words for me")
    TRANSLATE_OUT = "translate_out", _("Translate my text for the customer")
    WARMER = "warmer", _("Make my text warmer")
    SHORTER = "shorter", _("Make my text shorter")


class Use(models.Model):
    """Help somebody has asked for. Its words (`given`, `result`) are forgotten within the hour; what it was stays.

    `why`: the reason in one word where nothing came of it.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        WRITING = "writing"
        DONE = "done"
        FAILED = "failed"
        LEFT = "left"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=14, choices=Help.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    given = models.TextField(blank=True)
    result = models.TextField(blank=True)
    articles = models.JSONField(default=list)
    why = models.CharField(max_length=20, blank=True)
    by_model = models.BooleanField(default=True)
    tokens = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "-id"], name="use_by_ticket"),
            models.Index(fields=["asked_at"], condition=~Q(given="", result=""), name="use_with_words"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.ticket_id}"
