"""`ahlan knowledge search`: what a customer finds, on the command line."""

import orjson

from ahlan.knowledge.searching import is_sure, look


def search(query: str, language: str, *, agents: bool, as_json: bool) -> int:
    """Print what is found, best first; returns the exit code."""
    found = look(query, language, agents or None)
    rows = [
        {
            "article": hit.group_id, "title": hit.shown.title, "url": hit.shown.url, "section": str(hit.shown.hint),
            "text": "".join(piece for piece, _marked in hit.text), "score": round(hit.score, 3), "sure": is_sure(hit),
        }
        for hit in found.hits
    ]  # fmt: skip
    if as_json:
        told = {"query": found.words, "language": language, "elsewhere": found.elsewhere, "found": rows}
        print(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())  # noqa: T201 -- the command's result
    else:
        for row in rows:
            print(f"{row['title']}\n  {row['url']}")  # noqa: T201 -- the command's result
    return 0 if any(row["sure"] for row in rows) else 1
