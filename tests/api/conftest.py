"""A whole service on the small ESCO, with records in SQLite, and a client for every role."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.oidc import LoginService
from skillmatch.access import Role
from skillmatch.config import Settings
from skillmatch.service import Service
from skillmatch.service.casework import Casework, passwords
from skillmatch.service.casework.references import References
from skillmatch.service.setup import install_esco
from skillmatch.store import engine
from skillmatch.store.people import found
from skillmatch.store.unit import SYSTEM, Store
from skillmatch.store.vault import MasterKey, new_master_key
from tests.api.clients import CHEAP, Clients
from tests.api.filled import NOON, World, begin

MASTER = MasterKey.of(new_master_key())


def _quiet(*_: object) -> None:
    pass


class Filled(NamedTuple):
    """A world that no test may change; a ``template`` of its records, and an ``app`` for copies of it."""

    template: Path
    settings: Settings
    app: FastAPI
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


@pytest.fixture(scope="session")
def references(installed: Settings) -> References:
    return References.read(installed.data)


@pytest.fixture
def casework(store: Store, service: Service, settings: Settings, references: References) -> Casework:
    return Casework.over(store, service, settings, references)


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


@pytest.fixture(scope="session")
def built(installed: Settings) -> FastAPI:
    """The application, whose first answer takes the longest: made once, and given each test's records by ``app``."""
    return create_app(None, installed)  # type: ignore[arg-type]


@pytest.fixture
def app(built: FastAPI, casework: Casework, settings: Settings) -> FastAPI:
    """The application over the records of the test."""
    built.state.casework, built.state.settings = casework, settings
    built.state.login_service = LoginService(settings)
    return built


Login = Clients
"""The type of the fixture below."""


@pytest.fixture
def login(app: FastAPI, store: Store, organisation: str) -> Iterator[Clients]:
    """Makes an account and gives a client that acts as it: ``login(Role.SCREENER)``; ``person`` for a person's own."""
    clients = Clients(app, store, organisation)
    yield clients
    clients.close()


@pytest.fixture
def screener(login: Login) -> TestClient:
    return login(Role.SCREENER)


@pytest.fixture(scope="session")
def filled(
    installed: Settings, service: Service, empty_records: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Filled]:
    """One filled file (``tests/api/filled.py``): to look at, and as records to be copied by who changes it."""
    records, template = (tmp_path_factory.mktemp("filled") / name for name in ("records.db", "template.db"))
    shutil.copy(empty_records, records)
    settings = installed.model_copy(update={"database": f"sqlite:///{records}"})
    store = Store.open(settings.records, MASTER, clock=lambda: NOON)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_HASHER", CHEAP)
        world = begin(store, service, settings)
    with closing(sqlite3.connect(records)) as whole, closing(sqlite3.connect(template)) as copy:
        whole.backup(copy)
    yield Filled(template, settings, create_app(world.app.state.casework, settings), world)
    world.login.close()
    store.close()


@pytest.fixture
def world(
    filled: Filled, service: Service, references: References, cheap_passwords: None, tmp_path: Path
) -> Iterator[World]:
    """A filled file of the test's own, and a client in every role."""
    shutil.copy(filled.template, tmp_path / "records.db")
    settings = filled.settings.model_copy(update={"database": f"sqlite:///{tmp_path / 'records.db'}"})
    store = Store.open(settings.records, MASTER, clock=lambda: NOON)
    filled.app.state.casework = Casework.over(store, service, settings, references)
    login = Clients(filled.app, store, filled.world.login.organisation)
    yield filled.world.copy(login)
    login.close()
    store.close()


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
def browser(app: FastAPI) -> Iterator[Browser]:
    """Opens a browser that has never been here before: it keeps cookies, and speaks https."""
    opened: list[TestClient] = []

    def open_one() -> TestClient:
        opened.append(TestClient(app, base_url=HERE, raise_server_exceptions=False))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()
