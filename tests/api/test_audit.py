"""Who did what: to the person and to staff, to the auditor under pseudonyms; and whether all is as written."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from skillmatch.access import Role
from skillmatch.config import Settings
from skillmatch.store import engine
from tests.api.conftest import Login

PEOPLE = "/api/v1/people"
AUDIT = "/api/v1/audit"
VERIFICATION = "/api/v1/audit/verification"
STAFF = (Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER)
CONSENT = {"purpose": "sharing", "basis": "consent", "text_version": "2026-11"}
AN_ID = re.compile(r"\b[0-9a-f]{32}\b")


@pytest.fixture
def file(screener: TestClient) -> str:
    """The address of a file."""
    return str(screener.post(PEOPLE, json={"name": "Rami"}).headers["Location"])


def own(login: Login, file: str) -> TestClient:
    return login(Role.PERSON, person=file.rpartition("/")[2])


def pages(client: TestClient, address: str, size: int) -> Iterator[dict[str, object]]:
    """Every row, page by page."""
    after: dict[str, str] = {}
    for _ in range(1000):
        page = client.get(address, params={"size": size, **after}).json()
        assert len(page["items"]) <= size
        yield from page["items"]
        if page["after"] is None:
            return
        after = {"after": page["after"]}
    raise AssertionError("the pages never end")


def test_a_person_sees_who_saw_their_file_when_and_in_which_role(screener: TestClient, login: Login, file: str) -> None:
    person, counsellor = own(login, file), login(Role.COUNSELLOR)
    counsellor.get(file)
    seen = person.get(f"{file}/audit").json()["items"][0]
    assert (seen["action"], seen["role"], seen["account"]) == (
        "people.view",
        "trajectory counsellor",
        counsellor.account,  # type: ignore[attr-defined]
    )
    assert seen["at"].startswith("20")
    assert {"taxonomy", "encoder", "index", "configuration"} <= set(seen["versions"])
    assert person.get(f"{file}/audit").json()["items"][0]["action"] == "people.audit"


def test_a_list_that_showed_the_name_is_told_without_the_others_in_it(
    screener: TestClient, login: Login, file: str
) -> None:
    other = screener.post(PEOPLE, json={"name": "Samira"}).headers["Location"].rpartition("/")[2]
    person = own(login, file)
    screener.get(PEOPLE)
    answer = person.get(f"{file}/audit")
    assert answer.json()["items"][0]["action"] == "people.list"
    assert other not in answer.text


@pytest.mark.parametrize("role", STAFF)
def test_staff_see_who_worked_on_the_file_and_not_the_codes_of_what_was_done(
    login: Login, file: str, role: Role
) -> None:
    """A code may tell of what the role does not see: that somebody agreed to the use of health data, say."""
    for row in login(role).get(f"{file}/audit").json()["items"]:
        assert {"number", "at", "account", "role", "action"} <= set(row)
        assert not {"what", "reasons", "person"} & set(row)
    assert "what" in own(login, file).get(f"{file}/audit").json()["items"][0]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PERSON, *STAFF}))
def test_no_other_role_sees_the_trail_of_a_file(login: Login, file: str, role: Role) -> None:
    assert login(role).get(f"{file}/audit").status_code == 403


@pytest.mark.parametrize("size", [1, 2, 200])
def test_the_pages_of_a_trail_end_and_have_every_row_once_though_reading_them_adds_some(
    screener: TestClient, login: Login, file: str, size: int
) -> None:
    for _ in range(4):
        screener.get(file)
    person = own(login, file)
    expected = [row["number"] for row in person.get(f"{file}/audit").json()["items"]]
    numbers = [row["number"] for row in pages(person, f"{file}/audit", size)]
    assert numbers[1:] == expected  # the first is the look of the line before
    assert numbers == sorted(set(numbers), reverse=True)


def test_another_person_and_another_organisation_see_no_trail(
    screener: TestClient, login: Login, elsewhere: str, file: str
) -> None:
    other = screener.post(PEOPLE, json={"name": "Samira"}).headers["Location"]
    assert own(login, other).get(f"{file}/audit").status_code == 404
    assert login(Role.SCREENER, at=elsewhere).get(f"{file}/audit").status_code == 404


def test_an_auditor_sees_what_was_done_under_pseudonyms_that_stay(
    screener: TestClient, login: Login, file: str
) -> None:
    """Ruling 22: no id of a person or of what is theirs, wherever in a row it stands."""
    other = screener.post(PEOPLE, json={"name": "Samira"}).headers["Location"]
    screener.get(PEOPLE)
    screener.post(f"{file}/consents", json=CONSENT)
    auditor = login(Role.AUDITOR)
    rows = list(pages(auditor, AUDIT, 3))
    registered = [row for row in rows if row["action"] == "people.register"]
    (listed,) = (row for row in rows if row["action"] == "people.list")
    names = [row["person"] for row in registered]
    assert len(set(names)) == 2
    assert set(listed["what"]["files"]) == set(names)  # type: ignore[index]
    assert list(pages(auditor, AUDIT, 200)) == rows
    staff = {row["account"] for row in rows} | {row["organisation"] for row in rows}
    about = {str(row["about"]).partition(":")[2] for row in rows if str(row["about"]).startswith("accounts:")}
    assert set(AN_ID.findall(str(rows))) <= staff | about
    for person in (file, other):
        assert person.rpartition("/")[2] not in str(rows)


def test_an_auditor_does_not_get_the_account_of_a_person_either(login: Login, file: str) -> None:
    """An administrator knows whose it is."""
    person = own(login, file)
    person.get(file)
    rows = list(pages(login(Role.AUDITOR), AUDIT, 200))
    (viewed,) = (row for row in rows if row["role"] == "person")
    (added,) = (row for row in rows if row["action"] == "accounts.add" and row["person"] == viewed["person"])
    assert added["about"] == f"accounts:{viewed['account']}"
    assert viewed["account"] != person.account  # type: ignore[attr-defined]


def test_an_auditor_sees_what_others_did_with_the_files_of_their_organisation_and_nothing_else_of_theirs(
    screener: TestClient, login: Login, elsewhere: str, file: str
) -> None:
    screener.post(f"{file}/consents", json=CONSENT)
    screener.post(f"{file}/shares", json={"organisation_id": elsewhere})
    colleague = login(Role.SCREENER, at=elsewhere)
    colleague.get(file)
    colleague.post(PEOPLE, json={"name": "Omar"})
    here, there = (list(pages(login(Role.AUDITOR, at=at), AUDIT, 200)) for at in ("", elsewhere))
    assert [row["action"] for row in here if row["organisation"] == elsewhere] == ["people.view"]
    assert {row["organisation"] for row in there} == {elsewhere}
    (viewed,) = (row["person"] for row in there if row["action"] == "people.view")
    assert viewed not in {row["person"] for row in here}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUDITOR}))
def test_nobody_but_an_auditor_reads_the_audit(login: Login, role: Role) -> None:
    assert login(role).get(AUDIT).status_code == 403


@pytest.mark.parametrize("role", Role)
def test_the_auditor_and_the_administrator_verify(login: Login, role: Role) -> None:
    expected = 200 if role in {Role.AUDITOR, Role.ADMINISTRATOR} else 403
    assert login(role).get(VERIFICATION).status_code == expected


def tamper(settings: Settings, statement: str) -> None:
    """As somebody who holds the database and took its triggers away."""
    connections = engine.connect(settings.records)
    with engine.writing(connections) as connection:
        for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(statement))
    connections.dispose()


def test_a_verification_says_whole_and_gives_a_head_to_keep(login: Login, file: str) -> None:
    auditor = login(Role.AUDITOR)
    said = auditor.get(VERIFICATION).json()
    assert (said["whole"], said["fault"]) == (True, None)
    kept = said["head"]
    auditor.get(file)
    login(Role.SCREENER).get(file)
    assert auditor.get(VERIFICATION, params=kept).json()["whole"] is True
    assert auditor.get(VERIFICATION).json()["head"]["number"] > kept["number"]


@pytest.mark.parametrize(
    ("statement", "number", "tampering"),
    [
        ("UPDATE audit SET account = 'nobody' WHERE seq = 3", 3, "edited"),
        ("DELETE FROM audit WHERE seq = 4", 4, "removed"),
    ],
)
def test_a_verification_names_the_first_row_that_is_not_as_written(
    login: Login, settings: Settings, file: str, statement: str, number: int, tampering: str
) -> None:
    auditor = login(Role.AUDITOR)
    tamper(settings, statement)
    said = auditor.get(VERIFICATION).json()
    assert (said["whole"], said["fault"]) == (False, {"number": number, "tampering": tampering})


def test_a_head_that_was_kept_shows_a_database_that_was_put_back(login: Login, file: str) -> None:
    auditor = login(Role.AUDITOR)
    head = auditor.get(VERIFICATION).json()["head"]
    later = {"number": head["number"] + 5, "hash": head["hash"]}
    said = auditor.get(VERIFICATION, params=later).json()
    assert said["fault"] == {"number": head["number"] + 1, "tampering": "removed"}
    other = auditor.get(VERIFICATION, params={"number": head["number"], "hash": "0" * 64}).json()
    assert other["fault"] == {"number": head["number"], "tampering": "edited"}


def test_half_a_head_is_refused(login: Login) -> None:
    refused = login(Role.AUDITOR).get(VERIFICATION, params={"number": 1})
    assert (refused.status_code, refused.json()["field"]) == (422, "hash")
