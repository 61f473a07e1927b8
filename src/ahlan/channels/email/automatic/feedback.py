"""Abuse reports: somebody called a mail of ours spam. How to read them is in `bounces`."""

from ..bounces import is_complaint
from ..mail import Mail


def is_feedback(mail: Mail) -> bool:
    return is_complaint(mail)
