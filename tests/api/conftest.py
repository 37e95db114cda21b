"""A whole service on the small ESCO, with records in SQLite, and a client for every role."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from skillmatch.access import Role
from skillmatch.config import Settings
from skillmatch.service import Service
from skillmatch.service.casework import Casework
from skillmatch.service.setup import install_esco
from skillmatch.store import accounts, engine
from skillmatch.store.audit import By
from skillmatch.store.people import found
from skillmatch.store.unit import SYSTEM, Store, new_id
from skillmatch.store.vault import MasterKey, new_master_key

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


Login = Callable[..., TestClient]


@pytest.fixture
def login(casework: Casework, settings: Settings, store: Store, organisation: str) -> Iterator[Login]:
    """Makes an account and gives a client that acts as it: ``login(Role.SCREENER)``; ``person`` for a person's own."""
    app = create_app(casework, settings)
    opened: list[TestClient] = []

    def begin(role: Role, *, person: str | None = None, trained: tuple[str, ...] = (), at: str = "") -> TestClient:
        name, token = f"{role.replace(' ', '_')}-{len(opened)}", new_id()
        with store.write(By("system", "system", at or organisation)) as unit:
            account = accounts.add_account(unit, name, roles=[role], person_id=person, trained=trained)
            accounts.begin_session(unit, account.id, token, role=role, hours=1)
        # a fault of ours is answered, as it is in service, and not raised into the test
        client = TestClient(app, headers={"Authorization": f"Bearer {token}"}, raise_server_exceptions=False)
        client.account = account.id  # type: ignore[attr-defined]
        opened.append(client)
        return client

    yield begin
    for client in opened:
        client.close()


@pytest.fixture
def screener(login: Login) -> TestClient:
    return login(Role.SCREENER)
