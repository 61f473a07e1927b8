"""The assistant through the API: bots of inboxes, what they would say, what became of it, and help with a ticket."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import AfterValidator, Field

from ahlan.assistant import inquiry, saying
from ahlan.assistant.actions.conversation import hand_over
from ahlan.assistant.actions.help import LONGEST, NoHelp, ask_help, leave
from ahlan.assistant.actions.settings import LONGEST_GREETING, save_bot, set_house
from ahlan.assistant.bots import house
from ahlan.assistant.forms import MOST_TOKENS
from ahlan.assistant.grounding import Ungrounded, grounded
from ahlan.assistant.looking import answers_to, speaks
from ahlan.assistant.model import Busy, is_on, spent_today
from ahlan.assistant.models import MOST_MINUTES, MOST_TRIES, Bot, Conversation, Help, Reason, Use
from ahlan.assistant.policies import MANAGE, REPLY, bot_for, use_for
from ahlan.assistant.queries import DAYS, Tally, inboxes_with_bots, summary
from ahlan.assistant.understanding import Heard, heard
from ahlan.assistant.views.desk import FAILED, WHY
from ahlan.calendars.models import BusinessHours
from ahlan.core.api.problems import Problem, tells, wrong
from ahlan.core.api.rooms import Room
from ahlan.core.api.shapes import Cursor, In, Key, Language, Limit, Line, Listed, Out, Ref, all_of, listed
from ahlan.core.languages import INSTALLED, language_of
from ahlan.core.text import clean
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.policies import ticket_for

Kinds = Literal["draft", "summary", "translate_in", "translate_out", "warmer", "shorter"]
Greeting = Annotated[
    str, Field(max_length=LONGEST_GREETING, examples=["Welcome to Mitra!"]), AfterValidator(clean)
]
SHOWN = 3

assistant = Room(
    "assistant",
    gettext_lazy("Assistant"),
    "The bot in front of the agents, and the help beside them.",
    order=18,
)
tells(NoHelp, lambda refusal: Problem(409, WHY[refusal.why]))


class BotOut(Out):
    inbox: Ref
    is_on: bool
    name: Annotated[
        str,
        Field(description="Empty: it is called “Assistant” in the customer's language.", examples=["Mia"]),
    ]
    greetings: Annotated[dict[str, str], Field(examples=[{"en": "Welcome to Mitra!"}])]
    questionnaire: Annotated[int | None, Field(description="What it asks first.", examples=[None])]
    tries: Annotated[
        int, Field(description="Articles it may offer before a person takes over.", examples=[2])
    ]
    when: Annotated[str, Field(description="always, outside or within business hours.", examples=["always"])]
    hours: Ref | None
    patience: Annotated[
        int | None,
        Field(
            description="Minutes of silence after which people see to it; null: the wire's usual.",
            examples=[None],
        ),
    ]
    uses_model: bool

    @classmethod
    def of(cls, bot: Bot) -> "BotOut":
        same = ("is_on", "name", "greetings", "questionnaire", "tries", "when", "patience", "uses_model")
        return cls(
            inbox=Ref(id=bot.inbox_id, name=bot.inbox.name), hours=Ref.to(bot.hours),
            **{name: getattr(bot, name) for name in same},
        )  # fmt: skip


class BotGiven(In):
    is_on: bool
    name: Annotated[Line, Field(max_length=60, examples=["Mia"])] = ""
    greetings: Annotated[
        dict[Language, Greeting], Field(max_length=6, examples=[{"en": "Welcome to Mitra!"}])
    ] = {}
    questionnaire: Annotated[Key | None, Field(examples=[None])] = None
    tries: Annotated[int, Field(ge=1, le=MOST_TRIES, examples=[2])] = 2
    when: Literal["always", "outside", "within"] = "always"
    hours: Annotated[Key | None, Field(description="Null: those of the house.", examples=[None])] = None
    patience: Annotated[int | None, Field(ge=1, le=MOST_MINUTES, examples=[None])] = None
    uses_model: Annotated[bool, Field(examples=[False])] = False


@assistant.reads("/assistant/bots", "settings:read")
def list_bots(request: ApiRequest) -> Listed[BotOut]:
    """List the bots that are on."""
    must(request.user, MANAGE)
    on = [inbox.pk for inbox, bot in inboxes_with_bots() if bot]
    return all_of(Bot.objects.filter(inbox__in=on).select_related("inbox", "hours").order_by("pk"), BotOut.of)


@assistant.reads("/inboxes/{int:pk}/bot", "settings:read")
def get_bot(request: ApiRequest, pk: Key) -> BotOut:
    """Get the bot of an inbox. One that was never set up is off."""
    return BotOut.of(bot_for(request.user, pk))


@assistant.writes("PUT", "/inboxes/{int:pk}/bot", "settings:write")
def set_bot(request: ApiRequest, pk: Key, given: BotGiven) -> BotOut:
    """Set the bot of an inbox up. What one that is switched off holds goes to people at once."""
    bot = bot_for(request.user, pk)
    hours = BusinessHours.objects.filter(pk=given.hours).first() if given.hours is not None else None
    if given.hours is not None and hours is None:
        raise wrong("hours", _("There is nothing of this id."))
    if given.questionnaire is not None and given.questionnaire not in dict(inquiry.choices()):
        raise wrong("questionnaire", _("There is nothing of this id."))
    values: dict[str, Any] = given.model_dump(exclude={"greetings", "hours"})
    greetings = {str(key): text for key, text in given.greetings.items()}
    return BotOut.of(save_bot(bot, greetings=greetings, hours=hours, actor=request.user.actor, **values))


class FoundArticleOut(Out):
    article: int
    title: Annotated[str, Field(examples=["My cup came broken"])]
    url: Annotated[str, Field(examples=["/help/en/1-my-cup-came-broken/"])]
    sure: Annotated[bool, Field(description="Whether a customer would be told so.")]
    share: Annotated[float, Field(description="How much of what was asked it holds, 0…1.", examples=[0.75])]
    held: Annotated[list[str], Field(examples=[["cup", "broken"]])]


class BotTrialOut(Out):
    language: Annotated[str, Field(examples=["en"])]
    person: Annotated[bool, Field(description="Whether it hears that a person is wanted.")]
    says: Annotated[
        str, Field(description="Markdown; empty: it hands over.", examples=["**My cup came broken** …"])
    ]
    why: Annotated[
        str, Field(description="Why what the model said would not be sent: a word.", examples=[""])
    ] = ""
    tokens: Annotated[int, Field(description="What the model took.", examples=[0])] = 0
    found: list[FoundArticleOut]


@assistant.reads("/inboxes/{int:pk}/bot/trial", "settings:read")
def try_bot(
    request: ApiRequest,
    pk: Key,
    q: Annotated[
        str, Field(max_length=1_000, description="A customer's words.", examples=["my cup came broken"])
    ],
    language: Annotated[Language | None, Field(description="Null: as it is written.")] = None,
    model: Annotated[
        bool, Field(description="Ask the language model; it is waited for, and costs tokens of the day.")
    ] = False,
) -> BotTrialOut:
    """Try what the bot of an inbox would answer. From articles alone, unless `model`; nothing is sent."""
    bot, text = bot_for(request.user, pk), clean(q)
    spoken = language or language_of(text) or bot.inbox.language
    spoken = spoken if spoken in INSTALLED else "en"
    answers = answers_to(text, spoken)[:SHOWN] if speaks(spoken) else []
    sure = next((one for one in answers if one.is_sure), None)
    person = heard(text) == Heard.PERSON
    says = saying.article(sure, spoken) if sure and not person else ""
    says, why, tokens = _by_model(text, spoken) if model and not person else (says, "", 0)
    return BotTrialOut(
        language=spoken, person=person, says=says, why=why, tokens=tokens,
        found=[
            FoundArticleOut(
                article=one.one.article_id, title=one.one.live_title, url=one.one.get_absolute_url(), sure=one.is_sure,
                share=round(one.share, 2), held=list(one.held),
            )
            for one in answers
        ],
    )  # fmt: skip


def _by_model(text: str, language: str) -> tuple[str, str, int]:
    """What it says, why that may not be sent, and what it took."""
    try:
        answer = grounded(text, language)
    except Ungrounded as refusal:
        return "", refusal.why, 0
    except Busy:
        return "", "busy", 0
    return saying.with_question(answer.text, answer.sources, language), "", answer.tokens


class AssistantOut(Out):
    masks: Annotated[
        bool, Field(description="Whether names, addresses and numbers are hidden from the model.")
    ]
    helps: Annotated[bool, Field(description="Whether the model may help agents.")]
    tokens_a_day: Annotated[int, Field(examples=[200000])]
    spent_today: Annotated[int, Field(examples=[1250])]
    model: Annotated[bool, Field(description="Whether a language model is set up.")]


class AssistantGiven(In):
    masks: bool = True
    helps: bool = True
    tokens_a_day: Annotated[int, Field(ge=0, le=MOST_TOKENS, examples=[200000])]


def _house() -> AssistantOut:
    found = house()
    return AssistantOut(
        masks=found.masks,
        helps=found.helps,
        tokens_a_day=found.tokens_a_day,
        spent_today=spent_today(),
        model=is_on(),
    )


@assistant.reads("/assistant/house", "settings:read")
def get_assistant(request: ApiRequest) -> AssistantOut:
    """Get what holds for the assistant in the whole house."""
    must(request.user, MANAGE)
    return _house()


@assistant.writes("PUT", "/assistant/house", "settings:write")
def set_assistant(request: ApiRequest, given: AssistantGiven) -> AssistantOut:
    """Set what holds for the assistant in the whole house."""
    must(request.user, MANAGE)
    set_house(actor=request.user.actor, **given.model_dump())
    return _house()


class BotTallyOut(Out):
    taken: Annotated[int, Field(description="Taken up.", examples=[40])]
    answered: Annotated[int, Field(description="… of which with an article.", examples=[30])]
    solved: Annotated[int, Field(examples=[18])]
    handed: Annotated[int, Field(description="Handed over to people.", examples=[20])]
    going: Annotated[int, Field(description="Still with the bot.", examples=[2])]

    @classmethod
    def of(cls, tally: Tally) -> "BotTallyOut":
        return cls(**vars(tally))


class BotSummaryOut(Out):
    days: int
    whole: BotTallyOut
    languages: Annotated[dict[str, BotTallyOut], Field(examples=[{}])]
    reasons: Annotated[dict[str, int], Field(description="Why people took over.", examples=[{"asked": 4}])]
    bot_seconds: Annotated[
        float | None, Field(description="Mean time with the bot; null without any.", examples=[95.0])
    ]


@assistant.reads("/assistant/summary", "settings:read")
def get_summary(
    request: ApiRequest, days: Annotated[int, Field(ge=1, le=366, description="So many days back.")] = DAYS
) -> BotSummaryOut:
    """Get what became of what bots took up. Apart from people's figures."""
    must(request.user, MANAGE)
    told = summary(days)
    return BotSummaryOut(
        days=days, whole=BotTallyOut.of(told.whole), reasons=dict(told.reasons),
        languages={key: BotTallyOut.of(one) for key, one in told.languages.items()},
        bot_seconds=told.bot_time.total_seconds() if told.bot_time else None,
    )  # fmt: skip


class ConversationOut(Out):
    state: Annotated[
        str, Field(description="begun, asking, answered, handed or solved.", examples=["answered"])
    ]
    reason: Annotated[str, Field(description="Why it was handed over; empty otherwise.", examples=[""])]
    language: Annotated[str, Field(examples=["en"])]
    answers: Annotated[int, Field(examples=[1])]
    asked: Annotated[int, Field(examples=[0])]
    by_model: bool
    seconds: Annotated[int, Field(description="For which the bot has had it.", examples=[70])]
    began_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, one: Conversation) -> "ConversationOut":
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


@assistant.reads("/tickets/{int:number}/bot", "tickets:read")
def get_conversation(request: ApiRequest, number: Key) -> ConversationOut:
    """Get how a bot stands with a ticket. Not found where none has taken it up."""
    return ConversationOut.of(_conversation(request, number))


@assistant.writes("POST", "/tickets/{int:number}/bot/hand-over", "tickets:write")
def take_over(request: ApiRequest, number: Key) -> ConversationOut:
    """Take a ticket over from the bot. The customer is told so."""
    ticket = ticket_for(request.user, number, REPLY)
    _conversation(request, number)
    hand_over(ticket, Reason.AGENT, tell=True)
    return ConversationOut.of(_conversation(request, number))


def _conversation(request: ApiRequest, number: int) -> Conversation:
    found = Conversation.objects.filter(ticket=ticket_for(request.user, number)).first()
    if found is None:
        raise Http404("no bot has taken it up")
    return found


class UseOut(Out):
    id: int
    ticket: Annotated[int, Field(examples=[4127])]
    kind: Annotated[str, Field(examples=["draft"])]
    state: Annotated[str, Field(description="waiting, writing, done, failed or left.", examples=["done"])]
    why: Annotated[str, Field(description="What to tell where it failed.", examples=[""])]
    by_model: bool
    tokens: int
    articles: Annotated[list[int], Field(description="The published wordings it stands on.", examples=[[3]])]
    asked_at: datetime
    ended_at: datetime | None

    @classmethod
    def told(cls, use: Use) -> dict[str, Any]:
        same = ("kind", "state", "by_model", "tokens", "articles", "asked_at", "ended_at")
        failed = use.state == Use.State.FAILED
        return {
            "id": use.pk, "ticket": use.ticket_id, "why": str(WHY.get(use.why, FAILED)) if failed else "",
            **{name: getattr(use, name) for name in same},
        }  # fmt: skip

    @classmethod
    def of(cls, use: Use) -> "UseOut":
        return cls(**cls.told(use))


class AssistanceOut(UseOut):
    result: Annotated[
        str, Field(description="What there is so far; gone after an hour.", examples=["Hello Noa, …"])
    ]

    @classmethod
    def of(cls, use: Use) -> "AssistanceOut":
        return cls(**cls.told(use), result=use.result)


class AssistanceGiven(In):
    kind: Kinds
    text: Annotated[
        str, Field(max_length=LONGEST, description="What stands where one writes.", examples=[""])
    ] = ""


@assistant.writes(
    "POST", "/tickets/{int:number}/assistance", "tickets:write", makes="/tickets/{number}/assistance/{id}"
)
def ask_assistance(request: ApiRequest, number: Key, given: AssistanceGiven) -> AssistanceOut:
    """Ask for help with a ticket. Without a language model a draft is there at once; else read it until its state is done."""
    ticket = ticket_for(request.user, number, REPLY)
    return AssistanceOut.of(ask_help(ticket, Help(given.kind), agent=request.user, text=given.text))


@assistant.reads("/tickets/{int:number}/assistance/{int:pk}", "tickets:read")
def get_assistance(request: ApiRequest, number: Key, pk: Key) -> AssistanceOut:
    """Get help you asked for. What there is of it so far."""
    return AssistanceOut.of(use_for(request.user, number, pk)[1])


@assistant.writes("DELETE", "/tickets/{int:number}/assistance/{int:pk}", "tickets:write")
def leave_assistance(request: ApiRequest, number: Key, pk: Key) -> None:
    """Leave help you asked for. It is written no further, and its words go."""
    leave(use_for(request.user, number, pk)[1])


@assistant.reads("/assistant/uses", "settings:read")
def list_uses(request: ApiRequest, cursor: Cursor = "", limit: Limit = 30) -> Listed[UseOut]:
    """List what agents were helped with, the latest first. Never its words."""
    must(request.user, MANAGE)
    return listed(Use.objects.all(), UseOut.of, order=("-id",), cursor=cursor, limit=limit)
