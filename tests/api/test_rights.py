"""Everything about a person as a file to keep, and nothing of them any more."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from skillmatch.access import Role
from skillmatch.store import tables
from skillmatch.store.audit import By
from skillmatch.store.cases import KeptNote
from skillmatch.store.erasure import publish, published
from skillmatch.store.unit import Store, new_id
from tests.api.conftest import Login
from tests.api.filled import World, routes

PEOPLE = "/api/v1/people"
MARKER = "Zaynab-al-Amin"
CONSENT = {"purpose": "sharing", "basis": "consent", "text_version": "2026-11"}


@pytest.fixture
def file(screener: TestClient) -> str:
    """The address of a file."""
    facts = {"name": MARKER, "contact": {"email": f"{MARKER}@example.org"}, "nationality": "SY"}
    return str(screener.post(PEOPLE, json=facts).headers["Location"])


def note(store: Store, organisation: str, file: str, role: Role, account: str, *, confidential: bool) -> str:
    """The text of a note that ``account`` wrote."""
    text = f"{MARKER}, {role}, {confidential}"
    kept = KeptNote(
        new_id(), file.rpartition("/")[2], text, author=account, author_role=role, confidential=confidential
    )
    with store.write(By(account, role, organisation)) as unit:
        unit.add(kept)
    return text


def own(login: Login, file: str) -> TestClient:
    return login(Role.PERSON, person=file.rpartition("/")[2])


def test_a_person_takes_along_everything_but_the_confidential_notes_of_others(
    store: Store, organisation: str, login: Login, file: str
) -> None:
    """GDPR art. 15 and 20, ruling 22."""
    person = own(login, file)
    shown = [
        note(store, organisation, file, Role.SCREENER, "screener", confidential=False),
        note(store, organisation, file, Role.PERSON, person.account, confidential=True),  # type: ignore[attr-defined]
    ]
    hidden = note(store, organisation, file, Role.SCREENER, "screener", confidential=True)
    answer = person.get(f"{file}/export")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    assert {one["text"] for one in answer.json()["notes"]} == set(shown)
    assert hidden not in answer.text
    assert answer.json()["people"][0]["name"] == MARKER
    assert answer.json()["people"][0]["details"]["nationality"] == "SY"


def test_every_table_of_a_person_is_in_their_export(login: Login, file: str) -> None:
    """A table that is added and forgotten in the route would be missing here."""
    answer = own(login, file).get(f"{file}/export").json()
    expected = {table.name for table in tables.OF_A_PERSON} - {"person_keys", "exports"}
    assert set(answer) == expected | {"format", "made_at", "people", "accounts", "audit"}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PERSON}))
def test_no_other_role_gets_an_export(login: Login, file: str, role: Role) -> None:
    """It holds finances, housing, trauma and all notes at once: more than any one role sees."""
    assert login(role).get(f"{file}/export").status_code == 403


def test_nobody_takes_along_what_is_another_persons(screener: TestClient, login: Login, file: str) -> None:
    other = screener.post(PEOPLE, json={"name": "Samira"}).headers["Location"]
    assert own(login, other).get(f"{file}/export").status_code == 404


def test_an_export_is_told(login: Login, file: str) -> None:
    person = own(login, file)
    person.get(f"{file}/export")
    assert person.get(f"{file}/audit").json()["items"][0]["action"] == "people.export"


def values(store: Store) -> Iterator[tuple[str, object]]:
    """Every value of every table."""
    with store.read(By("test", "test", "test")) as unit:
        for table in tables.METADATA.sorted_tables:
            for row in unit.connection.execute(select(table)):
                yield from ((f"{table.name}.{column.name}", value) for column, value in zip(table.c, row, strict=True))


def test_an_erased_person_is_not_found_anywhere_and_nothing_of_them_is_left(
    store: Store, screener: TestClient, login: Login, file: str, tmp_path: Path
) -> None:
    """GDPR art. 17: key, rows, account and old pages go; the audit stays whole and names a random id only."""
    person_id = file.rpartition("/")[2]
    person, administrator = own(login, file), login(Role.ADMINISTRATOR)
    auditor = login(Role.AUDITOR)
    with store.read(By("test", "test", "test")) as unit:
        keys = tables.person_keys
        wrapped = unit.connection.scalar(select(keys.c.wrapped).where(keys.c.person_id == person_id))
    assert wrapped is not None
    assert any(wrapped in found.read_bytes() for found in tmp_path.glob("records.db*"))

    assert administrator.delete(file, headers={"If-Match": '"1"'}).status_code == 204

    for address in (file, f"{file}/consents", f"{file}/shares", f"{file}/audit"):
        assert screener.get(address).status_code == 404, address
    assert administrator.delete(file, headers={"If-Match": '"1"'}).status_code == 404
    assert person.get(file).status_code == 401
    left = {name for name, value in values(store) if person_id in str(value)}
    assert left <= {"audit.person", "audit.what", "audit.about"}
    assert [name for name, value in values(store) if MARKER in str(value)] == []
    assert not any(wrapped in found.read_bytes() for found in tmp_path.glob("records.db*"))
    assert auditor.get("/api/v1/audit/verification").json()["whole"] is True
    told = auditor.get("/api/v1/audit", params={"size": 200})
    assert "people.erase" in {row["action"] for row in told.json()["items"]}
    assert MARKER not in told.text


@pytest.mark.parametrize("role", [Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER, Role.EMPLOYER, Role.MENTOR])
def test_after_an_erasure_every_address_of_a_filled_file_is_not_found(world: World, role: Role) -> None:
    """A mentor and an employer, who saw what was agreed, too."""
    erase = "DELETE /people/{person_id}"
    before = {route: world.send(route, role).status_code for route in _of_the_file(world)}
    assert 200 in before.values()
    assert world.insist(erase, Role.ADMINISTRATOR).status_code == 204
    after = {route: world.send(route, role).status_code for route in _of_the_file(world)}
    assert after == {route: 403 if status == 403 else 404 for route, status in before.items()}


def _of_the_file(world: World) -> list[str]:
    return [route for route in routes(world.app) if route.startswith("GET /people/{person_id}")]


def test_after_an_erasure_no_text_of_a_filled_file_is_left_in_the_database(world: World, tmp_path: Path) -> None:
    """Nor ciphertext that the key would open: neither in the tables nor in the pages of the file."""
    with closing(sqlite3.connect(tmp_path / "records.db")) as records:
        sealed = [row[0] for row in records.execute("SELECT answers FROM interviews UNION SELECT text FROM notes")]
    assert len(sealed) > 2
    assert world.insist("DELETE /people/{person_id}", Role.ADMINISTRATOR).status_code == 204
    left = b"".join(found.read_bytes() for found in tmp_path.glob("records.db*"))
    assert b"MARKER" not in left
    assert [text for text in sealed if text in left] == []
    assert world.send("GET /audit/verification", Role.AUDITOR).json()["whole"] is True


def test_what_was_published_stays_as_it_was(store: Store, organisation: str, login: Login, file: str) -> None:
    """Ruling 16."""
    by = By("test", "test", organisation)
    with store.write(by) as unit:
        publish(unit, "registrations", date(2026, 11, 1), {"2026": 1})
    login(Role.ADMINISTRATOR).delete(file, headers={"If-Match": '"1"'})
    with store.read(by) as unit:
        assert [one.figures for one in published(unit)] == [{"2026": 1}]


def test_a_file_that_changed_since_is_not_erased_and_the_answer_shows_nothing_of_it(
    store: Store, screener: TestClient, login: Login, file: str
) -> None:
    administrator = login(Role.ADMINISTRATOR)
    screener.patch(file, json={"speaks": "ar"}, headers={"If-Match": '"1"'})
    refused = administrator.delete(file, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["expected"], refused.json()["found"]) == (409, 1, 2)
    assert "current" not in refused.json()
    assert MARKER not in refused.text
    assert administrator.delete(file).status_code == 428
    assert screener.get(file).status_code == 200
    assert administrator.delete(file, headers={"If-Match": '"2"'}).status_code == 204


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_nobody_but_an_administrator_erases(login: Login, screener: TestClient, file: str, role: Role) -> None:
    client = own(login, file) if role is Role.PERSON else login(role)
    assert client.delete(file, headers={"If-Match": '"1"'}).status_code == 403
    assert screener.get(file).status_code == 200


def test_an_administrator_elsewhere_erases_nothing_even_where_the_file_is_shared(
    screener: TestClient, login: Login, elsewhere: str, file: str
) -> None:
    stranger = login(Role.ADMINISTRATOR, at=elsewhere)
    assert stranger.delete(file, headers={"If-Match": '"1"'}).status_code == 404
    screener.post(f"{file}/consents", json=CONSENT)
    screener.post(f"{file}/shares", json={"organisation_id": elsewhere})
    assert stranger.delete(file, headers={"If-Match": '"1"'}).status_code == 403
    assert screener.get(file).status_code == 200


def test_others_keep_everything(screener: TestClient, login: Login, file: str) -> None:
    other = screener.post(PEOPLE, json={"name": "Samira"}).headers["Location"]
    person = own(login, other)
    before = person.get(f"{other}/export").json()
    login(Role.ADMINISTRATOR).delete(file, headers={"If-Match": '"1"'})
    after = person.get(f"{other}/export").json()
    for content in (before, after):
        del content["made_at"], content["audit"]
    assert json.dumps(after) == json.dumps(before)
