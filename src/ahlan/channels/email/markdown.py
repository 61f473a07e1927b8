"""What an agent writes, as safe HTML for the mail."""

from markdown_it import MarkdownIt

from . import direction, page

# Line breaks stay where the agent put them; pictures are attached, not fetched from elsewhere.
WRITER = MarkdownIt("js-default", {"html": False, "linkify": True, "breaks": True}).disable("image")


def render_html(markdown_text: str, language: str) -> str:
    """Markdown as an HTML fragment, each paragraph with its own direction. `language`: "en", "he" …"""
    return page.sanitise(direction.mark_blocks(WRITER.render(markdown_text), language))
