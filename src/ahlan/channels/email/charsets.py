"""From bytes to text, whatever the label says.

Mail in the wild is labelled wrongly, oddly or not at all. The order is: what the label says, what people
who use that label usually mean, what the rest of the mail is written in, and only then a guess.
"""

import codecs
import re
from collections.abc import Iterable
from functools import lru_cache
from math import log

from charset_normalizer import from_bytes

# Labels that Python does not know but that ordinary mail programs write.
ALIASES = {
    "ansi_x3.110-1983": "latin-1",
    "cp-850": "cp850",
    "cp1252": "cp1252",
    "iso-8859-6-e": "iso8859-6",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-8-e": "cp1255",
    "iso-8859-8-i": "cp1255",
    "logical": "cp1255",
    "visual": "iso8859-8",
    "ks_c_5601": "cp949",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "cn-gb": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "cn-big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "x-sjis": "cp932",
    "x-ms-cp932": "cp932",
    "windows-31j": "cp932",
    "x-euc-jp": "euc_jp",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "windows-874": "cp874",
    "dos-862": "cp862",
    "dos-720": "cp720",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-hebrew": "cp1255",
    "x-mac-arabic": "mac_arabic",
    "koi8-ru": "koi8_u",
    "koi8": "koi8_r",
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "x-cp1251": "cp1251",
    "win-1255": "cp1255",
    "win-1256": "cp1256",
    "x-cp1252": "cp1252",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf-8mb4": "utf-8",
    "utf8mb4": "utf-8",
    "x-utf-8": "utf-8",
    "unicode": "utf-8",
}

# What the sender's program really wrote when it used the narrower label.
WIDER = {
    "iso8859-1": "cp1252",
    "iso8859-8": "cp1255",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
    "iso2022_jp": "iso2022_jp_ext",
}

# Codecs that are no charsets of mail, or that a stranger must not be able to start.
REFUSED = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}

CANDIDATES = ["cp1251", "koi8_r", "cp1255", "cp1256", "iso8859_15", "cp1252", "cp1253", "cp1254", "cp1250"]
WIDE_CANDIDATES = ["cp932", "euc_jp", "gb18030", "big5", "cp949"]
JAPANESE_ESCAPE = b"\x1b$"
SAMPLE = 8192
LIKELY = -3.2  # worse than this, less than half the letters belong to the alphabet


@lru_cache(maxsize=512)
def find_codec(label: str) -> str:
    """Python's name of the codec that a label means, or "" when there is none."""
    label = label.strip().strip("\"'").lower()[:60]
    if not label or label in {"x-unknown", "unknown-8bit", "unknown", "x-user-defined", "default", "none"}:
        return ""
    try:
        info = codecs.lookup(ALIASES.get(label, label))
    except (LookupError, ValueError):
        return ""
    name = info.name.replace("_codec", "")
    if not info._is_text_encoding or name.replace("-", "_") in REFUSED:
        return ""
    return WIDER.get(name, name)


def decode(data: bytes, label: str = "", hints: Iterable[str] = ()) -> tuple[str, bool]:
    """The text of `data`, and whether it can be trusted to be right.

    `label` is the charset the mail states, `hints` the labels of its other parts. Never raises.
    """
    codec = find_codec(label)
    if not label and data.isascii() and JAPANESE_ESCAPE not in data:
        return data.decode("ascii"), True
    if codec in {"", "ascii"} and JAPANESE_ESCAPE in data:
        codec = "iso2022_jp_ext"
    if codec in {"", "ascii", "utf-8"}:
        text = _strictly(data, "utf-8")
        if text is not None:
            return text, True
    elif (text := _strictly(data, codec)) is not None:
        return text, True
    if codec == "utf-8" and _nearly_utf8(data):
        return data.decode("utf-8", "replace"), False
    for hint in hints:
        other = find_codec(hint)
        if other not in {"", "ascii", codec} and (text := _strictly(data, other)) is not None:
            return text, not codec
    if codec not in {"", "ascii", "utf-8"}:
        return data.decode(codec, "replace"), False
    return data.decode(guess(data), "replace"), False


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _nearly_utf8(data: bytes) -> bool:
    """A text cut in the middle of a letter, or with one bad byte, is still UTF-8."""
    high = sum(1 for byte in data[:SAMPLE] if byte > 127)
    bad = data[:SAMPLE].decode("utf-8", "replace").count("\ufffd")
    return bad * 4 <= high


def guess(data: bytes) -> str:
    """The codec an unlabelled 8-bit text is most likely in."""
    sample = data[:SAMPLE]
    if _mostly_ascii_words(sample):
        return "cp1252" if any(0x80 <= byte < 0xA0 for byte in sample) else "iso8859-15"
    return _best_single(sample) or _best_wide(sample) or "cp1252"


def _mostly_ascii_words(sample: bytes) -> bool:
    """In Finnish or French, foreign letters stand alone among ASCII ones; in Russian together."""
    runs = re.findall(rb"[\x80-\xff]+", sample)
    return sum(map(len, runs)) <= 2.2 * len(runs) and bool(re.search(rb"[A-Za-z]", sample))


# Letters by how often they are written, the commonest first: Hebrew bytes read as Cyrillic are letters too,
# and only how often each one comes tells them apart.
BY_FREQUENCY = {
    "cp1251": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "koi8_r": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "cp1255": "יוהלארתבשמנםדחקעפכגטןסזצךףץ",
    "cp1256": "اليمنرتوبدهعفسقكکحجةأشصخپگچطىذضزثءغئظآؤإژ",
}
RANKS = {codec: {letter: rank for rank, letter in enumerate(row)} for codec, row in BY_FREQUENCY.items()}


def _best_single(sample: bytes) -> str:
    """The single-byte alphabet whose letters come as often as they should; "" when none fits."""
    high = bytes(byte for byte in sample if byte > 127)
    scores = {codec: _likeness(high.decode(codec, "replace"), ranks) for codec, ranks in RANKS.items()}
    best = max(scores, key=lambda codec: scores[codec])
    return best if scores[best] > LIKELY else ""


def _likeness(text: str, ranks: dict[str, int]) -> float:
    """Mean logarithm of a Zipf-like letter frequency; foreign letters cost as much as the rarest and more."""
    return sum(-log(ranks.get(letter, 120) + 3) for letter in text) / max(1, len(text))


def _best_wide(sample: bytes) -> str:
    for codec in ("cp932", "euc_jp"):
        text = _strictly(sample[: len(sample) & ~1], codec) or ""
        if sum(1 for letter in text if "\u3041" <= letter <= "\u30fe") * 5 > len(text):
            return codec
    found = from_bytes(sample, cp_isolation=[*WIDE_CANDIDATES, *CANDIDATES]).best()
    return found.encoding if found else ""
