"""Django's sessions in the database, found by a question that is built once: every request asks it."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from ahlan.core.asking import kept
from ahlan.core.clock import now


@kept
def _live(key: str, at: object) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> AbstractBaseSession | None:
        found = _live.first(self.session_key, now()) if self.session_key else None
        if found is None:
            self._session_key = None
        return found
