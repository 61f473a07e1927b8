"""Pages of the register: for those who look into complaints, for customers, for whoever sets it up."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import override
from PIL import Image
from tests.makers import make_agent, make_customer, make_inbox, make_message, make_ticket

from ahlan.customers import visits
from ahlan.customers.models import WayIn
from ahlan.feedback.register.actions.complaints import close_complaint
from ahlan.feedback.register.actions.compliments import credit, hang, register_compliment
from ahlan.feedback.register.actions.letters import send_letter
from ahlan.feedback.register.actions.public import complain
from ahlan.feedback.register.actions.settings import archive_term, set_register
from ahlan.feedback.register.models import Complaint, Compliment, Letter, Register, State, Term
from ahlan.feedback.register.numbers import new_number, told
from ahlan.feedback.register.tests.makers import at, complained, dues, make_complaint, notes, sorted_out, term
from ahlan.feedback.tests.makers import client_of, events
from ahlan.notifications.models import Notification
from ahlan.tickets.actions.merge import merge_tickets
from ahlan.tickets.models import Attachment, Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_house(desk):
    return set_register(actor="system", is_open=True, profile="es-10-2025")


def said(response):
    return response.content.decode()


def stamp_in(response):
    return re.search(r'name="stamp" value="([^"]+)"', said(response))[1]


def visiting(customer):
    """A browser whose customer has come in by a link."""
    visits.ask_way_in(customer.addresses.first().value, language="en")
    client = Client()
    assert client.post(f"/my/in/{visits.token_of(WayIn.objects.latest('pk'))}/").status_code == 302
    return client


# for customers


def test_a_customer_complains_at_the_open_page_and_follows_by_the_number(open_house, desk):
    stranger = Client()
    with at("2026-04-01"):
        page = stranger.get("/complaints/?lang=en")
        given = {
            "kind": "complaint", "said": "The kettle leaks.\nNobody called.", "wanted": "A new one", "name": "Cy", "email": "cy@else.example",
            "stamp": stamp_in(page), "lang": "en",
        }  # fmt: skip
        taken = stranger.post("/complaints/", given)
        again = stranger.post("/complaints/", given)

    complaint = Complaint.objects.get()
    assert (taken.status_code, again.status_code) == (200, 200)
    assert complaint.told in said(taken)
    assert (complaint.source, complaint.profile, complaint.said, complaint.wanted) == (
        "link", "es-10-2025", "The kettle leaks.\nNobody called.", "A new one",
    )  # fmt: skip
    assert (complaint.ticket.inbox, complaint.ticket.subject) == (
        desk,
        "Complaint: The kettle leaks. Nobody called.",
    )
    own = Message.objects.filter(ticket=complaint.ticket).order_by("id")
    assert [(one.direction, one.automatic) for one in own] == [("in", ""), ("out", "notice")]
    assert complaint.told in own[1].text
    assert "April 23, 2026" in own[1].text

    followed = stranger.post(
        "/complaints/follow/", {"number": complaint.told.lower().replace("-", " "), "lang": "en"}
    )
    assert "Thursday, April 23, 2026" in said(followed)
    assert "kettle" not in said(followed)
    assert "Cy" not in re.sub(r"<[^>]+>", "", said(followed))


def test_a_wrong_number_tells_nothing(open_house, desk):
    complaint = make_complaint(complained(inbox=desk))
    swapped = complaint.number[1] + complaint.number[0] + complaint.number[2:]
    for wrong in ("", told(new_number()), swapped if swapped != complaint.number else "", "\x00", "9" * 300):
        assert Client().post("/complaints/follow/", {"number": wrong}).status_code == 404
    for _n in range(60):
        response = Client().post("/complaints/follow/", {"number": complaint.told})
    assert response.status_code == 429


def test_what_is_missing_is_asked_for_and_nothing_is_lost(open_house):
    given = {"kind": "complaint", "said": "Words of mine", "email": "", "lang": "en"}
    response = Client().post("/complaints/", given)
    assert response.status_code == 422
    assert "Give an address" in said(response)
    assert "Words of mine" in said(response)
    assert Ticket.objects.count() == 0


def test_too_many_from_one_place_are_put_off(open_house):
    codes = [
        Client().post("/complaints/", {"kind": "compliment", "said": f"Nice {n}"}).status_code
        for n in range(11)
    ]
    assert codes == [200] * 10 + [429]
    assert Compliment.objects.count() == 10


def test_praise_needs_no_address(open_house):
    Client().post("/complaints/", {"kind": "compliment", "said": "Ada was kind.", "name": "Cy"})
    praise = Compliment.objects.get()
    assert (praise.said, praise.ticket, praise.customer) == ("Ada was kind.\n\n– Cy", None, None)


def test_a_register_that_is_not_open_is_not_there(desk):
    assert Client().get("/complaints/").status_code == 404
    assert (
        Client().post("/complaints/", {"kind": "complaint", "said": "x", "email": "a@b.example"}).status_code
        == 404
    )


def test_without_an_inbox_it_says_so(db):
    set_register(actor="system", is_open=True)
    response = Client().post(
        "/complaints/", {"kind": "complaint", "said": "x", "email": "a@b.example", "lang": "en"}
    )
    assert response.status_code == 503
    assert "Please write to us by mail" in said(response)


@pytest.mark.parametrize("language", ["en", "he", "ar", "fi", "fa", "ru"])
def test_customers_pages_speak_their_language(open_house, language):
    for address in ("/complaints/", "/complaints/follow/"):
        page = said(Client().get(f"{address}?lang={language}"))
        assert f'lang="{language}"' in page
        assert ('dir="rtl"' in page.partition(">")[0] + page[:300]) == (language in ("he", "ar", "fa"))


def test_who_has_come_in_complains_about_a_request_of_his_and_sees_his_own(desk, cy, di):
    ticket, other = complained(inbox=desk, customer=cy), complained(inbox=desk, customer=di)
    make_complaint(other, said="Secret words")
    client = visiting(cy)

    assert f"/my/complaints/new/?request={ticket.pk}" in said(client.get(f"/my/{ticket.pk}/"))
    assert client.get(f"/my/complaints/new/?request={other.pk}").status_code == 404
    assert (
        client.post(
            "/my/complaints/new/", {"kind": "complaint", "said": "x", "request": other.pk}
        ).status_code
        == 404
    )
    page = client.get(f"/my/complaints/new/?request={ticket.pk}")
    assert 'name="email"' not in said(page)
    given = {"kind": "complaint", "said": "Nobody calls", "request": ticket.pk, "stamp": stamp_in(page)}
    taken = client.post("/my/complaints/new/", given)
    again = client.post("/my/complaints/new/", {**given, "said": "Still nobody", "stamp": ""})

    complaint = Complaint.objects.get(customer=cy)
    assert (complaint.ticket, complaint.source) == (ticket, "portal")
    assert complaint.told in said(taken)
    assert again.status_code == 409
    assert Message.objects.filter(ticket=ticket, text="Still nobody").count() == 0  # refused whole
    mine = said(client.get("/my/complaints/"))
    assert complaint.told in mine
    assert "Secret words" not in mine
    assert "Secret words" in said(visiting(di).get("/my/complaints/"))


def test_nobody_complains_about_what_his_request_went_on_in(desk, cy, di):
    mine, theirs = (
        make_ticket(inbox=desk, customer=cy),
        make_ticket(inbox=desk, customer=di, subject="Secret of Di"),
    )
    make_message(mine, customer=cy)
    make_message(theirs, customer=di)
    merge_tickets(mine, theirs, actor="system")
    client = visiting(cy)

    page = client.get(f"/my/complaints/new/?request={mine.pk}")

    assert client.get(f"/my/{mine.pk}/").status_code == 200
    assert page.status_code == 404 and "Secret of Di" not in said(page)
    assert (
        client.post(
            "/my/complaints/new/", {"request": mine.pk, "kind": "complaint", "said": "Bad"}
        ).status_code
        == 404
    )
    assert not Complaint.objects.exists()


def test_words_that_are_cleaned_are_still_the_same_words(open_house):
    given = {
        "name": "Cy",
        "address": "cy@else.example",
        "said": "It\u0007 leaks. ",
        "wanted": "",
        "language": "en",
        "key": "k",
    }

    first, again = (complain(**given) for _n in range(2))

    assert first.pk == again.pk
    assert Complaint.objects.count() == Ticket.objects.count() == 1


def test_who_has_come_in_praises(desk, cy):
    client = visiting(cy)
    client.post("/my/complaints/new/", {"kind": "compliment", "said": "Well done"})
    praise = Compliment.objects.get()
    assert (praise.customer, praise.source, praise.ticket.customer) == (cy, "portal", cy)


# for agents


def test_an_agent_registers_from_any_ticket_and_takes_it_to_its_end(desk, ada):
    client = client_of(ada)
    with at("2026-04-01"):
        ticket = complained(inbox=desk)
        given = {
            "said": "It leaks", "wanted": "", "source": "counter", "received_on": "2026-04-01", "profile": "gb-disp", "language": "en",
        }  # fmt: skip
        assert (
            client.post(
                f"/tickets/{ticket.pk}/complaint/", {**given, "received_on": "2026-04-02"}
            ).status_code
            == 422
        )
        assert (
            client.post(
                f"/tickets/{ticket.pk}/complaint/",
                {**given, "profile": "es-10-2025", "received_on": "2025-01-01"},
            ).status_code
            == 422
        )
        assert client.post(f"/tickets/{ticket.pk}/complaint/", given).status_code == 302
        assert client.post(f"/tickets/{ticket.pk}/complaint/", given).status_code == 422
        complaint = Complaint.objects.get()
        place = f"/register/{complaint.pk}/"

        beside = said(client.get(f"/tickets/{ticket.pk}/"))
        assert complaint.told in beside
        assert "DISP 1.6.2R" in beside
        assert client.get(place).status_code == 200

        written = said(client.get(f"{place}letters/acknowledge/"))
        assert complaint.told in written
        assert "May 27, 2026" in written
        client.post(f"{place}letters/acknowledge/", {"text": "We have it.", "how": "mail"})
        assert client.post(f"{place}letters/answer/", {"text": "No.", "how": "mail"}).status_code == 422
        client.post(f"{place}step/", {"kind": "assess"})
        assert complaint.steps.get(kind="assess").done_at is None
        sort = {
            "severity": "2",
            "cause": term("cause", "process").pk,
            "outcome": term("outcome", "upheld").pk,
            "preventable": "yes",
            "found": "A seal",
        }
        assert client.post(place, sort).status_code == 302
        client.post(f"{place}step/", {"kind": "assess"})
        client.post(f"{place}step/", {"kind": "investigate"})
        assert client.post(f"{place}step/", {"kind": "answer"}).status_code == 422
        assert (
            client.post(
                f"{place}letters/holding/", {"text": "Later.", "how": "mail", "next_on": "2026-03-01"}
            ).status_code
            == 422
        )
        client.post(f"{place}letters/holding/", {"text": "Later.", "how": "mail", "next_on": "2026-06-10"})
        assert dues(complaint)["answer"] == date(2026, 6, 10)
        client.post(f"{place}letters/answer/", {"text": "You are right.", "how": "attached"})
        client.post(f"{place}closure/")

    complaint.refresh_from_db()
    assert (complaint.state, complaint.preventable, complaint.found, complaint.agent) == (
        State.CLOSED,
        True,
        "A seal",
        ada,
    )
    assert complaint.steps.filter(done_at=None).count() == 0
    assert Message.objects.get(text="You are right.").attachments.get().content_type == "application/pdf"
    assert "A seal" in said(client.get(place))
    told_of = said(client.get(f"/tickets/{ticket.pk}/"))
    for sentence in (
        "registered a complaint",
        "wrote about the complaint: Holding letter",
        "closed the complaint",
    ):
        assert sentence in told_of
    client.post(f"{place}closure/", {"reopen": "1"})
    complaint.refresh_from_db()
    assert complaint.state == State.OPEN


def test_the_register_lists_by_urgency_and_only_ones_own(desk, ada, bo):
    with at("2026-04-01"):
        late = make_complaint(complained(inbox=desk), profile="gb-disp", said="Late one")
        other = make_complaint(complained(inbox=desk), profile="es-10-2025", said="Spanish one")
        answered = sorted_out(make_complaint(complained(inbox=desk), profile="gb-disp", said="Answered one"))
        send_letter(answered, "answer", agent=ada, text="Yes.")
        done = sorted_out(make_complaint(complained(inbox=desk), profile="gb-disp", said="Done one"))
        send_letter(done, "answer", agent=ada, text="Yes.")
        close_complaint(done, actor=ada.actor)
        send_letter(other, "acknowledge", agent=ada, text="Yes.")
        make_complaint(complained(inbox=make_inbox()), said="Elsewhere")
    client = client_of(ada)

    def listed(query):
        page = said(client.get(f"/register/{query}"))
        return [
            word
            for word in ("Late", "Spanish", "Answered", "Done", "Elsewhere")
            if f"{word} one" in page or (f">{word}<" in page and word == "Elsewhere")
        ]

    with at("2026-04-04"):
        assert listed("") == ["Late", "Spanish"]
        assert listed("?state=overdue") == ["Late"]
        assert listed("?state=answered") == ["Answered"]
        assert listed("?state=closed") == ["Done"]
        assert listed("?profile=es-10-2025") == ["Spanish"]
        assert client.get(f"/register/?q={late.told.lower()}")["Location"] == f"/register/{late.pk}/"
        assert "no complaint of this number" in said(client.get("/register/?q=nonsense"))
        assert client_of(bo).get(f"/register/?q={late.told}").status_code == 200
    for method, address in (
        ("get", ""),
        ("post", ""),
        ("post", "step/"),
        ("post", "closure/"),
        ("post", "verified/"),
        ("get", "letters/answer/"),
    ):
        assert getattr(client_of(bo), method)(f"/register/{late.pk}/{address}").status_code == 404


def test_lists_cost_the_same_for_more_rows(desk, ada, chief, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, costs = client_of(chief), []
    for _round in range(2):
        for _n in range(1 + _round):
            ticket = complained(inbox=desk)
            make_complaint(ticket)
            hang(
                register_compliment(ticket, said="Nice", source="mail", actor="system", agents=[ada]),
                True,
                actor="system",
            )
        taken = {}
        for address in ("/register/", "/register/compliments/", "/register/wall/"):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            taken[address] = len(queries)
        costs.append(taken)
    assert costs[0] == costs[1]


def test_a_ticket_without_complaints_costs_nothing_more(desk, ada):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ticket = complained(inbox=desk)
    client = client_of(ada)
    client.get(f"/tickets/{ticket.pk}/")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/tickets/{ticket.pk}/")
    assert not [
        one for one in queries.captured_queries if 'FROM "feedback_complaint" WHERE "feedback' in one["sql"]
    ]


def test_who_may_only_look_changes_nothing(desk, ada):
    complaint, ticket = make_complaint(complained(inbox=desk)), complained(inbox=desk)
    client = client_of(make_agent(desk.teams.get(), role="viewer"))
    assert client.get(f"/register/{complaint.pk}/").status_code == 200
    assert "Register a complaint" not in said(client.get(f"/tickets/{ticket.pk}/"))
    for address in ("", "step/", "closure/", "verified/", "letters/answer/"):
        assert client.post(f"/register/{complaint.pk}/{address}", {"kind": "assess"}).status_code == 403
    for address in ("complaint", "compliment", "letter"):
        assert client.post(f"/tickets/{ticket.pk}/{address}/", {"text": "x"}).status_code == 403


# praise


def test_praise_reaches_who_is_meant_and_hangs_on_the_wall(desk, ada, bo, chief):
    ticket = complained(inbox=desk, assignee=ada)
    lee = make_agent(desk.teams.get(), name="Lee")
    client = client_of(chief)
    client.post(
        f"/tickets/{ticket.pk}/compliment/",
        {"said": "Ada saved my day", "agents": [ada.pk], "source": "phone", "team": ""},
    )
    praise = Compliment.objects.get()

    assert list(Notification.objects.values_list("agent__name", "kind")) == [("Ada", "praised")]
    assert "Ada saved my day" in said(client_of(ada).get("/register/compliments/?mine=1"))
    assert "Ada saved my day" not in said(client_of(bo).get("/register/compliments/"))
    assert "Ada saved my day" not in said(client_of(bo).get("/register/wall/"))
    client.post(
        f"/register/compliments/{praise.pk}/credit/",
        {"agents": [ada.pk, lee.pk], "team": desk.teams.get().pk},
    )
    assert set(Notification.objects.values_list("agent__name", flat=True)) == {"Ada", "Lee"}
    client.post(f"/register/compliments/{praise.pk}/wall/", {"on": "1"})
    wall = said(client_of(bo).get("/register/wall/"))
    assert "Ada saved my day" in wall
    assert ticket.customer.name not in wall
    assert client_of(bo).post(f"/register/compliments/{praise.pk}/wall/", {"on": "0"}).status_code == 404

    written = said(client.get(f"/register/compliments/{praise.pk}/thanks/"))
    assert "Ada and Lee" in written
    client.post(f"/register/compliments/{praise.pk}/thanks/", {"text": "Thank you!", "how": "mail"})
    praise.refresh_from_db()
    assert praise.thanked_by == chief
    assert "Ada saved my day" in said(client.get(f"/tickets/{ticket.pk}/"))
    kinds = [
        one for one in ("registered", "credited", "shown", "thanked") if len(events(f"compliment.{one}")) == 1
    ]
    assert kinds == ["registered", "credited", "shown", "thanked"]


def test_who_is_praised_elsewhere_reads_it_though_not_the_ticket(desk, ada, bo):
    ticket = complained(inbox=desk, subject="Secret words")
    credit(
        register_compliment(ticket, said="Bo helped", source="mail", actor="system"),
        agents=[bo],
        team=None,
        actor="system",
    )
    page = said(client_of(bo).get("/register/compliments/"))
    assert "Bo helped" in page
    assert f"#{ticket.pk}" not in page
    assert ticket.customer.name not in page


# paper


def test_what_we_wrote_is_a_letter_and_what_came_in_is_none(desk, ada, bo):
    complaint = make_complaint(complained(inbox=desk))
    ours = send_letter(complaint, "acknowledge", agent=ada, text="Dear Cy,\n\nwe have it.")
    theirs = Message.objects.get(ticket=complaint.ticket, direction="in")
    address = f"/tickets/{complaint.ticket_id}/messages/{{}}/letter.pdf"

    given = client_of(ada).get(address.format(ours.pk))

    assert (given.status_code, given["Content-Type"]) == (200, "application/pdf")
    assert given.content.startswith(b"%PDF-")
    assert "attachment" in given["Content-Disposition"]
    assert client_of(ada).get(address.format(theirs.pk)).status_code == 404
    assert client_of(bo).get(address.format(ours.pk)).status_code == 404
    assert f"messages/{ours.pk}/letter.pdf" in said(client_of(ada).get(f"/tickets/{complaint.ticket_id}/"))


def test_what_is_being_written_becomes_a_file_that_goes_with_it(desk, ada, bo):
    ticket = complained(inbox=desk)
    made = client_of(ada).post(f"/tickets/{ticket.pk}/letter/", {"text": "Dear Cy"}).json()
    file = Attachment.objects.get(pk=made["id"])
    assert (file.message, file.uploader, file.content_type, file.name) == (
        None,
        ada,
        "application/pdf",
        f"{ticket.pk}.pdf",
    )
    assert client_of(ada).post(f"/tickets/{ticket.pk}/letter/", {"text": " "}).status_code == 422
    assert client_of(bo).post(f"/tickets/{ticket.pk}/letter/", {"text": "x"}).status_code == 404


# settings


def picture(kind="PNG"):
    made = BytesIO()
    Image.new("RGB", (20, 10), "teal").save(made, kind)
    return SimpleUploadedFile("logo.png", made.getvalue())


def test_the_house_chooses_profile_part_and_head(chief, desk):
    client = client_of(chief)
    given = {"profile": "es-10-2025", "subdivision": "md", "is_open": "on", "rights_en": "Ombudsman"}
    assert client.post("/settings/register/", {**given, "subdivision": "XX"}).status_code == 422
    assert client.post("/settings/register/", given).status_code == 302
    assert (
        client.post(
            "/settings/register/",
            {"of_head": "1", "head_name": "Ahlan Ltd", "head_address": "Street 1", "logo": picture()},
        ).status_code
        == 302
    )
    wrong = SimpleUploadedFile("logo.svg", b"<svg onload=alert(1)>")
    assert client.post("/settings/register/", {"of_head": "1", "logo": wrong}).status_code == 422

    held = Register.objects.get()
    assert (held.profile, held.subdivision, held.is_open, held.rights) == (
        "es-10-2025",
        "MD",
        True,
        {"en": "Ombudsman"},
    )
    assert (held.head_name, held.logo_type) == ("Ahlan Ltd", "image/png")
    assert client.get("/settings/register/letter.pdf").content.startswith(b"%PDF-")
    page = said(client.get("/settings/register/"))
    assert "15 working days (DISP 1.6.2AR)" in page
    with at("2026-04-01"):
        assert dues(make_complaint(complained(inbox=desk)))["answer"] == date(2026, 4, 24)


def test_lists_are_the_houses_own(chief, desk, ada):
    client = client_of(chief)
    assert (
        client.post(
            "/settings/register/lists/product/new/", {"names_en": "Kettle", "tells_en": "All kettles"}
        ).status_code
        == 302
    )
    assert client.post("/settings/register/lists/product/new/", {"names_en": " "}).status_code == 422
    kettle = Term.objects.get(list="product")
    process = term("cause", "process")
    client.post(f"/settings/register/terms/{process.pk}/place/", {"act": "up"})
    assert [one.key for one in Term.objects.filter(list="cause")[:2]] == ["process", "people"]
    client.post(f"/settings/register/terms/{kettle.pk}/place/", {"act": "away"})
    complaint = make_complaint(complained(inbox=desk))
    assert "Kettle" not in said(client.get(f"/register/{complaint.pk}/")).partition("<form")[2]
    client.post(f"/settings/register/terms/{kettle.pk}/place/", {"act": "back"})
    assert "Kettle" in said(client.get(f"/register/{complaint.pk}/"))
    assert client.post(f"/settings/register/terms/{kettle.pk}/place/", {"act": "x"}).status_code == 422
    for address in (
        "/settings/register/",
        "/settings/register/lists/cause/",
        f"/settings/register/terms/{kettle.pk}/",
        "/settings/register/letters/answer/",
    ):
        assert client_of(ada).get(address).status_code == 403


def test_what_is_put_away_stays_where_it_is_used(desk, ada):
    complaint = sorted_out(make_complaint(complained(inbox=desk)))
    archive_term(term("cause", "process"), True, actor="system")
    page = said(client_of(ada).get(f"/register/{complaint.pk}/"))
    assert "Process" in page
    assert (
        client_of(ada)
        .post(f"/register/{complaint.pk}/", {"cause": term("cause", "process").pk, "severity": "3"})
        .status_code
        == 302
    )


def test_letters_are_worded_by_the_house_and_go_back_to_what_came(chief, desk, ada):
    client = client_of(chief)
    client.post(
        "/settings/register/letters/acknowledge/", {"texts_en": "Hello {name}, {number} {nothing} {due}"}
    )
    with at("2026-04-01"):
        complaint = make_complaint(
            complained(inbox=desk, customer=make_customer(name="Cy")), profile="gb-disp"
        )
        page = said(client_of(ada).get(f"/register/{complaint.pk}/letters/acknowledge/"))
    assert f"Hello Cy, {complaint.told} {{nothing}} May 27, 2026" in page
    client.post("/settings/register/letters/acknowledge/", {"texts_en": ""})
    assert Letter.objects.get().texts == {}
    assert "thank you for telling us" in said(
        client_of(ada).get(f"/register/{complaint.pk}/letters/acknowledge/")
    )


def test_a_note_in_the_inboxs_language_tells_of_the_deadline(desk, ada):
    from ahlan.feedback.register.actions.noticing import notice_due

    type(desk).objects.filter(pk=desk.pk).update(language="ru")
    with at("2026-04-01"):
        ticket = make_ticket(inbox=type(desk).objects.get(pk=desk.pk))
        make_message(ticket)
        make_complaint(ticket, profile="gb-disp")
    with at("2026-04-02"), override("Asia/Tokyo"):
        notice_due()
    assert "не позднее 2 апреля 2026" in notes(ticket)[0]
