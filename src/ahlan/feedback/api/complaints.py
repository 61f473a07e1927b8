"""The register of complaints: register one, take its steps, write its letters."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import Cursor, In, Key, Limit, Line, Listed, Out, Ref, Text, all_of, listed
from ahlan.core.clock import now
from ahlan.core.handing_out import harmless
from ahlan.feedback.api.room import feedback
from ahlan.feedback.register import wording
from ahlan.feedback.register.actions import complaints as verbs
from ahlan.feedback.register.actions import letters
from ahlan.feedback.register.letterhead import pdf_of
from ahlan.feedback.register.models import Complaint, LetterKind, State, Step
from ahlan.feedback.register.numbers import understood
from ahlan.feedback.register.policies import complaint_for, complaints_for
from ahlan.feedback.register.profiles import NotInForce, keys, profiles
from ahlan.feedback.register.queries import complaints_of, terms_of, with_steps
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.api.shapes import FileOut
from ahlan.tickets.models import Direction
from ahlan.tickets.policies import message_for, ticket_for

RELATED = (
    "ticket",
    "customer__merged_into",
    "product",
    "stage",
    "cause",
    "outcome",
    "redress",
    "action",
    "agent",
)
Source = Literal["portal", "link", "mail", "chat", "phone", "counter", "letter"]
Spoken = Literal["", "en", "he", "ar", "fi", "fa", "ru"]
AboutIt = Literal["acknowledge", "holding", "short", "answer"]
How = Literal["mail", "attached", "paper"]
Words = Annotated[Text, Field(max_length=verbs.LONGEST)]
PastDay = Annotated[date | None, Field(ge=date(2000, 1, 1), le=date(2200, 1, 1), description="Null: today.")]
Term = Annotated[Key | None, Field(description="The id of an entry of that list.")]
Profile = Annotated[str, Field(max_length=40, description="Empty: the house’s.", examples=["gb-disp"])]


class ComplaintStepOut(Out):
    kind: Annotated[
        str, Field(description="acknowledge, assess, investigate, holding or answer.", examples=["answer"])
    ]
    round: Annotated[int, Field(description="Opened again, it is answered anew.", examples=[1])]
    rule: Annotated[str, Field(description="What sets the deadline.", examples=["DISP 1.6.2R"])]
    due_on: date | None
    due_at: Annotated[
        datetime | None, Field(description="The end of that day, by the clocks of the country.")
    ]
    done_at: datetime | None
    agent: Ref | None
    message: int | None
    is_late: bool

    @classmethod
    def of(cls, one: Step) -> "ComplaintStepOut":
        names = ("kind", "round", "rule", "due_on", "due_at", "done_at", "message", "is_late")
        return cls(agent=Ref.to(one.agent), **{name: getattr(one, name) for name in names})


class ComplaintOut(Out):
    id: int
    number: Annotated[str, Field(description="Its customer follows it by this.", examples=["7KQ3-XM9D-4TRH"])]
    ticket: int
    customer: Ref | None
    state: Annotated[str, Field(description="open, answered or closed.", examples=["open"])]
    source: Annotated[str, Field(examples=["mail"])]
    profile: Annotated[str, Field(description="What its deadlines go by.", examples=["gb-disp"])]
    subdivision: str
    language: Annotated[str, Field(examples=["en"])]
    said: str
    wanted: str
    severity: Annotated[int | None, Field(description="1 minor, 2 serious, 3 grave.")]
    product: Ref | None
    stage: Ref | None
    cause: Ref | None
    outcome: Ref | None
    redress: Ref | None
    action: Ref | None
    found: str
    action_text: str
    preventable: bool | None
    verified_at: Annotated[datetime | None, Field(description="When the corrective action was seen to work.")]
    received_on: date
    short_on: Annotated[date | None, Field(description="Settled by then, the short letter will do.")]
    extended_on: Annotated[date | None, Field(description="A holding letter puts it off no further.")]
    due_on: date
    is_overdue: bool
    agent: Ref | None
    registered_at: datetime
    closed_at: datetime | None
    steps: list[ComplaintStepOut]

    @classmethod
    def of(cls, one: Complaint) -> "ComplaintOut":
        plain = (
            "state", "source", "profile", "subdivision", "language", "said", "wanted", "severity", "found", "action_text", "preventable",
            "verified_at", "received_on", "short_on", "extended_on", "due_on", "is_overdue", "registered_at", "closed_at",
        )  # fmt: skip
        sorted_by: dict[str, Any] = {name: Ref.to(getattr(one, name)) for name in verbs.SORTED_BY}
        return cls(
            id=one.pk, number=one.told, ticket=one.ticket_id, customer=Ref.to(one.customer.primary), agent=Ref.to(one.agent),
            steps=[ComplaintStepOut.of(step) for step in one.steps.all()], **{name: getattr(one, name) for name in plain},
            **sorted_by,
        )  # fmt: skip


class ComplaintGiven(In):
    said: Words = ""
    wanted: Words = ""
    source: Source = "mail"
    received_on: PastDay = None
    profile: Profile = ""
    subdivision: Annotated[Line | None, Field(max_length=10, description="Null: the house’s.")] = None
    language: Annotated[Spoken, Field(description="Empty: the one used.")] = ""


class SortingGiven(In):
    """What it comes to; each field takes the place of what was there."""

    severity: Annotated[int | None, Field(ge=1, le=3)] = None
    product: Term = None
    stage: Term = None
    cause: Term = None
    outcome: Term = None
    redress: Term = None
    action: Term = None
    found: Words = ""
    action_text: Words = ""
    preventable: bool | None = None


class ComplaintStepGiven(In):
    kind: Literal["assess", "investigate"]


class LetterGiven(In):
    kind: AboutIt
    text: Annotated[
        Text | None, Field(max_length=50_000, description="Markdown. Null: as the house words it.")
    ] = None
    how: Annotated[How, Field(description="As a reply, with the PDF attached, or on paper (a note).")] = (
        "mail"
    )
    next_on: Annotated[
        date | None, Field(ge=date(2000, 1, 1), le=date(2200, 1, 1), description="Of a holding letter.")
    ] = None


class WordedOut(Out):
    text: Annotated[str, Field(description="As the house words it for this complaint, in its language.")]
    language: str
    next_on: Annotated[date | None, Field(description="Of a holding letter, the day it names.")]


class PaperGiven(In):
    text: Annotated[
        Text, Field(min_length=1, max_length=50_000, description="Markdown.", examples=["Dear Noa"])
    ]


class PromiseOut(Out):
    step: Annotated[str, Field(examples=["answer"])]
    count: Annotated[int, Field(examples=[15])]
    unit: Annotated[
        str, Field(description="days, business_days, weeks or months.", examples=["business_days"])
    ]
    rule: str
    fixed: Annotated[bool, Field(description="Whether the rule itself names the number.")]


class ProfileOut(Out):
    key: Annotated[str, Field(examples=["es-10-2025"])]
    name: str
    valid_from: date
    country: str
    subdivision: str
    time_zone: str
    source: str
    url: str
    promises: list[PromiseOut]


def _told(pk: int) -> ComplaintOut:
    return ComplaintOut.of(with_steps(Complaint.objects.select_related(*RELATED)).get(pk=pk))


@feedback.reads("/complaint-profiles", "tickets:read")
def list_complaint_profiles(request: ApiRequest) -> Listed[ProfileOut]:
    """List what deadlines of complaints go by. Data with their sources, for you to confirm."""
    names = ("key", "valid_from", "country", "subdivision", "time_zone", "source", "url")
    found = [
        ProfileOut(
            name=str(one), **{name: getattr(one, name) for name in names},
            promises=[
                PromiseOut(step=step, count=p.within.count, unit=p.within.unit.value, rule=p.rule, fixed=p.fixed) for step, p in one.steps.items()
            ],
        )
        for one in profiles()
    ]  # fmt: skip
    return all_of(found, lambda one: one)


@feedback.reads("/complaints", "tickets:read")
def list_complaints(
    request: ApiRequest, cursor: Cursor = "", limit: Limit = 30, state: Literal["open", "answered", "closed"] = "open", overdue: bool = False,
    profile: Profile = "", number: Annotated[str, Field(max_length=40, description="A tracking number, as anybody writes it.")] = "",
) -> Listed[ComplaintOut]:  # fmt: skip
    """List the complaints. The most urgent first. With a number, the one of it in whatever state."""
    found = with_steps(complaints_for(request.user).select_related(*RELATED))
    if number:
        return listed(
            found.filter(number=understood(number) or "-"),
            ComplaintOut.of,
            order=("due_at", "id"),
            cursor=cursor,
            limit=limit,
        )
    if profile and profile not in keys():
        raise wrong("profile", _("There is nothing of this id."), where="query")
    found = found.filter(state=state, **({"profile": profile} if profile else {}))
    if overdue:
        found = found.filter(state=State.OPEN, due_at__lte=now())
    return listed(found, ComplaintOut.of, order=("due_at", "id"), cursor=cursor, limit=limit)


@feedback.reads("/complaints/{int:pk}", "tickets:read")
def get_complaint(request: ApiRequest, pk: Key) -> ComplaintOut:
    """Get a complaint."""
    return ComplaintOut.of(complaint_for(request.user, pk))


@feedback.reads("/tickets/{int:number}/complaints", "tickets:read")
def list_ticket_complaints(request: ApiRequest, number: Key) -> Listed[ComplaintOut]:
    """List the complaints about a ticket. The latest first, a hundred at most."""
    found = complaints_of(ticket_for(request.user, number)).select_related(*RELATED)
    return all_of(found[:100], ComplaintOut.of)


@feedback.writes("POST", "/tickets/{int:number}/complaints", "tickets:write", makes="/complaints/{id}")
def register_complaint(request: ApiRequest, number: Key, given: ComplaintGiven) -> ComplaintOut:
    """Register a complaint about a ticket. One is open at a time."""
    ticket = ticket_for(request.user, number, "tickets.change")
    if given.profile and given.profile not in keys():
        raise wrong("profile", _("There is nothing of this id."))
    try:
        made = verbs.register_complaint(
            ticket, actor=request.user.actor, agent=request.user, **given.model_dump()
        )
    except verbs.NotYet:
        raise wrong("received_on", _("This day lies ahead.")) from None
    except NotInForce:
        raise wrong("profile", _("These deadlines did not hold yet on that day.")) from None
    return _told(made.pk)


@feedback.writes("PUT", "/complaints/{int:pk}/sorting", "tickets:write")
def sort_complaint(request: ApiRequest, pk: Key, given: SortingGiven) -> ComplaintOut:
    """Say what a complaint comes to. Cause, outcome, redress and what is changed."""
    found, values = complaint_for(request.user, pk, "tickets.change"), given.model_dump()
    for name in verbs.SORTED_BY:
        values[name] = _entry(found, name, values[name])
    verbs.sort_complaint(found, actor=request.user.actor, **values)
    return _told(pk)


def _entry(found: Complaint, name: str, key: int | None) -> Any:
    """Raises Problem for what is in no such list."""
    chosen = next((one for one in terms_of(name, getattr(found, f"{name}_id")) if one.pk == key), None)
    if key is not None and chosen is None:
        raise wrong(name, _("There is nothing of this id."))
    return chosen


@feedback.writes("POST", "/complaints/{int:pk}/steps", "tickets:write")
def take_complaint_step(request: ApiRequest, pk: Key, given: ComplaintStepGiven) -> ComplaintOut:
    """Take a step of a complaint. Assessed needs a severity, investigated a cause."""
    verbs.take_step(complaint_for(request.user, pk, "tickets.change"), given.kind, agent=request.user)
    return _told(pk)


@feedback.reads("/complaints/{int:pk}/letters/{str:kind}", "tickets:read")
def word_complaint_letter(request: ApiRequest, pk: Key, kind: AboutIt) -> WordedOut:
    """Get a letter about a complaint as the house words it. Nothing is sent."""
    found = complaint_for(request.user, pk)
    return _worded(request, found, kind)


def _worded(request: ApiRequest, found: Complaint, kind: str, next_on: date | None = None) -> WordedOut:
    holding = kind == LetterKind.HOLDING
    day = (next_on or wording.next_of(found)) if holding else None
    text = wording.letter_for(found, kind, agent=request.user, due=day if holding else wording.due_of(found))
    return WordedOut(text=text, language=found.language, next_on=day)


def draw_letter(request: ApiRequest, pk: int, given: LetterGiven) -> None:
    """No database waits while a letter is drawn."""
    found = complaint_for(request.user, pk, "tickets.reply")
    worded = _worded(request, found, given.kind, given.next_on)
    text = given.text if given.text is not None else worded.text
    printed = letters.print_letter(text, given.how, found.customer.primary.name)
    request.drawn = (text, printed, worded.next_on)  # type: ignore[attr-defined]


@feedback.writes("POST", "/complaints/{int:pk}/letters", "tickets:write", before=draw_letter)
def send_complaint_letter(request: ApiRequest, pk: Key, given: LetterGiven) -> ComplaintOut:
    """Send a letter about a complaint. It takes the step: acknowledged, put off, or answered, which needs an outcome."""
    found = complaint_for(request.user, pk, "tickets.reply")
    text, printed, day = request.drawn  # type: ignore[attr-defined]
    try:
        letters.send_letter(
            found,
            given.kind,
            agent=request.user,
            text=text,
            how=given.how,
            next_on=given.next_on or day,
            printed=printed,
        )
    except letters.TooLate as late:
        told = (
            _("The latest day is %(day)s.") % {"day": late.last.isoformat()}
            if late.last
            else _("Choose today or a later day.")
        )
        raise wrong("next_on" if given.kind == "holding" else "kind", told) from None
    return _told(pk)


@feedback.writes("PUT", "/complaints/{int:pk}/verification", "tickets:write")
def verify_complaint_action(request: ApiRequest, pk: Key) -> ComplaintOut:
    """Say that the corrective action works. Only then is the cause dealt with."""
    verbs.verify_action(complaint_for(request.user, pk, "tickets.change"), True, agent=request.user)
    return _told(pk)


@feedback.writes("DELETE", "/complaints/{int:pk}/verification", "tickets:write")
def unverify_complaint_action(request: ApiRequest, pk: Key) -> ComplaintOut:
    """Say that the corrective action does not work after all."""
    verbs.verify_action(complaint_for(request.user, pk, "tickets.change"), False, agent=request.user)
    return _told(pk)


@feedback.writes("POST", "/complaints/{int:pk}/closure", "tickets:write")
def close_complaint(request: ApiRequest, pk: Key) -> ComplaintOut:
    """Close a complaint. One that is answered, or withdrawn."""
    verbs.close_complaint(complaint_for(request.user, pk, "tickets.change"), actor=request.user.actor)
    return _told(pk)


@feedback.writes("DELETE", "/complaints/{int:pk}/closure", "tickets:write")
def reopen_complaint(request: ApiRequest, pk: Key) -> ComplaintOut:
    """Open a complaint again. It is answered anew, by a day counted from today."""
    verbs.reopen_complaint(complaint_for(request.user, pk, "tickets.change"), actor=request.user.actor)
    return _told(pk)


@feedback.reads("/tickets/{int:number}/messages/{int:message}/letter", "tickets:read")
def download_letter(request: ApiRequest, number: Key, message: Key) -> HttpResponseBase:
    """Download an answer of ours as a letter. A PDF under the company’s head."""
    found = message_for(request.user, number, message)
    if found.direction != Direction.OUT:
        raise wrong("message", _("There is nothing of this id."), where="path")
    pdf = pdf_of(found.own_text, to=found.ticket.customer.primary.name, on=found.at)
    return harmless(
        HttpResponse(pdf, content_type="application/octet-stream"), "attachment", f"{number}-{message}.pdf"
    )


def draw_paper(request: ApiRequest, number: int, given: PaperGiven) -> None:
    """The same."""
    ticket = ticket_for(request.user, number, "tickets.reply")
    request.drawn = letters.print_letter(given.text, letters.ATTACHED, ticket.customer.primary.name)  # type: ignore[attr-defined]


@feedback.writes(
    "POST",
    "/tickets/{int:number}/letters",
    "tickets:write",
    makes="/tickets/{number}/attachments/{id}",
    before=draw_paper,
)
def draw_ticket_letter(request: ApiRequest, number: Key, given: PaperGiven) -> FileOut:
    """Draw words as a letter. A PDF of yours; name its id in `files` of a message."""
    ticket = ticket_for(request.user, number, "tickets.reply")
    drawn = request.drawn  # type: ignore[attr-defined]
    return FileOut.of(letters.attach_letter(ticket, agent=request.user, text=given.text, printed=drawn))
