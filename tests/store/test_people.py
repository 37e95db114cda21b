"""A file begins with a name, is open to those who work on it, and is used for what there is a basis for."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Event

import pytest
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from skillmatch.assess.profile import LabourAccess
from skillmatch.errors import Conflict, Forbidden, InvalidInput, NotFound
from skillmatch.store import people, tables
from skillmatch.store.audit import By
from skillmatch.store.people import amend, consent, load, page, register, require, share, unshare, view, withdraw
from skillmatch.store.tables import Basis
from skillmatch.store.unit import Store
from tests.store.conftest import MASTER


def test_a_person_needs_a_name_and_nothing_else(store: Store, screener: By) -> None:
    """OSS-02, VDAB-01: no Dutch, no permit, no papers, one name."""
    with store.write(screener) as unit:
        person = register(unit, "ነገስቲ", speaks="ti")
    with store.read(screener) as unit:
        kept = load(unit, person.id)
    assert kept == person
    assert (kept.name, kept.labour_access, kept.licences, kept.version) == ("ነገስቲ", None, None, 1)


def test_not_known_none_and_empty_are_three_things(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        person = register(unit, "Noor", licences=(), regions=("Antwerpen",), labour_access=LabourAccess.NONE)
        kept = load(unit, person.id)
    assert (kept.licences, kept.regions, kept.schedules) == ((), ("Antwerpen",), None)
    assert kept.labour_access is LabourAccess.NONE


@pytest.mark.parametrize(
    "name", ["نور‌الدین", "a\0b", "line\nbreak", "\ud800", "", "x" * 10_000, "'; DROP TABLE people; --"]
)
def test_any_name_is_kept_as_it_is_written(store: Store, screener: By, name: str) -> None:
    with store.write(screener) as unit:
        assert load(unit, register(unit, name, details={name: [name, None, 1.5]}).id).name == name
    with store.read(screener) as unit:
        assert people.count(unit) == 1


@pytest.mark.parametrize("code", ["a\0b", "\ud800", "x" * 61])
def test_what_a_plain_column_cannot_hold_is_refused_alike_on_both_engines(
    store: Store, screener: By, code: str
) -> None:
    with pytest.raises(InvalidInput, match="speaks") as raised, store.write(screener) as unit:
        register(unit, "Noor", speaks=code)
    assert code not in str(raised.value)


def test_a_lost_update_is_a_conflict_with_both_versions(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        seen = register(unit, "Noor")
    with store.write(screener) as unit:
        first = amend(unit, replace(seen, name="Noor A."))
    assert first.version == 2
    with pytest.raises(Conflict) as raised, store.write(screener) as unit:
        amend(unit, replace(seen, name="Noor B."))
    assert (raised.value.expected, raised.value.found) == (1, 2)
    with store.read(screener) as unit:
        assert load(unit, seen.id) == first
    with store.write(screener) as unit:
        assert amend(unit, replace(first, name="Noor B.")).version == 3


def test_a_file_is_open_to_its_keeper_and_those_it_is_shared_with(
    store: Store, screener: By, founded: Callable[[str], By]
) -> None:
    """ANT-04."""
    atlas, stranger = founded("Atlas"), founded("Elsewhere")
    with store.write(screener) as unit:
        person = register(unit, "Noor")
    with store.read(atlas) as unit, pytest.raises(NotFound):
        load(unit, person.id)
    with store.write(screener) as unit:
        opened = share(unit, person.id, atlas.organisation)
    with store.write(atlas) as unit:
        amend(unit, replace(view(unit, person.id), speaks="ar"))
    with store.read(stranger) as unit:
        assert (people.count(unit), page(unit).ids) == (0, ())
        with pytest.raises(NotFound):
            unit.vault(person.id)
    with pytest.raises(Forbidden), store.write(atlas) as unit:
        share(unit, person.id, stranger.organisation)
    with pytest.raises(Forbidden), store.write(atlas) as unit:
        unshare(unit, opened)
    with store.write(screener) as unit:
        unshare(unit, opened)
    with store.read(atlas) as unit, pytest.raises(NotFound):
        load(unit, person.id)


def test_amending_a_file_does_not_give_it_away(store: Store, screener: By, founded: Callable[[str], By]) -> None:
    other = founded("Ghent")
    with store.write(screener) as unit:
        person = register(unit, "Noor")
        amend(unit, replace(person, organisation_id=other.organisation))
    with store.read(screener) as unit:
        assert load(unit, person.id).organisation_id == screener.organisation


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_postgresql_itself_shows_an_organisation_its_own_files_only(
    store: Store, screener: By, founded: Callable[[str], By]
) -> None:
    """A query that forgot the condition, with the connection that the service has."""
    other = founded("Ghent")
    with store.write(screener) as unit:
        person = register(unit, "Noor")
        consent(unit, person.id, "matching", Basis.CONSENT, "1")
        assert {_count(unit.connection, table) for table in ("people", "person_keys", "consents")} == {1}
    with store.write(other) as unit:
        assert {_count(unit.connection, table) for table in ("people", "person_keys", "consents")} == {0}
        assert unit.connection.execute(text("UPDATE people SET speaks = 'x'")).rowcount == 0
        assert unit.connection.execute(text("DELETE FROM consents")).rowcount == 0
        unit.record("test")
    row: dict[str, object] = {
        "id": "f" * 32,
        "organisation_id": screener.organisation,
        "registered_on": date(2026, 1, 1),
        "version": 1,
    }
    row["name"] = b""
    with pytest.raises(DBAPIError, match="row-level security"), store.write(other) as unit:
        unit.connection.execute(insert(tables.people).values(row))
    grabbed = people.Share("e" * 32, person.id, screener.organisation, other.organisation, date(2026, 1, 1))
    with pytest.raises(DBAPIError, match="row-level security"), store.write(other) as unit:
        unit.insert(grabbed)
    with pytest.raises(NotFound), store.write(other) as unit:
        unit.insert(replace(grabbed, keeper_id=other.organisation))
    with store.write(screener) as unit:
        share(unit, person.id, other.organisation)
    with store.read(other) as unit:
        assert _count(unit.connection, "consents") == 1


def _count(connection: Connection, table: str) -> int:
    return connection.scalar(select(func.count()).select_from(tables.METADATA.tables[table])) or 0


def test_pages_go_through_everyone_once(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        registered = {register(unit, f"alias {number}").id for number in range(7)}
        seen: list[str] = []
        after = ""
        while True:
            some = page(unit, after=after, size=3)
            seen += some.ids
            if some.after is None:
                break
            after = some.after
    assert seen == sorted(registered)


def test_a_view_of_a_file_is_told(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        person = register(unit, "Noor")
    with store.write(screener) as unit:
        view(unit, person.id)
    with store.read(screener) as unit:
        told = unit.connection.execute(
            select(tables.audit.c.action, tables.audit.c.account).where(tables.audit.c.person == person.id)
        ).all()
    assert [tuple(row) for row in told] == [("people.register", screener.account), ("people.view", screener.account)]


def test_a_purpose_without_a_basis_is_forbidden(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        person = register(unit, "Noor")
    with store.read(screener) as unit, pytest.raises(Forbidden, match="matching"):
        require(unit, person.id, "matching")


def test_withdrawing_stops_the_use_at_once_and_keeps_the_history(url: str) -> None:
    """D7: basis, date and version of the text."""
    times = iter(datetime(2026, 11, 22, 9, tzinfo=UTC) + timedelta(hours=hour) for hour in range(20))
    with closing(Store.open(url, MASTER, clock=lambda: next(times))) as store:
        admin = By("admin", "administrator", "none")
        with store.write(admin) as unit:
            by = By("s", "screener", people.found(unit, "Antwerp").id)
        with store.write(by) as unit:
            person = register(unit, "Noor")
            first = consent(unit, person.id, "publish_profile", Basis.CONSENT, "2026-01")
            assert require(unit, person.id, "publish_profile") == first
        with store.write(by) as unit:
            withdraw(unit, person.id, "publish_profile")
            with pytest.raises(Forbidden):
                require(unit, person.id, "publish_profile")
            with pytest.raises(NotFound):
                withdraw(unit, person.id, "publish_profile")
        with store.write(by) as unit:
            again = consent(unit, person.id, "publish_profile", Basis.CONSENT, "2026-02")
            assert require(unit, person.id, "publish_profile") == again
            kept = people.consents(unit, person.id)
    assert [(one.text_version, one.withdrawn_at is None) for one in kept] == [("2026-01", False), ("2026-02", True)]
    assert kept[0].withdrawn_at is not None
    assert kept[0].given_at < kept[0].withdrawn_at < kept[1].given_at


def test_the_audit_tells_which_basis_was_given_and_withdrawn(store: Store, screener: By) -> None:
    """D7: per purpose, with the version of the text."""
    with store.write(screener) as unit:
        person = register(unit, "Noor")
    with store.write(screener) as unit:
        consent(unit, person.id, "health", Basis.EXPLICIT_CONSENT, "2026-11")
        withdraw(unit, person.id, "health")
    with store.read(screener) as unit:
        withdrawn, given = unit.trail(person=person.id, newest=True, size=2)
    assert (given.action, withdrawn.action) == ("consents.give", "consents.withdraw")
    assert given.what == withdrawn.what == {"purpose": "health", "basis": "explicit_consent", "text": "2026-11"}


def test_a_share_that_is_made_while_its_basis_is_withdrawn_waits_and_is_refused(
    store: Store, screener: By, founded: Callable[[str], By]
) -> None:
    ghent, about_to = founded("Ghent"), Event()
    with store.write(screener) as unit:
        person = register(unit, "Noor")
        consent(unit, person.id, "sharing", Basis.CONSENT, "2026-11")

    def share_it() -> None:
        about_to.set()
        with store.write(screener) as unit:
            people.hold(unit, person.id)
            require(unit, person.id, "sharing")
            share(unit, person.id, ghent.organisation)

    with ThreadPoolExecutor() as pool:
        with store.write(screener) as unit:
            people.hold(unit, person.id)
            shared = pool.submit(share_it)
            about_to.wait()
            wait([shared], timeout=0.3)
            assert not shared.done()
            withdraw(unit, person.id, "sharing")
        with pytest.raises(Forbidden):
            shared.result()


def test_who_only_shares_a_file_sees_no_other_share_of_it(
    store: Store, screener: By, founded: Callable[[str], By]
) -> None:
    ghent, brussels = founded("Ghent"), founded("Brussels")
    with store.write(screener) as unit:
        person = register(unit, "Noor")
        theirs = share(unit, person.id, ghent.organisation)
        other = share(unit, person.id, brussels.organisation)
    with store.read(ghent) as unit:
        assert people.shares(unit, person.id) == [theirs]
    with store.read(screener) as unit:
        assert {one.id for one in people.shares(unit, person.id)} == {theirs.id, other.id}


def test_days_survive_as_they_are(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        person = register(unit, "Noor", arrived_on=date(2024, 2, 29))
        assert load(unit, person.id).arrived_on == date(2024, 2, 29)


def test_what_an_engine_cannot_take_is_bad_input_and_no_fault_of_ours(store: Store, screener: By) -> None:
    """PostgreSQL takes no NUL in a text; to SQLite it is a text like any other."""
    with store.write(screener) as unit:
        register(unit, "Rami")
    with suppress(InvalidInput), store.read(screener) as unit:
        assert len(page(unit, after="\x00").ids) == 1
