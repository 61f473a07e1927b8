"""Canned replies and macros."""

from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.core.api.problems import Problem, wrong
from ahlan.core.api.shapes import Cursor, In, Key, Limit, Line, Listed, Out, Ref, Text, listed
from ahlan.rules.actions import shortcuts as verbs
from ahlan.rules.acts import LONGEST
from ahlan.rules.api.room import Acts, NotDone, acts_of, not_done, shortcuts
from ahlan.rules.models import CannedReply, Macro, Run, Shortcut
from ahlan.rules.shortcuts import CODE, Found, of
from ahlan.rules.views.shortcuts import one_for
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.api.saved import audience
from ahlan.tickets.policies import ticket_for

REPLY, SHARE = "tickets.reply", "replies.share"


class ShortcutOut(Out):
    id: int
    name: str
    code: Annotated[str, Field(examples=["hours"])]
    owner: Ref | None
    team: Ref | None
    uses: int


class CannedReplyOut(ShortcutOut):
    texts: Annotated[
        dict[str, str],
        Field(
            description="By language; empty stands for all others.",
            examples=[{"": "We are open from 8 to 17."}],
        ),
    ]

    @classmethod
    def of(cls, one: CannedReply) -> "CannedReplyOut":
        """One read with owner, team and texts."""
        return cls(**same(one), texts={text.language: text.text for text in one.texts.all()})


class MacroOut(ShortcutOut):
    acts: Annotated[list[dict[str, Any]], Field(examples=[[{"act": "priority", "value": ["3"]}]])]

    @classmethod
    def of(cls, one: Macro) -> "MacroOut":
        return cls(**same(one), acts=one.acts)


def same(one: Shortcut) -> dict[str, Any]:
    """What every shortcut tells. One read with owner and team."""
    return {
        "id": one.pk,
        "name": one.name,
        "code": one.code,
        "owner": Ref.to(one.owner),
        "team": Ref.to(one.team),
        "uses": one.uses,
    }


class WordsOut(Out):
    text: Annotated[str, Field(examples=["Hello Noa, we are open from 8 to 17."])]


class RunOut(Out):
    id: int
    macro: int
    ticket: int
    not_done: list[NotDone]


class ShortcutGiven(In):
    name: Annotated[Line, Field(min_length=1, max_length=80, examples=["Opening hours"])]
    code: Annotated[
        Line, Field(max_length=40, description="One word, typed after a slash.", examples=["hours"])
    ] = ""
    team: Annotated[Key | None, Field(description="Whose it is, if a team's.", examples=[None])] = None
    everyone: Annotated[
        bool, Field(description="Everybody's. Else, without a team, your own.", examples=[False])
    ] = False


Words = Annotated[Text, Field(max_length=LONGEST)]


class CannedReplyGiven(ShortcutGiven):
    texts: Annotated[
        dict[Literal["", "en", "he", "ar", "fi", "fa", "ru"], Words],
        Field(
            min_length=1,
            max_length=7,
            description="By language; empty stands for all others.",
            examples=[{"": "We are open from 8 to 17."}],
        ),
    ]


class MacroGiven(ShortcutGiven):
    acts: Acts


class Use(In):
    ticket: Annotated[Key, Field(examples=[4127])]


class MacroRun(In):
    macro: Key


def chosen(request: ApiRequest, given: ShortcutGiven) -> dict[str, Any]:
    """What the verbs take. Raises Problem, PermissionDenied."""
    name, code = given.name.strip(), given.code.strip().lstrip("/")
    if not name:
        raise wrong("name", _("A name is needed."))
    if code and not CODE.fullmatch(code):
        raise wrong("code", _("Letters, digits and hyphens only."))
    owner, team = audience(request.user, given.team, given.everyone, SHARE)
    return {"name": name, "code": code, "owner": owner, "team": team, "actor": request.user.actor}


def at_hand(request: ApiRequest, model: type[Found], pk: int) -> Found:
    """One that this agent may use. Raises Http404."""
    found = of(model, request.user).filter(pk=pk).select_related("owner", "team").first()
    if found is None:
        raise Http404("no such thing")
    return found


@shortcuts.reads("/canned-replies", "settings:read")
def list_canned_replies(
    request: ApiRequest, cursor: Cursor = "", limit: Limit = 30
) -> Listed[CannedReplyOut]:
    """List canned replies. Your own, your teams' and everybody's, by name."""
    must(request.user, REPLY)
    found = of(CannedReply, request.user).select_related("owner", "team").prefetch_related("texts")
    return listed(found, CannedReplyOut.of, order=("name", "id"), cursor=cursor, limit=limit)


@shortcuts.reads("/canned-replies/{int:pk}", "settings:read")
def get_canned_reply(request: ApiRequest, pk: Key) -> CannedReplyOut:
    """Get a canned reply."""
    must(request.user, REPLY)
    return CannedReplyOut.of(at_hand(request, CannedReply, pk))


@shortcuts.writes("POST", "/canned-replies", "settings:write", makes="/canned-replies/{id}")
def make_canned_reply(request: ApiRequest, given: CannedReplyGiven) -> CannedReplyOut:
    """Make a canned reply."""
    must(request.user, REPLY)
    return _save_canned(request, None, given)


@shortcuts.writes("PUT", "/canned-replies/{int:pk}", "settings:write")
def change_canned_reply(request: ApiRequest, pk: Key, given: CannedReplyGiven) -> CannedReplyOut:
    """Change a canned reply."""
    must(request.user, REPLY)
    return _save_canned(request, one_for(request, CannedReply, pk), given)


def _save_canned(request: ApiRequest, found: CannedReply | None, given: CannedReplyGiven) -> CannedReplyOut:
    if not any(text.strip() for text in given.texts.values()):
        raise wrong("texts", _("Write something, here or in one of the languages."))
    return CannedReplyOut.of(
        verbs.save_canned_reply(
            found, texts={str(key): text for key, text in given.texts.items()}, **chosen(request, given)
        )
    )


@shortcuts.writes("DELETE", "/canned-replies/{int:pk}", "settings:write")
def delete_canned_reply(request: ApiRequest, pk: Key) -> None:
    """Delete a canned reply. What was written with it stays."""
    must(request.user, REPLY)
    verbs.delete_shortcut(one_for(request, CannedReply, pk), actor=request.user.actor)


@shortcuts.writes("POST", "/canned-replies/{int:pk}/uses", "tickets:write")
def use_canned_reply(request: ApiRequest, pk: Key, given: Use) -> WordsOut:
    """Get the words of a canned reply for a ticket. In the customer's language and filled in; counted as used."""
    ticket = ticket_for(request.user, given.ticket, REPLY)
    return WordsOut(
        text=verbs.use_canned_reply(at_hand(request, CannedReply, pk), ticket, agent=request.user)
    )


@shortcuts.reads("/macros", "settings:read")
def list_macros(request: ApiRequest, cursor: Cursor = "", limit: Limit = 30) -> Listed[MacroOut]:
    """List macros. Your own, your teams' and everybody's, by name."""
    must(request.user, REPLY)
    found = of(Macro, request.user).select_related("owner", "team")
    return listed(found, MacroOut.of, order=("name", "id"), cursor=cursor, limit=limit)


@shortcuts.reads("/macros/{int:pk}", "settings:read")
def get_macro(request: ApiRequest, pk: Key) -> MacroOut:
    """Get a macro."""
    must(request.user, REPLY)
    return MacroOut.of(at_hand(request, Macro, pk))


@shortcuts.writes("POST", "/macros", "settings:write", makes="/macros/{id}")
def make_macro(request: ApiRequest, given: MacroGiven) -> MacroOut:
    """Make a macro."""
    must(request.user, REPLY)
    return MacroOut.of(verbs.save_macro(acts=acts_of(given.acts), **chosen(request, given)))


@shortcuts.writes("PUT", "/macros/{int:pk}", "settings:write")
def change_macro(request: ApiRequest, pk: Key, given: MacroGiven) -> MacroOut:
    """Change a macro."""
    must(request.user, REPLY)
    found = one_for(request, Macro, pk)
    return MacroOut.of(verbs.save_macro(found, acts=acts_of(given.acts), **chosen(request, given)))


@shortcuts.writes("DELETE", "/macros/{int:pk}", "settings:write")
def delete_macro(request: ApiRequest, pk: Key) -> None:
    """Delete a macro. What was done with it stays."""
    must(request.user, REPLY)
    verbs.delete_shortcut(one_for(request, Macro, pk), actor=request.user.actor)


@shortcuts.writes("POST", "/tickets/{int:number}/macro-runs", "tickets:write")
def run_macro(request: ApiRequest, number: Key, given: MacroRun) -> RunOut:
    """Run a macro on a ticket. What could not be done is told, and the rest is done."""
    ticket = ticket_for(request.user, number, REPLY)
    found = of(Macro, request.user).filter(pk=given.macro).first()
    if found is None:
        raise wrong("macro", _("There is nothing of this id."))
    run, failed = verbs.run_macro(found, ticket, agent=request.user)
    return RunOut(id=run.pk, macro=found.pk, ticket=ticket.pk, not_done=not_done(failed))


@shortcuts.writes("DELETE", "/tickets/{int:number}/macro-runs/{int:pk}", "tickets:write")
def undo_macro(request: ApiRequest, number: Key, pk: Key) -> None:
    """Take back your run of a macro. Its reply if it has not left, and what nobody has changed since."""
    ticket = ticket_for(request.user, number, REPLY)
    run = Run.objects.select_related("ticket").filter(pk=pk, ticket=ticket, agent=request.user).first()
    if run is None:
        raise Http404("no such run")
    if not verbs.undo_macro(run, agent=request.user):
        raise Problem(409, _("It was taken back already."))
