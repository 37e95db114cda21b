"""kill -9 during writes: what was acknowledged has to be there, whole. Shared with the benchmark of the same."""

import base64
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import select

from skillmatch.store import tables
from skillmatch.store.audit import By
from skillmatch.store.cases import Case, KeptNote
from skillmatch.store.people import found, load, page
from skillmatch.store.unit import Store
from skillmatch.store.vault import MASTER_KEY
from tests.store.conftest import ADMINISTRATOR, MASTER
from tests.store.server import OWNER, ROOT, Server

ROOT_FOLDER = Path(__file__).resolve().parents[2]


@contextmanager
def durable_server() -> Iterator[Server]:
    """A PostgreSQL that waits for the disk, with an empty database "records"."""
    started = Server.start_first(durable=True)
    assert started is not None
    try:
        with psycopg.connect(started.url("postgres", ROOT), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(OWNER)))
            connection.execute(sql.SQL("CREATE DATABASE records OWNER {}").format(sql.Identifier(OWNER)))
        yield started
    finally:
        started.stop()


def begun(url: str) -> By:
    """Tables, an organisation and who writes for it."""
    store = Store.open(url, MASTER, migrate=True)
    with store.write(ADMINISTRATOR) as unit:
        organisation = found(unit, "Antwerp")
    store.close()
    return By("reader", "screener", organisation.id)


def killed(url: str, by: By, rounds: int, server: Server | None = None) -> int:
    """Kill a writer, and ``server`` with it, ``rounds`` times, checking everything each time; gives the writes said."""
    said: list[str] = []
    for _ in range(rounds):
        said += acknowledged(url, by, server)
        if server is not None:
            server.restart()
        check(url, by, said)
    check_whole(url, by)
    return len(said)


def acknowledged(url: str, by: By, server: Server | None) -> list[str]:
    """The ids that a writer said it had kept before it was killed."""
    environment = os.environ | {MASTER_KEY: base64.b64encode(MASTER.secret).decode()}
    command = [sys.executable, "-m", "tests.store.writer", url, by.organisation]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True, cwd=ROOT_FOLDER
    ) as writer:
        assert writer.stdout is not None
        said = [writer.stdout.readline().strip() for _ in range(random.randint(2, 12))]
        time.sleep(random.random() / 50)
        if server is not None:
            server.kill()
        writer.kill()
        said += [line.strip() for line in writer.stdout if line.endswith("\n")]
    assert all(said), "the writer ended by itself"
    return said


def check(url: str, by: By, said: list[str]) -> None:
    """Every file that was ever acknowledged is there, and the audit is whole."""
    store = Store.open(url, MASTER)
    assert store.verify() is None
    with store.read(by) as unit:
        assert set(said) <= set(page(unit, size=1_000_000).ids)
    store.close()


def check_whole(url: str, by: By) -> None:
    """No file is there by half: each opens with its key, and has all its rows and all it tells in the audit."""
    store = Store.open(url, MASTER)
    with store.read(by) as unit:
        kept = page(unit, size=1_000_000).ids
        for person in kept:
            assert load(unit, person).name.startswith("alias")
            assert (len(unit.of(Case, person)), len(unit.of(KeptNote, person))) == (1, 1)
        told = Counter(unit.connection.scalars(select(tables.audit.c.person).where(tables.audit.c.person.is_not(None))))
    assert told == dict.fromkeys(kept, 3)
    store.close()
