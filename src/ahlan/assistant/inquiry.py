"""The questions a bot asks before it answers: a questionnaire of the room `courtesy`, which may be left out.

What a customer answers stands beside the ticket like any other questionnaire, and whoever takes over goes on with it.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import override

from ahlan.assistant import saying
from ahlan.assistant.understanding import Heard, heard
from ahlan.core.languages import said
from ahlan.core.text import clean
from ahlan.search.normal import normal
from ahlan.tickets.models import Ticket

if TYPE_CHECKING:
    from ahlan.courtesy.models import Inquiry
    from ahlan.courtesy.questions import Question

MOST_ASKED = 6  # a conversation with a machine is no form


def choices() -> list[tuple[int, str]]:
    """The questionnaires there are to choose from."""
    if not apps.is_installed("ahlan.courtesy"):
        return []
    from ahlan.courtesy.queries import at_hand  # noqa: PLC0415 -- only where the room stands

    return [(one.pk, str(one)) for one in at_hand()]


def begin(ticket: Ticket, questionnaire: int | None, *, actor: str) -> int | None:
    """Put it to the customer; None where there is none any more."""
    if questionnaire is None or not apps.is_installed("ahlan.courtesy"):
        return None
    from ahlan.courtesy.actions import inquiries as verbs  # noqa: PLC0415 -- only where the room stands
    from ahlan.courtesy.models import Questionnaire  # noqa: PLC0415

    found = Questionnaire.objects.filter(pk=questionnaire, archived_at=None).first()
    try:
        return verbs.begin(ticket, found, actor=actor).pk if found else None
    except verbs.TooManyInquiries:
        return None


def _inquiry(pk: int | None) -> "Inquiry | None":
    if pk is None or not apps.is_installed("ahlan.courtesy"):
        return None
    from ahlan.courtesy.models import Inquiry  # noqa: PLC0415 -- only where the room stands

    return Inquiry.objects.select_related("edition").filter(pk=pk, closed_at=None).first()


class Asked(NamedTuple):
    """What is asked next. `listed`: its words with a numbered list of the answers, where these (`choices`) cannot be pressed."""

    id: str
    words: str
    choices: tuple[str, ...] = ()
    listed: str = ""


def next_question(pk: int | None, passed: list[str], language: str) -> Asked | None:
    """None when all is asked."""
    found = _inquiry(pk)
    if found is None:
        return None
    done = {*found.answers, *passed}
    if len(done) >= MOST_ASKED:
        return None
    question = next((one for one in found.edition.asks.asked(found.answers) if one.id not in done), None)
    return _asked(question, language) if question else None


def _asked(question: "Question", language: str) -> Asked:
    """Several at once (`CHOICES`) are answered by their numbers, for a button is pressed once."""
    from ahlan.courtesy.answering import option_text  # noqa: PLC0415 -- only where the room stands
    from ahlan.courtesy.questions import Kind  # noqa: PLC0415

    words = "\n\n".join(said(part, language) for part in (question.wording, question.help) if part)
    options = [option_text(question, one, language) for one in question.values] if question.options else []
    numbered = "\n".join(f"{n}. {one}" for n, one in enumerate(options, 1))
    listed = f"{words}\n\n{numbered}" if numbered else words
    if question.kind == Kind.CHOICES:
        return Asked(question.id, listed)
    choices = saying.yes_or_no(language) if question.kind == Kind.YES_NO else tuple(options)
    return Asked(question.id, words, choices, listed)


def take_answer(pk: int | None, question: str, text: str, language: str) -> bool:
    """Keep what he says to a question; False when it is no answer to it. Part of a verb."""
    found = _inquiry(pk)
    asked = next((one for one in found.edition.asks.questions if one.id == question), None) if found else None
    if found is None or asked is None:
        return False
    from ahlan.courtesy.actions.inquiries import AnsweredMeanwhile, Finished, save_answers  # noqa: PLC0415 -- the same

    answer = _answer(asked, text, language)
    if not answer:
        return False
    try:
        save_answers(found, {**found.answers, question: answer}, revision=found.revision)
    except (AnsweredMeanwhile, Finished):
        return False
    return True


def _answer(question: "Question", text: str, language: str) -> Any:
    """As it is kept; None for what is no answer."""
    from ahlan.courtesy.answering import field_for, kept  # noqa: PLC0415 -- only where the room stands
    from ahlan.courtesy.questions import Kind  # noqa: PLC0415

    text = clean(text).strip()
    if question.kind == Kind.YES_NO:
        return {Heard.YES: "yes", Heard.NO: "no"}.get(heard(text))
    given: Any = text
    if question.options:
        chosen = _chosen(question, text, language)
        given = chosen if question.kind == Kind.CHOICES else next(iter(chosen), "")
    with override(language):
        try:
            return kept(field_for(question, language).clean(given)) or None
        except ValidationError:
            return None


def _chosen(question: "Question", text: str, language: str) -> list[str]:
    """Options by their numbers or their words."""
    from ahlan.courtesy.answering import option_text  # noqa: PLC0415 -- only where the room stands

    shape = normal(text)
    words = shape.replace(",", " ").replace(".", " ").replace("،", " ").split()
    numbers = {int(one) for one in words if one.isdecimal() and len(one) < 4}
    return [
        value
        for n, value in enumerate(question.values, 1)
        if n in numbers or normal(option_text(question, value, language)) in shape
    ]
