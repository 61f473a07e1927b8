"""Verbs on what the house has chosen: the profile, the head of letters, lists and wordings."""

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Max
from PIL import Image, UnidentifiedImageError

from ahlan.core import files
from ahlan.core.clock import now
from ahlan.core.languages import INSTALLED
from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.feedback.register.models import Letter, LetterKind, List, Register, Term
from ahlan.feedback.register.profiles import profile_of, regions_of
from ahlan.feedback.register.queries import MOST_TERMS
from ahlan.feedback.register.wording import ready

TERMS = Path(__file__).parents[1] / "terms.yaml"
LARGEST_LOGO, LARGEST_SIDE = 512 * 1024, 2_000  # bytes, points
LONGEST_LETTER = 5_000


class BadLogo(ValueError):
    """No picture of a kind that can be printed, or too large a one."""


class BadRegion(ValueError):
    """Not a part of the profile's country."""


class TooManyTerms(Exception):
    """There are as many entries as can be kept."""


class NoName(ValueError):
    """An entry needs a name in one language at least."""


@transaction.atomic
def set_register(*, actor: str, logo: bytes | None = None, **given: Any) -> Register:
    """Set any of the register's fields; `logo`: bytes of a picture, or b"" for none.

    Raises BadLogo, BadRegion, KeyError for a profile nobody knows.
    """
    held = Register.objects.select_for_update(of=("self",)).first() or Register()
    if logo is not None:
        given["logo_type"] = _picture(logo) if logo else ""
        given["logo"] = files.keep(logo)[0] if logo else ""
    if "rights" in given:
        given["rights"] = _worded(given["rights"], 2_000)
    profile = profile_of(given.get("profile", held.profile), date.max)
    region = given.get("subdivision", held.subdivision)
    if region and region not in dict(regions_of(profile)):
        raise BadRegion(region)
    changed = sorted(name for name, value in given.items() if getattr(held, name) != value)
    if changed:
        for name in changed:
            setattr(held, name, given[name])
        held.save()
        record("register.set", held, actor=actor, fields=changed)
    return held


def _picture(content: bytes) -> str:
    """What kind it is; as it can stand in a PDF. Raises BadLogo."""
    if len(content) > LARGEST_LOGO:
        raise BadLogo
    try:
        with Image.open(BytesIO(content), formats=["PNG", "JPEG", "GIF", "WEBP"]) as picture:
            if max(picture.size) > LARGEST_SIDE:
                raise BadLogo
            picture.load()
            return str(Image.MIME[picture.format or ""])
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise BadLogo from None


def _worded(texts: Mapping[str, str], longest: int) -> dict[str, str]:
    """Those that say something, in our languages."""
    lines = {code: clean(str(texts.get(code, ""))).strip()[:longest] for code in INSTALLED}
    return {code: text for code, text in lines.items() if text}


@transaction.atomic
def save_term(
    term: Term | None, *, actor: str, list: str = "", names: Mapping[str, str], tells: Mapping[str, str]
) -> Term:
    """Make or change an entry of a list. Raises NoName, TooManyTerms, ValueError for a list nobody knows."""
    if term is None and Term.objects.count() >= MOST_TERMS:
        raise TooManyTerms
    held = Term.objects.select_for_update().get(pk=term.pk) if term else Term(list=List(list).value)
    held.names, held.tells = _worded(names, 80), _worded(tells, 300)
    if not held.names:
        raise NoName
    if term is None:
        held.place = (Term.objects.filter(list=held.list).aggregate(last=Max("place"))["last"] or 0) + 1
    held.save()
    record("register.term_saved", held, actor=actor)
    return held


@transaction.atomic
def archive_term(term: Term, away: bool, *, actor: str) -> Term:
    """Offered no more, or again. Where it is used it stays."""
    held = Term.objects.select_for_update().get(pk=term.pk)
    if bool(held.archived_at) != away:
        held.archived_at = now() if away else None
        held.save(update_fields=["archived_at"])
        record("register.term_archived" if away else "register.term_brought_back", held, actor=actor)
    return held


@transaction.atomic
def move_term(term: Term, steps: int, *, actor: str) -> None:
    """So many places later in its list, or earlier when negative, as far as it goes."""
    rows = [
        *Term.objects.select_for_update().filter(list=term.list, archived_at=None).order_by("place", "id")
    ]
    here = next((n for n, one in enumerate(rows) if one.pk == term.pk), None)
    if here is None:
        return
    there = min(max(here + steps, 0), len(rows) - 1)
    rows.insert(there, rows.pop(here))
    for place, one in enumerate(rows, start=1):
        if one.place != place:
            one.place = place
            one.save(update_fields=["place"])
    if there != here:
        record("register.term_moved", term, actor=actor)


@transaction.atomic
def save_letter(kind: str, texts: Mapping[str, str], *, actor: str) -> Letter:
    """Word a letter anew, by language; what is empty or as it came is said as it came."""
    held, _made = Letter.objects.select_for_update().get_or_create(kind=LetterKind(kind).value)
    came = ready()[held.kind]
    own = _worded(texts, LONGEST_LETTER)
    plain = {code: text for code, text in own.items() if text.split() != came.get(code, "").split()}
    if held.texts != plain:
        held.texts = plain
        held.save(update_fields=["texts"])
        record("register.letter_saved", held, actor=actor, letter=held.kind)
    return held


@transaction.atomic
def make_terms() -> None:
    """The entries that come with the house, once: what people made of them stays."""
    there = set(Term.objects.exclude(key="").values_list("list", "key"))
    for name, found in yaml.safe_load(TERMS.read_text()).items():
        for place, (key, given) in enumerate(found.items(), start=1):
            if (name, key) not in there:
                Term.objects.create(
                    list=name, key=key, names=given["names"], tells=given.get("tells", {}), place=place
                )
