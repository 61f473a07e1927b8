"""The figures there are, in the order in which they are shown. Names and sentences are told in the reader's language, formulas by the names of facts."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ahlan.kpis.declared import (
    BAND,
    COUNT,
    DOWN,
    DURATION,
    EACH,
    MEAN,
    NONE,
    SCORE,
    SECONDS,
    SHARE,
    UP,
    Kpi,
    Words,
)

TICKETS = _("Tickets of customers")
SOLVED = _("Solved tickets")
HANDLED = _("Tickets that a person of ours has done something with")
LEGS = _("Chats and calls that asked for a person while the desk was open")
ANSWERS = _("Answers to surveys")
FIRSTS = _("First contacts: no other about the same in the seven days before")
GONE = _("Spam, merged and deleted tickets; what only the bot did")
UNANSWERED = _("The same, and what is not answered yet")
UNSOLVED = _("The same, and what is not solved yet")
SHORT = _("Who left within five seconds; closed desk")
NOTHING = _("Nothing")
STAFF = _("People who are there for customers")
ABSENT = _("Time away: breaks, meetings, training")
AT_ANSWER, AT_SOLVING, AT_OPENING = _("The answer"), _("The solving that stands"), _("The first word")
AT_FIRST_ACT, AT_FIRST_SOLVING = _("The first act of a person"), _("The first solving")
AT_LEAVING, AT_END, AT_WRAP = _("The end of waiting"), _("The end of the period"), _("The end of wrapping up")
SPEED, QUALITY, VOLUME, LOAD, VOICE = "speed", "quality", "volume", "load", "voice"


def _duration(key: str, name: Words, tells: Words, kind: str, formula: str, **more: Any) -> Kpi:
    defaults: dict[str, Any] = {
        "unit": SECONDS, "good": DOWN, "population": TICKETS, "left_out": UNANSWERED, "dated_by": AT_ANSWER, "group": SPEED,
        "measure": "duration", "methods": DURATION,
    }  # fmt: skip
    return Kpi(key=key, name=name, tells=tells, kind=kind, formula=formula, **{**defaults, **more})


def _share(key: str, name: Words, tells: Words, kind: str, formula: str, **more: Any) -> Kpi:
    defaults: dict[str, Any] = {
        "unit": SHARE, "good": UP, "population": SOLVED, "left_out": GONE, "dated_by": AT_SOLVING, "group": QUALITY,
        "measure": "share", "methods": ("share",),
    }  # fmt: skip
    return Kpi(key=key, name=name, tells=tells, kind=kind, formula=formula, **{**defaults, **more})


def _solving(key: str, name: Words, tells: Words, kind: str, formula: str, **more: Any) -> Kpi:
    return _duration(
        key,
        name,
        tells,
        kind,
        formula,
        **{"population": SOLVED, "left_out": UNSOLVED, "dated_by": AT_SOLVING, **more},
    )


def _handling(key: str, name: Words, tells: Words, kind: str, formula: str, **more: Any) -> Kpi:
    return _duration(
        key, name, tells, kind, formula, good=BAND, group=LOAD, methods=(MEAN, "median", "p90", "p95"), **more
    )


def _service(policy: str, tells: Words) -> Kpi:
    return _share(
        f"service_level_{policy}", format_lazy("{} {}", _("Service level"), policy.upper()), tells, f"service_level_{policy}",
        SERVICE[policy], population=LEGS, left_out=NOTHING, dated_by=AT_LEAVING, group=SPEED, variant_of="service_level",
    )  # fmt: skip


SERVICE = {
    "f1": "(answered ≤ 20 s + abandoned ≤ 20 s) / offered", "f2": "answered ≤ 20 s / answered", "f3": "answered ≤ 20 s / offered",
    "f4": "answered ≤ 20 s / (offered - abandoned ≤ 20 s)", "f5": "(answered ≤ 20 s + abandoned < 5 s) / offered",
}  # fmt: skip
FCR = {"population": FIRSTS, "dated_by": AT_OPENING, "matures": 7}
FCR_FORMULA = "solved within 7 d, no further contact within 7 d / first contacts"

CATALOGUE: tuple[Kpi, ...] = (
    Kpi("contacts", _("Contacts"), _("How often customers came to us."), COUNT, NONE, TICKETS, GONE, AT_OPENING, "n", VOLUME, "contact", "count", ("count",)),
    Kpi(
        "contacts_per_customer", _("Contacts per customer"), _("How often one who came to us did so."), EACH, DOWN, TICKETS, GONE, AT_OPENING,
        "contacts / customers who made them", VOLUME, "contact", "per_customer", ("mean",),
    ),
    _duration("first_response_time", _("First response time"), _("How long a customer waits for a person’s first word."), "first_response", "first answer - first word"),
    _duration(
        "first_response_time_team", _("First response time of the team"), _("The same from the moment the bot handed over."), "team_response",
        "first answer - max(first word, hand-over)", variant_of="first_response_time",
    ),
    _duration("next_response_time", _("Next response time"), _("How long each further question waits for an answer."), "next_response", "answer - oldest unanswered word"),
    _duration(
        "average_speed_of_answer", _("Average speed of answer"), _("How long who was answered had waited in the queue."), "answer_speed",
        "Σ wait / answered", population=LEGS, methods=("mean", "median", "p90", "p95"),
    ),
    _duration(
        "time_to_human", _("Time from connection to a person"), _("The same with the menu and the bot before the queue."), "time_to_human",
        "answer - connection", population=LEGS,
    ),
    _share(
        "service_level", _("Service level"), _("Who was answered within twenty seconds, short abandons left out."), "service_level_f6",
        "answered ≤ 20 s / (offered - abandoned < 5 s)", population=LEGS, left_out=SHORT, dated_by=AT_LEAVING, group=SPEED,
    ),
    _service("f1", _("Who left in time counts as answered in time.")),
    _service("f2", _("Only who was answered counts.")),
    _service("f3", _("Everybody who waited counts.")),
    _service("f4", _("Who left in time is left out.")),
    _service("f5", _("Short abandons count as answered in time.")),
    _share(
        "abandonment_rate", _("Abandonment rate"), _("Who left the queue before anybody answered."), "abandonment",
        "abandoned ≥ 5 s / (offered - abandoned < 5 s)", good=DOWN, population=LEGS, left_out=SHORT, dated_by=AT_LEAVING, group=SPEED,
    ),
    _share(
        "abandonment_rate_raw", _("Abandonment rate, all"), _("The same with those who left at once."), "abandonment_raw", "abandoned / offered",
        good=DOWN, population=LEGS, left_out=NOTHING, dated_by=AT_LEAVING, group=SPEED, variant_of="abandonment_rate",
    ),
    _share("first_contact_resolution", _("First contact resolution"), _("First contacts that needed no second one."), "fcr", FCR_FORMULA, **FCR),
    _share(
        "first_contact_resolution_net", _("First contact resolution, net"), _("Without what went to a higher tier."), "fcr_net",
        f"{FCR_FORMULA} - escalated", variant_of="first_contact_resolution", **FCR,
    ),
    _share(
        "first_contact_resolution_strict", _("First contact resolution, strict"), _("What was transferred or escalated does not count as solved."),
        "fcr_strict", f"{FCR_FORMULA}; no transfer, no escalation", variant_of="first_contact_resolution", **FCR,
    ),
    Kpi(
        "first_contact_resolution_survey", _("First contact resolution, by survey"), _("Whose matter was settled at the first try, as they say themselves."), SHARE, UP, ANSWERS, NOTHING, AT_ANSWER,
        "yes / n", QUALITY, "fcr", "answers_top", ("share",), variant_of="first_contact_resolution",
    ),
    _share(
        "solved_share", _("Solved share"), _("Contacts solved within fourteen days."), "solved_share", "solved within 14 d / contacts",
        population=TICKETS, dated_by=AT_OPENING, matures=14,
    ),
    _share(
        "successfully_solved", _("Successfully solved"), _("Solved within fourteen days, not back within fourteen more, and not denied when asked."), "successfully_solved",
        "solved within 14 d, not back within 14 d, not denied in a survey / contacts", population=TICKETS, dated_by=AT_OPENING, matures=28,
    ),
    _solving("first_resolution_time", _("First resolution time"), _("From the first word to the first solving."), "first_resolution", "first solving - first word", dated_by=AT_FIRST_SOLVING),
    _solving("full_resolution_time", _("Full resolution time"), _("From the first word to the solving that stands."), "resolution", "last solving - first word"),
    _solving(
        "full_resolution_time_bot", _("Full resolution time of the bot"), _("Of what the bot solved alone."), "resolution", "last solving - first word",
        variant_of="full_resolution_time", by_bot=True,
    ),
    _solving("total_resolution_time", _("Total resolution time"), _("The same without the time it counted as solved."), "total_resolution", "open + waiting + on hold"),
    _solving("requester_wait_time", _("Requester wait time"), _("How long the customer waited for us."), "requester_wait", "open + on hold"),
    _solving("agent_work_time", _("Agent work time"), _("How long it was our turn."), "agent_work", "open"),
    _solving("agent_wait_time", _("Agent wait time"), _("How long we waited for the customer."), "agent_wait", "waiting", good=NONE),
    _solving("on_hold_time", _("On-hold time"), _("How long it waited for somebody else."), "on_hold", "on hold"),
    _share("one_touch", _("One-touch tickets"), _("Solved with exactly one answer of a person."), "one_touch", "exactly one answer / solved"),
    _share(
        "reopen_rate", _("Reopen rate"), _("Solved tickets that came back within fourteen days."), "reopen", "back within 14 d / solved", good=DOWN,
        dated_by=AT_FIRST_SOLVING, matures=14,
    ),
    Kpi(
        "reopens_per_ticket", _("Reopenings per ticket"), _("How often a solved ticket came back."), EACH, DOWN, SOLVED, GONE, AT_FIRST_SOLVING,
        "reopenings / solved", QUALITY, "reopens", "mean", ("mean",), matures=14, variant_of="reopen_rate",
    ),
    _share(
        "escalation_rate_functional", _("Escalation rate, functional"), _("Tickets handed to a higher tier."), "escalated", "escalated to a tier / handled",
        good=DOWN, population=HANDLED, dated_by=AT_FIRST_ACT,
    ),
    _share(
        "escalation_rate_hierarchic", _("Escalation rate, hierarchic"), _("Tickets handed to a lead."), "raised", "escalated to a lead / handled",
        good=DOWN, population=HANDLED, dated_by=AT_FIRST_ACT,
    ),
    _share(
        "transfer_rate", _("Transfer rate"), _("Contacts passed from one person or team to another."), "transferred", "transferred / handled",
        good=DOWN, population=HANDLED, dated_by=AT_FIRST_ACT,
    ),
    Kpi(
        "transfers_per_contact", _("Transfers per contact"), _("How often a contact was passed on."), EACH, DOWN, HANDLED, GONE, AT_FIRST_ACT,
        "transfers / handled", QUALITY, "transfers", "mean", ("mean",), variant_of="transfer_rate",
    ),
    Kpi("backlog", _("Backlog"), _("Tickets that are not solved."), COUNT, DOWN, TICKETS, GONE, AT_END, "open + waiting + on hold", LOAD, "backlog", "backlog", ("count",)),
    Kpi(
        "backlog_actionable", _("Backlog, ours to act on"), _("Those of them that wait for us."), COUNT, DOWN, TICKETS, GONE, AT_END, "open", LOAD,
        "backlog", "actionable", ("count",), variant_of="backlog",
    ),
    _handling(
        "average_handle_time", _("Average handle time"), _("Work on a contact: calls with holding and wrapping up, solved tickets with all the time somebody had them in front."),
        "handle", "Σ (talk + hold + wrap, time in front) / contacts", population=pgettext_lazy("population of a figure", "Calls, and solved tickets somebody was seen to work on"),
        left_out=GONE, dated_by=AT_WRAP,
    ),
    _handling(
        "average_handle_time_calls", _("Average handle time of calls"), _("Talking, holding and wrapping up."), "handle_call", "Σ (talk + hold + wrap) / calls",
        population=pgettext_lazy("population of a figure", "Calls"), left_out=NOTHING, dated_by=AT_WRAP, variant_of="average_handle_time",
    ),
    _handling(
        "average_handle_time_tickets", _("Average handle time of tickets"), _("How long a solved ticket was in front of somebody at work, all people and spells together."),
        "handle_ticket", "Σ time in front / solved", population=SOLVED, left_out=GONE, dated_by=AT_SOLVING, variant_of="average_handle_time",
    ),
    _handling(
        "chat_talk_time", _("Talking time of chats"), _("From the answer to the end of a chat."), "handle_chat", "end - answer",
        population=pgettext_lazy("population of a figure", "Chats that were answered"), left_out=UNANSWERED, dated_by=_("The end of the chat"), variant_of="average_handle_time",
    ),
    Kpi(
        "occupancy", _("Occupancy"), _("How much of the time people were there for contacts they worked on one."), SHARE, BAND, STAFF, ABSENT, _("The end of each piece of work"),
        "Σ handle time / (handle time + available without work)", LOAD, "worked", "occupancy", ("share",), splits=("team", "agent"),
    ),
    Kpi(
        "utilisation", _("Utilisation"), _("How much of the time people were signed in they were there for contacts."), SHARE, NONE, STAFF, _("Nobody signed in"), _("Each moment"),
        "(available + busy) / signed in", LOAD, "worked", "utilisation", ("share",), splits=("team", "agent"),
    ),
    Kpi("csat", _("Customer satisfaction"), _("Who gave four or five of five."), SHARE, UP, ANSWERS, NOTHING, AT_ANSWER, "(4 + 5) / n", VOICE, "csat", "answers_top", ("share",)),
    Kpi("csat_mean", _("Customer satisfaction, mean"), _("The mean of one to five."), SCORE, UP, ANSWERS, NOTHING, AT_ANSWER, "Σ score / n", VOICE, "csat", "answers_mean", (MEAN,), variant_of="csat"),
    Kpi("nps", _("Net promoter score"), _("Promoters less detractors, from -100 to 100."), SCORE, UP, ANSWERS, NOTHING, AT_ANSWER, "100 (9…10 - 0…6) / n", VOICE, "nps", "answers_net", ("net",)),
    Kpi("ces", _("Customer effort score"), _("Who found it easy: five to seven of seven."), SHARE, UP, ANSWERS, NOTHING, AT_ANSWER, "(5 + 6 + 7) / n", VOICE, "ces", "answers_top", ("share",)),
    Kpi("ces_mean", _("Customer effort score, mean"), _("The mean of one to seven."), SCORE, UP, ANSWERS, NOTHING, AT_ANSWER, "Σ score / n", VOICE, "ces", "answers_mean", (MEAN,), variant_of="ces"),
    Kpi("ces1_mean", _("Customer effort score 1.0"), _("The older question: effort from one to five."), SCORE, DOWN, ANSWERS, NOTHING, AT_ANSWER, "Σ score / n", VOICE, "ces1", "answers_mean", (MEAN,)),
)  # fmt: skip
