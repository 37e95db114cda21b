"""Connections, transactions, and the revision of the tables."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from skillmatch.errors import InvalidInput, StoreError
from skillmatch.store.tables import OF_A_PERSON, accounts, people, sessions

BUSY_SECONDS = 30
"""How long a writer waits for the one before it; longer than any transaction here by two orders of magnitude."""

_MIGRATING = 0x6D69677261
"""PostgreSQL's advisory lock for whoever migrates; SQLite has one writer anyhow."""

_READ_ONLY = "skillmatch_read_only"
_BARE = "skillmatch_bare"
_MIGRATIONS = Path(__file__).parent / "migrations"


def connect(url: str) -> Engine:
    """An engine for ``url``; raises InvalidInput without quoting it, for it may hold a password.

    Statements are logged without their values, which may be personal.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise InvalidInput("is not a database address such as sqlite:///records.db", field="database") from None
    if parsed.get_backend_name() == "sqlite":
        if parsed.database in {None, "", ":memory:"}:
            raise InvalidInput("SQLite needs a file: records in memory would be lost", field="database")
        _keep_private(str(parsed.database))
        engine = create_engine(parsed, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed)
    raise InvalidInput("skillmatch keeps its records in SQLite or PostgreSQL", field="database")


def _keep_private(path: str) -> None:
    """Make the file, where there is none, for nobody but its owner; what SQLite puts beside it gets the same mode."""
    with suppress(OSError):  # SQLite says what is wrong with the place
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _postgresql(parsed: URL) -> Engine:
    try:
        return create_engine(parsed.set(drivername="postgresql+psycopg"), hide_parameters=True, pool_pre_ping=True)
    except ModuleNotFoundError:
        raise StoreError("PostgreSQL needs its driver: install skillmatch[postgres]") from None


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Durable before acknowledged; what is deleted is overwritten; REPLACE may not slip past the audit's triggers."""
    connection.isolation_level = None  # sqlite3's own BEGIN would come too late
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "recursive_triggers=ON",
        "trusted_schema=OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """One writer: the lock is taken at the start, so that no transaction reads what another is about to change."""
    options = connection.get_execution_options()
    if options.get(_BARE, False):
        return
    read_only = options.get(_READ_ONLY, False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that commits at the end of the block and rolls back if it raises."""
    with engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the records and cannot change it."""
    options = {_READ_ONLY: True, "postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
    if engine.dialect.name == "sqlite":
        del options["isolation_level"]
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def scrub(engine: Engine) -> bool:
    """Remove what the engine itself still holds of deleted rows; False where a reader kept it from that: call again.

    SQLite's write-ahead log still holds the pages as they were, and is emptied into a file whose free parts are zeros.
    PostgreSQL's dead rows go with VACUUM; its log goes with its own retention.
    """
    with engine.connect().execution_options(**{_BARE: True, "isolation_level": "AUTOCOMMIT"}) as connection:
        if connection.dialect.name == "sqlite":
            busy: int = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
            return busy == 0
        for table in (*OF_A_PERSON, sessions, accounts, people):
            connection.exec_driver_sql(f"VACUUM {table.name}")
    return True


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def head() -> str:
    """The revision of the tables that this version of skillmatch works with."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def revision(engine: Engine) -> str | None:
    """The revision that the tables are at, None where there are none yet."""
    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine, to: str = "head") -> None:
    """Bring the tables up to ``to``, in one transaction; raises StoreError where they are newer than this program."""
    _refuse_unknown(revision(engine))
    config = _config()
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATING})
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def check(engine: Engine) -> None:
    """Raises StoreError unless the tables are exactly those this version works with."""
    found = revision(engine)
    if found is None and inspect(engine).has_table("people"):
        raise StoreError("these tables carry no revision: they were not made by skillmatch's migrations")
    if found is None:
        raise StoreError("there are no records here yet: migrate first")
    _refuse_unknown(found)
    if found != head():
        raise StoreError(f"the records are at revision {found} and this version needs {head()}: migrate first")
    _refuse_superuser(engine)


def _refuse_superuser(engine: Engine) -> None:
    """Row-level security does not hold a superuser, so the service may not be one."""
    if engine.dialect.name != "postgresql":
        return
    with reading(engine) as connection:
        free = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        if connection.scalar(free):
            raise StoreError("row-level security does not hold this role of PostgreSQL: connect as an ordinary one")


def _refuse_unknown(found: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        shown = found if re.fullmatch(r"\w{1,40}", found) else "of unreadable name"
        raise StoreError(
            f"the records are at revision {shown}, which this version does not know: "
            "a newer skillmatch wrote them; install that version or restore a backup"
        )
