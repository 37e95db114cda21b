"""The evaluator's rows over HTTP (DUO-21)."""

import pytest
from fastapi.testclient import TestClient

from skillmatch.access import Role
from tests.api.conftest import Login

PEOPLE = "/api/v1/people"
OUTCOMES = "/api/v1/evaluation/outcomes"


def test_an_evaluator_gets_a_row_a_person_and_nothing_that_names_one(screener: TestClient, login: Login) -> None:
    facts = {
        "name": "NAME-MARKER",
        "birth_date": "1990-05-01",
        "nationality": "KI",
        "speaks": "ti",
        "contact": {"email": "MAIL-MARKER@example.org"},
        "education_band": "low",
        "age_band": "30-39",
        "sex": "f",
    }
    person = screener.post(PEOPLE, json=facts).json()
    answer = login(Role.EVALUATOR).get(OUTCOMES)
    (row,) = answer.json()["items"]
    assert {
        name: row[name] for name in ("cohort", "education_band", "age_band", "sex", "trajectories", "outcomes")
    } == {
        "cohort": person["registered_on"][:7],
        "education_band": "low",
        "age_band": "30-39",
        "sex": "f",
        "trajectories": [],
        "outcomes": [],
    }
    for hidden in (person["id"], "NAME-MARKER", "MAIL-MARKER", "1990", '"KI"', '"ti"', person["cases"][0]["id"]):
        assert hidden not in answer.text


def test_the_pseudonym_is_the_auditors_too_stays_and_is_of_one_organisation(
    screener: TestClient, login: Login, elsewhere: str
) -> None:
    screener.post(PEOPLE, json={"name": "Rami"})
    evaluator, auditor = login(Role.EVALUATOR), login(Role.AUDITOR)
    (first,), (again,) = (evaluator.get(OUTCOMES).json()["items"] for _ in range(2))
    assert first["pseudonym"] == again["pseudonym"]
    told = auditor.get("/api/v1/audit", params={"size": 200}).json()["items"]
    assert first["pseudonym"] in {row["person"] for row in told if row["action"] == "people.register"}
    assert login(Role.EVALUATOR, at=elsewhere).get(OUTCOMES).json()["items"] == []


def test_pages_have_everybody_once(screener: TestClient, login: Login) -> None:
    for number in range(5):
        screener.post(PEOPLE, json={"name": f"Person {number}"})
    evaluator = login(Role.EVALUATOR)
    everybody = evaluator.get(OUTCOMES).json()
    first = evaluator.get(OUTCOMES, params={"size": 3}).json()
    rest = evaluator.get(OUTCOMES, params={"size": 3, "after": first["after"]}).json()
    assert first["items"] + rest["items"] == everybody["items"]
    assert len({one["pseudonym"] for one in everybody["items"]}) == 5
    assert everybody["after"] is rest["after"] is None


def test_an_erased_person_is_in_it_no_more(screener: TestClient, login: Login) -> None:
    file = screener.post(PEOPLE, json={"name": "Rami"}).headers["Location"]
    login(Role.ADMINISTRATOR).delete(file, headers={"If-Match": '"1"'})
    assert login(Role.EVALUATOR).get(OUTCOMES).json()["items"] == []


def test_an_evaluation_is_told(screener: TestClient, login: Login) -> None:
    screener.post(PEOPLE, json={"name": "Rami"})
    login(Role.EVALUATOR).get(OUTCOMES)
    last = login(Role.AUDITOR).get("/api/v1/audit", params={"size": 200}).json()["items"]
    assert [row["what"] for row in last if row["action"] == "outcomes.evaluate"] == [{"rows": 1}]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.EVALUATOR}))
def test_nobody_else_gets_them(login: Login, role: Role) -> None:
    assert login(role).get(OUTCOMES).status_code == 403
