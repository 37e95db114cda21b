"""The audit: rows that are only ever added, in the transaction of what they tell, each chained to the one before it.

Each row holds the SHA-256 of its content and of the row before, and an HMAC over that under a key which is not in the
database. The chain alone would show that something was changed; the HMAC shows which row, for whoever holds only the
database cannot make another row that fits. The head, signed too, shows that rows were cut off at the end. What no
chain can show is a database put back whole to an earlier day: keep :func:`head` elsewhere and give it to verify().
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, insert, or_, select, text, update

from skillmatch.errors import InvalidInput
from skillmatch.store.columns import canonical, stamp
from skillmatch.store.tables import audit, audit_head, people
from skillmatch.store.vault import AuditKey

GENESIS = "0" * 64
"""What the first row has before it."""

_LOCK = 0x736B696C6C
"""PostgreSQL's advisory lock for the end of the chain ("skill" in ASCII); SQLite has one writer anyhow."""

_CONTENT = (
    "seq",
    "at",
    "account",
    "role",
    "organisation",
    "action",
    "person",
    "about",
    "what",
    "versions",
    "reasons",
    "previous",
)

_PLAIN_WORD = re.compile(r"[\w.:/#+@%,;=?&()~<>*|-]{0,400}")

Plain = str | int | float | bool | None | Sequence["Plain"] | Mapping[str, "Plain"]
"""What an audit row may tell: codes, ids, dates and numbers; a text with a space in it is refused."""


@dataclass(frozen=True, slots=True)
class By:
    """Who does something: an account, in one of its roles, for an organisation. Ids and role names, never a name."""

    account: str
    role: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Versions:
    """What an answer was computed with (AI Act, art. 12; D8)."""

    taxonomy: str | None = None
    encoder: str | None = None
    index: str | None = None
    configuration: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to be told: an action such as ``claim.confirm``, the person and thing it was about, and its reasons."""

    action: str
    person: str | None = None
    about: str | None = None
    what: Mapping[str, Plain] = field(default_factory=dict)
    reasons: Sequence[Plain] = ()


class Head(NamedTuple):
    """The end of the chain: the number of its last row and that row's hash."""

    seq: int
    hash: str


class Tampering(StrEnum):
    """What happened to a row."""

    EDITED = "edited"
    INSERTED = "inserted"
    REMOVED = "removed"


class Fault(NamedTuple):
    """The first row that is not as it was written. ``seq`` counts from 1."""

    seq: int
    tampering: Tampering


def refuse_prose(value: Plain, where: str) -> None:
    """An audit row outlives the person it is about, so it takes codes only. Raises InvalidInput without quoting."""
    if isinstance(value, str):
        if not _PLAIN_WORD.fullmatch(value):
            raise InvalidInput("an audit row takes ids, codes, dates and numbers, never prose", field=where)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            refuse_prose(key, where)
            refuse_prose(part, where)
    elif isinstance(value, Sequence):
        for part in value:
            refuse_prose(part, where)


def append(
    connection: Connection, key: AuditKey, by: By, versions: Versions, at: datetime, entries: Iterable[Entry]
) -> Head:
    """Add rows at the end of the chain; call it last in a transaction, for it makes all other writers wait."""
    end = _locked_head(connection)
    for entry in entries:
        row = _row(entry, by, versions, at, end)
        end = Head(end.seq + 1, _digest(row))
        connection.execute(insert(audit).values(**row, hash=end.hash, seal=_row_seal(key, end)))
    _move_head(connection, key, end)
    return end


def _locked_head(connection: Connection) -> Head:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    found = connection.execute(select(audit_head.c.seq, audit_head.c.hash)).one_or_none()
    return Head(0, GENESIS) if found is None else Head(*found)


def _move_head(connection: Connection, key: AuditKey, end: Head) -> None:
    values = {"seq": end.seq, "hash": end.hash, "seal": _head_seal(key, end)}
    if connection.execute(update(audit_head).where(audit_head.c.id == 1).values(**values)).rowcount == 0:
        connection.execute(insert(audit_head).values(id=1, **values))


def _row(entry: Entry, by: By, versions: Versions, at: datetime, end: Head) -> dict[str, str | int | None]:
    for where, value in (
        ("action", entry.action),
        ("about", entry.about),
        ("what", entry.what),
        ("reasons", entry.reasons),
        ("account", by.account),
        ("role", by.role.replace(" ", "_")),
    ):
        refuse_prose(value, where)
    told = {name: getattr(versions, name) for name in Versions.__slots__ if getattr(versions, name) is not None}
    return {
        "seq": end.seq + 1,
        "at": stamp(at),
        "account": by.account,
        "role": by.role,
        "organisation": by.organisation,
        "action": entry.action,
        "person": entry.person,
        "about": entry.about,
        "what": canonical(dict(entry.what)),
        "versions": canonical(told),
        "reasons": canonical(list(entry.reasons)),
        "previous": end.hash,
    }


def _digest(row: Mapping[str, object] | RowMapping) -> str:
    return sha256(canonical([row[name] for name in _CONTENT]).encode()).hexdigest()


def _row_seal(key: AuditKey, end: Head) -> str:
    return key.sign(f"row:{end.seq}:{end.hash}")


def _head_seal(key: AuditKey, end: Head) -> str:
    return key.sign(f"head:{end.seq}:{end.hash}")


@dataclass(frozen=True, slots=True)
class Told:
    """One row of the audit as it is shown: ids only, so an auditor sees pseudonyms (ruling 22)."""

    seq: int
    at: datetime
    account: str
    role: str
    organisation: str
    action: str
    person: str | None
    about: str | None
    what: Mapping[str, Plain]
    versions: Mapping[str, str]
    reasons: Sequence[Plain]


def trail(
    connection: Connection,
    *,
    organisation: str | None = None,
    person: str | None = None,
    after: int | None = None,
    size: int = 100,
    newest: bool = False,
) -> list[Told]:
    """Rows beyond number ``after``, in order, or from the ``newest`` back: all, or those of an organisation or person.

    An organisation's are those of its actors and those about the files that it keeps; a person's: see :func:`naming`.
    """
    query = select(audit).order_by(audit.c.seq.desc() if newest else audit.c.seq).limit(size)
    if after is not None:
        query = query.where(audit.c.seq < after if newest else audit.c.seq > after)
    if organisation is not None:
        kept = select(people.c.id).where(people.c.organisation_id == organisation)
        query = query.where(or_(audit.c.organisation == organisation, audit.c.person.in_(kept)))
    if person is not None:
        query = query.where(naming(person))
    return [_told(row) for row in connection.execute(query).mappings()]


def naming(person: str) -> ColumnElement[bool]:
    """The condition that a row names a person: alone, or as one of many, for the row of a list tells whose names."""
    among_others = and_(audit.c.person.is_(None), audit.c.what.contains(person, autoescape=True))
    return or_(audit.c.person == person, among_others)


def _told(row: RowMapping) -> Told:
    shown = {name: row[name] for name in Told.__slots__}
    opened = {name: json.loads(row[name]) for name in ("what", "versions", "reasons")}
    return Told(**(shown | opened | {"at": datetime.fromisoformat(row["at"])}))


def head(connection: Connection) -> Head:
    """The end of the chain as the database has it; keep it elsewhere to find a database that was put back."""
    found = connection.execute(select(audit_head.c.seq, audit_head.c.hash)).one_or_none()
    return Head(0, GENESIS) if found is None else Head(*found)


def verify(connection: Connection, key: AuditKey, since: Head | None = None) -> Fault | None:
    """The first row that was edited, inserted or removed; None where all is as written. Reads the whole chain.

    ``since`` is a head that was kept elsewhere: the chain has to pass through it.
    """
    end, last = Head(0, GENESIS), _signed_head(connection, key)
    ordered = select(audit).order_by(audit.c.seq).execution_options(yield_per=1000)
    with connection.execute(ordered) as rows:
        for row in rows.mappings():
            if last is not None and row["seq"] > last.seq:
                return Fault(row["seq"], Tampering.INSERTED)
            if fault := _fault(row, end, key):
                return fault
            end = Head(row["seq"], row["hash"])
            if since is not None and end.seq == since.seq and end != since:
                return Fault(end.seq, Tampering.EDITED)
    expected = max(last.seq if last else end.seq + 1, since.seq if since else 0)
    return Fault(end.seq + 1, Tampering.REMOVED) if expected > end.seq else None


def _fault(row: RowMapping, end: Head, key: AuditKey) -> Fault | None:
    """What is wrong with ``row`` as the one after ``end``."""
    if row["seq"] <= end.seq:
        return Fault(row["seq"], Tampering.INSERTED)
    if row["seq"] > end.seq + 1:
        return Fault(end.seq + 1, Tampering.REMOVED)
    here = Head(row["seq"], _digest(row))
    fits = row["hash"] == here.hash and row["previous"] == end.hash
    if not fits or not compare_digest(row["seal"], _row_seal(key, here)):
        return Fault(row["seq"], Tampering.EDITED)
    return None


def _signed_head(connection: Connection, key: AuditKey) -> Head | None:
    """The head, None where it is missing or not signed by us."""
    found = connection.execute(select(audit_head)).mappings().one_or_none()
    if found is None:
        return None
    end = Head(found["seq"], found["hash"])
    return end if compare_digest(found["seal"], _head_seal(key, end)) else None
