import logging

import pytest
import structlog
from django.conf import settings
from django.test import Client

from ahlan.core.discretion import hide_keys


@pytest.mark.parametrize("place", ["/my/in/", "/in/", "/requests/", "/inquiries/"])
def test_a_key_in_an_address_is_not_told(place):
    told = hide_keys(None, "warning", {"event": f"Forbidden (CSRF cookie not set.): {place}12:s3cret/?x=1"})

    assert told["event"] == f"Forbidden (CSRF cookie not set.): {place}…/?x=1"


def test_other_addresses_and_words_stay():
    told = hide_keys(None, "warning", {"event": "Not Found: /inbox/open/", "other": "/in/kept"})

    assert told == {"event": "Not Found: /inbox/open/", "other": "/in/kept"}


@pytest.mark.django_db
def test_the_log_of_a_refused_link_holds_no_key(capsys):
    handler = logging.StreamHandler()
    config = settings.LOGGING["formatters"]["line"]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=config["processors"], foreign_pre_chain=config["foreign_pre_chain"]
        )
    )
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        Client().post("/my/in/1:s3cret/")
    finally:
        logger.removeHandler(handler)

    said = capsys.readouterr().err
    assert "/my/in/…" in said and "s3cret" not in said
