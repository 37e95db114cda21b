"""The audit's chain: whoever holds only the database cannot change it without being found, and the row is named."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from skillmatch.errors import InvalidInput, NotFound, StoreError
from skillmatch.store import engine
from skillmatch.store.audit import (
    _CONTENT,
    By,
    Entry,
    Fault,
    Head,
    Tampering,
    Versions,
    append,
    head,
    refuse_prose,
    verify,
)
from skillmatch.store.columns import canonical
from skillmatch.store.people import register, share, view
from skillmatch.store.tables import audit, audit_head
from skillmatch.store.unit import Store
from skillmatch.store.vault import AuditKey

KEY = AuditKey(b"k" * 32)
LENGTH = 12
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SCREENER = By("a1", "screener", "o1")
VERSIONS = Versions("ESCO:1.2.0", "ngrams:1", "sha256:12", "2026-11")

thorough = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

Row = dict[str, Any]


def entry(number: int) -> Entry:
    return Entry("claims.confirmed", f"p{number}", f"claims:{number}", {"number": number}, ("VDAB-06", {"weight": 0.5}))


@pytest.fixture
def chain(url: str) -> Iterator[Engine]:
    """Twelve rows, in three transactions."""
    connections = engine.connect(url)
    for first in range(1, LENGTH, 4):
        with engine.writing(connections) as connection:
            append(connection, KEY, SCREENER, VERSIONS, NOON, [entry(first + step) for step in range(4)])
    yield connections
    connections.dispose()


@contextmanager
def attacker(connections: Engine) -> Iterator[Connection]:
    """Somebody who owns the database but not the master key: triggers off; undone at the end."""
    with connections.connect() as connection, connection.begin() as transaction:
        if connection.dialect.name == "postgresql":
            for table in ("audit", "audit_head"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        yield connection
        transaction.rollback()


def rows(connection: Connection) -> list[Row]:
    return [dict(row) for row in connection.execute(select(audit).order_by(audit.c.seq)).mappings()]


def put(connection: Connection, changed: Sequence[Row]) -> None:
    connection.execute(delete(audit))
    if changed:
        connection.execute(insert(audit), list(changed))


def rehashed(changed: Sequence[Row], start: int) -> list[Row]:
    """A SHA-256 chain that is whole again from row ``start`` on: all that one can do without the key."""
    done: list[Row] = [dict(row) for row in changed]
    for place in range(start, len(done)):
        done[place]["previous"] = done[place - 1]["hash"] if place else "0" * 64
        done[place]["hash"] = sha256(canonical([done[place][name] for name in _CONTENT]).encode()).hexdigest()
    return done


def checked(chain: Engine, tamper: Callable[[list[Row]], list[Row]]) -> Fault | None:
    with attacker(chain) as connection:
        put(connection, tamper(rows(connection)))
        return verify(connection, KEY)


def test_a_chain_that_nobody_touched_is_whole(chain: Engine) -> None:
    with engine.reading(chain) as connection:
        assert verify(connection, KEY) is None
        kept = rows(connection)
        assert [row["seq"] for row in kept] == list(range(1, LENGTH + 1))
        assert head(connection) == Head(LENGTH, kept[-1]["hash"])
    assert kept[4] | {"previous": "", "hash": "", "seal": ""} == {
        "seq": 5,
        "at": "2026-11-22T12:00:00.000000+00:00",
        "account": "a1",
        "role": "screener",
        "organisation": "o1",
        "action": "claims.confirmed",
        "person": "p5",
        "about": "claims:5",
        "what": '{"number":5}',
        "versions": '{"configuration":"2026-11","encoder":"ngrams:1","index":"sha256:12","taxonomy":"ESCO:1.2.0"}',
        "reasons": '["VDAB-06",{"weight":0.5}]',
        "previous": "",
        "hash": "",
        "seal": "",
    }


def test_the_untampered_copy_of_the_attacker_verifies(chain: Engine) -> None:
    """So that the properties below find the tampering and not the attacker's way of writing."""
    assert checked(chain, lambda kept: kept) is None


@thorough
@given(
    place=st.integers(0, LENGTH - 1),
    column=st.sampled_from(
        [column.name for column in audit.c if column.name not in {"seq", "seal", "hash", "previous"}]
    ),
    value=st.text("abcdef0123456789 ", min_size=1, max_size=20),
    repair=st.sampled_from(["nothing", "its hash", "the whole chain"]),
)
def test_an_edited_row_is_named(chain: Engine, place: int, column: str, value: str, repair: str) -> None:
    def edit(kept: list[Row]) -> list[Row]:
        kept[place][column] = value
        end = {"nothing": place, "its hash": place + 1, "the whole chain": len(kept)}[repair]
        return [*rehashed(kept[:end], place), *kept[end:]]

    assert checked(chain, edit) == Fault(place + 1, Tampering.EDITED)


@thorough
@given(place=st.integers(0, LENGTH - 1), column=st.sampled_from(["previous", "hash", "seal"]), digit=st.integers(0, 63))
def test_an_edited_digest_is_named(chain: Engine, place: int, column: str, digit: int) -> None:
    def edit(kept: list[Row]) -> list[Row]:
        old = kept[place][column]
        kept[place][column] = old[:digit] + ("0" if old[digit] != "0" else "1") + old[digit + 1 :]
        return kept

    assert checked(chain, edit) == Fault(place + 1, Tampering.EDITED)


@thorough
@given(place=st.integers(0, LENGTH), repair=st.booleans())
@example(place=LENGTH, repair=True)
def test_an_inserted_row_is_named(chain: Engine, place: int, repair: bool) -> None:
    def slip_in(kept: list[Row]) -> list[Row]:
        new = dict(kept[0]) | {"action": "people.view", "account": "a2"}
        wider = [*kept[:place], new, *kept[place:]]
        numbered = [row | {"seq": number} for number, row in enumerate(wider, start=1)]
        return rehashed(numbered, place) if repair else numbered

    fault = checked(chain, slip_in)
    assert fault is not None
    assert fault.seq == place + 1
    assert fault.tampering is (Tampering.INSERTED if place == LENGTH else Tampering.EDITED)


@thorough
@given(before=st.integers(-3, 0))
def test_a_row_before_the_first_is_named(chain: Engine, before: int) -> None:
    fault = checked(chain, lambda kept: rehashed([kept[0] | {"seq": before}, *kept], 0)[:1] + kept)
    assert fault == Fault(before, Tampering.INSERTED)


@thorough
@given(
    gone=st.sets(st.integers(0, LENGTH - 1), min_size=1),
    close=st.sampled_from(["leave the gap", "renumber", "renumber and chain again"]),
)
@example(gone={LENGTH - 1}, close="leave the gap")
@example(gone=set(range(LENGTH)), close="leave the gap")
def test_removed_rows_are_named(chain: Engine, gone: set[int], close: str) -> None:
    first = min(gone)

    def remove(kept: list[Row]) -> list[Row]:
        left = [row for place, row in enumerate(kept) if place not in gone]
        if close == "leave the gap":
            return left
        numbered = [row | {"seq": number} for number, row in enumerate(left, start=1)]
        return rehashed(numbered, first) if close == "renumber and chain again" else numbered

    fault = checked(chain, remove)
    assert fault is not None
    assert fault.seq == first + 1
    assert fault.tampering is Tampering.REMOVED or close != "leave the gap"


@thorough
@given(order=st.permutations(range(LENGTH)), repair=st.booleans())
def test_reordered_rows_are_named(chain: Engine, order: list[int], repair: bool) -> None:
    moved = next((place for place, old in enumerate(order) if place != old), None)

    def shuffle(kept: list[Row]) -> list[Row]:
        numbered = [kept[old] | {"seq": number} for number, old in enumerate(order, start=1)]
        return rehashed(numbered, moved) if repair and moved is not None else numbered

    fault = checked(chain, shuffle)
    assert fault == (None if moved is None else Fault(moved + 1, Tampering.EDITED))


def test_a_cut_end_is_found_though_the_head_was_cut_to_fit(chain: Engine) -> None:
    with attacker(chain) as connection:
        kept = rows(connection)[: LENGTH - 3]
        put(connection, kept)
        connection.execute(update(audit_head).values(seq=kept[-1]["seq"], hash=kept[-1]["hash"]))
        assert verify(connection, KEY) == Fault(LENGTH - 2, Tampering.REMOVED)
        connection.execute(delete(audit_head))
        assert verify(connection, KEY) == Fault(LENGTH - 2, Tampering.REMOVED)
        connection.execute(delete(audit))
        assert verify(connection, KEY) == Fault(1, Tampering.REMOVED)


def test_a_database_put_back_to_an_earlier_day_is_found_by_a_head_kept_elsewhere(chain: Engine) -> None:
    with attacker(chain) as connection:
        early_rows = rows(connection)
        early_head = dict(connection.execute(select(audit_head)).mappings().one())
        append(connection, KEY, SCREENER, VERSIONS, NOON, [entry(20)])
        kept_elsewhere = head(connection)
        put(connection, early_rows)
        connection.execute(update(audit_head).values(early_head))
        assert verify(connection, KEY) is None
        assert verify(connection, KEY, kept_elsewhere) == Fault(LENGTH + 1, Tampering.REMOVED)
        append(connection, KEY, SCREENER, VERSIONS, NOON, [entry(21)])
        assert verify(connection, KEY, kept_elsewhere) == Fault(LENGTH + 1, Tampering.EDITED)


def test_another_key_cannot_pass_for_ours(chain: Engine) -> None:
    with engine.reading(chain) as connection:
        assert verify(connection, AuditKey(b"l" * 32)) == Fault(1, Tampering.EDITED)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET action = 'x' WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 12",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET seq = 3",
        "DELETE FROM audit",
    ],
)
def test_the_database_itself_keeps_audit_rows(chain: Engine, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), engine.writing(chain) as connection:
        connection.execute(text(statement))
    with engine.reading(chain) as connection:
        assert verify(connection, KEY) is None


def test_replacing_or_truncating_is_no_way_around(chain: Engine) -> None:
    copy = "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 5"
    statement = "TRUNCATE audit" if chain.dialect.name == "postgresql" else copy
    with pytest.raises(DBAPIError, match="append-only"), engine.writing(chain) as connection:
        connection.execute(text(statement))


@given(prose=st.text(min_size=1).filter(lambda value: any(sign.isspace() for sign in value)))
def test_prose_never_enters_the_audit(prose: str) -> None:
    for value in (prose, [prose], {"reason": prose}, {"a": [{prose: 1}]}):
        with pytest.raises(InvalidInput, match="never prose"):
            refuse_prose(value, "what")


def test_a_change_and_its_row_stand_or_fall_together(store: Store, screener: By) -> None:
    before = store.head()
    with suppress(ZeroDivisionError), store.write(screener) as unit:
        register(unit, "Noor")
        _ = 1 / 0
    assert store.head() == before
    with store.write(screener, VERSIONS) as unit:
        person = register(unit, "Noor")
    assert store.head().seq == before.seq + 1
    with store.read(screener) as unit:
        row = unit.connection.execute(select(audit).order_by(audit.c.seq.desc()).limit(1)).mappings().one()
    assert (row["account"], row["role"], row["action"], row["person"]) == (
        screener.account,
        "screener",
        "people.register",
        person.id,
    )
    assert "ESCO:1.2.0" in row["versions"]
    assert store.verify() is None


def test_a_write_that_tells_nothing_is_refused(store: Store, screener: By) -> None:
    with pytest.raises(StoreError, match="in the audit"), store.write(screener):
        pass


def test_the_trail_is_shown_to_the_organisation_whose_actors_made_it(
    store: Store, screener: By, founded: Callable[[str], By]
) -> None:
    other = founded("Ghent")
    with store.write(screener, VERSIONS) as unit:
        person = register(unit, "Noor")
        unit.record("match.run", person=person.id, what={"vacancies": 10}, reasons=("essential", {"weight": 0.5}))
    with store.read(screener) as unit:
        registered, run = unit.trail()
        assert unit.trail(person=person.id) == [registered, run]
        assert unit.trail(after=registered.seq) == [run]
        assert unit.trail(size=1) == [registered]
    assert (run.action, run.what, run.reasons) == ("match.run", {"vacancies": 10}, ["essential", {"weight": 0.5}])
    assert run.versions == {
        "taxonomy": "ESCO:1.2.0",
        "encoder": "ngrams:1",
        "index": "sha256:12",
        "configuration": "2026-11",
    }
    assert (run.account, run.at.tzinfo) == (screener.account, UTC)
    with store.read(other) as unit:
        assert unit.trail() == []
        with pytest.raises(NotFound):
            unit.trail(person=person.id)


def test_the_trail_of_an_organisation_has_what_others_did_with_its_files(
    store: Store, screener: By, founded: Callable[[str], By]
) -> None:
    other = founded("Ghent")
    with store.write(screener) as unit:
        person = register(unit, "Noor")
        share(unit, person.id, other.organisation)
    with store.write(other) as unit:
        view(unit, person.id)
        register(unit, "Omar")
    with store.read(screener) as unit:
        assert [(one.action, one.account) for one in unit.trail()] == [
            ("people.register", screener.account),
            ("shares.add", screener.account),
            ("people.view", other.account),
        ]


def test_the_trail_of_a_person_goes_back_from_the_newest_and_has_the_lists_that_showed_their_name(
    store: Store, screener: By
) -> None:
    with store.write(screener) as unit:
        noor, omar = register(unit, "Noor"), register(unit, "Omar")
        unit.record("people.list", what={"files": [noor.id, omar.id]})
        unit.record("people.list", what={"files": [omar.id]})
    with store.read(screener) as unit:
        listed, registered = unit.trail(person=noor.id, newest=True)
        assert (listed.action, registered.action) == ("people.list", "people.register")
        assert unit.trail(person=noor.id, newest=True, after=listed.seq) == [registered]
