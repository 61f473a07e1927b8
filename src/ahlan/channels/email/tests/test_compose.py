from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ...contract import Address, NotSent, Outbound, OutboundFile
from .. import direction, headers
from ..compose import compose
from ..markdown import render_html
from ..parse import understand

WORDS = {
    "en": "Thank you for your order, we will send it tomorrow.",
    "he": "תודה על ההזמנה, נשלח אותה מחר.",
    "ar": "شكرا على طلبك، سنرسله غدا.",
    "fi": "Kiitos tilauksestasi, lähetämme sen huomenna.",
    "fa": "از سفارش شما متشکریم، آن را فردا می‌فرستیم.",
    "ru": "Спасибо за заказ, мы отправим его завтра.",
}
BASE = Outbound(
    external_id="<1.2@example.org>",
    sender=Address("email", "support@example.org", "Support"),
    to=(Address("email", "cy@example.net", "Cy"),),
    text="Hello",
    written_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
)


def back(outbound: Outbound):
    return understand(compose(outbound))


@pytest.mark.parametrize("language", WORDS)
def test_a_mail_in_each_language_comes_back_as_it_was(language, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)))
    name = f"{WORDS[language][:30]}.pdf".replace("،", "")
    outbound = replace(
        BASE,
        language=language,
        text=f"{WORDS[language]}\n\n{WORDS[language]}\n-- \nx",
        subject=f"[#4127] {WORDS[language]}",
        sender=Address("email", "support@example.org", WORDS[language][:20].strip()),
        in_reply_to="<2@example.net>",
        references=("<1@example.net>", "<2@example.net>"),
        attachments=(OutboundFile(name, "application/pdf", partial(path.open, "rb")),),
    )

    found = back(outbound)

    assert found.text.rstrip("\n") == outbound.text
    assert (found.subject, found.ticket_number) == (outbound.subject, 4127)
    assert (found.sender, found.to) == (outbound.sender, outbound.to)
    assert (found.external_id, found.sent_at) == (outbound.external_id, outbound.written_at)
    assert found.replies_to == ("<2@example.net>", "<1@example.net>")
    assert [(each.name, each.content) for each in found.attachments] == [(name, bytes(range(256)))]
    assert f'dir="{direction.of_language(language)}"' in found.html
    assert (found.automatic, found.troubles) == (None, ())


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t >"), max_size=300)


@settings(max_examples=150, deadline=None)
@given(TEXT, st.text(max_size=200), st.text(max_size=60))
def test_whatever_is_written_comes_back(text, subject, name):
    outbound = replace(BASE, text=text, subject=subject, sender=Address("email", "s@example.org", name))

    raw = compose(outbound)
    found = understand(raw)

    written = direction.mark_lines(headers.clean(text), "en").strip("\n")
    assert found.text.strip("\n") == (written if written.strip() else "")  # white space alone says nothing
    assert found.subject == headers.one_line(subject)
    assert found.sender.value == "s@example.org"
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "name", ['Levi, Noa "N"', "לוי, נוע", "=?utf-8?q?x?=", "a" * 150, "Äiti " * 30, "a\r\nBcc: x@y.z"]
)
def test_names_of_all_kinds_come_back(name):
    found = back(
        replace(BASE, to=(Address("email", "cy@example.net", name), Address("email", "d@example.net")))
    )

    assert [each.name for each in found.to] == [headers.one_line(name), ""]


def test_a_subject_cannot_start_another_header():
    raw = compose(replace(BASE, subject="Hi\r\nBcc: victim@example.net"))

    assert b"\r\nBcc" not in raw


def test_copies_in_secret_are_never_written():
    assert b"secret" not in compose(replace(BASE, bcc=(Address("email", "secret@example.net", "secret"),)))


def test_many_long_references_are_whole_and_never_encoded():
    ids = tuple(f"<{number}.{'x' * 200}@example.net>" for number in range(60))

    raw = compose(replace(BASE, references=ids, in_reply_to=ids[-1]))

    assert b"=?" not in raw.split(b"\r\n\r\n")[0]
    assert understand(raw).replies_to == tuple(reversed(ids))


def test_very_many_references_keep_the_first_and_the_last():
    ids = tuple(f"<{number}@example.net>" for number in range(1000))

    raw = compose(replace(BASE, references=ids))

    kept = headers.message_ids(headers.read(raw.split(b"\r\n\r\n")[0]).plain("references"))
    assert (len(kept), kept[0], kept[-1]) == (200, "<0@example.net>", "<999@example.net>")


def test_an_automatic_mail_says_so():
    raw = compose(replace(BASE, automatic=True, unsubscribe="https://example.org/u?1"))

    for line in (
        b"Auto-Submitted: auto-generated",
        b"X-Auto-Response-Suppress: All",
        b"List-Unsubscribe: <https://example.org/u?1>",
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    ):
        assert b"\r\n" + line + b"\r\n" in raw


def test_an_ordinary_mail_does_not():
    raw = compose(BASE)

    assert b"Auto-Submitted" not in raw
    assert b"List-Unsubscribe" not in raw


@pytest.mark.parametrize(
    "broken",
    [
        {"external_id": "no id"},
        {"external_id": "<a@b>\r\nBcc: x@y.z"},
        {"to": (Address("email", "nobody"),)},
        {"to": (Address("email", "jäne@example.net"),)},
        {"sender": Address("email", "a b@c.d")},
    ],
)
def test_what_cannot_stand_in_a_mail_is_refused_for_good(broken):
    with pytest.raises(NotSent) as refused:
        compose(replace(BASE, **broken))

    assert refused.value.permanent


def test_a_picture_in_the_page_is_shown_and_a_file_is_attached(tmp_path):
    path = tmp_path / "p"
    path.write_bytes(b"PNG")
    files = (
        OutboundFile("logo.png", "image/png", partial(path.open, "rb"), content_id="logo@x"),
        OutboundFile("unshown.png", "image/png", partial(path.open, "rb"), content_id="other@x"),
        OutboundFile("mail.eml", "message/rfc822", partial(path.open, "rb")),
    )

    raw = compose(replace(BASE, html='<p>Hi <img alt="x" data-cid="logo@x"></p>', attachments=files))
    found = understand(raw)

    assert b"cid:logo@x" in raw
    assert [(each.name, each.inline) for each in found.attachments] == [
        ("logo.png", True),
        ("unshown.png", False),
        ("mail.eml", False),
    ]


def test_each_paragraph_states_its_own_direction():
    html = render_html("שלום\n\nHello\n\n123\n\n- פריט\n- item", "he")

    assert [part.split('"')[0] for part in html.split('<p dir="')[1:]] == ["rtl", "ltr", "rtl"]
    assert '<li dir="rtl">פריט</li>' in html
    assert '<li dir="ltr">item</li>' in html


def test_markdown_is_rendered_without_html_scripts_or_remote_pictures():
    html = render_html(
        "**a** https://example.org\nb <b>c</b> ![x](https://e.example/x.png) [d](javascript:alert)", "en"
    )

    assert "<strong>a</strong>" in html
    assert '<a href="https://example.org"' in html
    assert "<br>" in html
    assert "&lt;b&gt;" in html
    assert "<img" not in html
    assert 'href="javascript' not in html


@pytest.mark.parametrize(
    ("line", "language", "marked"),
    [
        ("iPhone שלך מוכן לאיסוף", "he", "\u200fiPhone שלך מוכן לאיסוף"),
        ("שלום iPhone", "he", "שלום iPhone"),
        ("See the English manual: מדריך", "he", "See the English manual: מדריך"),
        ("שלום is Hebrew for hello", "en", "\u200eשלום is Hebrew for hello"),
        ("Hello", "he", "Hello"),
        ("123", "he", "123"),
        ("", "he", ""),
    ],
)
def test_a_plain_line_is_helped_only_where_it_would_run_the_wrong_way(line, language, marked):
    assert direction.mark_lines(line, language) == marked


def test_the_page_says_language_and_direction():
    raw = compose(replace(BASE, text="שלום", language="he"))

    html = message_from_bytes(raw, policy=policy.default).get_body(("html",)).get_content()
    assert '<html lang="he" dir="rtl">' in html
    assert '<body lang="he" dir="rtl">' in html
    assert '<p dir="rtl">שלום</p>' in html
