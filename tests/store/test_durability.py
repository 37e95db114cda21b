"""What was acknowledged is there after kill -9, whole; writers at the same time lose nothing and tear no chain."""

import base64
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import select

from skillmatch.errors import Conflict
from skillmatch.store import tables
from skillmatch.store.audit import By
from skillmatch.store.cases import Case, KeptNote
from skillmatch.store.people import amend, found, load, page, register
from skillmatch.store.unit import Store
from skillmatch.store.vault import MASTER_KEY
from tests.store.conftest import ADMINISTRATOR, MASTER
from tests.store.server import OWNER, ROOT, Server

ROOT_FOLDER = Path(__file__).resolve().parents[2]


def begun(url: str) -> By:
    """Tables, an organisation and who writes for it."""
    store = Store.open(url, MASTER, migrate=True)
    with store.write(ADMINISTRATOR) as unit:
        organisation = found(unit, "Antwerp")
    store.close()
    return By("reader", "screener", organisation.id)


def acknowledged(url: str, by: By, kill: Callable[["subprocess.Popen[str]"], None]) -> list[str]:
    """The ids that a writer said it had kept before it was killed."""
    environment = os.environ | {MASTER_KEY: base64.b64encode(MASTER.secret).decode()}
    command = [sys.executable, "-m", "tests.store.writer", url, by.organisation]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True, cwd=ROOT_FOLDER
    ) as writer:
        assert writer.stdout is not None
        said = [writer.stdout.readline().strip() for _ in range(random.randint(2, 12))]
        time.sleep(random.random() / 50)
        kill(writer)
        said += [line.strip() for line in writer.stdout if line.endswith("\n")]
    assert all(said), "the writer ended by itself"
    return said


def check(url: str, by: By, said: list[str]) -> None:
    """Every acknowledged file is there with all its rows and its key; of the rest, none is there by half."""
    store = Store.open(url, MASTER)
    assert store.verify() is None
    with store.read(by) as unit:
        kept = page(unit, size=100_000).ids
        assert set(said) <= set(kept)
        for person in kept:
            assert load(unit, person).name.startswith("alias")
            assert (len(unit.of(Case, person)), len(unit.of(KeptNote, person))) == (1, 1)
        told = Counter(unit.connection.scalars(select(tables.audit.c.person).where(tables.audit.c.person.is_not(None))))
    assert told == dict.fromkeys(kept, 3)
    store.close()


@pytest.mark.slow
def test_sqlite_loses_no_acknowledged_write_when_the_writer_is_killed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'records.db'}"
    by = begun(url)
    said: list[str] = []
    for _ in range(10):
        said += acknowledged(url, by, lambda writer: writer.send_signal(signal.SIGKILL))
        check(url, by, said)


@pytest.fixture
def own_server(server: Server) -> Iterator[Server]:
    """Another server, for it is killed; ``server`` says whether there can be one."""
    started = Server.start_first()
    assert started is not None
    try:
        with psycopg.connect(started.url("postgres", ROOT), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(OWNER)))
            connection.execute(sql.SQL("CREATE DATABASE records OWNER {}").format(sql.Identifier(OWNER)))
        yield started
    finally:
        started.stop()


@pytest.mark.slow
def test_postgresql_loses_no_acknowledged_write_when_the_server_is_killed(own_server: Server) -> None:
    url = own_server.url("records")
    by = begun(url)
    said: list[str] = []
    for _ in range(3):

        def kill(writer: "subprocess.Popen[str]") -> None:
            own_server.kill()
            writer.send_signal(signal.SIGKILL)

        said += acknowledged(url, by, kill)
        own_server.restart()
        check(url, by, said)


def test_writers_at_the_same_time_make_one_chain(store: Store, screener: By) -> None:
    def write(number: int) -> str:
        with store.write(screener) as unit:
            return register(unit, f"alias {number}").id

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(write, range(40)))
    with store.read(screener) as unit:
        assert set(page(unit, size=100).ids) == set(made)
    assert store.verify() is None
    assert store.head().seq == 2 + 40


def test_who_opens_new_records_at_once_begins_them_once(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: Store.open(url, MASTER), range(4)))
    assert {store.head().seq for store in stores} == {1}
    assert [store.verify() for store in stores] == [None] * 4
    for store in stores:
        store.close()


def test_of_writers_who_saw_the_same_version_one_wins(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        seen = register(unit, "Noor")

    def write(number: int) -> Conflict | None:
        try:
            with store.write(screener) as unit:
                amend(unit, replace(seen, speaks=str(number)))
        except Conflict as conflict:
            return conflict
        return None

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(write, range(8)))
    lost = [answer for answer in answers if answer is not None]
    assert len(lost) == 7
    assert {(conflict.expected, conflict.found) for conflict in lost} == {(1, 2)}
    with store.read(screener) as unit:
        assert load(unit, seen.id).version == 2
    assert store.verify() is None
