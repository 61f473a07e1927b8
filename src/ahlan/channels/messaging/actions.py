"""Verbs of messaging: what becomes of the pieces of a message, who wants no more, and wires as they are set up."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from ahlan.channels.contract import Arrival, Progress
from ahlan.channels.messaging.models import Piece, Silence
from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.events.log import record

ORDER = ["", Arrival.DELIVERED, Arrival.READ]
AT_ONCE = 100  # messages one report is about
NOBODYS = timedelta(days=3)  # so long a report waits for the message it is about


def begin(message_id: str, n: int, to: str) -> None:
    """A piece may leave from now on. `to`: whom it is for, as no other wire names him."""
    Piece.objects.get_or_create(message_id=message_id, n=n, defaults={"to": to[:254]})


def take_back(message_id: str, n: int) -> None:
    """It has not left: the wire refused it."""
    Piece.objects.filter(message_id=message_id, n=n, wire_id=None).delete()


@transaction.atomic
def name(message_id: str, n: int, wire_id: str) -> None:
    """It has left, and the wire calls it so. A report that was quicker than the wire's answer counts."""
    early = Piece.objects.filter(wire_id=wire_id, message_id="").first()
    if early is not None:
        early.delete()
    Piece.objects.filter(message_id=message_id, n=n).update(
        wire_id=wire_id, arrival=early.arrival if early else ""
    )


def forget_failed(message_id: str) -> None:
    """Pieces that arrived nowhere are sent anew when somebody sends their message again."""
    Piece.objects.filter(message_id=message_id, arrival=Arrival.FAILED).delete()


def note_all(to: str, until: datetime, arrival: Arrival) -> list[tuple[str, Arrival]]:
    """Take a report about all that was sent to somebody up to a moment."""
    earlier = ORDER[: ORDER.index(arrival)]
    sent = Piece.objects.filter(to=to, at__lte=until, arrival__in=earlier).exclude(wire_id=None)
    ids = list(sent.order_by("-at").values_list("wire_id", flat=True)[:AT_ONCE])
    found = {noted for one in ids if (noted := note(Progress(str(one), arrival)))}
    return sorted(found)


def note(progress: Progress) -> tuple[str, Arrival] | None:
    """Take a report, which may come late, early or twice: only ever forward. Returns our id and how far all of it has come."""
    with transaction.atomic():
        piece = Piece.objects.select_for_update().filter(wire_id=progress.about).first()
        if piece is None:
            _note_nobodys(progress)
            return None
        if _is_further(progress.arrival, piece.arrival):
            piece.arrival = progress.arrival
            piece.save(update_fields=["arrival"])
    arrival = arrival_of(piece.message_id)
    return (piece.message_id, arrival) if piece.message_id and arrival else None


def _note_nobodys(progress: Progress) -> None:
    try:
        with transaction.atomic():
            Piece.objects.create(wire_id=progress.about, arrival=progress.arrival)
    except IntegrityError:  # the sender has named it meanwhile; the next report finds it
        Piece.objects.filter(wire_id=progress.about, arrival="").update(arrival=progress.arrival)


def _is_further(new: str, old: str) -> bool:
    if Arrival.FAILED in (new, old):
        return old == ""
    return ORDER.index(new) > ORDER.index(old)


def arrival_of(message_id: str) -> Arrival | None:
    """The least of its pieces: a message is read when all of it is; one piece that failed fails it."""
    found = (
        list(Piece.objects.filter(message_id=message_id).values_list("arrival", flat=True))
        if message_id
        else []
    )
    if Arrival.FAILED in found:
        return Arrival.FAILED
    least = min(found, key=ORDER.index, default="")
    return Arrival(least) if least else None


def forget_nobodys() -> int:
    """Reports about what another program sent; returns how many."""
    return Piece.objects.filter(message_id="", at__lt=now() - NOBODYS).delete()[0]


@transaction.atomic
def silence(inbox: Inbox, value: str) -> None:
    """He wants nothing more from this inbox. Safe to repeat."""
    made = Silence.objects.get_or_create(inbox=inbox, value=value[:254])
    if made[1]:
        record("address.silenced", made[0], actor="system", inbox=inbox.pk)


@transaction.atomic
def let_speak(inbox: Inbox, value: str) -> None:
    """He wants to hear from us again."""
    found = Silence.objects.filter(inbox=inbox, value=value[:254]).first()
    if found is not None:
        record("address.unsilenced", found, actor="system", inbox=inbox.pk)
        found.delete()
