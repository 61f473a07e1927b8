"""Lists that people define, the tickets kept in them, and how many lie where."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ahlan.core.clock import now
from ahlan.staff.models import Agent, Team


class Order(models.TextChoices):
    """How a saved view is sorted."""

    NEWEST_WORD = "newest_word", _("Newest message first")
    OLDEST_WORD = "oldest_word", _("Oldest message first")
    NEWEST = "newest", _("Newest ticket first")
    OLDEST = "oldest", _("Oldest ticket first")
    PRIORITY = "priority", _("Most urgent first, then oldest message")


class Shows(models.TextChoices):
    """What a saved view's rows show beside who, what and when."""

    NUMBER = "number", _("Number")
    STATE = "state", _("State")
    TEAM = "team", _("Team")
    INBOX = "inbox", _("Inbox")
    TAGS = "tags", _("Tags")


class SavedView(models.Model):
    """A list somebody has defined: his own, a team's, or (with neither) everybody's.

    `lasting`: its tickets are kept in `Listed` as they move, so that showing and counting it costs nothing.
    One that asks for "me" or for the hour is looked up each time.
    """

    name = models.CharField(_("name"), max_length=80)
    owner = models.ForeignKey(Agent, on_delete=models.CASCADE, null=True, blank=True, related_name="views")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="views")
    conditions = models.JSONField(default=dict)
    order = models.CharField(_("order"), max_length=30, default=Order.NEWEST_WORD)  # of Order, or a field's
    shows = models.JSONField(default=list, blank=True)
    lasting = models.BooleanField(default=True, editable=False)
    gathered = models.BooleanField(default=True, editable=False)
    made_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        return f"view-{self.pk}"


class Listed(models.Model):
    """A ticket in a saved view, and its place there: the greater the key, the further up."""

    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    inbox_id = models.BigIntegerField()
    internal = models.BooleanField(default=False)
    key = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["view", "ticket"], name="listed_once")]
        indexes = [
            models.Index("view", models.F("key").desc(), models.F("ticket").desc(), name="listed_in_order"),
        ]


class Tally(models.Model):
    """A change in how many tickets lie where. A count is the sum of its rows; a timer folds them together.

    Rows are only ever added by verbs, so no two of them wait for each other. A row with a view tells how many
    tickets of the inbox that saved view lists; one without tells where tickets lie.
    """

    view_id = models.BigIntegerField(null=True)
    inbox_id = models.BigIntegerField()
    team_id = models.BigIntegerField(null=True)
    assignee_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10)
    removal = models.CharField(max_length=10, blank=True)
    snoozed = models.BooleanField(default=False)
    internal = models.BooleanField(default=False)
    n = models.IntegerField()
