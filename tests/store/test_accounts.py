"""Accounts open for those who may, as long as they may; a token is never kept as it is shown."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from skillmatch.errors import Conflict, NotFound
from skillmatch.store import tables
from skillmatch.store.accounts import account, add_account, begin_session, close_account, end_session, session
from skillmatch.store.audit import By
from skillmatch.store.unit import Store
from tests.store.conftest import MASTER

HASH = "$argon2id$v=19$..."


def test_a_token_stands_for_its_account_and_is_kept_as_a_hash(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        made = add_account(unit, "noor", roles=("social worker", "screener"), password_hash=HASH)
        begin_session(unit, made.id, "t0ken", role="screener", hours=8, scopes=("cases:read",))
    with store.read(screener) as unit:
        found, owner = session(unit, "t0ken")
        assert (owner, found.scopes, account(unit, "noor")) == (made, ("cases:read",), made)
        kept = unit.connection.execute(select(tables.sessions.c.id)).scalar_one()
        assert "t0ken" not in kept
        with pytest.raises(NotFound):
            session(unit, kept)


def test_a_session_ends_by_time_by_word_and_with_its_account(url: str, store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        made = add_account(unit, "noor", roles=("screener",))
        for token in ("one", "two"):
            begin_session(unit, made.id, token, role="screener", hours=8)
    later = Store.open(url, MASTER, clock=lambda: datetime.now(UTC) + timedelta(hours=9))
    with later.read(screener) as unit, pytest.raises(NotFound):
        session(unit, "one")
    later.close()
    with store.write(screener) as unit:
        end_session(unit, "one")
        with pytest.raises(NotFound):
            session(unit, "one")
        assert session(unit, "two")
        close_account(unit, "noor")
        for call in (lambda: session(unit, "two"), lambda: account(unit, "noor")):
            with pytest.raises(NotFound):
                call()


def test_a_login_is_taken_once(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        add_account(unit, "noor", roles=())
    with pytest.raises(Conflict, match="login") as raised, store.write(screener) as unit:
        add_account(unit, "noor", roles=())
    assert "noor" not in str(raised.value)
