"""Accounts open for those who may, as long as they may; a token is never kept as it is shown."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from skillmatch.errors import Conflict, NotFound
from skillmatch.store import tables
from skillmatch.store.accounts import (
    account,
    account_by_id,
    accounts,
    active_with,
    add_account,
    begin_session,
    change_account,
    close_account,
    end_session,
    end_token,
    refusals,
    refuse,
    rehash,
    session,
    tokens,
)
from skillmatch.store.audit import By
from skillmatch.store.unit import Store, Unit
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


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({"active": False}, []),
        ({"roles": ("coordinator",)}, []),
        ({"password_hash": HASH + "x"}, []),
        ({"trained": ("trauma",)}, ["one", "two"]),
        ({"roles": ("social worker", "screener")}, ["one", "two"]),
    ],
)
def test_sessions_and_tokens_end_with_what_they_were_begun_on(
    store: Store, screener: By, changes: dict[str, object], left: list[str]
) -> None:
    with store.write(screener) as unit:
        made = add_account(unit, "noor", roles=("screener", "social worker"), password_hash=HASH)
        other = add_account(unit, "samira", roles=("screener",))
        begin_session(unit, made.id, "one", role="screener", hours=8)
        begin_session(unit, made.id, "two", role="screener", hours=8, scopes=("people.list",), label="reader")
        begin_session(unit, other.id, "three", role="screener", hours=8)
        change_account(unit, replace(made, **changes))  # type: ignore[arg-type]
        assert living(unit, "one", "two", "three") == [*left, "three"]


def living(unit: Unit, *tokens_: str) -> list[str]:
    """Those of the tokens that still stand for somebody."""
    found = []
    for token in tokens_:
        with suppress(NotFound):
            session(unit, token)
            found.append(token)
    return found


def test_what_has_run_out_is_forgotten_when_the_next_begins(url: str, store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        made = add_account(unit, "noor", roles=("screener",))
        begin_session(unit, made.id, "one", role="screener", hours=8)
    later = Store.open(url, MASTER, clock=lambda: datetime.now(UTC) + timedelta(hours=9))
    with later.write(screener) as unit:
        begun = begin_session(unit, made.id, "two", role="screener", hours=8)
        assert unit.connection.scalars(select(tables.sessions.c.id)).all() == [begun.id]
    later.close()


def test_an_organisation_finds_its_own_accounts_and_tokens(store: Store, founded: Callable[[str], By]) -> None:
    ours, theirs = founded("Antwerp"), founded("Ghent")
    with store.write(ours) as unit:
        noor, samira = (add_account(unit, login, roles=("screener",)) for login in ("noor", "samira"))
        begin_session(unit, noor.id, "a login", role="screener", hours=8)
        reader = begin_session(unit, noor.id, "one", role="screener", hours=8, scopes=(), label="reader")
        writer = begin_session(unit, samira.id, "two", role="screener", hours=8, scopes=(), label="writer")
        past = begin_session(unit, samira.id, "three", role="screener", hours=0, scopes=(), label="over")
    with store.read(ours) as unit:
        assert accounts(unit) == sorted([noor, samira], key=lambda one: one.id)
        assert tokens(unit) == sorted([reader, writer], key=lambda one: one.id)
        assert tokens(unit, samira.id) == [writer]
        assert past not in tokens(unit)
    with store.write(theirs) as unit:
        lena = add_account(unit, "lena", roles=("administrator", "auditor"))
        assert accounts(unit) == [lena]
        assert tokens(unit) == []
        assert active_with(unit, "administrator") == [lena]
        assert active_with(unit, "screener") == []
        with pytest.raises(NotFound):
            account_by_id(unit, noor.id)
        change_account(unit, replace(lena, active=False))
        assert active_with(unit, "administrator") == []
    with store.write(ours) as unit:
        end_token(unit, reader)
        assert living(unit, "a login", "one", "two") == ["a login", "two"]


def test_failed_logins_are_counted_by_the_audit_each_at_its_door(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        made = add_account(unit, "noor", roles=("screener",))
    doors = [f"accounts:{made.id}", "logins:p0", f"accounts:{made.id}"]
    moments = []
    for door in doors:
        with store.write(screener) as unit:
            refuse(unit, door)
            moments.append(unit.at)
    with store.read(screener) as unit:
        assert refusals(unit, doors[0], moments[0] - timedelta(seconds=1)) == [moments[0], moments[2]]
        assert refusals(unit, doors[0], moments[0]) == [moments[2]]
        assert refusals(unit, "logins:p0", moments[0]) == [moments[1]]
        assert refusals(unit, "logins:p1", moments[0]) == []


def test_a_stronger_hash_of_the_same_password_is_no_change_that_anybody_sees(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        made = add_account(unit, "noor", roles=("screener",), password_hash=HASH)
        begin_session(unit, made.id, "one", role="screener", hours=8)
        rehash(unit, made.id, HASH + "x")
        assert account(unit, "noor") == replace(made, password_hash=HASH + "x")
        assert living(unit, "one") == ["one"]
