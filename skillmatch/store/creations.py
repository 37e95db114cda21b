"""Idempotency keys: a creation that is sent twice happens once."""

from datetime import timedelta
from hashlib import sha256

from sqlalchemy import delete, insert, select

from skillmatch.errors import Conflict
from skillmatch.store.tables import creations
from skillmatch.store.unit import Unit

KEPT = timedelta(hours=24)
"""How long a key is remembered."""


def remember(unit: Unit, key: str, request: bytes, about: str, person_id: str | None = None) -> None:
    """Keep with what was made (``about``, such as ``people:ID``) the key under which it was asked for.

    Call it in the transaction that makes it: of two at once, one commits and the other gets a Conflict. Keys of more
    than a day are forgotten on the way.
    """
    unit.connection.execute(delete(creations).where(creations.c.made_at < unit.at - KEPT))
    row = {"id": _id(unit, key), "request": _seal(unit, request), "about": about, "made_at": unit.at}
    unit.connection.execute(insert(creations).values(row | {"person_id": person_id}))


def recall(unit: Unit, key: str, request: bytes) -> str | None:
    """What this account made under ``key`` in the last day, None if nothing; raises Conflict for another request."""
    where = creations.c.id == _id(unit, key), creations.c.made_at >= unit.at - KEPT
    found = unit.connection.execute(select(creations.c.request, creations.c.about).where(*where)).one_or_none()
    if found is None:
        return None
    if found.request != _seal(unit, request):
        raise Conflict("this idempotency key was used for another request")
    return str(found.about)


def _id(unit: Unit, key: str) -> str:
    """Keys of two accounts never meet, and what a client chose is not kept."""
    return sha256(f"{unit.by.account}:{key}".encode()).hexdigest()


def _seal(unit: Unit, request: bytes) -> str:
    """Tells two requests apart. Under a key that is not in the database, for a name could be guessed from a hash."""
    return unit.pseudonyms.of(sha256(request).hexdigest())
