"""What is asked of the customer of one ticket: begun, sent as a link, filled in, finished."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field

from ahlan.core.api.problems import Problem, wrong
from ahlan.core.api.shapes import Cursor, In, Key, Limit, Listed, Out, Ref, listed
from ahlan.core.text import clean
from ahlan.courtesy.actions import inquiries as verbs
from ahlan.courtesy.answering import LONGEST, AnswerForm
from ahlan.courtesy.api.questionnaires import QuestionOut
from ahlan.courtesy.api.room import REPLY, courtesy
from ahlan.courtesy.links import address_for
from ahlan.courtesy.models import Inquiry, Questionnaire
from ahlan.courtesy.policies import inquiry_for
from ahlan.courtesy.queries import inquiries_of
from ahlan.courtesy.questions import MOST_OPTIONS, MOST_QUESTIONS, Kind
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.policies import ticket_for

Word = Annotated[str, Field(max_length=LONGEST[Kind.LONG]), AfterValidator(clean)]
Chosen = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=MOST_OPTIONS)]


class InquiryOut(Out):
    id: int
    questionnaire: Ref
    edition: Annotated[int, Field(examples=[3])]
    agent: Ref | None
    language: Annotated[str, Field(examples=["en"])]
    answers: Annotated[
        dict[str, str | list[str]],
        Field(description="By the questions' ids.", examples=[{"often": "once"}]),
    ]
    revision: Annotated[int, Field(description="Goes up with each change of the answers.", examples=[2])]
    rounds: Annotated[int, Field(description="How often the customer has sent them.", examples=[1])]
    answered_at: Annotated[datetime | None, Field(description="When the customer last sent them.")]
    open_until: Annotated[datetime | None, Field(description="Of its link; null: none is open.")]
    finished_at: datetime | None
    made_at: datetime


class WholeInquiryOut(InquiryOut):
    questions: Annotated[list[QuestionOut], Field(description="As they were worded when it was begun.")]


class InquiryLinkOut(Out):
    url: Annotated[
        str,
        Field(
            description="Where the customer answers: who has it may, so give it to him alone.",
            examples=["https://desk.example.org/inquiries/12-1:x/"],
        ),
    ]
    open_until: datetime | None


class InquiryGiven(In):
    questionnaire: Key


class AnswersGiven(In):
    answers: Annotated[
        dict[Annotated[str, Field(max_length=40)], Word | Chosen],
        Field(
            max_length=MOST_QUESTIONS,
            description="All of them, by the questions' ids: text, a plain number, a day, the id of a choice, a list of such, yes or no. What is not asked after these answers is not kept.",
            examples=[{"often": "once"}],
        ),
    ]
    revision: Annotated[int, Field(ge=0, le=2**31 - 1, description="The one that was seen.", examples=[0])]


def _same(one: Inquiry) -> dict[str, Any]:
    names = ("language", "answers", "revision", "rounds", "answered_at", "made_at")
    edition = one.edition
    return {
        "id": one.pk, "questionnaire": Ref(id=edition.questionnaire_id, name=str(edition.questionnaire)), "edition": edition.number,
        "agent": Ref.to(one.agent), "finished_at": one.closed_at, "open_until": one.expires_at if one.is_open else None,
        **{name: getattr(one, name) for name in names},
    }  # fmt: skip


def _whole(one: Inquiry) -> WholeInquiryOut:
    return WholeInquiryOut(
        **_same(one), questions=[QuestionOut.of(question) for question in one.edition.asks.questions]
    )


@courtesy.reads("/tickets/{int:number}/inquiries", "tickets:read")
def list_inquiries(
    request: ApiRequest, number: Key, cursor: Cursor = "", limit: Limit = 30
) -> Listed[InquiryOut]:
    """List what was asked of the customer of a ticket. The latest first."""
    found = inquiries_of(ticket_for(request.user, number))
    return listed(found, lambda one: InquiryOut(**_same(one)), cursor=cursor, limit=limit)


@courtesy.reads("/tickets/{int:number}/inquiries/{int:pk}", "tickets:read")
def get_inquiry(request: ApiRequest, number: Key, pk: Key) -> WholeInquiryOut:
    """Get an inquiry. Its questions and answers."""
    return _whole(inquiry_for(request, number, pk)[1])


@courtesy.writes(
    "POST", "/tickets/{int:number}/inquiries", "tickets:write", makes="/tickets/{number}/inquiries/{id}"
)
def begin_inquiry(request: ApiRequest, number: Key, given: InquiryGiven) -> WholeInquiryOut:
    """Put a questionnaire to the customer of a ticket. In his language."""
    ticket = ticket_for(request.user, number, REPLY)
    chosen = Questionnaire.objects.filter(pk=given.questionnaire, archived_at=None).first()
    if chosen is None:
        raise wrong("questionnaire", _("There is nothing of this id."))
    return _whole(verbs.begin(ticket, chosen, agent=request.user))


@courtesy.writes("PUT", "/tickets/{int:number}/inquiries/{int:pk}/answers", "tickets:write")
def fill_inquiry_in(request: ApiRequest, number: Key, pk: Key, given: AnswersGiven) -> WholeInquiryOut:
    """Fill an inquiry in. What is missing may come later; nothing is told to anybody yet."""
    _ticket, found = inquiry_for(request, number, pk, REPLY)
    answers = _checked(found, given.answers)
    return _whole(verbs.save_answers(found, answers, revision=given.revision))


def _checked(inquiry: Inquiry, given: Mapping[str, str | list[str]]) -> dict[str, Any]:
    """As the form on the page has it. Raises Problem."""
    asks = inquiry.edition.asks
    kinds = {one.id: one.kind for one in asks.questions}
    for key, value in given.items():
        if key not in kinds:
            raise wrong(f"answers.{key}", _("There is nothing of this id."))
        if isinstance(value, list) != (kinds[key] == Kind.CHOICES):
            raise wrong(f"answers.{key}", _("It is answered in another form."))
    data = {f"q-{key}": value for key, value in given.items()}
    form = AnswerForm(data, asks=asks, language=inquiry.language, answers=inquiry.answers, partly=True)
    if not form.is_valid():
        wrongs = [
            {"in": "body", "name": f"answers.{name.removeprefix('q-')}", "detail": str(errors[0])}
            for name, errors in form.errors.items()
        ]
        raise Problem(422, errors=wrongs)
    return form.answers()


@courtesy.writes("POST", "/tickets/{int:number}/inquiries/{int:pk}/link", "tickets:write")
def share_inquiry(request: ApiRequest, number: Key, pk: Key) -> InquiryLinkOut:
    """Open an inquiry at a link. For thirty days from now; the link that is open lives longer."""
    _ticket, found = inquiry_for(request, number, pk, REPLY)
    shared = verbs.share(found, agent=request.user)
    return InquiryLinkOut(url=address_for(request, shared), open_until=shared.expires_at)


@courtesy.writes("DELETE", "/tickets/{int:number}/inquiries/{int:pk}/link", "tickets:write")
def revoke_inquiry(request: ApiRequest, number: Key, pk: Key) -> None:
    """Take the link of an inquiry back. It is good no more."""
    verbs.revoke(inquiry_for(request, number, pk, REPLY)[1], agent=request.user)


@courtesy.writes("POST", "/tickets/{int:number}/inquiries/{int:pk}/closure", "tickets:write")
def finish_inquiry(request: ApiRequest, number: Key, pk: Key) -> WholeInquiryOut:
    """Finish an inquiry. Answers the customer has not sent himself become a note."""
    return _whole(verbs.finish(inquiry_for(request, number, pk, REPLY)[1], agent=request.user))


@courtesy.writes("DELETE", "/tickets/{int:number}/inquiries/{int:pk}/closure", "tickets:write")
def take_inquiry_up(request: ApiRequest, number: Key, pk: Key) -> WholeInquiryOut:
    """Go on with an inquiry that was finished."""
    return _whole(verbs.take_up(inquiry_for(request, number, pk, REPLY)[1], agent=request.user))


@courtesy.writes("DELETE", "/tickets/{int:number}/inquiries/{int:pk}", "tickets:write")
def drop_inquiry(request: ApiRequest, number: Key, pk: Key) -> None:
    """Take an inquiry away. One that nobody has answered."""
    _ticket, found = inquiry_for(request, number, pk, REPLY)
    try:
        verbs.drop(found, agent=request.user)
    except verbs.Finished:
        raise Problem(409, _("There are answers in it. Finish it instead.")) from None
