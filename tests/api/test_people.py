"""The file of a person over HTTP."""

import pytest
from fastapi.testclient import TestClient

from skillmatch.access import Role
from tests.api.conftest import Login

PEOPLE = "/api/v1/people"


def test_a_name_and_a_language_are_enough_to_register_somebody(screener: TestClient) -> None:
    """OSS-02, VDAB-01: no Dutch, no permit, no papers, one name."""
    made = screener.post(PEOPLE, json={"name": "Rami", "speaks": "ar"})
    assert made.status_code == 201
    person = made.json()
    assert person["name"] == "Rami"
    assert len(person["cases"]) == 1
    assert screener.get(made.headers["Location"]).json() == person


def test_a_creation_that_is_sent_twice_happens_once(screener: TestClient) -> None:
    key = {"Idempotency-Key": "3f0c9b52"}
    first = screener.post(PEOPLE, json={"name": "Rami"}, headers=key)
    again = screener.post(PEOPLE, json={"name": "Rami"}, headers=key)
    other = screener.post(PEOPLE, json={"name": "Samira"}, headers=key)
    assert again.json() == first.json()
    assert len(screener.get(PEOPLE).json()["items"]) == 1
    assert other.status_code == 409


def test_of_two_changes_to_one_version_the_second_gets_both_and_loses_nothing(screener: TestClient) -> None:
    made = screener.post(PEOPLE, json={"name": "Rami"})
    where, seen = made.headers["Location"], {"If-Match": made.headers["ETag"]}
    first = screener.patch(where, json={"speaks": "ar"}, headers=seen)
    second = screener.patch(where, json={"speaks": "ku"}, headers=seen)
    assert first.status_code == 200
    assert second.status_code == 409
    assert second.headers["Content-Type"] == "application/problem+json"
    problem = second.json()
    assert (problem["expected"], problem["found"]) == (1, 2)
    assert (problem["current"]["speaks"], problem["yours"]["speaks"]) == ("ar", "ku")
    assert screener.get(where).json()["speaks"] == "ar"


def test_a_change_says_which_version_it_was_made_from(screener: TestClient) -> None:
    made = screener.post(PEOPLE, json={"name": "Rami"})
    assert screener.patch(made.headers["Location"], json={"speaks": "ar"}).status_code == 428
    wrong = screener.patch(made.headers["Location"], json={"speaks": "ar"}, headers={"If-Match": '"x"'})
    assert wrong.status_code == 422
    assert wrong.json()["field"] == "If-Match"


def test_a_person_sees_their_own_file_and_no_other(screener: TestClient, login: Login) -> None:
    mine = screener.post(PEOPLE, json={"name": "Rami"}).json()["id"]
    other = screener.post(PEOPLE, json={"name": "Samira"}).json()["id"]
    person = login(Role.PERSON, person=mine)
    assert person.get(f"{PEOPLE}/{mine}").json()["name"] == "Rami"
    assert person.get(f"{PEOPLE}/{other}").status_code == 404


def test_another_organisation_finds_no_such_person(screener: TestClient, login: Login, elsewhere: str) -> None:
    made = screener.post(PEOPLE, json={"name": "Rami"}).json()["id"]
    stranger = login(Role.SCREENER, at=elsewhere)
    assert stranger.get(f"{PEOPLE}/{made}").status_code == 404
    assert stranger.get(PEOPLE).json()["items"] == []


@pytest.mark.parametrize(
    ("sent", "field"),
    [({}, "name"), ({"name": ""}, "name"), ({"name": "R", "sepaks": "ar"}, "sepaks")],
)
def test_bad_input_names_its_field_and_is_not_quoted(screener: TestClient, sent: dict[str, str], field: str) -> None:
    refused = screener.post(PEOPLE, json=sent)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == field


def test_who_is_not_logged_in_gets_nothing(screener: TestClient) -> None:
    assert screener.get(PEOPLE, headers={"Authorization": "Bearer nobody"}).status_code == 401


def test_pages_of_files_follow_each_other(screener: TestClient) -> None:
    made = {screener.post(PEOPLE, json={"name": f"Person {n}"}).json()["id"] for n in range(5)}
    first = screener.get(PEOPLE, params={"size": 3}).json()
    rest = screener.get(PEOPLE, params={"size": 3, "after": first["after"]}).json()
    assert rest["after"] is None
    assert {one["id"] for one in first["items"] + rest["items"]} == made
