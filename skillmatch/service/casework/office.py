"""How every use case of casework begins: who acts is allowed to, a transaction is open, and the audit knows of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, Protocol, TypeVar

from skillmatch import access
from skillmatch.access import Action, Actor, Purpose
from skillmatch.errors import Conflict, InvalidInput, NotFound
from skillmatch.store import creations, people
from skillmatch.store.audit import By, Versions
from skillmatch.store.unit import Own, Store, Unit

PLANNED = timedelta(days=366)
"""How far ahead a conversation may be dated: it is prepared before it is held, and 2062 is a slip of the pen."""

Item = TypeVar("Item")
Made = TypeVar("Made")


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
        with self.store.write(_by(actor), self.versions) as unit:
            _reach(unit, actor, person_id)
            yield unit

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
    people.load(unit, person_id)
    if actor.role in access.BASIS:
        people.require(unit, person_id, access.BASIS[actor.role])


def _by(actor: Actor) -> By:
    return By(actor.account, actor.role, actor.organisation)


def has_basis(unit: Unit, person_id: str, purpose: Purpose) -> bool:
    """Whether a legal basis for ``purpose`` is recorded and was not withdrawn."""
    every = people.consents(unit, person_id)
    return any(one.purpose == purpose and one.withdrawn_at is None for one in every)


def theirs(unit: Unit, kind: type[Own], record_id: str, person_id: str) -> Own:
    """A record of this very person; raises NotFound for one of another person's file, which may be open too."""
    record = unit.get(kind, record_id)
    if record.person_id != person_id:
        raise NotFound(f"no such row in {kind.TABLE.name}")
    return record


def made_before(unit: Unit, once: Once | None) -> str | None:
    """The id that this very creation gave when it was sent first; raises Conflict where the key was for another."""
    about = creations.recall(unit, once.key, once.request) if once is not None else None
    return None if about is None else about.partition(":")[2]


def remember(unit: Unit, once: Once | None, record: "Known", person_id: str | None) -> None:
    """Keep the key of a creation with what it made."""
    if once is not None:
        creations.remember(unit, once.key, once.request, f"{record.TABLE.name}:{record.id}", person_id)


class Known(Protocol):
    """A record of the store, by its id."""

    @property
    def id(self) -> str:
        """A random id."""
        ...

    @property
    def TABLE(self) -> "Named":  # noqa: N802 - as the records have it
        """Where it is kept."""
        ...


class Named(Protocol):
    """Something with a name."""

    @property
    def name(self) -> str:
        """It."""
        ...


def refuse_future(unit: Unit, day: date | None, field: str, *, within: timedelta = timedelta()) -> None:
    """Raises InvalidInput for a day that is still to come by more than ``within``."""
    if day is not None and day > unit.today + within:
        raise InvalidInput("lies in the future", field=field)


def refuse_stale(seen: int, found: int, current: object, yours: object) -> None:
    """Raises Conflict with both versions and both contents where somebody changed it since ``seen``."""
    if seen != found:
        message = f"made from version {seen}, by now it is at version {found}: nothing was changed"
        raise Conflict(message, expected=seen, found=found, current=current, yours=yours)


def page_of(items: Sequence[Item], show: Callable[[Item], Mapping[str, object]], after: str | None, size: int) -> Page:
    """``size`` of ``items``, each with an ``id``, from behind the one whose id is ``after``; raises NotFound for it."""
    ids = [item.id for item in items]  # type: ignore[attr-defined]
    if after is not None and after not in ids:
        raise NotFound("the list has no such place to go on from")
    start = 0 if after is None else ids.index(after) + 1
    some = items[start : start + size]
    return Page([show(item) for item in some], ids[start + size - 1] if start + size < len(items) else None)
