"""Live chat: how it looks on a site, who visits, what was said, and the mails that follow somebody who left."""

from datetime import datetime, timedelta

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ahlan.channels.embedding import BRAND, sites_in
from ahlan.channels.models import Inbox, RawInbound
from ahlan.core.clock import now

AWAY = timedelta(minutes=2)  # not heard of for so long, a visitor has left


class Asks(models.TextChoices):
    """What a visitor is asked before the first word."""

    NOTHING = "nothing", _("Nothing")
    OPTIONAL = "optional", _("Name and address, both may stay empty")
    REQUIRED = "required", _("Name and address")


class Widget(models.Model):
    """The chat of one inbox as it stands on web sites.

    `hours_id` names business hours, which are of another room (see `hours`); None is always open. `mail_inbox` sends what
    a visitor has missed.
    """

    inbox = models.OneToOneField(Inbox, on_delete=models.CASCADE, related_name="chat_widget")
    slug = models.SlugField(_("name in its address"), unique=True)
    brand = models.CharField(_("company"), max_length=80)
    greeting = models.CharField(_("greeting"), max_length=300, blank=True)
    colour = models.CharField(_("colour"), max_length=7, default=BRAND)
    at_start = models.BooleanField(_("stand where lines begin, not where they end"), default=False)
    language = models.CharField(_("language"), max_length=10, default="en")
    asks = models.CharField(_("ask first"), max_length=10, choices=Asks, default=Asks.OPTIONAL)
    sites = models.TextField(_("web sites that may show it"), blank=True)
    hours_id = models.BigIntegerField(null=True, blank=True)
    mail_inbox = models.ForeignKey(
        Inbox,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("send by mail from"),
    )
    needs_identity = models.BooleanField(_("only people your site vouches for"), default=False)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("chat")
        verbose_name_plural = _("chats")

    def __str__(self) -> str:
        return self.brand

    def get_absolute_url(self) -> str:
        return reverse("chat:widget", args=[self.slug])

    @property
    def origins(self) -> list[str]:
        return sites_in(self.sites)


class For(models.TextChoices):
    EVERYBODY = "everybody", _("Everybody")
    KNOWN = "known", _("Those your site vouches for")
    STRANGERS = "strangers", _("Those it does not know")


class Nudge(models.Model):
    """A message that appears by itself: to whom, on which pages, when. Of several that fit the first one comes."""

    widget = models.ForeignKey(Widget, on_delete=models.CASCADE, related_name="nudges")
    text = models.CharField(_("message"), max_length=300)
    language = models.CharField(_("language of the page"), max_length=10, blank=True)
    path = models.CharField(_("on pages whose address begins with"), max_length=200, blank=True)
    segment = models.CharField(_("for the group"), max_length=60, blank=True)
    whom = models.CharField(_("for whom"), max_length=10, choices=For, default=For.EVERYBODY)
    after = models.PositiveSmallIntegerField(_("after so many seconds"), default=30)
    place = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["place", "id"]

    def __str__(self) -> str:
        return self.text


class Nudged(models.Model):
    """That a message has appeared to somebody, which it does once. `taken`: it was what he opened the chat by."""

    nudge = models.ForeignKey(Nudge, on_delete=models.CASCADE, related_name="nudged", db_index=False)
    visitor = models.ForeignKey("Visitor", on_delete=models.CASCADE, related_name="+")
    taken = models.BooleanField(default=False)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["nudge", "visitor"], name="nudged_once")]

    def __str__(self) -> str:
        return f"{self.nudge_id} to {self.visitor_id}"


class Visitor(models.Model):
    """Somebody with the widget open. `known_as` is the site's own id of him when it has vouched for him, else "".

    `lines` numbers what he hears; `read` is how far he has. An address he gave himself (`email`, not `known_as`)
    is where answers are sent and gives no rights.
    """

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=32, unique=True)
    known_as = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    language = models.CharField(max_length=10, blank=True)
    page = models.CharField(max_length=500, blank=True)
    lines = models.PositiveIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)
    met_at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["inbox", "known_as"], condition=~models.Q(known_as=""), name="visitor_known_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    @property
    def audience(self) -> str:
        return f"visitor:{self.pk}"

    @property
    def is_here(self) -> bool:
        return now() - self.seen_at < AWAY


class Session(models.Model):
    """One browser's right to be a visitor. Only a digest of its token is kept."""

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="sessions")
    digest = models.CharField(max_length=64, unique=True)
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.visitor_id} until {self.ends_at}"


class Chat(models.Model):
    """One conversation, which the desk keeps as a ticket (`ticket`, its number; None until it is made).

    It waits from `queued_at` until one of `answered_at` and `abandoned_at`; while it is `aside` something else than people sees
    to it, and it waits for nobody. `mail_at`: when to look whether the
    visitor has left with something unread.
    """

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="chats", db_index=False)
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+", db_index=False)
    thread = models.CharField(max_length=32, unique=True)
    ticket = models.BigIntegerField(null=True, db_index=True)
    queued_at = models.DateTimeField(default=now)
    aside = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    abandoned_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True)
    mailed = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)  # how far an agent has read
    rating = models.SmallIntegerField(null=True)  # 1 or -1
    rating_word = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["visitor", "-id"], name="chat_of_visitor"),
            models.Index(
                fields=["inbox", "queued_at"],
                condition=models.Q(answered_at=None, abandoned_at=None, ended_at=None),
                name="chat_waiting",
            ),
            models.Index(fields=["inbox", "answered_at"], name="chat_answered"),
            models.Index(fields=["mail_at"], condition=~models.Q(mail_at=None), name="chat_mail_due"),
        ]

    def __str__(self) -> str:
        return f"chat {self.pk}"

    @property
    def first_id(self) -> str:
        """The id of its first message, which every later one refers to."""
        return message_id(self.thread, 1)

    @property
    def audience(self) -> str:
        """Whose screens hear of it."""
        return f"inbox:{self.inbox_id}"

    @property
    def waits(self) -> bool:
        return (
            not self.aside
            and self.answered_at is None
            and self.abandoned_at is None
            and self.ended_at is None
        )

    def waited(self, until: datetime) -> int:
        """Whole seconds from the first word until then, never below 0."""
        return max(0, int((until - self.queued_at).total_seconds()))


class Side(models.TextChoices):
    VISITOR = "visitor"
    AGENT = "agent"


class Line(models.Model):
    """Something said, as the visitor hears it. `seq` runs without gaps within one visitor: the stream's own ids."""

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="+", db_index=False)
    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="said")
    seq = models.PositiveIntegerField()
    side = models.CharField(max_length=8, choices=Side)
    external_id = models.CharField(max_length=512)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    author = models.CharField(max_length=200, blank=True)
    files = models.JSONField(default=list)
    choices = models.JSONField(default=list)  # answers to press
    raw = models.OneToOneField(RawInbound, on_delete=models.SET_NULL, null=True, related_name="chat_line")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visitor", "seq"], name="line_in_order"),
            models.UniqueConstraint(fields=["visitor", "external_id"], name="line_once"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Letter(models.Model):
    """A mail to a visitor: what he has missed after line `after`, or (`after` 0) all of the chat. Its id is fixed here."""

    class State(models.TextChoices):
        QUEUED = "queued"
        HANDING = "handing"  # the other side may have it
        SENT = "sent"
        UNSURE = "unsure"
        FAILED = "failed"

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="letters")
    to = models.EmailField(max_length=254)
    after = models.PositiveIntegerField(default=0)
    upto = models.PositiveIntegerField()
    external_id = models.CharField(max_length=512)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    made_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.chat_id} to {self.to}"


def message_id(thread: str, number: int) -> str:
    """What a visitor's message is called on the wire."""
    return f"<chat.{thread}.{number}@chat.invalid>"
