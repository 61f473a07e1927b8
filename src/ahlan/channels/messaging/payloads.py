"""What payloads of many wires hold, read one way: moments, places, cards."""

from datetime import UTC, datetime
from typing import Any


def moment(seconds: Any) -> datetime | None:
    """A time in seconds or milliseconds since 1970; None for what is none."""
    try:
        value = float(seconds)
        return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def spot(latitude: Any, longitude: Any, name: Any = "", address: Any = "") -> str:
    """A place as text, with where a map shows it. Raises ValueError for what is none."""
    north, east = float(latitude), float(longitude)
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise ValueError("no place on earth")
    link = f"https://www.openstreetmap.org/?mlat={north:.6f}&mlon={east:.6f}#map=17/{north:.6f}/{east:.6f}"
    return "\n".join(
        part for part in (str(name or ""), str(address or ""), f"{north:.6f}, {east:.6f}", link) if part
    )


def card(*parts: Any) -> str:
    """Somebody’s name and numbers, a line each."""
    return "\n".join(str(part) for part in parts if part)
