"""The record of a case over HTTP: who works on it, what stands in the way, and its end."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from skillmatch.access import Role
from skillmatch.errors import InvalidInput
from skillmatch.service.casework.barriers import Barrier, read_complaints
from skillmatch.shipped import DATA
from skillmatch.store.audit import By
from skillmatch.store.unit import Store
from tests.api.conftest import Login

PEOPLE = "/api/v1/people"
SHIPPED = DATA / "rules" / "barriers.json"
TODAY = datetime.now(UTC).date()


@pytest.fixture
def case(screener: TestClient) -> str:
    """The address of a new case."""
    made = screener.post(PEOPLE, json={"name": "Rami"}).json()
    return f"{PEOPLE}/{made['id']}/cases/{made['cases'][0]['id']}"


def account(client: TestClient) -> str:
    made: str = client.account  # type: ignore[attr-defined]
    return made


def amend(client: TestClient, case: str, **changes: Any) -> Any:
    seen = client.get(case).headers["ETag"]
    return client.patch(case, json=changes, headers={"If-Match": seen})


def test_a_new_case_is_with_whoever_registered_the_person(screener: TestClient, case: str) -> None:
    answer = screener.get(case)
    assert answer.headers["ETag"] == '"1"'
    assert answer.json() == {
        "id": case.rsplit("/", 1)[1],
        "version": 1,
        "opened_on": TODAY.isoformat(),
        "closed_on": None,
        "assigned": {"screener": account(screener)},
        "barriers": [],
        "complaints": [],
    }


def test_a_role_is_put_on_a_case_and_taken_off_again_and_the_others_stay(
    screener: TestClient, login: Login, case: str
) -> None:
    counsellor = account(login(Role.COUNSELLOR))
    both = amend(screener, case, assigned={"trajectory counsellor": counsellor}).json()["assigned"]
    assert both == {"screener": account(screener), "trajectory counsellor": counsellor}
    one = amend(screener, case, assigned={"screener": None}).json()["assigned"]
    assert one == {"trajectory counsellor": counsellor}


def test_only_an_account_of_this_organisation_with_that_role_can_be_put_on_a_case(
    screener: TestClient, login: Login, elsewhere: str, case: str
) -> None:
    others = [account(login(Role.SCREENER)), account(login(Role.COUNSELLOR, at=elsewhere)), "f" * 32]
    for other in others:
        refused = amend(screener, case, assigned={"trajectory counsellor": other})
        assert (refused.status_code, refused.json()["field"]) == (422, "assigned.trajectory counsellor")
    assert screener.get(case).json()["version"] == 1


def test_barriers_are_codes_and_discrimination_answers_where_to_go(
    screener: TestClient, login: Login, case: str
) -> None:
    """ANT-06: a discrimination report has a complaint path; it comes from data."""
    coded = amend(screener, case, barriers=["non-recognition of qualifications", "employer language expectations"])
    assert coded.json()["barriers"] == ["employer language expectations", "non-recognition of qualifications"]
    assert coded.json()["complaints"] == []
    (path,) = amend(screener, case, barriers=["discrimination"]).json()["complaints"]
    assert (path["barrier"], path["turn_to"], path["account"]) == ("discrimination", "social worker", None)
    assert [body["name"] for body in path["bodies"]] == ["Unia", "Vlaams Mensenrechteninstituut"]
    social_worker = account(login(Role.SOCIAL_WORKER))
    (path,) = amend(screener, case, assigned={"social worker": social_worker}).json()["complaints"]
    assert path["account"] == social_worker


def test_a_case_is_closed_and_opened_again(screener: TestClient, case: str) -> None:
    assert amend(screener, case, closed_on=TODAY.isoformat()).json()["closed_on"] == TODAY.isoformat()
    assert amend(screener, case, barriers=[]).json()["closed_on"] == TODAY.isoformat()
    assert amend(screener, case, closed_on=None).json()["closed_on"] is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closed_on": (TODAY - timedelta(days=1)).isoformat()}, "closed_on"),
        ({"closed_on": "9999-12-31"}, "closed_on"),
        ({"closed_on": "0001-01-01"}, "closed_on"),
        ({"barriers": ["racism"]}, "barriers.0"),
        ({"barriers": [*Barrier, "discrimination"]}, "barriers"),
        ({"assigned": {"employer": "f" * 32}}, "assigned.employer.[key]"),
        ({"assigned": {"screener": "Jan"}}, "assigned.screener"),
        ({"opened_on": "2020-01-01"}, "opened_on"),
    ],
)
def test_what_is_wrong_is_named_and_changes_nothing(
    screener: TestClient, case: str, changes: dict[str, Any], field: str
) -> None:
    refused = amend(screener, case, **changes)
    assert refused.status_code == 422
    problem = refused.json()
    assert field in (problem.get("field"), *(one["field"] for one in problem.get("errors", ())))
    assert screener.get(case).json()["version"] == 1


def test_of_two_changes_the_second_gets_both_and_loses_nothing(screener: TestClient, case: str) -> None:
    seen = {"If-Match": screener.get(case).headers["ETag"]}
    assert screener.patch(case, json={"barriers": ["discrimination"]}, headers=seen).status_code == 200
    second = screener.patch(case, json={"closed_on": TODAY.isoformat()}, headers=seen)
    assert second.status_code == 409
    problem = second.json()
    assert (problem["expected"], problem["found"]) == (1, 2)
    assert problem["current"]["barriers"] == ["discrimination"]
    assert problem["yours"] == {"closed_on": TODAY.isoformat()}
    assert screener.patch(case, json={}).status_code == 428


def test_who_works_on_it_sees_and_changes_it_and_the_person_sees_it(
    screener: TestClient, login: Login, case: str
) -> None:
    person = case.split("/")[4]
    staff = {Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER}
    for role in Role:
        client = login(role, person=person if role is Role.PERSON else None)
        assert client.get(case).status_code == (200 if role in staff | {Role.PERSON} else 403), role
        changed = client.patch(case, json={"barriers": []}, headers={"If-Match": screener.get(case).headers["ETag"]})
        assert changed.status_code == (200 if role in staff else 403), role


def test_a_case_is_found_under_its_own_person_only(screener: TestClient, case: str) -> None:
    other = screener.post(PEOPLE, json={"name": "Samira"}).json()["id"]
    assert screener.get(f"{PEOPLE}/{other}/cases/{case.rsplit('/', 1)[1]}").status_code == 404
    assert screener.get(f"{PEOPLE}/{other}/cases/{'0' * 32}").status_code == 404


def test_who_was_put_on_a_case_is_told_in_the_audit(
    screener: TestClient, store: Store, organisation: str, case: str
) -> None:
    amend(screener, case, barriers=["discrimination"], assigned={"screener": None})
    with store.read(By("system", "system", organisation)) as unit:
        *_, change, amended = unit.trail(person=case.split("/")[4])
    assert (change.action, change.what) == ("cases.change", {"version": 2})
    assert amended.action == "cases.amend"
    assert amended.what == {
        "fields": ["assigned", "barriers"],
        "assigned": {},
        "barriers": ["discrimination"],
        "closed": False,
    }


def test_the_shipped_barriers_are_the_three_of_antwerp_each_with_its_source() -> None:
    """ANT-06."""
    coded = json.loads(SHIPPED.read_text())["barriers"]
    assert sorted(one["code"] for one in coded) == sorted(Barrier)
    assert all(one["meaning"] and one["source"] for one in coded)
    assert list(read_complaints(SHIPPED)) == [Barrier.DISCRIMINATION]


def _none(content: dict[str, Any]) -> None:
    del content["barriers"][0]


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (_none, "barriers"),
        (lambda c: c["barriers"][2]["complaint"].update(turn_to="the boss"), "barriers.2.complaint.turn_to"),
        (lambda c: c["barriers"][2]["complaint"]["bodies"][0].update(url="unia"), "barriers.2.complaint.bodies.0.url"),
        (lambda c: c["barriers"][0].update(code="weather"), "barriers.0.code"),
        (lambda c: c["barriers"][0].update(note="x"), "barriers.0.note"),
    ],
)
def test_a_malformed_file_of_barriers_is_refused_by_file_and_field(
    tmp_path: Path, spoil: Callable[[dict[str, Any]], None], field: str
) -> None:
    content = json.loads(SHIPPED.read_text())
    spoil(content)
    path = tmp_path / "barriers.json"
    path.write_text(json.dumps(content))
    with pytest.raises(InvalidInput, match=r"barriers\.json") as refused:
        read_complaints(path)
    assert refused.value.field == field
