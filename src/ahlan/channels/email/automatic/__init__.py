"""Whether a machine wrote a mail, and why it did. One rule a file; the first that says yes decides."""

from ...contract import Automatic
from ..mail import Mail
from .auto_reply import is_auto_reply
from .feedback import is_feedback
from .generated import is_generated
from .lists import is_list_mail
from .loops import is_loop
from .reports import is_delivery_report

RULES = (
    (is_loop, Automatic.LOOP),
    (is_feedback, Automatic.FEEDBACK),
    (is_delivery_report, Automatic.BOUNCE),
    (is_auto_reply, Automatic.REPLY),
    (is_list_mail, Automatic.LIST),
    (is_generated, Automatic.OTHER),
)

__all__ = ["RULES", "why_automatic"]


def why_automatic(mail: Mail) -> Automatic | None:
    """Why a machine wrote it, None when a person did."""
    return next((reason for rule, reason in RULES if rule(mail)), None)
