"""Delivery reports about mail we sent. How to read them is in `bounces`."""

from ..bounces import is_bounce
from ..mail import Mail


def is_delivery_report(mail: Mail) -> bool:
    return is_bounce(mail)
