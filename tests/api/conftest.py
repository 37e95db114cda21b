"""A whole service on the small ESCO, with records in SQLite, and a client for every role."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from api.app import create_app
from skillmatch.access import Role
from skillmatch.config import Settings
from skillmatch.service import Service
from skillmatch.service.casework import Casework, passwords
from skillmatch.service.setup import install_esco
from skillmatch.store import engine
from skillmatch.store.people import found
from skillmatch.store.unit import SYSTEM, Store
from skillmatch.store.vault import MasterKey, new_master_key
from tests.api.clients import Clients
from tests.api.filled import World, fill

MASTER = MasterKey.of(new_master_key())
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""When the filled file is worked on: the days in it are in the past."""


def _quiet(*_: object) -> None:
    pass


class Filled(NamedTuple):
    """Records that were filled, by whom and in which organisation."""

    records: Path
    settings: Settings
    organisation: str
    world: World


@pytest.fixture(scope="session")
def installed(small_esco: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an installation with the small ESCO."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    install_esco(settings, paths=[small_esco], say=_quiet, progress=_quiet)
    return settings


@pytest.fixture(scope="session")
def service(installed: Settings) -> Service:
    return Service.open(installed, say=_quiet, progress=_quiet)


@pytest.fixture(scope="session")
def empty_records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("records") / "records.db"
    connections = engine.connect(f"sqlite:///{path}")
    engine.migrate(connections)
    connections.dispose()
    return path


@pytest.fixture
def settings(installed: Settings, tmp_path: Path) -> Settings:
    """The same, with records of the test's own."""
    return installed.model_copy(update={"database": f"sqlite:///{tmp_path / 'records.db'}"})


@pytest.fixture
def store(settings: Settings, empty_records: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(empty_records, tmp_path / "records.db")
    opened = Store.open(settings.records, MASTER)
    yield opened
    opened.close()


@pytest.fixture
def casework(store: Store, service: Service, settings: Settings) -> Casework:
    return Casework.over(store, service, settings)


@pytest.fixture
def organisation(store: Store) -> str:
    """The organisation in which all clients work."""
    with store.write(SYSTEM) as unit:
        return found(unit, "PES Antwerp").id


@pytest.fixture
def elsewhere(store: Store) -> str:
    """Another organisation."""
    with store.write(SYSTEM) as unit:
        return found(unit, "Another city").id


Login = Clients
"""The type of the fixture below."""


@pytest.fixture
def login(casework: Casework, settings: Settings, store: Store, organisation: str) -> Iterator[Clients]:
    """Makes an account and gives a client that acts as it: ``login(Role.SCREENER)``; ``person`` for a person's own."""
    clients = Clients(create_app(casework, settings), store, organisation)
    yield clients
    clients.close()


@pytest.fixture
def screener(login: Login) -> TestClient:
    return login(Role.SCREENER)


@pytest.fixture(scope="session")
def filled(
    installed: Settings, service: Service, empty_records: Path, tmp_path_factory: pytest.TempPathFactory
) -> Filled:
    """Records with one filled file, to be copied; see ``tests/api/filled.py``."""
    records = tmp_path_factory.mktemp("filled") / "records.db"
    shutil.copy(empty_records, records)
    settings = installed.model_copy(update={"database": f"sqlite:///{records}"})
    store = Store.open(settings.records, MASTER, clock=lambda: NOON)
    with store.write(SYSTEM) as unit:
        ours, theirs = found(unit, "PES Antwerp").id, found(unit, "Another city").id
    app = create_app(Casework.over(store, service, settings), settings)
    world = fill(Clients(app, store, ours), theirs)
    store.close()
    return Filled(records, settings, ours, world)


@pytest.fixture
def world(filled: Filled, service: Service, tmp_path: Path) -> Iterator[World]:
    """A filled file of the test's own, and a client in every role."""
    shutil.copy(filled.records, tmp_path / "records.db")
    settings = filled.settings.model_copy(update={"database": f"sqlite:///{tmp_path / 'records.db'}"})
    store = Store.open(settings.records, MASTER, clock=lambda: NOON)
    app = filled.world.app
    app.state.casework = Casework.over(store, service, settings)
    login = Clients(app, store, filled.organisation)
    yield filled.world.copy(login)
    login.close()
    store.close()


CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes that cost a tenth of a millisecond: what a real one costs is argon2's to test."""


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passwords are hashed with CHEAP."""
    monkeypatch.setattr(passwords, "_HASHER", CHEAP)
    passwords._nobodys.cache_clear()
    yield
    passwords._nobodys.cache_clear()


Browser = Callable[[], TestClient]
"""The type of the fixture below."""

HERE = "https://skillmatch.example"


@pytest.fixture
def browser(casework: Casework, settings: Settings) -> Iterator[Browser]:
    """Opens a browser that has never been here before: it keeps cookies, and speaks https."""
    app = create_app(casework, settings)
    opened: list[TestClient] = []

    def open_one() -> TestClient:
        opened.append(TestClient(app, base_url=HERE, raise_server_exceptions=False))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()
