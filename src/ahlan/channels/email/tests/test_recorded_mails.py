import re
from email.errors import MissingHeaderBodySeparatorDefect
from email.message import Message

import pytest

from ..parse import understand
from .recorded import emails, leaves


def letters(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", text)


def words_of(markup: str) -> set[str]:
    bare = re.sub(r"(?is)<(style|script|title|head)\b.*?</\1>|<!--.*?-->|<[^>]*>|&\w+;|&#\d+;", " ", markup)
    return set(re.findall(r"[A-Za-z]{4,}", bare))


@pytest.fixture(scope="module")
def mails():
    return sorted(path for path in emails("mikel_mail").rglob("*") if path.is_file())


def test_no_part_of_any_recorded_mail_is_lost(mails):
    lost = [
        f"{path.name}: {leaf.get_content_type()}" for path in mails for leaf in lost_leaves(path.read_bytes())
    ]

    assert len(mails) == 104
    assert lost == []


def lost_leaves(raw: bytes):
    found = understand(raw)
    files = [b"".join(each.content.split()) for each in found.attachments]
    for leaf in leaves(raw):
        inner = leaf.get_payload()
        octets = leaf.get_payload(decode=True) or (
            inner[0].as_bytes() if isinstance(inner, list) and inner else b""
        )
        text = without_headers(leaf, octets.decode("latin-1"))
        is_file = b"".join(octets.split()) in files or letters(text)[:200] in "".join(map(letters_of, files))
        is_text = letters(text) in letters(found.text)
        is_page = words_of(text) <= words_of(found.html) | words_of(found.text)
        if not (is_file or is_text or is_page):
            yield leaf


def without_headers(leaf: Message, text: str) -> str:
    """The standard library takes broken headers for the body: what stands before the blank line."""
    if any(isinstance(defect, MissingHeaderBodySeparatorDefect) for defect in leaf.defects):
        return re.split(r"\r?\n\r?\n", text, maxsplit=1)[-1]
    return text


def letters_of(octets: bytes) -> str:
    return letters(octets.decode("latin-1"))


def test_every_recorded_mail_is_read_without_its_safety_net(mails):
    names = ("bounces_sisimai", "talon")
    others = [path for name in names for path in sorted(emails(name).rglob("*.eml"))]

    fingerprints = {path: understand(path.read_bytes()).fingerprint for path in [*mails, *others]}

    assert len(fingerprints) == 104 + 312 + 13
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in fingerprints.values())


def test_no_ordinary_mail_is_taken_for_a_delivery_report(mails):
    ordinary = [path for path in mails if "multipart_report" not in str(path)]
    ordinary += sorted(emails("talon").rglob("*.eml"))

    reports = [path.name for path in ordinary if understand(path.read_bytes()).failures]

    # The one found is a delivery report that its collection keeps among broken mails.
    assert reports == ["raw_email_with_mimepart_without_content_type.eml"]
    assert len(ordinary) > 100
