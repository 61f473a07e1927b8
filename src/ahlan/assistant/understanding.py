"""What a customer's words mean to a bot: nothing more than yes, no, hello, "a person, please", or something to be answered. Pure."""

from enum import StrEnum

from ahlan.assistant.words import HELLO, NO, PERSON, SOMEBODY, YES, stop_words
from ahlan.core.languages import INSTALLED
from ahlan.search.analyser import words_of

FEW = 6  # words: so much is said to ask for somebody, or to say yes
MANY = 25  # words: beyond that "agent" is part of a story


class Heard(StrEnum):
    PERSON = "person"
    YES = "yes"
    NO = "no"
    HELLO = "hello"
    WORDS = "words"


def heard(text: str) -> Heard:
    """What it says. A no wins over a yes ("no, thanks"), and who asks for a person gets one."""
    said = words_of(text)
    if _wants_person(said):
        return Heard.PERSON
    if not said:
        return Heard.WORDS
    if said[0] in NO or (len(said) <= FEW and NO.intersection(said)):
        return Heard.NO
    if len(said) <= FEW and (said[0] in YES or YES.intersection(said)) and not _asks(said):
        return Heard.YES
    if len(said) <= FEW and all(one in HELLO for one in said):
        return Heard.HELLO
    return Heard.WORDS


def _wants_person(said: list[str]) -> bool:
    if len(said) <= MANY and any(PERSON.fullmatch(one) for one in said):
        return True
    return len(said) <= FEW and any(SOMEBODY.fullmatch(one) for one in said)


def _asks(said: list[str]) -> bool:
    """Whether more is said than thanks: "thanks, and when does it arrive" goes on."""
    plain = YES | HELLO | frozenset().union(*(stop_words(one) for one in INSTALLED))
    return sum(one not in plain for one in said) > 1
