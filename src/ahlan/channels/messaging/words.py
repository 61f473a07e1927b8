"""Words by which somebody says on a telephone that he wants to hear no more, or wants to again, in six languages.

The first six English ones are what carriers themselves heed. Only a message that is such a word and nothing else counts.
"""

STOP = {
    "stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "optout", "opt out", "revoke",
    "הסר", "הסרה", "הסירו אותי", "הסירו", "עצור", "עצרו",
    "إيقاف", "ايقاف", "توقف", "أوقف", "اوقف", "إلغاء", "الغاء", "إلغاء الاشتراك", "الغاء الاشتراك",
    "lopeta", "seis", "peruuta", "peru tilaus", "poista",
    "لغو", "لغو اشتراک", "بس", "نفرستید", "قطع",
    "стоп", "отписаться", "отписка", "отмена", "хватит",
}  # fmt: skip
START = {
    "start", "unstop", "subscribe", "התחל", "הצטרף", "ابدأ", "ابدا", "اشتراك", "aloita", "شروع", "اشتراک", "старт", "подписаться",
}  # fmt: skip


def wish_in(text: str) -> bool | None:
    """False: no more; True: again; None: something else."""
    word = " ".join(text.casefold().strip(" \t\r\n.!?\"'«»“”").split())
    return False if word in STOP else True if word in START else None
