"""How every use case of casework begins: who acts is allowed to, a transaction is open, and the audit knows of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from skillmatch import access
from skillmatch.access import Action, Actor, Purpose
from skillmatch.errors import Conflict, InvalidInput
from skillmatch.store import creations, people
from skillmatch.store.audit import By, Versions
from skillmatch.store.unit import Own, Record, Store, Unit, missing

TOMORROW = timedelta(days=1)
"""How far ahead today may lie: for an hour or two of the night, today in Brussels is tomorrow in UTC."""

A_YEAR = timedelta(days=366)
"""How far ahead what is planned may be dated, such as a conversation or a decision: 2062 is a slip of the pen."""

SHOWN_BY_CONFLICT = "conflicts.view"
"""What the audit calls it that somebody saw a part of a file because what they sent was made from an old version."""

Item = TypeVar("Item", bound=Record)


class Once(NamedTuple):
    """An idempotency key, and the bytes of the request it came with: the same creation is made once."""

    key: str
    request: bytes


class Page(NamedTuple):
    """Some of many, and where to go on: None at the end."""

    items: Sequence[Mapping[str, object]]
    after: str | None


@dataclass(frozen=True, slots=True)
class Office:
    """The records, and the versions with which the service answers (AI Act art. 12; D8)."""

    store: Store
    versions: Versions

    @contextmanager
    def act(self, actor: Actor, action: Action) -> Iterator[Unit]:
        """A transaction that has to say in the audit what it did; raises Forbidden."""
        access.require(actor, action)
        with self.store.write(_by(actor), self.versions) as unit:
            yield unit

    @contextmanager
    def open(self, actor: Actor, action: Action, person_id: str) -> Iterator[Unit]:
        """:meth:`act` on one person's file. A view of it records itself, as does a change.

        Raises Forbidden where the role may not or lacks a legal basis, NotFound where the file is not open to it.
        """
        access.require(actor, action)
        access.require_own(actor, person_id)
        try:
            with self.store.write(_by(actor), self.versions) as unit:
                _reach(unit, actor, person_id)
                yield unit
        except Conflict as conflict:
            if conflict.current is not None:
                self._tell_shown(actor, action, person_id)
            raise

    def _tell_shown(self, actor: Actor, action: Action, person_id: str) -> None:
        """A conflict undoes its transaction, with its rows, and shows what is there all the same: told by itself."""
        with self.store.write(_by(actor), self.versions) as unit:
            unit.record(SHOWN_BY_CONFLICT, person=person_id, what={"action": action.value})

    @contextmanager
    def look(self, actor: Actor, action: Action, person_id: str) -> Iterator[Unit]:
        """:meth:`open` without writing: to read what a slow run needs, which :meth:`open` then writes and tells."""
        access.require(actor, action)
        access.require_own(actor, person_id)
        with self.store.read(_by(actor)) as unit:
            _reach(unit, actor, person_id)
            yield unit

    @contextmanager
    def count(self, actor: Actor, action: Action) -> Iterator[Unit]:
        """A transaction that shows no personal file: lists of ids, counts, rules; raises Forbidden."""
        access.require(actor, action)
        with self.store.read(_by(actor)) as unit:
            yield unit


def _reach(unit: Unit, actor: Actor, person_id: str) -> None:
    """Raises NotFound where the file is not open to the actor, Forbidden where the role lacks a legal basis for it."""
    unit.vault(person_id)
    if actor.role in access.BASIS:
        people.require(unit, person_id, access.BASIS[actor.role])


def _by(actor: Actor) -> By:
    return By(actor.account, actor.role, actor.organisation)


def has_basis(unit: Unit, person_id: str, purpose: Purpose) -> bool:
    """Whether a legal basis for ``purpose`` is recorded and was not withdrawn."""
    return bool(people.standing(unit, person_id, purpose))


def theirs(unit: Unit, kind: type[Own], record_id: str, person_id: str) -> Own:
    """A record of this very person; raises NotFound for one of another person's file, which may be open too."""
    record = unit.get(kind, record_id)
    if record.person_id != person_id:
        raise missing(kind.TABLE)
    return record


def looked_at(unit: Unit, action: Action, record: Own) -> Own:
    """``record``, told in the audit as seen by ``action``."""
    unit.record(action, person=record.person_id, about=f"{record.TABLE.name}:{record.id}")
    return record


def repeated(unit: Unit, once: Once | None, action: Action, kind: type[Own], person_id: str) -> Own | None:
    """What this very creation made when it was sent first, told as seen by ``action``; None where it is new.

    Raises Conflict where the key was for another request.
    """
    known = made_before(unit, once)
    return None if known is None else looked_at(unit, action, theirs(unit, kind, known, person_id))


def made_before(unit: Unit, once: Once | None) -> str | None:
    """The id that this very creation gave when it was sent first; raises Conflict where the key was for another."""
    about = creations.recall(unit, once.key, once.request) if once is not None else None
    return None if about is None else about.partition(":")[2]


def remember(unit: Unit, once: Once | None, record: Record, person_id: str | None) -> None:
    """Keep the key of a creation with what it made."""
    if once is not None:
        creations.remember(unit, once.key, once.request, f"{record.TABLE.name}:{record.id}", person_id)


def refuse_future(unit: Unit, day: date | None, field: str, *, within: timedelta = TOMORROW) -> None:
    """Raises InvalidInput for a day that is still to come by more than ``within``."""
    if day is not None and day > unit.today + within:
        raise InvalidInput("lies more than a year ahead" if within == A_YEAR else "lies in the future", field=field)


def refuse_stale(seen: int, found: int, current: object, yours: object) -> None:
    """Raises Conflict with both versions and both contents where somebody changed it since ``seen``."""
    if seen != found:
        message = f"somebody changed it since: you saw version {seen}, it is at {found} now; nothing of yours was kept"
        raise Conflict(message, expected=seen, found=found, current=current, yours=yours)


def page_of(items: Sequence[Item], show: Callable[[Item], Mapping[str, object]], after: str | None, size: int) -> Page:
    """``size`` of ``items`` from behind the one whose id is ``after``; raises InvalidInput where there is none."""
    ids = [item.id for item in items]
    if after is not None and after not in ids:
        raise InvalidInput("the list has no such place to go on from", field="after")
    start = 0 if after is None else ids.index(after) + 1
    some = items[start : start + size]
    return Page([show(item) for item in some], ids[start + size - 1] if start + size < len(items) else None)
