"""Outcomes over HTTP: recorded with their dates, counted elsewhere."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from skillmatch.access import Role
from skillmatch.store.unit import Store
from tests.api.conftest import Login
from tests.api.welder import TODAY, WELDER, Welder, registered
from tests.small_esco.concepts import skill_uri

JOB = {"kind": "job", "on": "2026-11-02", "contract_months": 6, "hours_per_week": 38, "occupation": WELDER}
SEEN = {"If-Match": '"1"'}


@pytest.fixture
def file(login: Login, store: Store, organisation: str) -> Welder:
    return registered(login, store, organisation)


def recorded(file: Welder, by: TestClient | None = None, **more: Any) -> Any:
    answer = (by or file.counsellor).post(f"{file.file}/outcomes", json=JOB | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_job_is_recorded_with_its_contract_its_hours_and_its_dates(file: Welder) -> None:
    """DUO-18, DE-04: what counting needs later."""
    kept = recorded(file)
    assert {name: kept[name] for name in JOB} == JOB
    assert (kept["until"], kept["label"], kept["version"]) == (None, "lasser", 1)
    for client in (file.screener, file.counsellor, file.social_worker, file.himself()):
        assert client.get(f"{file.file}/outcomes").json() == {"items": [kept], "after": None}


@pytest.mark.parametrize("kind", ["training", "internship", "supported employment"])
def test_what_is_no_job_has_hours_and_no_contract(file: Welder, kind: str) -> None:
    """SUP-01."""
    kept = recorded(file, kind=kind, contract_months=None)
    assert (kept["kind"], kept["hours_per_week"], kept["contract_months"]) == (kind, 38, None)


def test_that_nothing_came_of_it_is_an_outcome_too(file: Welder) -> None:
    nothing = {"contract_months": None, "hours_per_week": None, "occupation": None}
    kept = recorded(file, kind="none", **nothing)
    assert (kept["kind"], kept["label"]) == ("none", None)


def test_outcomes_come_in_the_order_of_their_days_and_in_pages(file: Welder) -> None:
    days = ["2026-10-01", "2026-03-02", "2025-12-31"]
    for day in days:
        recorded(file, on=day)
    first = file.screener.get(f"{file.file}/outcomes", params={"size": 2}).json()
    rest = file.screener.get(f"{file.file}/outcomes", params={"size": 2, "after": first["after"]}).json()
    assert [one["on"] for one in first["items"] + rest["items"]] == sorted(days)
    assert rest["after"] is None


def test_a_job_that_ends_is_changed_and_of_two_changes_the_second_loses_nothing(file: Welder) -> None:
    kept = recorded(file)
    path = f"{file.file}/outcomes/{kept['id']}"
    first = file.counsellor.patch(path, json={"until": "2027-05-01"}, headers=SEEN)
    second = file.screener.patch(path, json={"hours_per_week": 19}, headers=SEEN)
    assert first.json() == kept | {"until": "2027-05-01", "version": 2}
    assert first.headers["ETag"] == '"2"'
    assert (second.status_code, second.json()["expected"], second.json()["found"]) == (409, 1, 2)
    assert second.json()["current"] == first.json()
    assert second.json()["yours"] == {"hours_per_week": 19}
    assert file.counsellor.patch(path, json={"until": None}).status_code == 428


def test_a_change_has_to_make_sense_with_what_stays(file: Welder) -> None:
    path = f"{file.file}/outcomes/{recorded(file)['id']}"
    alone = file.counsellor.patch(path, json={"kind": "training"}, headers=SEEN)
    assert (alone.status_code, alone.json()["field"]) == (422, "contract_months")
    for field in ("kind", "on"):
        emptied = file.counsellor.patch(path, json={field: None}, headers=SEEN)
        assert (emptied.status_code, emptied.json()["field"]) == (422, field)
    both = file.counsellor.patch(path, json={"kind": "training", "contract_months": None}, headers=SEEN)
    assert both.json()["kind"] == "training"


def test_an_outcome_that_is_sent_twice_is_recorded_once(file: Welder) -> None:
    key = {"Idempotency-Key": "3f0c9b52"}
    first, again = (file.counsellor.post(f"{file.file}/outcomes", json=JOB, headers=key) for _ in range(2))
    assert again.json() == first.json()
    assert len(file.counsellor.get(f"{file.file}/outcomes").json()["items"]) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"until": "2026-11-01"}, "until"),
        ({"on": (TODAY + timedelta(days=400)).isoformat()}, "on"),
        ({"kind": "training"}, "contract_months"),
        ({"kind": "none", "contract_months": None}, "hours_per_week"),
        ({"occupation": "http://data.europa.eu/esco/occupation/none"}, "occupation"),
        ({"occupation": skill_uri(1)}, "occupation"),
        ({"occupation": "\x00"}, "occupation"),
        ({"on": "0001-01-01"}, "on"),
        ({"on": "9999-12-31"}, "on"),
        ({"on": "2026-02-30"}, "on"),
        ({"hours_per_week": 169}, "hours_per_week"),
        ({"contract_months": -1}, "contract_months"),
        ({"contract_months": 1e300}, "contract_months"),
        ({"kind": "promotion"}, "kind"),
        ({"wage": 2000}, "wage"),
    ],
)
def test_bad_input_names_its_field_and_nothing_is_kept(file: Welder, wrong: dict[str, Any], field: str) -> None:
    refused = file.counsellor.post(f"{file.file}/outcomes", json=JOB | wrong)
    assert refused.status_code == 422
    problem = refused.json()
    assert (problem.get("field") or problem["errors"][0]["field"]) == field
    assert file.counsellor.get(f"{file.file}/outcomes").json()["items"] == []


def test_staff_record_the_person_reads_and_nobody_else_sees(file: Welder) -> None:
    """ANT-04: an evaluator counts on pseudonyms, elsewhere."""
    kept = recorded(file)
    path = f"{file.file}/outcomes"
    assert file.himself().get(path).status_code == 200
    assert file.himself().post(path, json=JOB).status_code == 403
    assert file.himself().patch(f"{path}/{kept['id']}", json={"until": None}, headers=SEEN).status_code == 403
    for role in set(Role) - {Role.PERSON, Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER}:
        outsider = file.login(role)
        assert outsider.get(path).status_code == 403
        assert outsider.post(path, json=JOB).status_code == 403


def test_an_outcome_of_somebody_else_is_not_found(file: Welder, login: Login, store: Store, organisation: str) -> None:
    kept = recorded(registered(login, store, organisation))
    answer = file.counsellor.patch(f"{file.file}/outcomes/{kept['id']}", json={"until": None}, headers=SEEN)
    assert answer.status_code == 404


def test_recording_and_looking_are_told_in_the_audit(file: Welder) -> None:
    kept = recorded(file)
    file.screener.get(f"{file.file}/outcomes")
    (added,), (seen,) = file.audited("outcomes.add"), file.audited("outcomes.view")
    assert (added.about, added.account) == (f"outcomes:{kept['id']}", file.counsellor.account)  # type: ignore[attr-defined]
    assert seen.account == file.screener.account  # type: ignore[attr-defined]
