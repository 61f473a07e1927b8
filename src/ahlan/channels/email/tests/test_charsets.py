import pytest

from .. import charsets

HEBREW = "שלום רב, ההזמנה שלי לא הגיעה ואני מבקש לבדוק מה קרה איתה. תודה מראש"
ARABIC = "السلام عليكم، لم تصل طلبيتي حتى الآن وأرجو منكم التحقق من الأمر وشكرا لكم"
PERSIAN = "سلام، سفارش من هنوز نرسيده است، لطفا بررسي کنيد که چه شده است. با تشکر"
RUSSIAN = "Здравствуйте, мой заказ до сих пор не пришёл, проверьте, пожалуйста, что случилось"
FINNISH = (
    "Hei, tilaukseni ei ole vielä saapunut. Voisitteko tarkistaa, mitä sille on käynyt? Hyvää päivää, Äijälä"
)
JAPANESE = "ご注文の商品がまだ届いていません。確認をお願いします。"


@pytest.mark.parametrize(
    "label", ["iso-8859-8-i", "ISO-8859-8-E", "logical", '"windows-1255"', "cp1255", "win-1255"]
)
def test_hebrew_labels_that_mail_programs_write_are_known(label):
    assert charsets.decode(HEBREW.encode("cp1255"), label) == (HEBREW, True)


@pytest.mark.parametrize(
    "label", ["ks_c_5601-1987", "x-sjis", "cn-gb", "koi8", "unicode-1-1-utf-8", "x-mac-roman"]
)
def test_every_alias_leads_to_a_codec(label):
    assert charsets.find_codec(label)


NO_CHARSETS = [
    "hex",
    "zlib",
    "base64",
    "rot13",
    "idna",
    "punycode",
    "undefined",
    "unicode_escape",
    "x-unknown",
]


@pytest.mark.parametrize("label", [*NO_CHARSETS, "", "../../etc/passwd", "a\x00b", "x" * 500])
def test_what_is_no_charset_of_mail_is_refused(label):
    assert charsets.find_codec(label) == ""


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (HEBREW, "cp1255"),
        (HEBREW, "iso8859-8"),
        (ARABIC, "cp1256"),
        (PERSIAN, "cp1256"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "cp1251"),
        (FINNISH, "iso8859-15"),
        (FINNISH, "cp1252"),
        (HEBREW, "utf-8"),
        (JAPANESE, "iso2022_jp"),
        (JAPANESE, "cp932"),
        ("שלום", "cp1255"),
        ("Привет, мир", "koi8-r"),
        ("Привет, мир", "cp1251"),
        ("Päivää", "iso8859-15"),
        ("Formação já", "cp1252"),
    ],
)
def test_text_without_a_known_label_is_guessed(text, codec):
    assert charsets.decode(text.encode(codec), "x-unknown")[0] == text


def test_the_rest_of_the_mail_is_a_better_hint_than_a_guess():
    assert charsets.decode("Ж".encode("cp1251"), "", ["windows-1251"])[0] == "Ж"


def test_utf8_with_one_bad_octet_stays_utf8():
    assert charsets.decode(HEBREW.encode() + b"\xd7", "utf-8") == (HEBREW + "\ufffd", False)


def test_latin1_label_means_what_windows_wrote():
    assert charsets.decode("“€”".encode("cp1252"), "iso-8859-1") == ("“€”", True)
