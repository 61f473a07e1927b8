"""What a bot says, in the customer's language: its greeting, an article with the way to it, and that a person comes."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from ahlan.assistant.looking import Answer
from ahlan.assistant.models import Bot, Conversation, Reason
from ahlan.knowledge.models import Translation
from ahlan.knowledge.offering import link_of


def greeting(bot: Bot, language: str) -> str:
    """The house's own words, then, always, that it is no person and how to get one."""
    with override(language):
        hello = (bot.greetings.get(language) or "").strip() or _("Hello!")
        named = _(
            "I am %(name)s, an automatic assistant and not a person. Write “person” and a colleague takes over."
        )
        told = _("I am an automatic assistant and not a person. Write “person” and a colleague takes over.")
        told = named % {"name": bot.name} if bot.name else told
        return f"{hello}\n\n{told}"


def what_is_it(language: str) -> str:
    with override(language):
        return _("What can I help you with?")


def article(answer: Answer, language: str, *, pressed: bool = False) -> str:
    """An extract, the way to the whole, and the question whether it helped. `pressed`: that is answered by buttons."""
    text = f"**{_plain(answer.one.live_title)}**\n\n{answer.passage}"
    return with_question(text, [answer.one], language, pressed=pressed)


def with_question(text: str, sources: list[Translation], language: str, *, pressed: bool = False) -> str:
    with override(language):
        read = _("Read all of it:")
        whole = [f"{read} {link_of(one)}" for one in sources]
        asked = _("Did this help?") if pressed else _("Did this help? Answer “yes” or “no”.")
        return "\n\n".join([text, *whole, asked])


def yes_or_no(language: str) -> tuple[str, str]:
    """The two as they stand on buttons."""
    with override(language):
        return _("Yes"), _("No")


def passing_on(reason: str, language: str) -> str:
    with override(language):
        why = {
            Reason.NO_ARTICLE: _("I have found no answer to that."),
            Reason.MODEL: _("I have found no answer to that."),
            Reason.UNHELPFUL: _("I am sorry that this did not help."),
            Reason.FILE: _("I cannot look at files."),
        }.get(Reason(reason), "")
        then = _(
            "A colleague takes over from here and has before them all that was said so far. You need not repeat anything."
        )
        return f"{why} {then}".strip()


def farewell(language: str) -> str:
    with override(language):
        return _("I am glad that it helped. Write again at any time.")


def called(conversation: Conversation) -> str:
    with override(conversation.language):
        return conversation.bot.called


def _plain(title: str) -> str:
    return title.replace("*", "")
