"""Articles as a folder of Markdown with front matter: read and written.

What `ahlan knowledge export` writes, and what import reads best:

    returns/section.yaml                      audience, names, about, position
    returns/change-my-mind/en.md              front matter (title, published, …), then the text
    returns/change-my-mind/files/label.png    named in the text as ![…](files/label.png)

Import also takes `faq/returns.fi.md`, `fi/faq/returns.md` and `he-IL/returns.md`, and collections as `<language>.json`: a list of articles
with `id`, `title` or `question`, `body` or `answer`, and `section`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import nh3
import orjson
import yaml

from ahlan.core.languages import INSTALLED
from ahlan.core.text import clean
from ahlan.knowledge.rendering import LONGEST

LARGEST = 20 * 1024 * 1024  # bytes of one file that is read
FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
LONGEST_FRONT = 20_000  # characters
_HEADING = re.compile(r"\A\s*#[ \t]+(.+?)[ \t]*#*\s*(?:\n|\Z)")
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_][A-Za-z]{2,4})?$")
LINK = re.compile(r"(!?\[[^\]\n]{0,500}\])\(([^()\s]{1,500})\)")
_ANCHOR = re.compile(r"<a\b[^>]*\bhref=[\"']([^\"'<>\s()]+)[\"'][^>]*>(.*?)</a>", re.DOTALL | re.IGNORECASE)


class CannotRead(Exception):
    """A file that is no article; its text says why."""


@dataclass(slots=True)
class Read:
    """One wording as it lies in the folder. `facts`: what the front matter says beside it. `folder`: where its files are named from."""

    key: str
    language: str
    title: str
    text: str
    section: str
    where: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = None


def read_folder(root: Path) -> Iterator[Read | CannotRead]:
    """Every wording under a folder, in the order of the names; what cannot be read comes as the reason."""
    for path in sorted(_inside(root)):
        try:
            if path.suffix == ".md":
                yield _article(path, root)
            elif path.suffix == ".json" and _language(path.stem):
                yield from _collection(path, root)
        except (CannotRead, UnicodeDecodeError, yaml.YAMLError, orjson.JSONDecodeError, OSError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            yield CannotRead(f"{path.relative_to(root)}: {reason}")


def _inside(root: Path) -> Iterator[Path]:
    """Files under the folder; a link that leads out of it is none."""
    base = root.resolve()
    for path in root.rglob("*"):
        if (
            path.is_file()
            and path.resolve().is_relative_to(base)
            and not path.name.startswith(".")
            and "files" not in path.parts[:-1]
        ):
            yield path


def section_facts(root: Path) -> dict[str, dict[str, Any]]:
    """What each `section.yaml` says, by the name of its folder."""
    found = {}
    for path in sorted(root.glob("*/section.yaml")):
        facts = yaml.safe_load(_text(path)) if path.resolve().is_relative_to(root.resolve()) else None
        if isinstance(facts, dict):
            found[path.parent.name] = facts
    return found


def _text(path: Path) -> str:
    if path.stat().st_size > LARGEST:
        raise CannotRead("larger than 20 MB")
    return clean(path.read_text(encoding="utf-8-sig")).replace("\r\n", "\n")


def _article(path: Path, root: Path) -> Read:
    text = _text(path)
    front = FRONT.match(text[:LONGEST_FRONT])
    facts = yaml.safe_load(front[1]) if front else {}
    if not isinstance(facts, dict):
        raise CannotRead("its front matter is no list of names and values")
    text = text[front.end() :] if front else text
    language, key, section = _named_by(path.relative_to(root), facts)
    if language not in INSTALLED:
        raise CannotRead("nothing says its language: name it fi.md or put it into a folder fi")
    title = str(facts.get("title") or "").strip()
    heading = _HEADING.match(text)
    if heading and (not title or heading[1].strip() == title):
        title, text = heading[1].strip(), text[heading.end() :]
    if not title or len(text) > LONGEST:
        raise CannotRead("it has no title" if not title else "it is longer than 100,000 characters")
    return Read(
        key, language, title[:200], text.strip(), section, str(path.relative_to(root)), facts, path.parent
    )


def _named_by(path: Path, facts: Mapping[str, Any]) -> tuple[str, str, str]:
    """(language, key, section) by the front matter, else by the names on the way to the file."""
    parts = [*path.parts[:-1]]
    stem, _dot, ending = path.stem.rpartition(".")
    if stem and _language(ending):
        language, key = _language(ending), stem
    elif _language(path.stem) and parts:
        language, key = _language(path.stem), parts.pop()
    else:
        key, language = path.stem, ""
        spoken = next((one for one in parts if _language(one)), "")
        if spoken:
            parts.remove(spoken)
            language = _language(spoken)
    language = _language(str(facts.get("language") or "")) or language
    return (
        language,
        str(facts.get("key") or facts.get("id") or key),
        str(facts.get("section") or (parts[-1] if parts else "")),
    )


def _language(name: str) -> str:
    found = _LANGUAGE.fullmatch(name)
    return found[1] if found and found[1] in INSTALLED else ""


def _collection(path: Path, root: Path) -> Iterator[Read | CannotRead]:
    """A JSON list of articles in the language the file is named by. The folder it lies in is their section unless they say one."""
    if path.stat().st_size > LARGEST:
        raise CannotRead("larger than 20 MB")
    given = orjson.loads(path.read_bytes())
    if not isinstance(given, list):
        raise CannotRead("it is no list of articles")
    folder = path.parent.name if path.parent != root else root.resolve().name
    for n, one in enumerate(given):
        where = f"{path.relative_to(root)}[{n}]"
        title, body = (
            (one.get("title") or one.get("question"), one.get("body") or one.get("answer"))
            if isinstance(one, dict)
            else (None, None)
        )
        if not title or not body:
            yield CannotRead(f"{where}: it has no title or no text")
            continue
        lines = [str(line) for line in body] if isinstance(body, list) else [str(body)]
        if len(lines) > 1 and lines[0].strip() == str(title).strip():
            lines = lines[1:]
        text = _markdown("\n\n".join(lines))
        heading = _HEADING.match(text)
        text = text[heading.end() :].strip() if heading and heading[1] == str(title) else text
        key = str(one.get("id") or n)
        yield Read(
            f"{folder}-{key}",
            _language(path.stem),
            clean(str(title))[:200],
            clean(text)[:LONGEST],
            folder,
            where,
            {},
        )


def _markdown(text: str) -> str:
    """Links that stand in it as HTML become Markdown's; other tags go, their words stay."""
    if "<" not in text:
        return text
    text = _ANCHOR.sub(lambda found: f"[{found[2]}]({found[1]})", text)
    import html  # noqa: PLC0415 -- only here

    return html.unescape(nh3.clean(text, tags=set()))


def front_of(facts: Mapping[str, Any]) -> str:
    return f"---\n{yaml.safe_dump(dict(facts), allow_unicode=True, sort_keys=False)}---\n"


def day_of(value: object) -> date | None:
    """A day as the front matter says it; None for anything else."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def inside(folder: Path, name: str, root: Path) -> Path | None:
    """The file a text names, if it lies under the folder that is read."""
    if "://" in name or name.startswith(("/", "#", "mailto:")) or PurePosixPath(name).is_absolute():
        return None
    path = (folder / name).resolve()
    return path if path.is_relative_to(root.resolve()) and path.is_file() else None
