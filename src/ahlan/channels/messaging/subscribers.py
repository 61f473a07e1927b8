"""What messaging does by itself."""

from ahlan.channels.messaging import actions
from ahlan.events.timers import every


@every(days=1)
def forget_reports_of_others() -> None:
    actions.forget_nobodys()
