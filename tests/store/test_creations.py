"""A creation that is sent twice happens once; its key is remembered for a day and for its account only."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from skillmatch.errors import Conflict
from skillmatch.store.audit import By
from skillmatch.store.creations import recall, remember
from skillmatch.store.people import register
from skillmatch.store.unit import Store
from tests.store.conftest import MASTER


def test_a_request_is_known_again_and_another_under_its_key_is_a_conflict(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        assert recall(unit, "k", b"{}") is None
        person = register(unit, "Noor")
        remember(unit, "k", b"{}", f"people:{person.id}", person.id)
    with store.read(screener) as unit:
        assert recall(unit, "k", b"{}") == f"people:{person.id}"
        with pytest.raises(Conflict, match="another request"):
            recall(unit, "k", b"[]")
    with store.read(replace(screener, account="somebody_else")) as unit:
        assert recall(unit, "k", b"{}") is None


def test_of_two_at_once_one_is_kept(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        remember(unit, "k", b"{}", "people:1")
        unit.record("test")
    with pytest.raises(Conflict), store.write(screener) as unit:
        remember(unit, "k", b"{}", "people:2")


def test_a_key_is_forgotten_after_a_day(url: str, store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        remember(unit, "k", b"{}", "people:1")
        unit.record("test")
    later = Store.open(url, MASTER, clock=lambda: datetime.now(UTC) + timedelta(hours=25))
    with later.write(screener) as unit:
        assert recall(unit, "k", b"[]") is None
        remember(unit, "k", b"[]", "people:2")
        unit.record("test")
    later.close()
