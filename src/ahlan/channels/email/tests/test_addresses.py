import pytest

from ...contract import Address
from .. import addresses
from ..headers import Headers


def a(value, name=""):
    return Address("email", value, name)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("noa@example.org", [a("noa@example.org")]),
        ("Noa Levi <NOA@Example.ORG>", [a("noa@example.org", "Noa Levi")]),
        (
            '"Levi, Noa" <noa@example.org>, b@example.org',
            [a("noa@example.org", "Levi, Noa"), a("b@example.org")],
        ),
        ("=?utf-8?b?15zXldeZLCDXoNeV16I=?= <noa@example.org>", [a("noa@example.org", "לוי, נוע")]),
        ("noa@example.org (Noa Levi)", [a("noa@example.org", "Noa Levi")]),
        ("team: noa@example.org, b@example.org;", [a("noa@example.org"), a("b@example.org")]),
        ("undisclosed-recipients:;", []),
        ('"noa@example.org" <noa@example.org>', [a("noa@example.org")]),
        ("<noa@example.org", [a("noa@example.org")]),
        ("a@b.c <a@b.c>; d@e.f", [a("a@b.c"), a("d@e.f")]),
        ("Pete(a friend) <pete(his)@silly.test(host)>", [a("pete@silly.test", "Pete")]),
        ("Jäne <jane@mächine.example>", [a("jane@xn--mchine-bua.example", "Jäne")]),
        ('"a\\"b" <a@b.c>', [a("a@b.c", 'a"b')]),
        ("nobody", []),
        ("<>", []),
        ('"unclosed <a@b.c>', []),
        ("\u202egro.elpmaxe <a@b.c>", [a("a@b.c", "gro.elpmaxe")]),
    ],
)
def test_lists_are_read_as_people_write_them(written, read):
    assert list(addresses.split(written)) == read


def test_hostile_list_ends_soon_and_is_bounded():
    many = ", ".join(f"a{n}@example.org" for n in range(5000)).encode()

    assert len(addresses.parse(Headers((("to", many),)), "to")) == addresses.MAX_ADDRESSES
    assert list(addresses.split("(" * 60_000)) == []
    assert list(addresses.split('"' + "\\" * 60_000)) == []
