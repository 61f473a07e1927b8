"""Verbs that take answers: at a link, at a place, from a chat. An answer counts from its first question on, and changes until it is locked."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import transaction

from ahlan.core.clock import now
from ahlan.events.log import record
from ahlan.feedback import counting, marks
from ahlan.feedback.instruments.checking import checked
from ahlan.feedback.links import digest_of, new_token
from ahlan.feedback.models import Answer, Invitation, Place, Source, State, Version
from ahlan.feedback.queries import latest

COMMENT = "comment"
PATIENCE = timedelta(minutes=15)  # after a low score, for the comment to come


class Locked(Exception):
    """It may be changed no more."""


class Spent(Exception):
    """An anonymous invitation was answered already."""


@transaction.atomic
def answer_invitation(
    invitation: Invitation, token: str, given: Mapping[str, Any], *, finished: bool = False
) -> Answer:
    """Take what was answered at an invitation's link; again, and it is the same answer changed. Raises Locked, Spent, Refused."""
    held = Invitation.objects.select_for_update(of=("self",)).select_related(
        "survey", "version", "customer__merged_into", "customer__organisation", "inbox", "ticket",
    ).get(pk=invitation.pk)  # fmt: skip
    own = _held_answer(held, token)
    if own is None:
        if held.answered_at:
            raise Spent
        own = _first_of(held, token)
        _mark_answered(held)
    return _take(own, given, finished)


def _held_answer(held: Invitation, token: str) -> Answer | None:
    found = Answer.objects.select_for_update(of=("self",)).select_related("version", "survey", "place")
    own = found.filter(digest=digest_of(token, "answer")).first()
    if (
        own is None and held.answered_at and not held.survey.anonymous
    ):  # by the reminder's link, or the one before it
        own = found.filter(survey=held.survey, ticket=held.ticket, customer=held.customer.primary).last()
    return own


def _first_of(held: Invitation, token: str) -> Answer:
    survey, at = held.survey, now()
    known: dict[str, Any] = {"customer": held.customer.primary, "ticket": held.ticket}
    organisation = held.customer.primary.organisation
    return Answer(
        version=held.version, survey=survey, agent_id=held.agent_id, team_id=held.team_id, inbox_id=held.inbox_id,
        channel=held.inbox.channel if held.inbox else "", language=held.language, organisation=organisation, source=Source.INVITED,
        anonymous=survey.anonymous, answered_at=_day(at) if survey.anonymous else at,
        locked_at=at + timedelta(days=survey.lock_days), digest=digest_of(token, "answer"), **({} if survey.anonymous else known),
    )  # fmt: skip


def _mark_answered(held: Invitation) -> None:
    at = now()
    held.state, held.remind_at = State.ANSWERED, None
    held.answered_at = _day(at) if held.survey.anonymous else at
    held.save(update_fields=["state", "remind_at", "answered_at"])
    counting.count_invitation(held, counting.RESPONDED)


def _day(at: datetime) -> datetime:
    return datetime.combine(at.date(), time(), tzinfo=UTC)


@transaction.atomic
def answer_at_place(
    place: Place, given: Mapping[str, Any], *, language: str, finished: bool = False
) -> tuple[Answer, str]:
    """Begin an answer where anybody may answer; returns it with the token of the link at which it goes on. Raises Refused."""
    survey, at, token = place.survey, now(), new_token()
    kept_for = timedelta(minutes=15) if place.kiosk else timedelta(days=survey.lock_days)
    own = Answer(
        version=latest(survey.key), survey=survey, place=place, language=language, anonymous=survey.anonymous,
        source=Source.KIOSK if place.kiosk else Source.PLACE, answered_at=_day(at) if survey.anonymous else at,
        locked_at=at + kept_for, digest=digest_of(token, "answer"),
    )  # fmt: skip
    return _take(own, given, finished), token


@transaction.atomic
def change_answer(answer: Answer, given: Mapping[str, Any], *, finished: bool = False) -> Answer:
    """The next screen, or another answer. Raises Locked, Refused."""
    held = (
        Answer.objects.select_for_update(of=("self",))
        .select_related("version", "survey", "place")
        .get(pk=answer.pk)
    )
    return _take(held, given, finished)


@transaction.atomic
def put_down(
    version: Version, given: Mapping[str, Any], *, source: str, at: datetime | None = None, **facts: Any
) -> Answer | None:
    """An answer that came by another way: a chat, a phone's keys, an import. None when its `row_key` is there already. Raises Refused."""
    row_key = facts.get("row_key")
    if row_key and Answer.objects.filter(version=version, row_key=row_key).exists():
        return None
    own = Answer(version=version, source=source, answered_at=at or now(), locked_at=now(), **facts)
    return _take(own, given, finished=True, new=True)


def _take(own: Answer, given: Mapping[str, Any], finished: bool, *, new: bool = False) -> Answer:
    if own.is_locked and not new:
        raise Locked
    first, was = own.pk is None, own.score
    before = counting.Counted() if first else counting.counted(own)
    instrument = own.version.instrument
    answers = checked(instrument, {**own.answers, **given})
    asked = {column for item in instrument.asked(answers) for column in item.columns}
    own.answers = {column: value for column, value in answers.items() if column in asked}
    own.parts = dict(instrument.measure.parts(own.answers))
    own.score = instrument.measure.own(own.parts)
    own.comment = str(own.answers.get(COMMENT, ""))
    own.finished = own.finished or finished
    _mark(own, first)
    own.look_at = _look_at(own)
    own.save()
    counting.move(own, before)
    if first:
        _record("survey.answered", own)
    elif was != own.score:
        _record("survey.answer_changed", own)
    return own


def _mark(own: Answer, first: bool) -> None:
    """By what else it is counted: segments and articles as they were when he began, themes as his words are now."""
    words = marks.words_in(own.version.instrument, own.answers)
    own.spoken = marks.language_in(words, own.language)
    if own.anonymous:
        return
    known = marks.without("theme", own.marks)
    if first:
        known = marks.joined(marks.segments_marked(own.customer), marks.articles_marked(own.ticket))
    own.marks = marks.joined(known, marks.themes_marked(words, own.spoken))


def theme_anew(after: int, limit: int) -> int | None:
    """Look for the themes of the house in what was written, in the answers that follow; the last one's key, None at the end. Safe to repeat."""
    with transaction.atomic():
        written = (
            Answer.objects.select_for_update(of=("self",)).select_related("version").filter(pk__gt=after)
        )
        found = list(written.filter(anonymous=False).exclude(spoken="").order_by("pk")[:limit])
        for one in found:
            before, known = counting.counted(one), one.marks
            words = marks.words_in(one.version.instrument, one.answers)
            one.marks = marks.joined(marks.without("theme", known), marks.themes_marked(words, one.spoken))
            if one.marks != known:
                one.save(update_fields=["marks"])
                counting.move(one, before)
    return found[-1].pk if len(found) == limit else None


def _look_at(own: Answer) -> datetime | None:
    """When a low score is to be looked into: as soon as all is said, or when nothing more has come for a while."""
    if not is_low(own) or own.anonymous or own.customer_id is None or hasattr(own, "recovery"):
        return None
    return now() if own.finished else now() + PATIENCE


def is_low(own: Answer) -> bool:
    limit = own.survey.low if own.survey else None
    if limit is None or own.score is None:
        return False
    return own.score <= limit if own.version.instrument.measure.better == "higher" else own.score >= limit


def _record(kind: str, own: Answer) -> None:
    """On the ticket where it may be known, else on the survey; never who or what."""
    facts: dict[str, Any] = {
        "survey": own.survey_id,
        "version": own.version_id,
        "answer": None if own.anonymous else own.pk,
    }
    if own.ticket is not None and own.version.key == "fcr" and own.score is not None:
        facts["settled"] = bool(own.score)
    if own.ticket is not None:
        actor = own.ticket.customer.primary.actor
        record(kind, own.ticket, actor=actor, audience=own.ticket.audience, **facts)
    else:
        record(kind, own.survey or own.version, actor="system", **facts)
