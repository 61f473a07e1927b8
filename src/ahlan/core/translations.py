"""The catalogues of translated words, kept without GNU gettext.

Each room (a folder with an apps.py) holds its own `locale/<language>/LC_MESSAGES/django.po`.

    python -m ahlan.core.translations update [room …]     take in new words, drop those no longer said
    python -m ahlan.core.translations check               list what is missing; exit code 1 if anything is
    python -m ahlan.core.translations compile             write the .mo files the program reads
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[1]

# How many plural forms, and which number takes which (CLDR; Django lets each catalogue say its own).
PLURALS = {
    "he": (3, "(n == 1 ? 0 : n == 2 ? 1 : 2)"),
    "ar": (
        6,
        "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5)",
    ),
    "fi": (2, "(n != 1)"),
    "fa": (2, "(n > 1)"),
    "ru": (3, "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)"),
}
_CALLS = {
    "gettext": None, "gettext_lazy": None, "gettext_noop": None, "_": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
_HOLES = re.compile(r"%\(\w+\)[sd]|(?<!\{)\{\w*\}")


def rooms() -> list[Path]:
    return sorted(path.parent for path in PACKAGE.rglob("apps.py"))


def sayings(room: Path) -> Catalog:
    """Everything a room says, without translations."""
    catalog = Catalog(charset="utf-8")
    for path in _sources(room):
        where = path.relative_to(PACKAGE).as_posix()
        for _, said, _, context in extract("python", _python(path), keywords=_CALLS):
            catalog.add(said, locations=[(where, 1)], context=context)
    return catalog


def _sources(room: Path) -> Iterator[Path]:
    others = tuple(other for other in rooms() if other != room and other.is_relative_to(room))
    for path in sorted(
        [*room.rglob("*.py"), *room.rglob("templates/**/*.html"), *room.rglob("templates/**/*.txt")]
    ):
        parts = path.relative_to(room).parts
        if not {"tests", "migrations"} & set(parts) and not any(
            path.is_relative_to(other) for other in others
        ):
            yield path


def _python(path: Path) -> io.BytesIO:
    text = path.read_text()
    if path.suffix != ".py":
        lines = templatize(text).splitlines()
        text = "\n".join(line.lstrip() for line in lines)  # else its indentation is read as Python's
    return io.BytesIO(text.encode())


def place(room: Path, language: str) -> Path:
    return room / "locale" / language / "LC_MESSAGES" / "django.po"


def update(room: Path) -> None:
    """Bring a room's catalogues up to what it says today; translations already there stay."""
    said = sayings(room)
    if not len(said):
        return
    for language, (_, _) in PLURALS.items():
        path = place(room, language)
        catalog = _read(path, language) if path.exists() else Catalog(locale=language)
        catalog.update(said, no_fuzzy_matching=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_written(catalog, language))


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _written(catalog: Catalog, language: str) -> str:
    buffer = io.BytesIO()
    count, rule = PLURALS[language]
    write_po(
        buffer,
        catalog,
        width=100,
        omit_header=True,
        ignore_obsolete=True,
        sort_output=True,
        include_lineno=False,
    )
    header = [
        'msgid ""', 'msgstr ""',
        '"Content-Type: text/plain; charset=UTF-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        f'"Language: {language}\\n"',
        f'"Plural-Forms: nplurals={count}; plural={rule};\\n"',
    ]  # fmt: skip
    return "\n".join(header) + "\n\n" + buffer.getvalue().decode().strip() + "\n"


def check() -> list[str]:
    """What is not translated in every language, one line each; [] when all is said everywhere."""
    faults: list[str] = []
    for room in rooms():
        said = sayings(room)
        for language in PLURALS if len(said) else ():
            path = place(room, language)
            where = f"{room.relative_to(PACKAGE)} [{language}]"
            if not path.exists():
                faults.append(f"{where}: no catalogue")
                continue
            faults += [f"{where}: {fault}" for fault in _faults(said, path, language)]
    return faults


def _faults(said: Catalog, path: Path, language: str) -> Iterator[str]:
    catalog = _read(path, language)
    count = PLURALS[language][0]
    if f"nplurals={count};" not in path.read_text():
        yield f"Plural-Forms should say nplurals={count}"
    for message in said:
        if message.id:
            found = catalog.get(message.id, message.context)
            fault = _fault(message, found, count)
            if fault:
                yield f"{fault}: {message.id!r}"


def _fault(message: Message, found: Message | None, count: int) -> str:
    if found is None or not found.string:
        return "missing"
    if found.fuzzy:
        return "fuzzy"
    ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    strings = found.string if isinstance(found.string, (tuple, list)) else (found.string,)
    if len(strings) != (count if len(ids) > 1 else 1) or not all(strings):
        return "incomplete plural" if len(ids) > 1 else "missing"
    # A form for exactly one or two may leave the number out; nothing may name what is not there.
    holes = set(_HOLES.findall(ids[-1]))
    if any(not set(_HOLES.findall(string)) <= holes for string in strings) or (
        set(_HOLES.findall(strings[-1])) != holes
    ):
        return "other placeholders"
    return ""


def compile_all() -> list[Path]:
    """Write the .mo beside each .po that is newer than it. Returns the files written."""
    written = []
    for path in sorted(PACKAGE.rglob("locale/*/LC_MESSAGES/django.po")):
        target = path.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
            _compile(path, target)
            written.append(target)
    return written


def _compile(path: Path, target: Path) -> None:
    partial = target.with_suffix(".partial")
    with partial.open("wb") as file:
        write_mo(file, _read(path, path.parents[1].name))
    partial.replace(target)


def main(arguments: list[str]) -> int:
    act, *names = arguments or ["check"]
    if act == "update":
        for room in [PACKAGE / name for name in names] or rooms():
            update(room)
    elif act == "compile":
        compile_all()
    elif act == "check":
        faults = check()
        sys.stdout.write("".join(f"{fault}\n" for fault in faults))
        return 1 if faults else 0
    else:
        sys.stderr.write(__doc__ or "")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
