import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .. import page, styles

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1) /><a id=x><text>click</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVa\tScript:alert(1)">x</a>',
    '<a href=" &#14; javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    '<iframe src="https://evil.example"></iframe>',
    '<object data="https://evil.example"></object><embed src="https://evil.example">',
    '<form action="https://evil.example"><input name=password><button>Go</button></form>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<base href="https://evil.example/">',
    '<link rel=stylesheet href="https://evil.example/x.css">',
    "<style>@import 'https://evil.example/x.css'; body{display:none}</style>",
    '<div style="position:fixed;top:0;left:0;width:100%;height:100%;z-index:9999">x</div>',
    '<div style="background:url(https://evil.example/t.gif)">x</div>',
    '<div style="background-color:red;background-image:u\\72l(https://evil.example)">x</div>',
    '<div style="width:expression(alert(1))">x</div>',
    '<div style="margin-top:-5000px">x</div>',
    '<table background="https://evil.example/t.gif"><tr><td background="https://evil.example">x</td></tr></table>',
    '<img srcset="https://evil.example/1.png 1x" src="https://evil.example/t.gif">',
    '<picture><source srcset="https://evil.example/1.png"><img src="https://evil.example/t.gif"></picture>',
    '<video poster="https://evil.example/t.gif" src="https://evil.example"></video>',
    '<img data-remote-src="javascript:alert(1)" data-cid="x y">',
    '<img src="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=">',
    '<p class="modal-backdrop" id="app">x</p>',
    '<a title="<img src=x onerror=alert(1)>">x</a>',
    '<img alt="`><img src=x onerror=alert(1)>">',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    "<textarea></textarea><script>alert(1)</script>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
]
FORBIDDEN = ("<script", "<svg", "<math", "<iframe", "<object", "<embed", "<form", "<input", "<button", "<meta", "<base",
             "<link", "<style", "<video", "<source", "url(", "expression", "position", "z-index", "srcset",
             'background="', "modal-backdrop", 'id="', ' src="http', ' src="x', "vbscript:", "svg+xml", "-5000", "poster")  # fmt: skip


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_html_is_harmless(source):
    safe = page.sanitise(source)

    found = page.tree.parse(f"<div>{safe}</div>")
    for element in found.iter():
        assert not [name for name in element.attrib if name.startswith("on")]
        assert not element.get("href", "").lower().startswith(("javascript:", "data:", "vbscript:"))
    assert [word for word in FORBIDDEN if word in without_text(safe)] == []


def without_text(safe: str) -> str:
    """The tags of a page, without what stands between them or in titles."""
    found = page.tree.parse(f"<div>{safe}</div>")
    for element in found.iter():
        element.text = element.tail = None
        for name in ("title", "alt", "data-remote-src"):
            element.attrib.pop(name, None)
    return page.tree.serialise(found).lower()


def test_remote_pictures_wait_and_pictures_of_the_mail_are_named():
    safe = page.sanitise(
        '<img src="https://x.example/a.png?a=1&b=2" alt=A><img src="cid:logo@x"><img src="//x.example/b.png">'
    )

    assert safe == (
        '<img alt="A" data-remote-src="https://x.example/a.png?a=1&amp;b=2">'
        '<img data-cid="logo@x"><img data-remote-src="https://x.example/b.png">'
    )


def test_small_pictures_in_the_page_stay_and_large_ones_go():
    small = "data:image/png;base64," + "A" * 100

    assert small in page.sanitise(f'<img src="{small}">')
    assert "data:" not in page.sanitise(f'<img src="data:image/png;base64,{"A" * 60_000}">')


def test_direction_and_harmless_style_stay():
    source = '<p dir="rtl" style="color: red; text-align: right; position: absolute">שלום</p>'

    assert page.sanitise(source) == '<p dir="rtl" style="color: red; text-align: right">שלום</p>'


def test_links_open_elsewhere_and_tell_nothing():
    assert page.sanitise('<a href="https://x.example/?a=b">x</a>') == (
        '<a href="https://x.example/?a=b" target="_blank" rel="noopener noreferrer nofollow">x</a>'
    )


@pytest.mark.parametrize(
    ("style", "left"),
    [
        ("color:#fff;font:12px/1.5 Arial", "color: #fff; font: 12px/1.5 Arial"),
        ("color:rgb(1, 2, 3)", "color: rgb(1, 2, 3)"),
        ("color:red/*;*/", ""),
        ("COLOR : Red !important", "color: Red"),
        ("width:99999999px", ""),
        ("background-color:var(--x)", ""),
        ("margin:0 -3px", ""),
        ("float:left;display:none;opacity:0", ""),
    ],
)
def test_style_keeps_only_what_stays_in_its_place(style, left):
    assert styles.safe(style) == left


def test_words_below_the_end_of_the_page_are_kept():
    assert "footer" in page.read("<html><body>Hi</body></html>\nfooter").text


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="<>/\"'= abdiltmgsrcp&;:!-[]\x00\n", max_size=120))
def test_sanitising_twice_changes_nothing(source):
    once = page.sanitise(source)

    assert page.sanitise(once) == once
