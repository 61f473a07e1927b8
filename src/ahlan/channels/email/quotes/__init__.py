"""Earlier words in a mail: found to be folded on screen, never cut."""

from .markup import fold_html
from .plain import fold, reply_text
from .signatures import signature, without_signature

__all__ = ["fold", "fold_html", "reply_text", "signature", "without_signature"]
