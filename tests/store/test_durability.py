"""What was acknowledged is there after kill -9, whole; writers at the same time lose nothing and tear no chain."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from skillmatch.errors import Conflict
from skillmatch.store.audit import By
from skillmatch.store.people import amend, load, page, register
from skillmatch.store.unit import Store
from tests.store.conftest import MASTER
from tests.store.kill import begun, durable_server, killed
from tests.store.server import Server


@pytest.mark.slow
def test_sqlite_loses_no_acknowledged_write_when_the_writer_is_killed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'records.db'}"
    assert killed(url, begun(url), 10) >= 20


@pytest.fixture
def own_server(server: Server) -> Iterator[Server]:
    """Another server, for it is killed; ``server`` says whether there can be one."""
    with durable_server() as started:
        yield started


@pytest.mark.slow
def test_postgresql_loses_no_acknowledged_write_when_the_server_is_killed(own_server: Server) -> None:
    url = own_server.url("records")
    assert killed(url, begun(url), 3, own_server) >= 6


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
