"""What happens to visits by itself."""

from django.utils.translation import gettext_lazy as _

from ahlan.customers.visits import trim_visits
from ahlan.events.timers import every


@every(hours=6, priority=-50, title=_("Clear away ended visits of customers"))
def clear_visits() -> None:
    trim_visits()
