"""A file that two organisations work on, over HTTP (ANT-04)."""

import pytest
from fastapi.testclient import TestClient

from skillmatch.access import Role
from skillmatch.store.people import found
from skillmatch.store.unit import SYSTEM, Store
from tests.api.conftest import Login

PEOPLE = "/api/v1/people"
CONSENT = {"purpose": "sharing", "basis": "consent", "text_version": "2026-11"}
STAFF = (Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER)


@pytest.fixture
def file(screener: TestClient) -> str:
    """The address of a file that may be shared."""
    facts = {"name": "Rami", "contact": {"phone": "0470 00 00 00"}, "birth_date": "1990-05-01"}
    address = str(screener.post(PEOPLE, json=facts).headers["Location"])
    screener.post(f"{address}/consents", json=CONSENT)
    return address


def share(client: TestClient, file: str, organisation: str) -> str:
    """The id of a new share."""
    made = client.post(f"{file}/shares", json={"organisation_id": organisation})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


@pytest.mark.parametrize("role", STAFF)
def test_staff_of_the_other_organisation_see_what_their_role_sees_here(
    screener: TestClient, login: Login, elsewhere: str, file: str, role: Role
) -> None:
    here, there = login(role), login(role, at=elsewhere)
    assert there.get(file).status_code == 404
    share(screener, file, elsewhere)
    assert there.get(file).json() == here.get(file).json()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PERSON, *STAFF}))
def test_a_share_opens_a_file_to_staff_and_to_nobody_else(
    screener: TestClient, login: Login, elsewhere: str, file: str, role: Role
) -> None:
    share(screener, file, elsewhere)
    stranger = login(role, at=elsewhere)
    for address in (file, f"{file}/consents", f"{file}/shares", f"{file}/audit", f"{file}/export"):
        assert stranger.get(address).status_code == 403, address


def test_a_share_that_ends_closes_the_file_to_the_very_next_request(
    screener: TestClient, login: Login, elsewhere: str, file: str
) -> None:
    colleague = login(Role.COUNSELLOR, at=elsewhere)
    made = share(screener, file, elsewhere)
    assert colleague.get(file).status_code == 200
    assert screener.delete(f"{file}/shares/{made}").status_code == 204
    assert colleague.get(file).status_code == 404
    assert colleague.get(PEOPLE).json()["items"] == []
    assert screener.delete(f"{file}/shares/{made}").status_code == 404
    (kept,) = screener.get(f"{file}/shares").json()["items"]
    assert (kept["id"], kept["stands"], kept["until"]) == (made, False, kept["since"])


def test_a_share_that_ended_can_be_opened_again(screener: TestClient, login: Login, elsewhere: str, file: str) -> None:
    colleague = login(Role.COUNSELLOR, at=elsewhere)
    screener.delete(f"{file}/shares/{share(screener, file, elsewhere)}")
    share(screener, file, elsewhere)
    assert colleague.get(file).status_code == 200


def test_nothing_is_shared_without_a_basis(screener: TestClient, elsewhere: str) -> None:
    file = screener.post(PEOPLE, json={"name": "Rami"}).headers["Location"]
    sent = {"organisation_id": elsewhere}
    assert screener.post(f"{file}/shares", json=sent).status_code == 403
    screener.post(f"{file}/consents", json=CONSENT)
    assert screener.post(f"{file}/shares", json=sent).status_code == 201
    screener.delete(f"{file}/consents/sharing")
    assert screener.post(f"{file}/shares", json=sent).status_code == 403


def test_the_other_organisation_shares_nothing_further_and_ends_nothing(
    screener: TestClient, login: Login, store: Store, elsewhere: str, file: str
) -> None:
    with store.write(SYSTEM) as unit:
        third = found(unit, "A third city").id
    made = share(screener, file, elsewhere)
    colleague = login(Role.SCREENER, at=elsewhere)
    assert colleague.post(f"{file}/shares", json={"organisation_id": third}).status_code == 403
    assert colleague.delete(f"{file}/shares/{made}").status_code == 403
    other = share(screener, file, third)
    assert [one["id"] for one in colleague.get(f"{file}/shares").json()["items"]] == [made]
    assert {one["id"] for one in screener.get(f"{file}/shares").json()["items"]} == {made, other}


def test_a_person_sees_with_whom_their_file_is_shared_and_shares_nothing_by_hand(
    screener: TestClient, login: Login, elsewhere: str, file: str
) -> None:
    share(screener, file, elsewhere)
    person = login(Role.PERSON, person=file.rpartition("/")[2])
    (seen,) = person.get(f"{file}/shares").json()["items"]
    assert (seen["organisation"], seen["stands"]) == ("Another city", True)
    assert person.post(f"{file}/shares", json={"organisation_id": elsewhere}).status_code == 403
    assert person.delete(f"{file}/shares/{seen['id']}").status_code == 403


def test_a_share_with_nobody_or_with_oneself_is_refused(screener: TestClient, organisation: str, file: str) -> None:
    for wrong in ("0" * 32, organisation):
        refused = screener.post(f"{file}/shares", json={"organisation_id": wrong})
        assert (refused.status_code, refused.json()["field"]) == (422, "organisation_id")


def test_a_file_is_open_to_an_organisation_once(screener: TestClient, elsewhere: str, file: str) -> None:
    sent, key = {"organisation_id": elsewhere}, {"Idempotency-Key": "a1b2c3d4"}
    first = screener.post(f"{file}/shares", json=sent, headers=key)
    assert screener.post(f"{file}/shares", json=sent, headers=key).json() == first.json()
    assert screener.post(f"{file}/shares", json=sent).status_code == 409
    assert len(screener.get(f"{file}/shares").json()["items"]) == 1


def test_a_share_of_another_file_is_not_found(screener: TestClient, elsewhere: str, file: str) -> None:
    made = share(screener, file, elsewhere)
    other = screener.post(PEOPLE, json={"name": "Samira"}).headers["Location"]
    assert screener.delete(f"{other}/shares/{made}").status_code == 404
    assert screener.get(f"{file}/shares").json()["items"][0]["stands"]
