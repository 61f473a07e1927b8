"""Questionnaires: what is asked again and again, each in editions."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from ahlan.core.api.problems import Problem, wrong
from ahlan.core.api.shapes import In, Key, Language, Line, Listed, Out, all_of
from ahlan.core.text import clean
from ahlan.courtesy.actions import questionnaires as verbs
from ahlan.courtesy.api.room import courtesy, must_use
from ahlan.courtesy.editor import why
from ahlan.courtesy.models import Questionnaire
from ahlan.courtesy.policies import may_set_up, questionnaire_for
from ahlan.courtesy.queries import at_hand, latest_edition, questionnaires
from ahlan.courtesy.questions import (
    LONGEST_INTRO,
    LONGEST_WORDING,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    Asks,
    BadQuestionnaire,
    Question,
)
from ahlan.staff.requests import ApiRequest

Kinds = Literal["text", "long", "number", "date", "choice", "choices", "yes_no"]
Wording = Annotated[str, Field(max_length=LONGEST_WORDING, examples=["How often?"]), AfterValidator(clean)]
Introduction = Annotated[
    str, Field(max_length=LONGEST_INTRO, examples=["Two minutes."]), AfterValidator(clean)
]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", examples=["often"])]
Texts = Annotated[
    dict[Language, Wording], Field(max_length=6, description="By language.", examples=[{"en": "How often?"}])
]


class AnswerChoice(Out):
    id: Annotated[str, Field(examples=["once"])]
    label: Annotated[dict[str, str], Field(examples=[{"en": "It was once"}])]


class WhenOut(Out):
    question: Annotated[str, Field(description="An earlier one.", examples=["tried"])]
    answer: Annotated[str, Field(examples=["yes"])]


class QuestionOut(Out):
    id: Annotated[str, Field(examples=["often"])]
    kind: Annotated[
        str, Field(description="text, long, number, date, choice, choices or yes_no.", examples=["choice"])
    ]
    wording: Annotated[dict[str, str], Field(examples=[{"en": "How often?"}])]
    help: Annotated[dict[str, str], Field(examples=[{}])]
    required: bool
    options: list[AnswerChoice]
    when: Annotated[WhenOut | None, Field(description="Asked only after this answer; null: always.")]

    @classmethod
    def of(cls, one: Question) -> "QuestionOut":
        return cls(
            id=one.id, kind=one.kind.value, wording=dict(one.wording), help=dict(one.help), required=one.required,
            options=[AnswerChoice(id=opt.id, label=dict(opt.label)) for opt in one.options],
            when=WhenOut(question=one.when[0], answer=one.when[1]) if one.when else None,
        )  # fmt: skip


class QuestionnaireOut(Out):
    id: int
    name: Annotated[str, Field(description="Its title, for the caller.", examples=["Fault report"])]
    titles: Annotated[dict[str, str], Field(examples=[{"en": "Fault report"}])]
    number: Annotated[int, Field(description="Of its latest edition.", examples=[3])]
    is_archived: bool


class WholeQuestionnaireOut(QuestionnaireOut):
    intro: Annotated[dict[str, str], Field(examples=[{"en": "Two minutes."}])]
    questions: list[QuestionOut]


class ChoiceGiven(In):
    id: Name
    label: Texts


class WhenGiven(In):
    question: Name
    answer: Annotated[Line, Field(max_length=40, examples=["yes"])]


class QuestionGiven(In):
    id: Name
    kind: Kinds
    wording: Texts
    help: Texts = {}
    required: bool = False
    options: Annotated[
        list[ChoiceGiven], Field(max_length=MOST_OPTIONS, description="Of choice and choices.", examples=[[]])
    ] = []
    when: Annotated[WhenGiven | None, Field(examples=[None])] = None

    def kept(self) -> dict[str, Any]:
        when = [self.when.question, self.when.answer] if self.when else []
        return {**self.model_dump(), "when": when}


class QuestionnaireGiven(In):
    title: Texts
    intro: Annotated[dict[Language, Introduction], Field(max_length=6, examples=[{}])] = {}
    questions: Annotated[
        list[QuestionGiven],
        Field(
            min_length=1,
            max_length=MOST_QUESTIONS,
            examples=[[{"id": "often", "kind": "text", "wording": {"en": "How often?"}}]],
        ),
    ]


class QuestionnaireChange(QuestionnaireGiven):
    seen: Annotated[
        int | None,
        Field(ge=0, le=2**31 - 1, description="The edition it changes: refused when there is a later one."),
    ] = None


def told(one: Questionnaire) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": str(one),
        "titles": one.titles,
        "number": one.number,
        "is_archived": one.archived_at is not None,
    }


def _whole(one: Questionnaire) -> WholeQuestionnaireOut:
    asks = latest_edition(one).asks
    return WholeQuestionnaireOut(
        **told(one),
        intro=dict(asks.intro),
        questions=[QuestionOut.of(question) for question in asks.questions],
    )


@courtesy.reads("/questionnaires", "settings:read")
def list_questionnaires(
    request: ApiRequest,
    archived: Annotated[bool, Field(description="Also those that are asked no more.")] = False,
) -> Listed[QuestionnaireOut]:
    """List questionnaires. By title."""
    must_use(request.user)
    found = questionnaires() if archived else at_hand()
    return all_of(found, lambda one: QuestionnaireOut(**told(one)))


@courtesy.reads("/questionnaires/{int:pk}", "settings:read")
def get_questionnaire(request: ApiRequest, pk: Key) -> WholeQuestionnaireOut:
    """Get a questionnaire. With the questions of its latest edition."""
    must_use(request.user)
    found = Questionnaire.objects.filter(pk=pk).first()
    if found is None:
        raise Problem(404)
    return _whole(found)


@courtesy.writes("POST", "/questionnaires", "settings:write", makes="/questionnaires/{id}")
def make_questionnaire(request: ApiRequest, given: QuestionnaireGiven) -> WholeQuestionnaireOut:
    """Make a questionnaire."""
    may_set_up(request)
    return _save(request, None, given)


@courtesy.writes("PUT", "/questionnaires/{int:pk}", "settings:write")
def change_questionnaire(request: ApiRequest, pk: Key, given: QuestionnaireChange) -> WholeQuestionnaireOut:
    """Change a questionnaire. It gets a new edition; what was asked keeps the old words."""
    return _save(request, questionnaire_for(request, pk), given, seen=given.seen)


def _save(
    request: ApiRequest, found: Questionnaire | None, given: QuestionnaireGiven, seen: int | None = None
) -> WholeQuestionnaireOut:
    kept = {"title": given.title, "intro": given.intro, "questions": [one.kept() for one in given.questions]}
    try:
        saved = verbs.save_questionnaire(found, Asks.of(kept), seen=seen, actor=request.user.actor)
    except BadQuestionnaire as error:
        place = next((n for n, one in enumerate(given.questions) if one.id == error.question), None)
        name = "title" if error.reason == "title" else "questions"
        raise wrong(name if place is None else f"questions.{place}", why(error)) from None
    return _whole(saved)


@courtesy.writes("POST", "/questionnaires/{int:pk}/archive", "settings:write")
def put_questionnaire_away(request: ApiRequest, pk: Key) -> WholeQuestionnaireOut:
    """Ask a questionnaire no more. What was asked stays."""
    found = questionnaire_for(request, pk)
    return _whole(verbs.put_questionnaire_away(found, actor=request.user.actor))


@courtesy.writes("DELETE", "/questionnaires/{int:pk}/archive", "settings:write")
def bring_questionnaire_back(request: ApiRequest, pk: Key) -> WholeQuestionnaireOut:
    """Ask a questionnaire again."""
    found = questionnaire_for(request, pk)
    return _whole(verbs.put_questionnaire_away(found, False, actor=request.user.actor))
