import pytest

from .. import page, quotes

WRAPS = '<details class="quoted"><summary>…</summary>'
INTRO = "On Mon, Apr 2, 2012 at 6:26 PM, Megan &lt;m@example.org&gt; wrote:"

PAGES = {
    "gmail": f'<div dir="ltr">Yes</div><div class="gmail_quote"><div class="gmail_attr">{INTRO}<br></div>'
    '<blockquote class="gmail_quote">Old</blockquote></div>',
    "apple mail": f'<body>Yes<br><div><blockquote type="cite"><div>{INTRO}</div><br>Old</blockquote></div></body>',
    "thunderbird": f'<p>Yes</p><div class="moz-cite-prefix">{INTRO}</div><blockquote type="cite" cite="mid:x">Old</blockquote>',
    "yahoo": f'<div>Yes</div><div class="yahoo_quoted"><div>{INTRO}</div><div>Old</div></div>',
    "outlook": '<div class=WordSection1><p class=MsoNormal>Yes</p><div style="border-top:solid 1pt"><p><b>From:</b> Megan'
    "<br><b>Sent:</b> Monday<br><b>To:</b> Us<br><b>Subject:</b> Order</p></div><p>Old</p></div>",
    "outlook hebrew": "<div dir=rtl><p>Yes</p><div><p><b>מאת:</b> Megan<br><b>נשלח:</b> יום שני<br><b>אל:</b> אנחנו<br>"
    "<b>נושא:</b> הזמנה</p></div><p>Old</p></div>",
    "outlook web": '<div>Yes</div><hr><div id="divRplyFwdMsg"><b>From:</b> Megan<br><b>Sent:</b> Monday<br><b>To:</b> Us<br>'
    "<b>Subject:</b> Order</div><div>Old</div>",
    "mail.ru": "<p>Yes</p><br>Понедельник, 2 апреля 2012, 18:26 +03:00 от Megan &lt;m@example.org&gt;:<br><blockquote>Old</blockquote>",
    "yandex": '<div>Yes</div><div>02.04.2012, 18:26, "Megan" &lt;m@example.org&gt;:</div><blockquote><p>Old</p></blockquote>',
    "gmail hebrew": '<div dir="rtl">Yes</div><div class="gmail_quote"><div dir="rtl">\u202bבתאריך יום ב׳, 2 באפר׳ 2012 ב-18:26 מאת '
    "<b>Megan</b> &lt;m@example.org&gt;:<br></div><blockquote>Old</blockquote></div>",
    "proton": f'<div>Yes</div><div class="protonmail_quote">{INTRO}<blockquote type="cite">Old</blockquote></div>',
}


@pytest.mark.parametrize("client", PAGES)
def test_the_quote_of_each_program_is_wrapped_and_nothing_else(client):
    read = page.read(PAGES[client])

    assert quotes.reply_text(read.text, read.folds) == "Yes"
    assert "Old" in read.text
    assert WRAPS in read.html
    assert read.html.index("Yes") < read.html.index(WRAPS) < read.html.index("Old")


def test_answers_between_quotes_stay_outside_the_wraps():
    source = f"<div class=gmail_quote>{INTRO}<blockquote class=gmail_quote>One?</blockquote><div>First</div>" \
             "<blockquote class=gmail_quote>Two?</blockquote><div>Second</div></div>"  # fmt: skip

    read = page.read(source)

    assert quotes.reply_text(read.text, read.folds).split() == ["First", "Second"]
    assert read.html.count(WRAPS) == 2


@pytest.mark.parametrize(
    "source",
    [
        "<p>I like this:</p><blockquote>To be or not</blockquote><p>Do you?</p>",
        f"<div class=gmail_quote>{INTRO}<blockquote>Nothing but the quote</blockquote></div>",
        '<p>See</p><div class="gmail_quote">---------- Forwarded message ---------<br>From: A &lt;a@b.c&gt;<br>Date: 1<br>'
        "Subject: X<br>To: B<br><br>Help!</div>",
    ],
)
def test_what_is_no_earlier_answer_is_not_wrapped(source):
    assert "<details" not in quotes.fold_html(source)


def test_a_quote_in_a_table_is_wrapped_inside_its_cell():
    source = "<table><tr><td>Yes</td></tr><tr><td>-----Original Message-----<br>Old</td></tr></table>"

    assert f"<td>{WRAPS}" in page.read(source).html


def test_nothing_is_cut():
    for source in PAGES.values():
        whole = page.read(source).text.split()
        plain = page.tree.parse(source).text_content().split()
        assert "".join(whole).replace("_", "") == "".join(plain).replace("_", "")
