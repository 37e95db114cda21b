"""What an attacker, or a colleague who is curious, would try; and what a data protection officer would ask."""

import os
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.app import create_app
from skillmatch.access import TRAUMA, Role
from skillmatch.assess.plan import PlanCheck, check_plan
from skillmatch.assess.profile import Evidence, Source
from skillmatch.config import Settings
from skillmatch.errors import InvalidInput, NotFound, StoreError, TooManyAttempts
from skillmatch.service import Service
from skillmatch.service.casework import Casework, notes, plans, rights
from skillmatch.service.casework.accounts import ATTEMPTS, known_login
from skillmatch.service.casework.records import Operator
from skillmatch.store import engine, export
from skillmatch.store.accounts import add_account
from skillmatch.store.audit import By, Told
from skillmatch.store.cases import KeptNote
from skillmatch.store.claims import suggest
from skillmatch.store.erasure import erase
from skillmatch.store.people import found, load, register
from skillmatch.store.unit import SYSTEM, Store, Unit, new_id
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.text import Span
from tests.api.clients import PASSWORD, Clients
from tests.api.conftest import MASTER, Browser, Login
from tests.api.filled import DRAWINGS, ROOT, World
from tests.store.conftest import create, drop, migrated
from tests.store.server import Server

PEOPLE, AUDIT, ACCOUNTS, SESSIONS = (f"{ROOT}/{name}" for name in ("people", "audit", "accounts", "sessions"))
SHARING = {"purpose": "sharing", "basis": "consent", "text_version": "2026-11"}
OLD = {"If-Match": '"999999"'}


@pytest.fixture
def file(screener: TestClient) -> str:
    """The address of a file."""
    return str(screener.post(PEOPLE, json={"name": "Rami"}).headers["Location"])


def id_of(file: str) -> str:
    return file.rpartition("/")[2]


CHANGES = (
    ("PATCH /people/{person_id}", Role.SCREENER),
    ("PATCH /people/{person_id}", Role.PERSON),
    ("PATCH /people/{person_id}/interviews/{interview_id}", Role.SOCIAL_WORKER),
    ("PUT /people/{person_id}/claims/{claim_id}", Role.SCREENER),
    ("PATCH /people/{person_id}/cases/{case_id}", Role.COUNSELLOR),
    ("PATCH /people/{person_id}/qualifications/{qualification_id}", Role.SCREENER),
    ("POST /people/{person_id}/cases/{case_id}/trajectory", Role.COUNSELLOR),
    ("PUT /people/{person_id}/cases/{case_id}/plans/{plan_id}", Role.SOCIAL_WORKER),
    ("PATCH /people/{person_id}/outcomes/{outcome_id}", Role.COUNSELLOR),
)


@pytest.mark.parametrize(("route", "role"), CHANGES)
def test_nobody_reads_a_file_unseen_by_sending_changes_that_are_refused(world: World, route: str, role: Role) -> None:
    """A conflict shows what is there and undoes its transaction: the look is in the audit all the same."""
    trail = f"{PEOPLE}/{world.ids['person_id']}/audit"
    answer = world.send(route, role, headers=OLD)
    assert answer.status_code == 409
    assert answer.json()["current"]
    last = world.clients[Role.PERSON].get(trail).json()["items"][0]
    assert (last["action"], last["role"]) == ("conflicts.view", role)


def test_a_conflict_that_shows_nothing_is_no_look(world: World) -> None:
    """An administrator sees of a file that they erase no more than its version."""
    trail = f"{PEOPLE}/{world.ids['person_id']}/audit"
    assert world.send("DELETE /people/{person_id}", Role.ADMINISTRATOR, headers=OLD).status_code == 409
    assert "conflicts.view" not in {row["action"] for row in world.clients[Role.PERSON].get(trail).json()["items"]}


def test_an_administrator_elsewhere_makes_no_account_that_opens_all_of_a_shared_file(
    screener: TestClient, login: Login, elsewhere: str, file: str
) -> None:
    """A person's account exports everything, housing and health too; whoever makes it knows its first password."""
    account = {"login": "mole", "password": PASSWORD, "roles": ["person"], "person_id": id_of(file)}
    foreign = login(Role.ADMINISTRATOR, at=elsewhere)
    assert foreign.post(ACCOUNTS, json=account).status_code == 404
    screener.post(f"{file}/consents", json=SHARING)
    assert screener.post(f"{file}/shares", json={"organisation_id": elsewhere}).status_code == 201
    assert foreign.post(ACCOUNTS, json=account).status_code == 403
    assert login(Role.ADMINISTRATOR).post(ACCOUNTS, json=account).status_code == 201


def test_an_auditor_does_not_tell_a_persons_account_from_its_logins(
    login: Login, browser: Browser, cheap_passwords: None, file: str
) -> None:
    """Ruling 22: auditors see pseudonyms; the id of an account leads to a login, which may be an e-mail address."""
    administrator = login(Role.ADMINISTRATOR)
    account = {"login": "rami", "password": PASSWORD, "roles": ["person"], "person_id": id_of(file)}
    made = administrator.post(ACCOUNTS, json=account).json()["id"]
    for password in (PASSWORD, PASSWORD[::-1]):
        browser().post(SESSIONS, json={"login": "rami", "password": password})
    told = login(Role.AUDITOR).get(AUDIT, params={"size": 200})
    assert {"sessions.begin", "sessions.refused"} <= {row["action"] for row in told.json()["items"]}
    assert made not in told.text
    assert administrator.account in told.text  # type: ignore[attr-defined]


@pytest.mark.parametrize("band", ["Rami of Aleppo", "née Haddad", "x" * 31, ""])
@pytest.mark.parametrize("field", ["education_band", "age_band", "sex"])
def test_what_an_evaluator_counts_by_is_a_code_and_no_words(screener: TestClient, field: str, band: str) -> None:
    """DUO-21: an evaluator gets these as they are, and they are not sealed."""
    assert screener.post(PEOPLE, json={"name": "Rami", field: band}).status_code == 422
    assert screener.post(PEOPLE, json={"name": "Rami", field: "25-54"}).status_code == 201


def test_an_export_does_not_tell_where_in_a_confidential_note_something_lies(
    store: Store, organisation: str, login: Login, file: str
) -> None:
    """Ruling 22: a person gets everything but others' confidential notes, and evidence without its place in one."""
    social_worker = By("worker", Role.SOCIAL_WORKER, organisation)
    with store.write(social_worker) as unit:
        said = {"author": "worker", "author_role": Role.SOCIAL_WORKER}
        secret = unit.add(KeptNote(new_id(), id_of(file), "she reads drawings", confidential=True, **said))
        open_one = unit.add(KeptNote(new_id(), id_of(file), "she reads drawings", **said))
        for note in (secret, open_one):
            piece = Evidence(ConceptId(DRAWINGS), Source.SELF_REPORT, 0.5, note=note.id, span=Span(4, 18))
            suggest(unit, id_of(file), [piece])
    exported = login(Role.PERSON, person=id_of(file)).get(f"{file}/export").json()
    places = {(one["note_id"], one["start"], one["end"]) for one in exported["evidence"]}
    assert places == {(open_one.id, 4, 18), (None, None, None)}


def test_what_a_request_said_is_not_guessed_from_what_is_kept_of_it(screener: TestClient, settings: Settings) -> None:
    """The hash of a short request gives a name away to whoever tries many names: it takes a key that is not there."""
    requests = {"Idempotency-Key": "the same key"}
    for _ in range(2):
        assert screener.post(PEOPLE, json={"name": "Rami"}, headers=requests).status_code == 201
    sent = screener.build_request("POST", PEOPLE, json={"name": "Rami"}).content
    digest = sha256(f"POST {PEOPLE}\n".encode() + sent).hexdigest()
    connections = engine.connect(settings.records)
    with engine.reading(connections) as connection:
        (kept,) = connection.scalars(text("SELECT request FROM creations"))
    connections.dispose()
    assert kept != digest


@pytest.mark.parametrize("login", ["\N{KELVIN SIGN}im", "kim\N{KELVIN SIGN}@example.org"])
def test_a_login_that_only_looks_like_anothers_is_none(login: str) -> None:
    """In lower case the sign of kelvin is a k: whoever has such an address verified would be somebody else here."""
    with pytest.raises(InvalidInput):
        known_login(login)


def test_an_erasure_whose_old_pages_cannot_be_removed_is_done_and_says_so_in_the_log(
    login: Login, store: Store, file: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """GDPR art. 17: an error would have whoever asked believe that the person is still there."""

    def fails() -> bool:
        raise StoreError("the database cannot be reached, or is too busy: try again")

    monkeypatch.setattr(type(store), "scrub", lambda _: fails())
    administrator = login(Role.ADMINISTRATOR)
    assert administrator.delete(file, headers={"If-Match": '"1"'}).status_code == 204
    assert administrator.delete(file, headers={"If-Match": '"1"'}).status_code == 404
    assert "old pages" in caplog.text
    assert id_of(file) not in caplog.text


def test_a_crowd_is_told_to_come_back_and_is_no_fault_of_ours(screener: TestClient, store: Store, file: str) -> None:
    """Where every connection is taken, a request waits for one and then gives up."""
    pool = store._engine.pool
    pool._timeout = 0.01  # type: ignore[attr-defined]
    with ExitStack() as taken:
        for _ in range(pool.size() + pool._max_overflow):  # type: ignore[attr-defined]
            taken.enter_context(store._engine.connect())
        assert screener.get(file).status_code == 503
    assert screener.get(file).status_code == 200


def test_no_other_writer_waits_while_a_plan_is_checked(
    login: Login, store: Store, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty actions with many hours each take a second to check; a page of such plans would stop the service."""
    counsellor, taken = login(Role.COUNSELLOR), []
    case = counsellor.get(file).json()["cases"][0]["id"]

    def check(*given: Any) -> PlanCheck:
        taken.append(store._engine.pool.checkedout())  # type: ignore[attr-defined]
        return check_plan(*given)

    monkeypatch.setattr(plans, "check_plan", check)
    plan = {"trajectory": "linear", "actions": []}
    made = counsellor.post(f"{file}/cases/{case}/plans", json=plan)
    where = made.headers["Location"]
    assert counsellor.get(where).status_code == 200
    assert counsellor.get(f"{file}/cases/{case}/plans").status_code == 200
    assert counsellor.put(where, json=plan, headers={"If-Match": '"1"'}).status_code == 200
    assert taken == [0, 0, 0, 0]


def test_a_person_does_not_stop_the_service_by_writing_without_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks at a file opens all its notes while others wait: thousands of the longest would take minutes."""
    monkeypatch.setattr(notes, "MOST", 3)
    person, file = world.clients[Role.PERSON], f"{PEOPLE}/{world.ids['person_id']}"
    said, disagreed = f"{file}/notes", f"{file}/claims/{world.ids['claim_id']}/disagreement"
    written = [person.post(where, json={"text": "again"}).status_code for where in (said, disagreed, disagreed, said)]
    assert written == [201, 201, 403, 403]  # there is a disagreement already
    assert world.clients[Role.SCREENER].post(said, json={"text": "one more"}).status_code == 201


def test_no_other_writer_waits_while_a_trail_is_searched(
    login: Login, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks through every list of names that was ever shown: after a year that takes seconds."""
    searched, trail = [], Unit.trail

    def search(unit: Unit, **given: Any) -> list[Told]:
        searched.append(unit.connection.exec_driver_sql("PRAGMA query_only").scalar())
        return trail(unit, **given)

    monkeypatch.setattr(Unit, "trail", search)
    person = login(Role.PERSON, person=id_of(file))
    assert person.get(f"{file}/audit").status_code == 200
    assert searched == [1]


def test_no_other_writer_waits_while_an_export_is_made(
    login: Login, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody with a file may ask for it as often as they like."""
    made: list[object] = []

    def gather(unit: Unit, person_id: str, **given: Any) -> dict[str, Any]:
        made.append(unit.connection.exec_driver_sql("PRAGMA query_only").scalar())
        return export.gather(unit, person_id, **given)

    monkeypatch.setattr(rights, "gather", gather)
    person = login(Role.PERSON, person=id_of(file))
    assert person.get(f"{file}/export").json()["people"][0]["name"] == "Rami"
    assert made == [1]
    assert person.get(f"{file}/audit").json()["items"][0]["action"] == "people.export"


def test_what_is_in_another_organisations_file_is_not_told_from_what_is_nowhere(
    screener: TestClient, login: Login, elsewhere: str, file: str
) -> None:
    note = screener.post(f"{file}/notes", json={"text": "she reads drawings"}).json()["id"]
    foreign = login(Role.SCREENER, at=elsewhere)
    theirs = foreign.post(PEOPLE, json={"name": "Samira"}).headers["Location"]
    answers = [foreign.get(f"{theirs}/notes/{one}") for one in (note, "0" * 32)]
    assert {one.status_code for one in answers} == {404}
    assert len({one.text for one in answers}) == 1


def test_wrong_passwords_keep_nobody_out_whom_the_login_service_vouches_for(
    casework: Casework, store: Store, organisation: str, cheap_passwords: None
) -> None:
    """Anybody can send ten wrong passwords: who comes in without one is not to be kept out by that."""
    with store.write(By("system", "system", organisation)) as unit:
        made = add_account(unit, "noor@city.example", roles=(Role.SCREENER,))
    for _ in range(ATTEMPTS):
        with pytest.raises(NotFound):
            casework.accounts.log_in("noor@city.example", PASSWORD)
    with pytest.raises(TooManyAttempts):
        casework.accounts.log_in("noor@city.example", PASSWORD)
    assert casework.accounts.vouched("noor@city.example").session["account_id"] == made.id


def test_who_is_trained_for_traumas_from_when_on_is_in_the_audit(login: Login, store: Store, organisation: str) -> None:
    """VDAB-11: the training opens what few may see; who granted it, and when, is told."""
    administrator = login(Role.ADMINISTRATOR)
    new = {"login": "counsellor", "roles": ["trajectory counsellor"]}
    account = administrator.post(ACCOUNTS, json=new).headers["Location"]
    administrator.patch(account, json={"trained": [TRAUMA]}, headers={"If-Match": '"1"'})
    with store.read(By("auditor", Role.AUDITOR, organisation)) as unit:
        told = [row.what["trained"] for row in unit.trail(size=200) if row.about == f"accounts:{id_of(account)}"]
    assert told == [[], [TRAUMA]]


def test_an_export_from_the_command_line_is_for_the_person_too(
    store: Store, organisation: str, screener: TestClient, login: Login, file: str
) -> None:
    """Ruling 22: whoever runs the machine gives it to somebody without a login."""
    social_worker = login(Role.SOCIAL_WORKER)
    for confidential in (True, False):
        said = {"text": f"confidential is {confidential}", "confidential": confidential}
        assert social_worker.post(f"{file}/notes", json=said).status_code == 201
    exported = Operator(store).export(id_of(file))
    assert [note["text"] for note in exported["notes"]] == ["confidential is False"]


@pytest.mark.skipif(os.name != "posix", reason="asks for modes of files")
def test_records_in_a_file_are_their_owners_alone(tmp_path: Path) -> None:
    """Not all of them is sealed: countries, tests, logins, and the hashes of passwords."""
    path = tmp_path / "records.db"
    store = Store.open(f"sqlite:///{path}", MASTER, migrate=True)
    with store.write(SYSTEM) as unit:
        found(unit, "Antwerp")
        modes = {stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()}
    store.close()
    assert modes == {0o600}


@pytest.fixture
def postgres(server: Server) -> Iterator[Store]:
    """Records in PostgreSQL."""
    name = create(server)
    store = Store.open(migrated(server.url(name)), MASTER)
    yield store
    store.close()
    drop(server, name)


def test_a_place_in_a_list_that_no_database_knows_is_refused_on_postgresql_too(
    postgres: Store, service: Service, settings: Settings
) -> None:
    with postgres.write(SYSTEM) as unit:
        ours = found(unit, "PES Antwerp").id
    clients = Clients(create_app(Casework.over(postgres, service, settings), settings), postgres, ours)
    assert clients(Role.SCREENER).get(PEOPLE, params={"after": "\x00"}).status_code == 422
    clients.close()


def test_what_is_added_to_a_file_while_it_is_erased_keeps_nothing_of_it(postgres: Store) -> None:
    """GDPR art. 17: the erasure waits for whoever writes at that moment, and takes that along."""
    with postgres.write(SYSTEM) as unit:
        by = By("worker", Role.SCREENER, found(unit, "PES Antwerp").id)
    with postgres.write(by) as unit:
        person = register(unit, "Rami").id
    added = Event()

    def add() -> None:
        with postgres.write(by) as unit:
            unit.add(KeptNote(new_id(), person, "she reads drawings"))
            added.set()
            time.sleep(0.5)  # by now the erasure has begun

    with ThreadPoolExecutor(1) as others:
        adding = others.submit(add)
        assert added.wait(10)
        with postgres.write(by) as unit:
            erase(unit, person)
        adding.result(10)
    with postgres.read(by) as unit, pytest.raises(NotFound):
        load(unit, person)
