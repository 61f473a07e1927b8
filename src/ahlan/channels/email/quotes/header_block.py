"""The block Outlook and others put above an earlier mail: From, Sent, To, Subject."""

from collections.abc import Sequence

from .lines import Line

MAX_CONTINUATION = 3
NEEDED = 3


def is_start(lines: Sequence[Line], index: int) -> bool:
    """Whether at least three of the headers of an earlier mail, its sender among them, begin here."""
    if lines[index].header not in {"from", "date", "subject"}:
        return False
    seen: set[str] = set()
    loose = 0
    for line in lines[index : index + 24]:
        role = line.header
        if role:
            seen.add(role)
            loose = 0
        else:
            loose += 1
        if loose > MAX_CONTINUATION or (line.is_blank and loose > 1):
            break
    return "from" in seen and len(seen) >= NEEDED


def is_forwarded(lines: Sequence[Line], index: int) -> bool:
    """Whether somebody passes this earlier mail on: then it is news, not a quote."""
    above = [line for line in lines[max(0, index - 4) : index] if not line.is_blank]
    return any(line.is_forward_marker for line in above[-2:])
