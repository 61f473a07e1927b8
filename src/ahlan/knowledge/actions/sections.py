"""Verbs on sections and on how the help centre presents itself."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.db import transaction
from django.db.models import Max
from PIL import Image, UnidentifiedImageError

from ahlan.core import files
from ahlan.core.languages import INSTALLED
from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.knowledge.actions.articles import BadFile, TooMany
from ahlan.knowledge.models import Audience, HelpCentre, Section
from ahlan.knowledge.naming import key_for
from ahlan.knowledge.search import keep_section_found

MOST = 200  # sections
LARGEST_LOGO = 512 * 1024  # bytes
LARGEST_SIDE = 2_000  # points of a logo


class NotEmpty(Exception):
    """Articles stand in it."""


@transaction.atomic
def save_section(
    section: Section | None = None,
    *,
    names: Mapping[str, str],
    about: Mapping[str, str] | None = None,
    audience: str = Audience.CUSTOMERS,
    key: str = "",
    actor: str,
) -> Section:
    """Make a section or change one. Raises ValueError without a name, TooMany."""
    kept = _worded(names, 80)
    if not kept:
        raise ValueError("a section has a name")
    if section is None:
        if Section.objects.count() >= MOST:
            raise TooMany
        last = Section.objects.aggregate(last=Max("position"))["last"] or 0
        made = kept.get("en") or next(iter(kept.values()))
        section = Section(key=key_for(Section, key or made), position=last + 1)
    else:
        section = Section.objects.select_for_update().get(pk=section.pk)
    moved = section.pk is not None and section.audience != audience
    section.names, section.about = kept, _worded(about or {}, 300)
    section.audience = Audience(audience).value
    section.save()
    if moved:
        keep_section_found(section)
    record("section.saved", section, actor=actor, audience="everyone", to=section.audience)
    return section


@transaction.atomic
def move_section(section: Section, steps: int, *, actor: str) -> Section:
    """So many places later, or earlier when negative."""
    found = list(Section.objects.select_for_update().order_by("position", "id"))
    at = found.index(section)
    found.insert(max(at + steps, 0), found.pop(at))
    for n, one in enumerate(found):
        one.position = n
        one.save(update_fields=["position"])
    record("section.moved", section, actor=actor, audience="everyone")
    return section


@transaction.atomic
def delete_section(section: Section, *, actor: str) -> None:
    """Raises NotEmpty while any article, put away or not, stands in it."""
    held = Section.objects.select_for_update().get(pk=section.pk)
    if held.articles.exists():
        raise NotEmpty
    record("section.deleted", held, actor=actor, audience="everyone")
    held.delete()


@transaction.atomic
def set_help_centre(*, actor: str, logo: bytes | None = None, **given: Any) -> HelpCentre:
    """Set `is_open`, `names`, `welcome`, `languages`, `colour`, `webform`; `logo`: bytes of a picture, or b"" for none.

    Raises BadFile for a logo that is none or too large.
    """
    held = HelpCentre.objects.select_for_update().first() or HelpCentre()
    for name, longest in (("names", 80), ("welcome", 200)):
        if name in given:
            given[name] = _worded(given[name], longest)
    if "languages" in given:
        given["languages"] = [one for one in INSTALLED if one in given["languages"]]
    if logo is not None:
        given["logo_type"] = _picture(logo) if logo else ""
        given["logo"] = files.keep(logo)[0] if logo else ""
    changed = sorted(name for name, value in given.items() if getattr(held, name) != value)
    if changed:
        for name in changed:
            setattr(held, name, given[name])
        held.save()
        record("help_centre.set", held, actor=actor, audience="everyone", fields=changed)
    return held


def _picture(content: bytes) -> str:
    if len(content) > LARGEST_LOGO:
        raise BadFile
    try:
        with Image.open(BytesIO(content), formats=["PNG", "JPEG", "GIF", "WEBP"]) as picture:
            if max(picture.size) > LARGEST_SIDE:
                raise BadFile
            return str(Image.MIME[picture.format or ""])
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise BadFile from None


def _worded(texts: Mapping[str, str], longest: int) -> dict[str, str]:
    """Those that say something, in our languages."""
    lines = {code: " ".join(clean(texts.get(code, "")).split())[:longest] for code in INSTALLED}
    return {code: text for code, text in lines.items() if text}
