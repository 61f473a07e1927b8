"""format=flowed (RFC 3676): lines that the sender's program broke, joined again."""

import re

QUOTED = re.compile(r">*")


def unflow(text: str, *, delete_space: bool = False) -> str:
    """`text` with soft line breaks undone, quotes kept as `> ` prefixes. `delete_space` is DelSp=yes."""
    paragraphs: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        depth, words = _split(line)
        soft = words.endswith(" ") and words != "-- "
        if open_depth != depth:
            paragraphs.append(["> " * depth])
        paragraphs[-1].append(words[:-1] if soft and delete_space else words)
        open_depth = depth if soft else None
    return "\n".join("".join(pieces) for pieces in paragraphs)


def _split(line: str) -> tuple[int, str]:
    """(quote depth, words without the stuffed space) of one line."""
    depth = QUOTED.match(line).end()  # type: ignore[union-attr]  # `>*` always matches
    words = line[depth:]
    return depth, words[1:] if words.startswith(" ") else words
