"""Opening the records, and one transaction at a time: what changes and what the audit says of it, together or not."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    String,
    Table,
    exists,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from skillmatch.errors import Conflict, InvalidInput, NotFound, StoreError
from skillmatch.store import audit, engine
from skillmatch.store.audit import By, Entry, Fault, Head, Plain, Told, Versions
from skillmatch.store.columns import Sealed
from skillmatch.store.tables import master as master_table
from skillmatch.store.tables import organisations, people, person_keys, shares
from skillmatch.store.vault import AuditKey, MasterKey, Pseudonyms, Vault

SYSTEM = By("system", "system", "system")
"""Who acts when no account does: opening the records for the first time."""


class Record(Protocol):
    """A frozen dataclass whose fields are the columns of ``TABLE``; ``id`` comes first."""

    TABLE: ClassVar[Table]

    @property
    def id(self) -> str:
        """A random id that means nothing."""
        ...


class Personal(Record, Protocol):
    """A record that belongs to one person."""

    @property
    def person_id(self) -> str:
        """Whose it is."""
        ...


class Versioned(Personal, Protocol):
    """A record that may be changed: by whoever saw its latest version."""

    @property
    def version(self) -> int:
        """1 when new, one more with each change."""
        ...


BEFORE = datetime.min.replace(tzinfo=UTC)
"""Before everything: rows of earlier versions do not say when they were written down."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

One = TypeVar("One", bound=Record)
Own = TypeVar("Own", bound=Personal)
Changing = TypeVar("Changing", bound=Versioned)


def new_id() -> str:
    """A random id of 32 hex digits."""
    return uuid4().hex


def missing(table: Table) -> NotFound:
    """That a table has no such row, in the words of whoever asked for it by its id."""
    return NotFound(f"no such entry among the {table.name.replace('_', ' ')}")


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Store:
    """The records, opened; safe to share between threads. Raises StoreError where they cannot be used as they are."""

    def __init__(self, connections: Engine, master: MasterKey, clock: Callable[[], datetime] = now) -> None:
        self._engine = connections
        self._master = master
        self._clock = clock
        with _clean_errors():
            engine.check(connections)
            self._audit_key = self._begin()

    @classmethod
    def open(
        cls, url: str, master: MasterKey, *, clock: Callable[[], datetime] = now, migrate: bool = False
    ) -> "Store":
        """The records at ``url``; ``migrate`` first brings (or makes) the tables up to this version's."""
        connections = engine.connect(url)
        try:
            if migrate:
                with _clean_errors():
                    engine.migrate(connections)
            return cls(connections, master, clock)
        except StoreError:
            connections.dispose()
            raise

    def _begin(self) -> AuditKey:
        """The audit's key; for new records a new one, and the first row of the audit."""
        with engine.reading(self._engine) as connection:
            wrapped = connection.scalar(select(master_table.c.audit_key))
        if wrapped is not None:
            return self._master.open_audit_key(wrapped)
        key, wrapped = self._master.new_audit_key()
        try:
            with engine.writing(self._engine) as connection:
                connection.execute(insert(master_table).values(id=1, audit_key=wrapped))
                audit.append(connection, key, SYSTEM, Versions(), self._clock(), [Entry("records.begin")])
        except IntegrityError:  # another process began them in this very moment
            return self._begin()
        return key

    @contextmanager
    def write(self, by: By, versions: Versions = Versions()) -> Iterator["Unit"]:  # noqa: B008 - it is frozen
        """A transaction: commits with its audit rows at the end of the block, or leaves nothing if the block raises.

        Raises StoreError if the block recorded nothing: no change and no view of a file goes without its row.
        """
        with _clean_errors(), engine.writing(self._engine) as connection:
            unit = self._unit(connection, by)
            _limit_to(connection, by, unit.today)
            yield unit
            if not unit.entries:
                raise StoreError("a write transaction has to say in the audit what it did")
            audit.append(connection, self._audit_key, by, versions, unit.at, unit.entries)

    @contextmanager
    def read(self, by: By) -> Iterator["Unit"]:
        """A transaction that changes nothing: for lists and counts. To show a personal file, write(): it is told."""
        with _clean_errors(), engine.reading(self._engine) as connection:
            unit = self._unit(connection, by)
            _limit_to(connection, by, unit.today)
            yield unit

    def _unit(self, connection: Connection, by: By) -> "Unit":
        pseudonyms = self._audit_key.pseudonyms(by.organisation)
        return Unit(connection, self._master, pseudonyms, by, self._clock())

    def verify(self, since: Head | None = None) -> Fault | None:
        """The first audit row that is not as it was written, None where all are; see :func:`audit.verify`."""
        with _clean_errors(), engine.reading(self._engine) as connection:
            return audit.verify(connection, self._audit_key, since)

    def head(self) -> Head:
        """The end of the audit's chain, to be kept elsewhere."""
        with _clean_errors(), engine.reading(self._engine) as connection:
            return audit.head(connection)

    def change_master_key(self, by: By, new: MasterKey) -> int:
        """Wrap every key anew, in one transaction; returns how many people's. This store goes on with ``new``.

        Nobody else may have the records open meanwhile: they would go on with the old one.
        Copies and backups from before still open with the old master key: destroy it when they are gone.
        """
        changed = 0
        with self.write(by) as unit:
            wrapped = unit.connection.execute(select(master_table.c.audit_key)).scalar_one()
            rewrapped = self._master.rewrap_audit_key(wrapped, new)
            unit.connection.execute(update(master_table).values(audit_key=rewrapped))
            for organisation in unit.connection.scalars(select(organisations.c.id)).all():
                _limit_to(unit.connection, replace(by, organisation=organisation), unit.today)
                changed += self._rewrap(unit.connection, organisation, new)
            unit.record("records.master_key", what={"people": changed})
        self._master = new
        return changed

    def _rewrap(self, connection: Connection, organisation: str, new: MasterKey) -> int:
        query = select(person_keys).join(people, people.c.id == person_keys.c.person_id)
        rows = connection.execute(query.where(people.c.organisation_id == organisation)).all()
        for person_id, wrapped in rows:
            fresh = self._master.rewrap(person_id, wrapped, new)
            where = person_keys.c.person_id == person_id
            connection.execute(update(person_keys).where(where).values(wrapped=fresh))
        return len(rows)

    def scrub(self) -> bool:
        """After an erasure: remove what the engine still holds of the old rows; see :func:`engine.scrub`."""
        with _clean_errors():
            return engine.scrub(self._engine)

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()


def _limit_to(connection: Connection, by: By, today: date) -> None:
    """Tell PostgreSQL's row-level security who asks and on what day, for this transaction only."""
    if connection.dialect.name == "postgresql":
        for name, value in (("organisation", by.organisation), ("today", today.isoformat())):
            set_for_now = text("SELECT set_config(:name, :value, true)")
            connection.execute(set_for_now, {"name": f"skillmatch.{name}", "value": value})


@contextmanager
def _clean_errors() -> Iterator[None]:
    """What the database refuses becomes an error of ours that names the rule; its own message may quote a value."""
    try:
        yield
    except IntegrityError as error:
        message = str(error.orig).lower()
        named = re.search(r"\b(?:uq|fk|ck|pk)_[a-z_]+|[a-z_]+\.[a-z_]+", message)
        rule = named[0] if named else "a rule of the tables"
        if "check constraint" in message:
            raise InvalidInput(f"out of range: {rule}") from None
        if "foreign key" in message:
            raise NotFound("it refers to something that is not in the records") from None
        raise Conflict(f"it is there already, or not as the records want it: {rule}") from None
    except DataError:  # of PostgreSQL alone, which takes no NUL in a text and no number beyond its columns
        raise InvalidInput("holds a value that the records cannot take") from None
    except (OperationalError, PoolTimeout):
        raise StoreError("the database cannot be reached, or is too busy: try again") from None


class Unit:
    """One transaction by one actor. Rows come and go as frozen records; personal columns are sealed on the way."""

    def __init__(self, connection: Connection, master: MasterKey, pseudonyms: Pseudonyms, by: By, at: datetime) -> None:
        self.connection = connection
        self.pseudonyms = pseudonyms
        self.by = by
        self.at = at
        self.entries: list[Entry] = []
        self._master = master
        self._vaults: dict[str, Vault] = {}

    @property
    def today(self) -> date:
        """The day of this transaction, in UTC."""
        return self.at.date()

    def record(
        self,
        action: str,
        *,
        person: str | None = None,
        about: str | None = None,
        what: Mapping[str, Plain] | None = None,
        reasons: Sequence[Plain] = (),
    ) -> None:
        """Say in the audit what is done here; raises InvalidInput where that holds prose, which may be personal."""
        entry = Entry(action, person, about, what or {}, reasons)
        audit.refuse_prose([entry.action, entry.about, entry.what, entry.reasons], "audit")
        self.entries.append(entry)

    def trail(
        self, *, person: str | None = None, after: int | None = None, size: int = 100, newest: bool = False
    ) -> list[Told]:
        """Audit rows of the actor's organisation, or all that name a person whose file is open to it, by number.

        Those of the organisation are what its actors did, and what anybody did with a file that it keeps.
        """
        whose = {"organisation": self.by.organisation} if person is None else {"person": person}
        if person is not None:
            self.vault(person)
        return audit.trail(self.connection, **whose, after=after, size=size, newest=newest)

    def visible(self) -> ColumnElement[bool]:
        """The condition on ``people`` that the actor's organisation has the file or shares it now."""
        ours = self.by.organisation
        shared = exists().where(
            shares.c.person_id == people.c.id,
            shares.c.organisation_id == ours,
            shares.c.since <= self.today,
            or_(shares.c.until.is_(None), shares.c.until > self.today),
        )
        return or_(people.c.organisation_id == ours, shared)

    def vault(self, person_id: str) -> Vault:
        """The key of a person whose file the actor's organisation may open; raises NotFound for any other."""
        if person_id not in self._vaults:
            query = select(person_keys.c.wrapped).join(people, people.c.id == person_keys.c.person_id)
            wrapped = self.connection.scalar(query.where(people.c.id == person_id, self.visible()))
            if wrapped is None:
                raise NotFound("no such person")
            self._vaults[person_id] = self._master.unwrap(person_id, wrapped)
        return self._vaults[person_id]

    def begin_vault(self, person_id: str) -> bytes:
        """A new key for a new person, wrapped."""
        self._vaults[person_id], wrapped = self._master.new_key(person_id)
        return wrapped

    def forget(self, person_id: str) -> None:
        """Drop the opened key of a person who is erased."""
        self._vaults.pop(person_id, None)

    def insert(self, record: Record, person_id: str | None = None) -> None:
        """Keep a new record, sealed under the key of ``person_id`` where it has personal columns."""
        self.connection.execute(insert(record.TABLE).values(**self._values(record, person_id)))

    def add(self, record: Own) -> Own:
        """Keep a new record of a person, and say so in the audit."""
        self.vault(record.person_id)
        self.insert(record, record.person_id)
        self._tell("add", record.TABLE, record.id, record.person_id)
        return record

    def get(self, kind: type[Own], record_id: str) -> Own:
        """One record by its id; raises NotFound, also where it is of a person whose file is not open to the actor."""
        row = self._row(kind.TABLE, record_id)
        return self._record(kind, row, row["person_id"])

    def of(self, kind: type[Own], person_id: str, *conditions: ColumnElement[bool]) -> list[Own]:
        """All records of a kind that a person has, in the order in which they are ``ordered``."""
        self.vault(person_id)
        query = select(kind.TABLE).where(kind.TABLE.c.person_id == person_id, *conditions).order_by(*_order(kind.TABLE))
        return [self._record(kind, row, person_id) for row in self.connection.execute(query).mappings()]

    def change(self, record: Changing) -> Changing:
        """Keep a changed record if nobody changed it since ``record.version``; returns it with its new version.

        Raises Conflict with both versions, and then changes nothing.
        """
        self.vault(record.person_id)
        changed: Changing = self.put(record, record.person_id)
        self._tell("change", record.TABLE, record.id, record.person_id, version=record.version + 1)
        return changed

    def put(self, record: Any, person_id: str | None) -> Any:
        """:meth:`change` for any table with a version, without its audit row."""
        table, values = record.TABLE, self._values(record, person_id)
        values["version"] = record.version + 1
        where = [table.c.id == record.id, table.c.version == record.version]
        if "person_id" in table.c and person_id is not None:
            where.append(table.c.person_id == person_id)
        if self.connection.execute(update(table).where(*where).values(**values)).rowcount == 0:
            found = self.connection.scalar(select(table.c.version).where(table.c.id == record.id))
            if found is None:
                raise missing(table)
            message = f"somebody changed it since: it was made from version {record.version} and is at {found} now"
            raise Conflict(message, expected=record.version, found=found)
        return replace(record, version=record.version + 1)

    def read(self, kind: type[One], row: RowMapping, person_id: str | None = None) -> One:
        """A row as its record, personal columns opened."""
        return self._record(kind, row, person_id)

    def _tell(self, verb: str, table: Table, record_id: str, person_id: str, **what: Plain) -> None:
        self.record(f"{table.name}.{verb}", person=person_id, about=f"{table.name}:{record_id}", what=what)

    def _row(self, table: Table, record_id: str) -> RowMapping:
        row = self.connection.execute(select(table).where(table.c.id == record_id)).mappings().one_or_none()
        if row is None:
            raise missing(table)
        try:
            self.vault(row["person_id"])
        except NotFound:  # in the same words: that it is there is not told either
            raise missing(table) from None
        return row

    def _values(self, record: Record, person_id: str | None) -> dict[str, Any]:
        table = record.TABLE
        values = {field.name: getattr(record, field.name) for field in fields(record)}  # type: ignore[arg-type]
        for name, value in values.items():
            if isinstance(table.c[name].type, Sealed):
                if value is not None and person_id is not None:
                    values[name] = self._vaults[person_id].seal(plain(value), f"{table.name}:{record.id}:{name}")
            else:
                values[name] = _checked(value, table, name)
        return values

    def _record(self, kind: type[One], row: RowMapping, person_id: str | None) -> One:
        values = {field.name: row[field.name] for field in fields(kind)}  # type: ignore[arg-type]
        for name, value in values.items():
            if value is not None and person_id is not None and isinstance(kind.TABLE.c[name].type, Sealed):
                values[name] = self.vault(person_id).open(value, f"{kind.TABLE.name}:{row['id']}:{name}")
            if isinstance(values[name], list):
                values[name] = tuple(values[name])
        return kind(**values)


def _order(table: Table) -> list[ColumnElement[Any]]:
    """By place or day where there is one, then by id, so that equal questions get equal answers."""
    return [table.c[name] for name in ("place", "on", "id") if name in table.c]


def plain(value: Any) -> Any:
    """``value`` as JSON knows it: dates as ISO text, tuples and sets as lists."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(plain(part) for part in value)
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value


def _checked(value: Any, table: Table, name: str) -> Any:
    """What both engines take alike: SQLite would cut no text and keep a NUL, PostgreSQL refuses both."""
    if isinstance(value, tuple | frozenset | Mapping):
        return plain(value)
    if isinstance(value, str) and not isinstance(value, Enum):
        longest = getattr(table.c[name].type, "length", None) if isinstance(table.c[name].type, String) else None
        if _UNSTORABLE.search(value) or (longest is not None and len(value) > longest):
            raise InvalidInput(f"should be text of at most {longest} characters, without NUL", field=name)
    return value
