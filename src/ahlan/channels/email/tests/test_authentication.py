import base64

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ..authentication import Arrival, authenticate
from ..authentication.alignment import organisational_domain
from ..mail import Mail, sender, take_apart
from ..parse import understand
from .writing import mail

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PRIVATE = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
).decode()

ZONE = {
    ("example.org", "TXT"): ["v=spf1 ip4:192.0.2.1 include:_spf.example.net mx -all"],
    ("_spf.example.net", "TXT"): ["v=spf1 ip4:192.0.2.2 ~all"],
    ("example.org", "MX"): ["10 mx.example.org"],
    ("mx.example.org", "A"): ["192.0.2.3"],
    ("other.example", "TXT"): ["v=spf1 ip4:192.0.2.9 -all"],
    ("s._domainkey.example.org", "TXT"): [f"v=DKIM1; k=rsa; p={PUBLIC}"],
    ("s._domainkey.mail.example.org", "TXT"): [f"v=DKIM1; k=rsa; p={PUBLIC}"],
    ("s._domainkey.other.example", "TXT"): [f"v=DKIM1; k=rsa; p={PUBLIC}"],
    ("_dmarc.example.org", "TXT"): ["v=DMARC1; p=reject"],
    ("_dmarc.strict.example", "TXT"): ["v=DMARC1; p=reject; adkim=s; aspf=s"],
    ("s._domainkey.sub.strict.example", "TXT"): [f"v=DKIM1; k=rsa; p={PUBLIC}"],
}
GOOD = Arrival("192.0.2.1", "mx.example.org", "cy@example.org")


def dns(name, kind):
    return ZONE.get((name, kind), [])


def signed(domain: str, raw: bytes) -> bytes:
    return dkim.sign(raw, b"s", domain.encode(), PRIVATE, include_headers=[b"from", b"subject"]) + raw


def check(raw: bytes, arrival: Arrival | None = GOOD, lookup=dns):
    found = understand(raw, arrival=arrival, dns=lookup).authentication
    return found.spf, found.dkim, found.dmarc


def test_nothing_is_looked_up_unless_asked():
    found = understand(mail(), arrival=GOOD).authentication

    assert (found.spf, found.dkim, found.dmarc) == ("", "", "")


def test_a_good_mail_passes():
    assert check(signed("example.org", mail())) == ("pass", "pass", "pass")


@pytest.mark.parametrize(
    ("ip", "result"),
    [("192.0.2.2", "pass"), ("192.0.2.3", "pass"), ("192.0.2.4", "fail"), ("not an address", "permerror")],
)
def test_spf_follows_the_record(ip, result):
    assert check(mail(), Arrival(ip, "mx.example.org", "cy@example.org"))[0] == result


def test_spf_of_a_mail_without_envelope_sender_is_that_of_the_greeting():
    assert check(mail(), Arrival("192.0.2.1", "example.org", ""))[0] == "pass"


def test_a_mail_only_taken_apart_can_be_checked():
    tree, head = take_apart(signed("example.org", mail()))

    found = authenticate(Mail(tree, head, sender(head)), authserv_ids=frozenset(), arrival=GOOD, dns=dns)

    assert (found.spf, found.dkim, found.dmarc) == ("pass", "pass", "pass")


def test_a_changed_mail_fails():
    raw = signed("example.org", mail("Pay to account 1")).replace(b"account 1", b"account 2")

    assert check(raw, Arrival("192.0.2.4", "x", "cy@example.org")) == ("fail", "fail", "fail")


def test_a_proof_for_another_domain_is_not_aligned():
    raw = signed("other.example", mail())

    assert check(raw, Arrival("192.0.2.9", "x", "z@other.example")) == ("pass", "pass", "fail")


def test_a_subdomain_of_the_same_organisation_is_aligned():
    raw = signed("mail.example.org", mail())

    assert check(raw, Arrival("192.0.2.4", "x", "z@x.example")) == ("none", "pass", "pass")


def test_a_strict_domain_wants_its_very_name():
    raw = signed("sub.strict.example", mail(From="cy@strict.example"))

    assert check(raw, Arrival("192.0.2.4", "x", "z@x.example"))[2] == "fail"


def test_two_senders_are_never_aligned():
    raw = signed("example.org", b"From: a@example.org\r\n" + mail())

    assert check(raw)[2] == "fail"


def test_a_domain_without_policy_has_none():
    assert check(mail(From="cy@other.example"))[1:] == ("none", "none")


def test_silence_of_dns_is_a_passing_trouble():
    def silent(name, kind):
        raise TimeoutError

    assert check(signed("example.org", mail()), lookup=silent) == ("temperror", "fail", "temperror")


def test_the_word_of_our_own_server_is_taken():
    raw = mail(
        Authentication_Results="mx.example.com (x) 1; spf=pass x=y; dkim=fail; dkim=pass; dmarc=fail (p=none)"
    )

    found = understand(raw, authserv_ids=frozenset({"MX.example.com"})).authentication

    assert (found.spf, found.dkim, found.dmarc) == ("pass", "pass", "fail")


@pytest.mark.parametrize("name", ["evil.example", "", "mx.example.com.evil.example", "(mx.example.com) evil"])
def test_the_word_of_another_server_is_ignored(name):
    raw = mail(Authentication_Results=f"{name}; spf=pass; dkim=pass; dmarc=pass")

    found = understand(raw, authserv_ids=frozenset({"mx.example.com"})).authentication

    assert (found.spf, found.dkim, found.dmarc) == ("", "", "")


def test_the_topmost_word_of_our_server_counts():
    raw = b"Authentication-Results: mx.example.com; dmarc=fail\r\n" + mail(
        Authentication_Results="mx.example.com; dmarc=pass"
    )

    assert understand(raw, authserv_ids=frozenset({"mx.example.com"})).authentication.dmarc == "fail"


@pytest.mark.parametrize(
    ("domain", "zone", "organisation"),
    [
        ("a.b.example.org", {"example.org": "v=DMARC1"}, "example.org"),
        ("a.example.co.uk", {"co.uk": "v=DMARC1; psd=y", "example.co.uk": "v=DMARC1"}, "example.co.uk"),
        ("a.example.co.uk", {"co.uk": "v=DMARC1; psd=y"}, "example.co.uk"),
        ("a.b.example.org", {"b.example.org": "v=DMARC1; psd=n", "example.org": "v=DMARC1"}, "b.example.org"),
        ("a.example.org", {}, "a.example.org"),
    ],
)
def test_the_organisation_is_found_up_the_tree(domain, zone, organisation):
    def lookup(name, kind):
        return [zone[name.removeprefix("_dmarc.")]] if name.removeprefix("_dmarc.") in zone else []

    assert organisational_domain(domain, lookup) == organisation
