"""One fixture, both engines: every test of the store runs on SQLite and on a PostgreSQL that is started here."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from skillmatch.store import engine
from skillmatch.store.audit import By
from skillmatch.store.people import found
from skillmatch.store.unit import Store
from skillmatch.store.vault import MasterKey, new_master_key
from tests.store.server import Server

MASTER = MasterKey.of(new_master_key())
ADMINISTRATOR = By("admin", "administrator", "none")
_NUMBER = count(1)


def create(server: Server, template: str = "template1") -> str:
    """A new database; gives its name."""
    name = f"records_{next(_NUMBER)}"
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    return name


def drop(server: Server, name: str) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def migrated(url: str) -> str:
    connections = engine.connect(url)
    engine.migrate(connections)
    connections.dispose()
    return url


@pytest.fixture(scope="session")
def postgres_template(server: Server) -> str:
    name = create(server)
    migrated(server.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "records.db"
    migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An address with no tables yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'records.db'}"
        return
    server: Server = request.getfixturevalue("server")
    name = create(server)
    yield server.url(name)
    drop(server, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An address with the tables of this version and no rows."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "records.db")
        yield f"sqlite:///{tmp_path / 'records.db'}"
        return
    server: Server = request.getfixturevalue("server")
    name = create(server, request.getfixturevalue("postgres_template"))
    yield server.url(name)
    drop(server, name)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.open(url, MASTER)
    yield opened
    opened.close()


@pytest.fixture
def founded(store: Store) -> Callable[[str], By]:
    """Makes an organisation and gives a screener who works there."""

    def begin(name: str) -> By:
        with store.write(ADMINISTRATOR) as unit:
            return By(f"screener_of_{name}", "screener", found(unit, name).id)

    return begin


@pytest.fixture
def screener(founded: Callable[[str], By]) -> By:
    return founded("Antwerp")
