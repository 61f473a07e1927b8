"""Bringing articles in from a folder of Markdown, and writing all of them into one."""

import contextlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from ahlan.core import files
from ahlan.core.languages import INSTALLED
from ahlan.knowledge.actions.articles import (
    LARGEST_FILE,
    BadFile,
    TooMany,
    begin_article,
    keep_file,
    publish,
    set_article,
    word,
)  # fmt: skip
from ahlan.knowledge.actions.sections import save_section
from ahlan.knowledge.folders import (
    LINK,
    CannotRead,
    Read,
    day_of,
    front_of,
    inside,
    read_folder,
    section_facts,
)
from ahlan.knowledge.models import Article, Audience, Section
from ahlan.knowledge.naming import key_for
from ahlan.staff.models import Agent

_NAMED = re.compile(r"attachment:(\d{1,18})$")


@dataclass(slots=True)
class Report:
    """What an import did, in numbers, and what it could not read."""

    begun: int = 0
    worded: int = 0
    same: int = 0
    files: int = 0
    troubles: list[str] = field(default_factory=list)


def import_folder(root: Path, *, publishing: bool = True, audience: str = Audience.CUSTOMERS) -> Report:
    """Bring in every article under a folder; one that is known by its key is worded anew. Safe to repeat.

    Each article is one transaction, so what was brought in stays when a later one cannot be read. Raises NotADirectoryError.
    """
    if not root.is_dir():
        raise NotADirectoryError(root)
    report, wordings = Report(), defaultdict(list)
    for one in read_folder(root):
        if isinstance(one, CannotRead):
            report.troubles.append(str(one))
        else:
            wordings[_key(one.key)].append(one)
    known = section_facts(root)
    for key, found in wordings.items():
        try:
            _bring(key, found, known, root, report, publishing=publishing, audience=audience)
        except (ValueError, TooMany) as error:
            report.troubles.append(f"{found[0].where}: {str(error) or type(error).__name__}")
    for key, found in wordings.items():  # once all are there, links between them lead somewhere
        if any(".md)" in one.text for one in found):
            with contextlib.suppress(ValueError, TooMany):
                _bring(key, found, known, root, Report(), publishing=publishing, audience=audience)
    return report


def _key(text: str) -> str:
    from django.utils.text import slugify  # noqa: PLC0415 -- only here

    return slugify(text, allow_unicode=True)[:110].strip("-_") or "untitled"


@transaction.atomic
def _bring(
    key: str,
    found: list[Read],
    known: dict[str, dict[str, Any]],
    root: Path,
    report: Report,
    *,
    publishing: bool,
    audience: str,
) -> None:
    """One article with all its languages, the original first."""
    original = next((str(one.facts["original"]) for one in found if one.facts.get("original")), "")
    found.sort(key=lambda one: (one.language != original, INSTALLED.index(one.language)))
    article = Article.objects.filter(key=key).first()
    for one in found:
        before = article.translations.filter(language=one.language).first() if article else None
        text = one.text
        if article is None:
            section = _section(one, known, audience)
            article = begin_article(section, language=one.language, title=one.title, text=text, key=key)
            report.begun += 1
        text = _with_files(article, one, root, report)
        said = word(article, one.language, title=one.title, text=text)
        report.worded += before is not None and said.revision != before.revision
        report.same += before is not None and said.revision == before.revision
        if publishing and one.facts.get("published", True):
            publish(said)
    assert article is not None  # there is one wording at least
    _settle(article, found[0].facts)


def _settle(article: Article, facts: Any) -> None:
    given: dict[str, Any] = {}
    if (day := day_of(facts.get("review_on"))) is not None:
        given["review_on"] = day
    owner = Agent.objects.active().filter(email__iexact=str(facts.get("owner") or "")).first()
    if owner:
        given["owner"] = owner
    if given:
        set_article(article, **given)
    if isinstance(facts.get("position"), int):
        Article.objects.filter(pk=article.pk).update(position=max(0, min(facts["position"], 1_000_000)))


def _section(one: Read, known: dict[str, dict[str, Any]], audience: str) -> Section:
    """The section it says, made where there is none."""
    name = one.section or "Articles"
    made_key = _ascii(name)
    found = Section.objects.filter(key=made_key).first() or next(
        (section for section in Section.objects.all()[:200] if name in section.names.values()), None
    )
    if found:
        return found
    facts = known.get(name, {})
    names = _texts(facts.get("names")) or {one.language: name.replace("_", " ")}
    chosen = facts.get("audience") if facts.get("audience") in Audience.values else audience
    return save_section(
        names=names, about=_texts(facts.get("about")), audience=str(chosen), key=made_key, actor="system"
    )


def _texts(given: object) -> dict[str, str]:
    return {str(code): str(text) for code, text in given.items()} if isinstance(given, dict) else {}


def _ascii(name: str) -> str:
    from django.utils.text import slugify  # noqa: PLC0415 -- only here

    return slugify(name)[:70].strip("-_") or key_for(Section, "section")


def _with_files(article: Article, one: Read, root: Path, report: Report) -> str:
    """The text with the files it names kept and named by number, and links between articles likewise."""

    def settled(found: Any) -> str:
        words, name = found[1], found[2]
        path = inside(one.folder, name, root) if one.folder else None
        if path is None:
            return str(found[0])
        if path.suffix == ".md":
            other = Article.objects.filter(key=_key(path.parent.name)).first()
            return f"{words}(article:{other.pk})" if other else str(found[0])
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise BadFile
            kept = keep_file(
                article, path.read_bytes(), name=path.name, content_type="application/octet-stream"
            )
        except BadFile:
            report.troubles.append(
                f"{one.where}: {name} is empty, too large or a picture with too many points"
            )
            return str(found[0])
        report.files += 1
        return f"{words}(attachment:{kept.pk})"

    return LINK.sub(settled, one.text)


def export_folder(root: Path) -> int:
    """Write every article that is not put away into a folder, which may be empty or an older export; returns how many wordings."""
    root.mkdir(parents=True, exist_ok=True)
    written = 0
    for section in Section.objects.all()[:200]:
        place = root / section.key
        place.mkdir(exist_ok=True)
        facts = {
            "audience": section.audience, "names": section.names, "about": section.about, "position": section.position,
        }  # fmt: skip
        (place / "section.yaml").write_text(yaml.safe_dump(facts, allow_unicode=True, sort_keys=False))
        articles = section.articles.filter(archived_at=None).select_related("owner")
        for article in articles.prefetch_related("translations", "files").iterator(chunk_size=200):
            written += _write(article, place / article.key)
    return written


def _write(article: Article, place: Path) -> int:
    place.mkdir(exist_ok=True)
    names = _names(article.files.all())
    for name, digest in names.values():
        (place / "files").mkdir(exist_ok=True)
        (place / "files" / name).write_bytes(files.read(digest))
    translations = list(article.translations.all())
    for one in translations:
        facts: dict[str, Any] = {"title": one.title, "published": one.is_live, "position": article.position}
        if one.language == article.language:
            facts["original"] = one.language
        if article.owner:
            facts["owner"] = article.owner.email
        if article.review_on:
            facts["review_on"] = article.review_on
        text = LINK.sub(lambda found: f"{found[1]}({_outside(found[2], names)})", one.text)
        (place / f"{one.language}.md").write_text(f"{front_of(facts)}\n{text}\n")
    return len(translations)


def _names(kept: Iterable[Any]) -> dict[int, tuple[str, str]]:
    """What each file is called in the folder: by its own name, with its number where two have the same."""
    found: dict[int, tuple[str, str]] = {}
    taken: set[str] = set()
    for one in kept:
        safe = re.sub(r"[^\w.\-]+", "_", one.name).lstrip(".") or "file"
        name = safe if safe not in taken else f"{one.pk}-{safe}"
        taken.add(name)
        found[one.pk] = name, one.digest
    return found


def _outside(target: str, names: dict[int, tuple[str, str]]) -> str:
    found = _NAMED.match(target)
    if found and int(found[1]) in names:
        return f"files/{names[int(found[1])][0]}"
    if target.startswith("article:") and target[8:].isdecimal():
        other = Article.objects.select_related("section").filter(pk=int(target[8:])).first()
        if other:
            return f"../../{other.section.key}/{other.key}/{other.language}.md"
    return target
