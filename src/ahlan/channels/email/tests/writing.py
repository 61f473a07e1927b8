"""Makers of small mails for tests."""

from email.message import EmailMessage

from ..parse import understand


def mail(body: str = "Hello", **headers: str) -> bytes:
    """A plain UTF-8 mail; `_` in a header's name stands for `-`."""
    stated = {"From": "Cy <cy@example.org>", "To": "support@example.com", "Subject": "Question", **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in stated.items() if value]
    return ("\r\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", body])).encode()


def mime(text: str = "Hello", html: str = "", files: tuple[tuple[str, str, bytes], ...] = ()) -> bytes:
    """A MIME mail with words, a page and files as (name, type, octets)."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "cy@example.org", "support@example.com", "Question"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content_type, content in files:
        maintype, _, subtype = content_type.partition("/")
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return message.as_bytes()


__all__ = ["mail", "mime", "understand"]
