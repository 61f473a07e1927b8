"""What the chapters of figures share: the room, and the kinds of values that are asked for."""

from datetime import date
from typing import Annotated, Literal

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field
from pydantic.functional_validators import AfterValidator

from ahlan.core.api.problems import refusal, wrong
from ahlan.core.api.rooms import Room
from ahlan.core.api.shapes import LARGEST_KEY
from ahlan.core.tables import Table, forms, handed_out
from ahlan.kpis.actions import goals as verbs
from ahlan.kpis.actions import mailing
from ahlan.kpis.actions import reports as report_verbs

READ, WRITE = "tickets:read", "settings:write"
LONGEST = 2 * 366  # days
MOST = 500
USUAL = 30  # days
BYTES = "application/octet-stream"  # as the contract has all files

room = Room(
    "figures",
    gettext_lazy("Figures"),
    "What the log comes to: each figure with its definition, its goals, and reports of them.",
    order=45,
)
refusal(verbs.BadGoal, 422, gettext_lazy("There is no such goal, or there are as many as can be kept."))
refusal(report_verbs.TooManyReports, 422, gettext_lazy("There are as many reports as can be kept."))
refusal(mailing.BadMailing, 422, gettext_lazy("Give a day, an hour and somebody who sees figures."))


def _near(day: date) -> date:
    if not 1900 <= day.year <= 2200:
        raise ValueError("out of reach")
    return day


Day = Annotated[date, AfterValidator(_near), Field(examples=["2026-11-01"])]
KpiKey = Annotated[str, Field(pattern=r"^[a-z_0-9]{1,60}$", examples=["first_response_time"])]
Zone = Annotated[
    str, Field(max_length=60, description="By whose clocks a day begins and ends.", examples=["UTC"])
]
Method = Annotated[
    str, Field(max_length=10, description="One of the figure’s own; empty: its first.", examples=[""])
]
By = Annotated[
    Literal["team", "agent", "inbox", "channel", "language", "priority", "customer_kind", "tag", "bot"],
    Field(description="One of the splits of the figure."),
]
Start = Annotated[Day | None, Field(description="The first day; by default 30 days ago.")]
End = Annotated[Day | None, Field(description="The day after the last; by default tomorrow.")]
Some = Annotated[int | None, Field(ge=1, le=LARGEST_KEY, description="Of this one alone.")]

Form = Annotated[
    Literal["csv", "xlsx", "json", "parquet"],
    Field(description="parquet only where its library stands.", examples=["csv"]),
]


def file_of(table: Table, form: str, name: str) -> StreamingHttpResponse:
    """Raises Problem for a form that cannot be written here."""
    if form not in forms():
        raise wrong("form", _("This cannot be written here."), where="query")
    response = handed_out(table, form, name)
    response["Content-Type"] = BYTES
    return response
