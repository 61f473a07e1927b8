"""A complaint from receipt to its end: steps, deadlines, letters, and who is told."""

from datetime import UTC, date, datetime

import pytest
from tests.makers import make_agent, make_customer, make_message, make_ticket

from ahlan.calendars.actions import create_hours
from ahlan.core import files
from ahlan.feedback.actions.asking import why_not
from ahlan.feedback.models import Invitation, Version
from ahlan.feedback.queries import has_open_complaint
from ahlan.feedback.register.actions import noticing
from ahlan.feedback.register.actions.complaints import (
    AlreadyOpen,
    Closed,
    NotAnswered,
    NotSorted,
    NotYet,
    WrongTerm,
    close_complaint,
    register_complaint,
    reopen_complaint,
    sort_complaint,
    take_step,
    verify_action,
)
from ahlan.feedback.register.actions.letters import (
    AlreadyAnswered,
    TooLate,
    acknowledge_by_itself,
    send_letter,
)
from ahlan.feedback.register.models import Complaint, State, Step
from ahlan.feedback.register.profiles import NotInForce
from ahlan.feedback.register.tests.makers import at, complained, dues, make_complaint, notes, sorted_out, term
from ahlan.feedback.tests.makers import events, make_survey
from ahlan.notifications.models import Notification
from ahlan.tickets.actions.answer import unsend
from ahlan.tickets.actions.merge import merge_tickets
from ahlan.tickets.actions.work import delete_ticket
from ahlan.tickets.models import Message

pytestmark = pytest.mark.django_db


def test_uk_complaint_goes_all_its_way_over_easter(desk, ada):
    with at("2026-04-01"):
        complaint = make_complaint(complained(inbox=desk), profile="gb-disp")
    assert dues(complaint) == {
        "acknowledge": date(2026, 4, 2), "assess": None, "investigate": None, "answer": date(2026, 5, 27),
    }  # fmt: skip
    assert (complaint.short_on, complaint.extended_on) == (date(2026, 4, 8), None)
    assert complaint.due_at == datetime(2026, 4, 2, 23, tzinfo=UTC)

    with at("2026-04-02"):
        send_letter(complaint, "acknowledge", agent=ada, text="We have it.")
        sorted_out(complaint)
        take_step(complaint, "assess", agent=ada)
    with at("2026-05-20"):
        take_step(complaint, "investigate", agent=ada)
        send_letter(complaint, "holding", agent=ada, text="We need longer.", next_on=date(2026, 6, 10))
        complaint.refresh_from_db()
        assert complaint.due_at == datetime(2026, 6, 10, 23, tzinfo=UTC)
    with at("2026-06-09"):
        send_letter(complaint, "answer", agent=ada, text="You are right.")
    with at("2026-06-20"):
        close_complaint(complaint, actor=ada.actor)

    complaint.refresh_from_db()
    assert (complaint.state, complaint.closed_at) == (State.CLOSED, datetime(2026, 6, 20, 10, tzinfo=UTC))
    assert [(one.kind, one.is_late) for one in complaint.steps.all()] == [
        ("acknowledge", False), ("assess", False), ("investigate", False), ("answer", False), ("holding", False),
    ]  # fmt: skip
    kinds = ("registered", "acknowledged", "put_off", "answered", "closed")
    assert [len(events(f"complaint.{kind}")) for kind in kinds] == [1, 1, 1, 1, 1]
    assert events("complaint.answered")[0]["letter"] == "answer"


def test_spanish_complaint_goes_all_its_way_over_easter(desk, ada):
    with at("2026-04-01", "21:59"):  # still the first of April in Madrid
        complaint = make_complaint(complained(inbox=desk), profile="es-10-2025", subdivision="MD")
    assert dues(complaint)["acknowledge"] == date(2026, 4, 6)
    assert dues(complaint)["answer"] == date(2026, 4, 24)

    with at("2026-04-06"):
        send_letter(complaint, "acknowledge", agent=ada, text="Recibida.")
        sorted_out(complaint)
    with at("2026-04-24", "21:59"):
        send_letter(complaint, "answer", agent=ada, text="Tiene razón.")

    answer = complaint.steps.get(kind="answer")
    assert (answer.due_at, answer.is_late) == (datetime(2026, 4, 24, 22, tzinfo=UTC), False)
    assert answer.rule == "Ley 10/2025"


def test_the_day_of_receipt_is_the_profiles_own_day(desk):
    with at("2026-04-01", "22:01"):
        complaint = make_complaint(complained(inbox=desk), profile="es-10-2025")
    assert complaint.received_on == date(2026, 4, 2)


def test_what_was_said_days_ago_counts_from_then(desk):
    ticket = complained(inbox=desk)
    with at("2026-04-10"):
        complaint = make_complaint(ticket, profile="gb-disp", received_on=date(2026, 4, 1))
        assert complaint.is_overdue  # to be acknowledged by the second
    assert dues(complaint)["answer"] == date(2026, 5, 27)


def test_what_cannot_be_registered_is_refused(desk):
    ticket = complained(inbox=desk)
    with at("2026-04-01"):
        with pytest.raises(NotYet):
            make_complaint(ticket, received_on=date(2026, 4, 2))
        with pytest.raises(NotInForce):
            make_complaint(ticket, profile="es-10-2025", received_on=date(2025, 12, 27))
        with pytest.raises(KeyError):
            make_complaint(ticket, profile="xx")
        make_complaint(ticket)
        with pytest.raises(AlreadyOpen):
            make_complaint(ticket)
    assert Complaint.objects.count() == 1


def test_the_short_letter_is_only_for_what_is_settled_in_time(desk, ada):
    with at("2026-04-01"):
        complaint = sorted_out(make_complaint(complained(inbox=desk), profile="gb-disp"))
        spanish = sorted_out(make_complaint(complained(inbox=desk), profile="es-10-2025"))
        with pytest.raises(TooLate):
            send_letter(spanish, "short", agent=ada, text="Done.")
    with at("2026-04-09"), pytest.raises(TooLate) as late:
        send_letter(complaint, "short", agent=ada, text="Done.")
    assert late.value.last == date(2026, 4, 8)
    with at("2026-04-08", "22:30"):
        send_letter(complaint, "short", agent=ada, text="Done.")
    complaint.refresh_from_db()
    assert complaint.state == State.ANSWERED
    assert complaint.steps.get(kind="acknowledge").done_at is not None  # whatever we write acknowledges


def test_a_holding_letter_goes_no_further_than_the_law(desk, ada):
    with at("2026-04-01"):
        complaint = make_complaint(complained(inbox=desk), profile="gb-disp-payments")
        assert complaint.extended_on == date(2026, 5, 26)
        for wrong in (None, date(2026, 3, 31), date(2026, 5, 27)):
            with pytest.raises(TooLate):
                send_letter(complaint, "holding", agent=ada, text="Later.", next_on=wrong)
        send_letter(complaint, "holding", agent=ada, text="Later.", next_on=date(2026, 5, 26))
    assert dues(complaint)["answer"] == date(2026, 5, 26)
    assert Message.objects.filter(ticket=complaint.ticket, direction="out").count() == 1


def test_each_step_needs_what_it_comes_to(desk, ada):
    complaint = make_complaint(complained(inbox=desk))
    with pytest.raises(NotSorted, match="severity"):
        take_step(complaint, "assess", agent=ada)
    with pytest.raises(NotSorted, match="cause"):
        take_step(complaint, "investigate", agent=ada)
    with pytest.raises(NotSorted, match="outcome"):
        send_letter(complaint, "answer", agent=ada, text="No.")
    with pytest.raises(NotSorted, match="action"):
        verify_action(complaint, True, agent=ada)
    with pytest.raises(NotAnswered):
        close_complaint(complaint, actor=ada.actor)
    with pytest.raises(ValueError, match="letter"):
        take_step(complaint, "answer", agent=ada)
    with pytest.raises(WrongTerm):
        sort_complaint(complaint, actor=ada.actor, cause=term("outcome", "upheld"))
    assert Message.objects.filter(ticket=complaint.ticket, direction="out").count() == 0


def test_what_is_withdrawn_needs_no_answer_and_what_is_closed_no_change(desk, ada):
    complaint = make_complaint(complained(inbox=desk))
    sort_complaint(complaint, actor=ada.actor, outcome=term("outcome", "withdrawn"))
    close_complaint(complaint, actor=ada.actor)
    for act in (
        lambda: sort_complaint(complaint, actor=ada.actor, severity=1),
        lambda: send_letter(complaint, "acknowledge", agent=ada, text="Hm."),
    ):
        with pytest.raises(Closed):
            act()
    assert noticing.next_look() is None


def test_opened_again_it_is_answered_anew_by_a_day_of_its_own(desk, ada):
    with at("2026-04-01"):
        complaint = sorted_out(make_complaint(complained(inbox=desk), profile="gb-disp"))
        send_letter(complaint, "answer", agent=ada, text="No.")
        with pytest.raises(AlreadyAnswered):
            send_letter(complaint, "answer", agent=ada, text="No!")
    with at("2026-05-04"):
        close_complaint(complaint, actor=ada.actor)
        reopen_complaint(complaint, actor=ada.actor)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.round, complaint.short_on) == (State.OPEN, 2, None)
    assert dues(complaint) == {"answer": date(2026, 6, 29)}
    assert complaint.due_at == datetime(2026, 6, 29, 23, tzinfo=UTC)


def test_of_two_complaints_of_a_ticket_one_is_open(desk, ada):
    ticket = complained(inbox=desk)
    first = sorted_out(make_complaint(ticket))
    send_letter(first, "answer", agent=ada, text="No.")
    close_complaint(first, actor=ada.actor)
    make_complaint(ticket)
    with pytest.raises(AlreadyOpen):
        reopen_complaint(first, actor=ada.actor)


def test_a_letter_taken_back_did_nothing(desk, ada):
    with at("2026-04-01"):
        complaint = sorted_out(make_complaint(complained(inbox=desk), profile="gb-disp"))
        holding = send_letter(complaint, "holding", agent=ada, text="Later.", next_on=date(2026, 6, 10))
        unsend(holding, agent=ada)
        assert dues(complaint) == {
            "acknowledge": date(2026, 4, 2),
            "assess": None,
            "investigate": None,
            "answer": date(2026, 5, 27),
        }
        assert complaint.steps.get(kind="acknowledge").done_at is None
        answer = send_letter(complaint, "answer", agent=ada, text="Yes.")
        unsend(answer, agent=ada)
    complaint.refresh_from_db()
    assert complaint.state == State.OPEN
    assert complaint.due_at == datetime(2026, 4, 2, 23, tzinfo=UTC)
    assert complaint.steps.filter(done_at__isnull=False).count() == 0


def test_deadlines_are_noticed_near_and_missed_once_each(desk, ada):
    team = desk.teams.get()
    team.lead = make_agent(team, role="lead", name="Lee")
    team.save()
    with at("2026-04-01"):
        ticket = complained(inbox=desk, team=team, assignee=ada)
        complaint = make_complaint(ticket, profile="gb-disp")
        assert noticing.notice_due() == 0
    assert noticing.next_look() == datetime(
        2026, 4, 1, 23, tzinfo=UTC
    )  # the day of the acknowledgement begins
    with at("2026-04-02", "08:00"):
        noticing.notice_due()
        noticing.notice_due()
    assert notes(ticket) == [
        f"Complaint {complaint.told} must be acknowledged by April 2, 2026. (DISP 1.6.1R)"
    ]
    with at("2026-04-02", "23:00"):
        noticing.notice_due()
        noticing.notice_due()
    assert len(notes(ticket)) == 2
    told = set(Notification.objects.values_list("agent__name", "kind"))
    assert told == {("Ada", "missed"), ("Lee", "missed")}
    assert [one["step"] for one in events("complaint.overdue")] == ["acknowledge"]
    assert noticing.next_look() == datetime(
        2026, 5, 20, 23, tzinfo=UTC
    )  # three working days before, over the holiday of the 25th


def test_what_is_done_or_gone_is_not_told_of(desk, ada, chief):
    with at("2026-04-01"):
        done, gone = complained(inbox=desk), complained(inbox=desk)
        send_letter(make_complaint(done), "acknowledge", agent=ada, text="Yes.")
        make_complaint(gone)
        delete_ticket(gone, actor=chief.actor)
    with at("2026-12-01"):
        Step.objects.filter(complaint__ticket=done).update(done_at=datetime(2026, 4, 2, tzinfo=UTC))
        while noticing.notice_due():
            pass
    assert notes(done) == notes(gone) == []


def test_who_complains_is_asked_nothing(desk, ada, cy):
    ticket = complained(inbox=desk, customer=cy)
    assert not has_open_complaint(cy)
    complaint = sorted_out(make_complaint(ticket))
    assert has_open_complaint(cy)
    version = Version.objects.create(key="csat", number=1, kept={"title": {"en": "x"}})
    invitation = Invitation(
        survey=make_survey(), version=version, customer=cy, language="en", send_at=datetime.now(UTC)
    )
    assert why_not(invitation) == "complaint"
    send_letter(complaint, "answer", agent=ada, text="Yes.")
    assert has_open_complaint(cy)
    close_complaint(complaint, actor=ada.actor)
    assert not has_open_complaint(cy)
    assert not has_open_complaint(make_customer())


def test_on_paper_the_letter_is_a_note_with_its_pdf(desk, ada):
    complaint = make_complaint(complained(inbox=desk))
    message = send_letter(complaint, "acknowledge", agent=ada, text="Dear Cy,\n\nwe have it.", how="paper")
    attached = message.attachments.get()
    assert (message.direction, attached.name, attached.content_type) == (
        "note",
        f"{complaint.told}.pdf",
        "application/pdf",
    )
    assert files.read(attached.digest).startswith(b"%PDF-")
    with pytest.raises(ValueError, match="way"):
        send_letter(complaint, "answer", agent=ada, text="x", how="pigeon")


def test_it_acknowledges_by_itself_in_the_language_used(desk):
    ticket = make_ticket(inbox=desk, language="fi")
    make_message(ticket, text="Keitin vuotaa eikä kukaan vastaa.")
    with at("2026-04-01"):
        complaint = register_complaint(
            ticket, source="link", actor="system", said="Keitin vuotaa eikä kukaan vastaa."
        )
        message = acknowledge_by_itself(complaint)
    assert complaint.language == "fi"
    assert message is not None
    assert complaint.told in message.text
    assert "viimeistään 21. huhtikuuta 2026" in message.text
    assert complaint.steps.get(kind="acknowledge").message == message.pk


def test_after_a_merge_letters_go_into_the_ticket_that_is_left(desk, ada, cy):
    one, two = complained(inbox=desk, customer=cy), complained(inbox=desk, customer=cy)
    complaint = make_complaint(one)
    merge_tickets(one, two, actor=ada.actor)
    message = send_letter(complaint, "acknowledge", agent=ada, text="Yes.")
    assert message.ticket == two


def test_without_open_days_of_its_own_the_house_counts_every_day(desk):
    with at("2026-04-01"):
        assert dues(make_complaint(complained(inbox=desk)))["acknowledge"] == date(2026, 4, 3)
        create_hours(name="Never", time_zone="UTC", week=((),) * 7, actor="system")
        assert dues(make_complaint(complained(inbox=desk)))["acknowledge"] == date(2026, 4, 3)
