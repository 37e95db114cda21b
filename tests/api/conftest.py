"""A whole service on the small ESCO, with records in SQLite, and a client for every role."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from skillmatch.access import Role
from skillmatch.config import Settings
from skillmatch.service import Service
from skillmatch.service.casework import Casework
from skillmatch.service.setup import install_esco
from skillmatch.store import engine
from skillmatch.store.people import found
from skillmatch.store.unit import SYSTEM, Store
from skillmatch.store.vault import MasterKey, new_master_key
from tests.api.clients import Clients

MASTER = MasterKey.of(new_master_key())


def _quiet(*_: object) -> None:
    pass


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
