"""Connections hold what they promise; the tables are those of the migrations, and no others are opened."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from skillmatch.errors import InvalidInput, StoreError
from skillmatch.store import engine
from skillmatch.store.audit import By
from skillmatch.store.tables import METADATA, claims, organisations, people, person_keys, sessions
from skillmatch.store.unit import Store
from tests.store.conftest import MASTER
from tests.store.server import OWNER, ROOT

ORGANISATION = {"id": "a" * 32, "name": "Antwerp", "version": 1}


def test_the_migrations_make_the_tables_of_the_code(url: str) -> None:
    connections = engine.connect(url)
    with engine.reading(connections) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    connections.dispose()


def rows(connection: Connection) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for table in (organisations, people, person_keys, claims)
        for row in connection.execute(select(table))
    ]


def test_migrations_go_up_with_data(empty_url: str) -> None:
    connections = engine.connect(empty_url)
    engine.migrate(connections, "0001")
    person = {"id": "b" * 32, "organisation_id": "a" * 32, "name": b"sealed", "version": 1}
    with engine.writing(connections) as connection:
        connection.execute(insert(organisations).values(ORGANISATION))
        connection.execute(
            text(
                "INSERT INTO people (id, organisation_id, registered_on, name, version)"
                " VALUES (:id, :organisation_id, '2026-11-22', :name, :version)"
            ),
            person,
        )
        connection.execute(insert(person_keys).values(person_id="b" * 32, wrapped=b"key"))
        connection.execute(
            text(
                "INSERT INTO claims (id, person_id, concept, standing, version)"
                " VALUES (:id, :person, 'esco:1', 'corrected', 3)"
            ),
            {"id": "c" * 32, "person": "b" * 32},
        )
        before = rows(connection)
    assert len(before) == 4
    engine.migrate(connections)
    assert engine.revision(connections) == engine.head()
    with engine.writing(connections) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('skillmatch.organisation', :id, true)"), {"id": "a" * 32})
        assert rows(connection) == before
        with pytest.raises(DBAPIError, match="decided"), connection.begin_nested():
            connection.execute(text("UPDATE claims SET standing = 'suggested'"))
    connections.dispose()


def test_migrating_twice_changes_nothing(url: str) -> None:
    connections = engine.connect(url)
    engine.migrate(connections)
    assert engine.revision(connections) == engine.head()
    connections.dispose()


def test_a_start_on_an_unknown_revision_is_refused(url: str) -> None:
    connections = engine.connect(url)
    with engine.writing(connections) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="revision 9999, which this version does not know"):
        Store.open(url, MASTER)
    with pytest.raises(StoreError, match="newer skillmatch"):
        engine.migrate(connections)
    connections.dispose()


def test_a_start_on_older_tables_or_none_asks_to_migrate(empty_url: str) -> None:
    with pytest.raises(StoreError, match="no records here yet"):
        Store.open(empty_url, MASTER)
    connections = engine.connect(empty_url)
    engine.migrate(connections, "0001")
    with pytest.raises(StoreError, match=r"revision 0001 .*migrate first"):
        Store.open(empty_url, MASTER)
    connections.dispose()
    Store.open(empty_url, MASTER, migrate=True).close()


def test_tables_that_were_not_made_by_migrations_are_refused(empty_url: str) -> None:
    connections = engine.connect(empty_url)
    METADATA.create_all(connections)
    with pytest.raises(StoreError, match="carry no revision"):
        Store.open(empty_url, MASTER)
    connections.dispose()


def test_a_failed_migration_leaves_no_half_of_it(empty_url: str) -> None:
    connections = engine.connect(empty_url)
    with engine.writing(connections) as connection:
        connection.execute(text("CREATE TABLE vectors (id INTEGER)"))
    with pytest.raises(DBAPIError):
        engine.migrate(connections)
    assert inspect(connections).get_table_names() == ["vectors"]
    connections.dispose()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_superuser_is_refused_for_no_row_is_kept_from_one(url: str) -> None:
    with pytest.raises(StoreError, match="row-level security"):
        Store.open(url.replace(f"{OWNER}@", f"{ROOT}@"), MASTER)


@pytest.mark.parametrize("migrate", [False, True])
@pytest.mark.parametrize(
    "address", ["postgresql://u:secret@localhost:1/d", "sqlite:////no/such/secret/folder/records.db"]
)
def test_a_database_that_cannot_be_reached_is_told_without_its_address(address: str, migrate: bool) -> None:
    with pytest.raises(StoreError, match="cannot be reached") as raised:
        Store.open(address, MASTER, migrate=migrate)
    assert "secret" not in str(raised.value)


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"skillmatch\[postgres\]"):
        engine.connect("postgresql://localhost/d")


def test_a_writer_that_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    url = f"sqlite:///{tmp_path / 'records.db'}"
    one, other = Store.open(url, MASTER, migrate=True), Store.open(url, MASTER)
    by = By("s", "screener", "o")
    with one.write(by) as first:
        first.record("test")
        with pytest.raises(StoreError, match="too busy"), other.write(by) as second:
            second.record("test")
    one.close()
    other.close()


def test_reading_cannot_write(url: str) -> None:
    connections = engine.connect(url)
    with engine.reading(connections) as connection, pytest.raises(DBAPIError, match=r"read-?only"):
        connection.execute(insert(organisations).values(ORGANISATION))
    with engine.writing(connections) as connection:
        connection.execute(insert(organisations).values(ORGANISATION))
    connections.dispose()


def test_foreign_keys_hold(url: str) -> None:
    connections = engine.connect(url)
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"), engine.writing(connections) as connection:
        connection.execute(insert(sessions).values(id="s", account_id="f" * 32, expires_at=datetime.now(UTC)))
    connections.dispose()


def test_an_error_of_the_database_shows_no_values(url: str) -> None:
    connections = engine.connect(url)
    with pytest.raises(DBAPIError) as raised, engine.writing(connections) as connection:
        connection.execute(insert(person_keys).values(person_id="f" * 32, wrapped=b"personal"))
    assert "personal" not in str(raised.value)
    connections.dispose()


def test_sqlite_is_durable_and_overwrites_what_is_deleted(tmp_path: Path) -> None:
    connections = engine.connect(f"sqlite:///{tmp_path / 'records.db'}")
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "recursive_triggers": 1}
    with engine.reading(connections) as connection:
        found = {name: connection.scalar(text(f"PRAGMA {name}")) for name in expected}
    assert found == expected
    connections.dispose()


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///:memory:", "mysql://u:secret@h/d", "no address, secret"])
def test_other_databases_are_refused_without_quoting_the_address(address: str) -> None:
    with pytest.raises(InvalidInput, match="database") as raised:
        engine.connect(address)
    assert "secret" not in str(raised.value)
