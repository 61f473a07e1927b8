"""What is done every day: next year's holidays, and those whose dates have become known."""

from datetime import timedelta

import structlog
from django.utils.translation import gettext_lazy as _

from ahlan.calendars.actions import refresh_holidays
from ahlan.calendars.models import HolidaySet
from ahlan.events.timers import every

log = structlog.get_logger(__name__)


@every(days=1, offset=timedelta(hours=2), title=_("Bring public holidays up to date"))
def bring_holidays_up_to_date() -> None:
    for chosen in HolidaySet.objects.select_related("hours").order_by("pk").iterator():
        try:
            refresh_holidays(chosen)
        except (
            KeyError
        ):  # the package has forgotten this country; its days stay, and the others are brought on
            log.warning("holidays.unknown", country=chosen.country)
