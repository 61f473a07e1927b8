"""The four states that everything counts by. A desk's own statuses are finer words within them."""

from django.db import models
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    OPEN = "open", pgettext_lazy("ticket state", "Open")
    WAITING = "waiting", pgettext_lazy("ticket state", "Waiting")
    ON_HOLD = "on_hold", pgettext_lazy("ticket state", "On hold")
    CLOSED = "closed", pgettext_lazy("ticket state", "Closed")
